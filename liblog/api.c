// SPDX-License-Identifier: BSD-2-Clause
/* The calls that log: what they have in common is done once, here. */
#include <errno.h>
#include <string.h>

#include "encode.h"
#include "open.h"
#include "plog.h"

#define DUMP_ROW	16u
#define DUMP_MAX	4096u

/* The window's own level counts beside the process's, and may change at any time. */
static bool level_wanted(const struct plog_instance *in, int level)
{
	return in && level <= plog_load(&plog_level_max) &&
	       level <= (int)plog_load(&in->map.win.ctl->level);
}

static int level_clamp(int level)
{
	if (level < PLOG_EMERG)
		return PLOG_EMERG;
	return level > PLOG_DEBUG ? PLOG_DEBUG : level;
}

void plog_site_printf(struct plog_site *site, int level, const char *format, ...)
{
	int err = errno;
	struct plog_instance *in = plog_instance_get();
	va_list ap;

	if (level_wanted(in, level)) {
		errno = err;
		va_start(ap, format);
		plog_encode_vprintf(in, site, level_clamp(level), 0, format, ap);
		va_end(ap);
	}
	errno = err;
}

void plog_vlog(int level, const char *tag, const char *format, va_list ap)
{
	/* No format: such a site is not one place, and goes into the record. */
	struct plog_site site = { .tag = tag, .level = PLOG_LEVEL_ANY_ };
	int err = errno;
	struct plog_instance *in;

	if (level > plog_load(&plog_level_max))
		return;
	in = plog_instance_get();
	if (level_wanted(in, level)) {
		errno = err;
		plog_encode_vprintf(in, &site, level_clamp(level), 0, format, ap);
	}
	errno = err;
}

PLOG_PRINTF_(5, 6)
static void row_log(struct plog_instance *in, struct plog_site *site, int level, u32 attr,
		    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	plog_encode_vprintf(in, site, level, attr, format, ap);
	va_end(ap);
}

static void row_format(char *hex, char *ascii, const u8 *data, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		*hex++ = digits[data[i] >> 4];
		*hex++ = digits[data[i] & 15];
		*hex++ = ' ';
		*ascii++ = data[i] >= ' ' && data[i] < 0x7f ? (char)data[i] : '.';
	}
	*hex = 0;
	*ascii = 0;
}

void plog_site_hexdump(struct plog_site *site, int level, const char *what, const void *data,
		       size_t n)
{
	char hex[3 * DUMP_ROW + 1], ascii[DUMP_ROW + 1];
	int err = errno;
	struct plog_instance *in = plog_instance_get();
	size_t end = n > DUMP_MAX ? DUMP_MAX : n, at = 0;

	if (!level_wanted(in, level)) {
		errno = err;
		return;
	}
	do {
		size_t row = end - at < DUMP_ROW ? end - at : DUMP_ROW;
		bool cut = at + row == end && end < n;

		row_format(hex, ascii, (const u8 *)data + at, row);
		row_log(in, site, level_clamp(level), cut ? PLOG_ATTR_CUT : 0, "%s %04x: %-*s %s",
			what, (unsigned int)at, 3 * (int)DUMP_ROW, hex, ascii);
		at += row;
	} while (at < end);
	errno = err;
}
