// SPDX-License-Identifier: BSD-2-Clause
/* The calls that log: what they have in common is done once, here. */
#include <errno.h>
#include <string.h>

#include "args.h"
#include "encode.h"
#include "gate.h"
#include "lane_hot.h"
#include "open.h"
#include "plog.h"
#include "site.h"
#include "thread.h"

#define DUMP_ROW	16u
#define DUMP_MAX	4096u

static int level_clamp(int level)
{
	if (level < PLOG_EMERG)
		return PLOG_EMERG;
	return level > PLOG_DEBUG ? PLOG_DEBUG : level;
}

/* Callers may store the arguments themselves: the reader knows the site as they do. */
static bool site_plain(const struct plog_instance *in, struct plog_site *site, u64 types)
{
	u64 cache = plog_load(&site->cache);

	return cache >> 32 == in->number && (u32)cache &&
	       plog_site_parse(site) == PLOG_SITE_RAW && plog_load(&site->plan) == types &&
	       plog_args_plain(types);
}

/* @types: what the caller would store, by plog_args.h; 0 when it cannot. */
static void site_vprintf(struct plog_site *site, int level, u64 types, const char *format,
			 va_list ap)
{
	/* First: a change from here on makes the decision void. */
	u32 key = PLOG_GATE_KEY_();
	int err = errno, limit;
	struct plog_instance *in = plog_instance_get();

	limit = plog_gate_limit(in, site->tag);
	if (in && level <= limit) {
		errno = err;
		plog_encode_vprintf(in, site, level_clamp(level), 0, format, ap);
	}
	plog_gate_keep(site, key, limit, in && site_plain(in, site, types));
	errno = err;
}

void plog_site_printf(struct plog_site *site, int level, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	site_vprintf(site, level, PLOG_PLAN_TEXT, format, ap);
	va_end(ap);
}

void plog_site_encode(struct plog_site *site, int level, uint64_t types, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	site_vprintf(site, level, types, format, ap);
	va_end(ap);
}

/* The site was in the dictionary when the caller looked, and may still be. */
__attribute__((noinline)) static void commit_slow(struct plog_site *site, int level,
						  const void *rec, u32 len)
{
	int err = errno;
	struct plog_instance *in = plog_instance_get();
	struct plog_head head = { .attr = (u32)level |
					  PLOG_SOURCE_APP << PLOG_ATTR_SOURCE_SHIFT };

	if (in) {
		head.ctx = plog_thread_ctx(in);
		head.site = plog_site_id(in, site);
		plog_encode_payload(in, &head, rec, len);
	}
	errno = err;
}

void plog_site_commit(struct plog_site *site, int level, void *rec, uint32_t len)
{
	struct plog_instance *in = plog_load_acquire(&plog_instance_current);
	u64 cache = plog_load(&site->cache);
	u32 ctx;

	if (__builtin_expect((u32)level > PLOG_DEBUG, 0))
		level = level_clamp(level);
	if (__builtin_expect(!in || cache >> 32 != in->number, 0)) {
		commit_slow(site, level, rec, len);
		return;
	}
	ctx = plog_thread_ctx(in);
	if (__builtin_expect(!ctx, 0)) {
		commit_slow(site, level, rec, len);
		return;
	}
	/* PLOG_SOURCE_APP is 0, and so is what tells text from raw arguments */
	lane_hot_put(in, rec, len, (u32)cache | (u64)ctx << 32 | (u64)level << 56);
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
	if (in && level <= plog_gate_limit(in, tag)) {
		errno = err;
		plog_encode_vprintf(in, &site, level_clamp(level), PLOG_ATTR_TEXT, format, ap);
	}
	errno = err;
}

PLOG_PRINTF_(5, 6)
static void row_log(struct plog_instance *in, struct plog_site *site, int level, u32 attr,
		    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	plog_encode_vprintf(in, site, level, attr | PLOG_ATTR_TEXT, format, ap);
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
	u32 key = PLOG_GATE_KEY_();
	int err = errno, limit;
	struct plog_instance *in = plog_instance_get();
	size_t end = n > DUMP_MAX ? DUMP_MAX : n, at = 0;

	limit = plog_gate_limit(in, site->tag);
	plog_gate_keep(site, key, limit, false);
	if (!in || level > limit) {
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
