/* SPDX-License-Identifier: BSD-2-Clause */
/* Which machine a log is of: what outputs for other machines tell logs apart by. */
#ifndef LOGDUMP_ORIGIN_H
#define LOGDUMP_ORIGIN_H

#include <stdbool.h>

/**
 * struct origin - a machine
 * @machine_id:	32 hex digits in lower case, "" when it has none
 * @hostname:	printable ASCII without spaces, "" when it has none
 */
struct origin {
	char machine_id[33];
	char hostname[256];
};

/**
 * origin_get() - this machine, unless told otherwise
 * @origin: filled in
 * @machine_id: as origin_id_parse() takes it, instead of /etc/machine-id; NULL
 * @hostname: instead of this machine's; NULL
 */
void origin_get(struct origin *origin, const char *machine_id, const char *hostname);

/**
 * origin_id_parse() - a machine id, with dashes or without
 * @id: receives 32 hex digits in lower case and a NUL, or ""
 *
 * Return: is it one?
 */
bool origin_id_parse(char id[33], const char *text);

/**
 * origin_host_valid() - may this be a host's name? (RFC 5424, section 6.2.4)
 */
bool origin_host_valid(const char *text);

#endif
