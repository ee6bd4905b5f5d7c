// SPDX-License-Identifier: BSD-2-Clause
/*
 * From a call to a record: ids or inline copies of site and context, then raw
 * arguments when the reader knows the site, else text.
 *
 * The record is made in a buffer on the stack, first in a small one: most text
 * is short, and a handler's stack may be as well.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "encode.h"
#include "lane.h"
#include "site.h"
#include "thread.h"

#define PREFIX_MAX	(PLOG_RECORD_HEAD + PLOG_INLINE_CTX_MAX + PLOG_INLINE_SITE_MAX)
#define SMALL		768u	/* room for a text of some 400 bytes behind any prefix */

/* What is known of a record before its text. */
struct draft {
	struct plog_instance *in;
	const struct plog_site *site;
	const char *format;
	struct plog_head head;
	int err; /* the caller's errno */
	bool raw;
};

_Static_assert(SMALL >= PREFIX_MAX + 400, "small records must hold some text");

static u32 prefix_put(const struct draft *d, u8 *rec)
{
	u32 n = PLOG_RECORD_HEAD;

	if (!d->head.ctx)
		n += plog_ctx_inline(rec + n);
	if (!d->head.site)
		n += plog_site_inline(rec + n, d->site);
	return n;
}

static u32 newlines_strip(const u8 *text, u32 n)
{
	while (n && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	return n;
}

/*
 * Text that printf cannot make (a wide string outside the locale) stays readable,
 * and so does what it shall not make: a %n would write to where it points.
 */
static int text_print(const struct draft *d, char *to, u32 room, va_list ap)
{
	int n = -1;

	errno = d->err;
	if (!plog_args_writes(d->format))
		n = vsnprintf(to, room, d->format, ap);
	if (n < 0)
		n = snprintf(to, room, "%s", d->format);
	return n < 0 ? 0 : n;
}

/*
 * Two bytes more than the longest text are used, for a newline that goes away and
 * for the NUL. Returns -1 when the text did not fit and a bigger buffer may help.
 */
static int text_make(struct draft *d, u8 *text, u32 max, bool last, va_list ap)
{
	u32 want = (u32)text_print(d, (char *)text, max + 2, ap);
	u32 n = newlines_strip(text, want > max + 1 ? max + 1 : want);

	if ((n > max || want > max + 1) && !last)
		return -1;
	if (n > max) {
		n = plog_args_cut(text, max);
		d->head.attr |= PLOG_ATTR_CUT;
	}
	return (int)n;
}

static int raw_make(struct draft *d, u8 *to, u32 max, bool last, va_list ap)
{
	struct plog_args args = { plog_load(&d->site->plan), d->format, d->err, last };
	int n = plog_args_store(&args, to, max, ap);

	if (args.cut == 2)
		d->head.attr |= PLOG_ATTR_CUT;
	return n;
}

/* @size is that of the buffer. Returns false when a bigger one may help. */
static inline bool record_make(struct draft *d, u64 *buf, u32 size, bool last, va_list ap)
{
	u8 *rec = (u8 *)buf;
	u32 fixed = prefix_put(d, rec), max = size - fixed - 8;
	int n = d->raw ? raw_make(d, rec + fixed, max, last, ap) :
			 text_make(d, rec + fixed, max, last, ap);

	if (n < 0)
		return false;
	if (d->head.attr & PLOG_ATTR_CUT)
		plog_count(&d->in->map.win.ctl->cut, 1);
	plog_lane_write(d->in, rec, fixed + (u32)n, &d->head);
	return true;
}

__attribute__((noinline)) static bool record_small(struct draft *d, va_list ap)
{
	u64 buf[SMALL / sizeof(u64)];

	return record_make(d, buf, sizeof(buf), false, ap);
}

__attribute__((noinline)) static void record_big(struct draft *d, va_list ap)
{
	u64 buf[PLOG_RECORD_MAX / sizeof(u64) + 1];

	record_make(d, buf, sizeof(buf), true, ap);
}

void plog_encode_vprintf(struct plog_instance *in, struct plog_site *site, int level, u32 attr,
			 const char *format, va_list ap)
{
	struct draft d = { .in = in, .site = site, .format = format, .err = errno };
	va_list again;

	d.head.attr = attr | (u32)level | PLOG_SOURCE_APP << PLOG_ATTR_SOURCE_SHIFT;
	d.head.ctx = plog_thread_ctx(in);
	d.head.site = plog_site_id(in, site);
	d.raw = !(attr & PLOG_ATTR_TEXT) && d.head.site &&
		plog_site_parse(site) == PLOG_SITE_RAW;
	if (!d.raw)
		d.head.attr |= PLOG_ATTR_TEXT;
	va_copy(again, ap);
	if (!record_small(&d, ap))
		record_big(&d, again);
	va_end(again);
}

__attribute__((noinline)) void plog_encode_payload(struct plog_instance *in,
						   struct plog_head *head, const u8 *rec, u32 len)
{
	u64 buf[(PLOG_RECORD_BYTES_ + PLOG_INLINE_CTX_MAX) / sizeof(u64) + 1];
	u8 *to = (u8 *)buf;
	u32 fixed = PLOG_RECORD_HEAD;

	if (!head->site) {
		plog_count(&in->map.win.ctl->dropped_busy, 1);
		return;
	}
	if (!head->ctx)
		fixed += plog_ctx_inline(to + fixed);
	memcpy(to + fixed, rec + PLOG_RECORD_HEAD, len - PLOG_RECORD_HEAD);
	plog_lane_write(in, to, fixed + len - PLOG_RECORD_HEAD, head);
}
