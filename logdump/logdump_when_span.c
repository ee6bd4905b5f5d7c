// SPDX-License-Identifier: BSD-2-Clause
/* Spans of time, in the units of systemd.time(7). */
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "logdump_when.h"

#define SECOND 1000000000LL
#define DAY (86400 * SECOND)
#define YEAR (31557600 * SECOND) /* 365.25 days */

static const struct {
	const char *name;
	int64_t ns;
} units[] = {
	{ "nsec", 1 },
	{ "ns", 1 },
	{ "usec", 1000 },
	{ "us", 1000 },
	{ "\xc2\xb5s", 1000 },
	{ "\xce\xbcs", 1000 },
	{ "msec", 1000000 },
	{ "ms", 1000000 },
	{ "seconds", SECOND },
	{ "second", SECOND },
	{ "sec", SECOND },
	{ "s", SECOND },
	{ "minutes", 60 * SECOND },
	{ "minute", 60 * SECOND },
	{ "min", 60 * SECOND },
	{ "months", YEAR / 12 },
	{ "month", YEAR / 12 },
	{ "M", YEAR / 12 },
	{ "m", 60 * SECOND },
	{ "hours", 3600 * SECOND },
	{ "hour", 3600 * SECOND },
	{ "hr", 3600 * SECOND },
	{ "h", 3600 * SECOND },
	{ "days", DAY },
	{ "day", DAY },
	{ "d", DAY },
	{ "weeks", 7 * DAY },
	{ "week", 7 * DAY },
	{ "w", 7 * DAY },
	{ "years", YEAR },
	{ "year", YEAR },
	{ "y", YEAR },
	{ "", SECOND },
};

static const char *blanks_skip(const char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

/* The unit at *text is the whole word there, not its beginning. */
static int64_t unit_parse(const char **text)
{
	size_t n = 0, i;

	while ((*text)[n] && !strchr(" \t0123456789.+-", (*text)[n]))
		n++;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strlen(units[i].name) != n || memcmp(units[i].name, *text, n))
			continue;
		*text += n;
		return units[i].ns;
	}
	return 0;
}

/* Digits, perhaps with a fraction, and a unit. */
static bool part_parse(int64_t *ns, const char **text)
{
	int64_t whole = 0, unit, part = 0, scale = 1;
	const char *p = *text;

	if (!isdigit((unsigned char)*p))
		return false;
	for (; isdigit((unsigned char)*p); p++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, *p - '0', &whole))
			return false;
	if (*p == '.')
		for (p++; isdigit((unsigned char)*p); p++)
			if (scale < SECOND) {
				part = 10 * part + (*p - '0');
				scale *= 10;
			}
	p = blanks_skip(p);
	unit = unit_parse(&p);
	if (!unit || __builtin_mul_overflow(whole, unit, &whole))
		return false;
	/* part * unit / scale, in 64 bits: both factors of each product are small enough */
	part = part * (unit / scale) + part * (unit % scale) / scale;
	*text = p;
	return !__builtin_add_overflow(whole, part, ns);
}

bool logdump_when_span(int64_t *ns, const char *text)
{
	int64_t part;

	*ns = 0;
	text = blanks_skip(text);
	do {
		if (!part_parse(&part, &text) || __builtin_add_overflow(*ns, part, ns))
			return false;
		text = blanks_skip(text);
	} while (*text);
	return true;
}
