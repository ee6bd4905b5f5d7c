/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What crashes of one cause share, on all machines: a fingerprint to group them by.
 *
 * It is a hash over how the boot ended, the reason without its numbers, and the
 * kernel's function in which it happened. Addresses, process ids, times, CPUs and
 * the kernel's release differ between crashes of one cause, and are left out.
 */
#ifndef LOGDUMP_CRASH_H
#define LOGDUMP_CRASH_H

#include <stdbool.h>
#include <stdint.h>

#include "plog_reader.h"

#define CRASH_HEX 17 /* bytes of a fingerprint as text */
#define CRASH_FUNC 64

/**
 * struct crash_search - the kernel's last report of trouble, while its log is read
 * @func:	function that it names, "" none so far
 * @since:	CLOCK_MONOTONIC ns of the report's first line
 * @in_panic:	the line before was panic()'s own in a call trace
 */
struct crash_search {
	char func[CRASH_FUNC];
	uint64_t since;
	bool in_panic;
};

/**
 * crash_search_take() - look at the next record of the boot
 */
void crash_search_take(struct crash_search *search, const struct plog_reader_record *rec);

/**
 * crash_fingerprint() - the fingerprint of a boot
 * @hex: receives 16 hex digits and a NUL; "" when the boot did not crash
 * @boot: the boot
 * @func: crash_search's
 */
void crash_fingerprint(char hex[CRASH_HEX], const struct plog_reader_boot *boot, const char *func);

/**
 * crash_fingerprint_read() - the same, from the boot's records
 * @hex: likewise
 * @reader: reader; plog_reader_next() begins anew after this
 * @boot_at: position of the boot in its list
 */
void crash_fingerprint_read(char hex[CRASH_HEX], struct plog_reader *reader, uint32_t boot_at);

#endif
