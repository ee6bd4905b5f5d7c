/* SPDX-License-Identifier: BSD-2-Clause */
/* A record as a message for another program: one file per format. */
#ifndef LOGDUMP_DELIVER_LINE_H
#define LOGDUMP_DELIVER_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "crash.h"
#include "origin.h"
#include "plog_reader.h"

/**
 * struct deliver_about - what a message tells besides the record
 * @boot:	the record's boot
 * @origin:	the machine
 * @crash:	fingerprint of the boot's end, "" none
 * @last:	it is the last record of this boot that is delivered
 */
struct deliver_about {
	const struct plog_reader_boot *boot;
	const struct origin *origin;
	char crash[CRASH_HEX];
	bool last;
};

typedef void (*deliver_line)(FILE *f, const struct plog_reader_record *rec,
			     const struct deliver_about *about);

/* syslog_3164.c */
void syslog_3164_put(FILE *f, const struct plog_reader_record *rec,
		     const struct deliver_about *about);

/* syslog_5424.c */
void syslog_5424_put(FILE *f, const struct plog_reader_record *rec,
		     const struct deliver_about *about);

/* journal_native.c */
void journal_native_put(FILE *f, const struct plog_reader_record *rec,
			const struct deliver_about *about);

/* syslog_sd.c */

/**
 * syslog_sd_put() - the structured data of a record (RFC 5424, section 6.3)
 *
 * One element, plog@32473. That is the number that RFC 5612 keeps for examples: the
 * project has none of its own.
 */
void syslog_sd_put(FILE *f, const struct plog_reader_record *rec,
		   const struct deliver_about *about);

#endif
