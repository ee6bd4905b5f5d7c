/* SPDX-License-Identifier: BSD-2-Clause */
/* Times as people type them: --since and --until. */
#ifndef LOGDUMP_WHEN_H
#define LOGDUMP_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct logdump_when - an instant
 * @set:	there is one
 * @end:	it counts from the end of each boot, not from 1970
 * @ns:		nanoseconds
 */
struct logdump_when {
	bool set;
	bool end;
	int64_t ns;
};

/**
 * logdump_when_parse() - read an instant as systemd.time(7) writes it
 * @when: filled in
 * @text: "2026-11-20 17:03:29.5 UTC", "17:03", "yesterday", "now", "-5min", "+1h",
 *        "2h ago", "@1700000000", and "end", "end-30s"
 * @now: CLOCK_REALTIME, ns
 *
 * Return: false when it is none.
 */
bool logdump_when_parse(struct logdump_when *when, const char *text, int64_t now);

/**
 * logdump_when_span() - a span of time: "5min", "1h 30min", "2.5", "300ms20s"
 * @ns: filled in
 *
 * Return: false when it is none.
 */
bool logdump_when_span(int64_t *ns, const char *text);

#endif
