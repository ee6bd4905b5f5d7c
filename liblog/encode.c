// SPDX-License-Identifier: BSD-2-Clause
/*
 * From a call to a record: ids or inline copies of site and context, then text.
 *
 * The record is made in a buffer on the stack, first in a small one: most text
 * is short, and a handler's stack may be as well.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

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

/* Not in the middle of a UTF-8 sequence; what is not UTF-8 is cut where it is. */
static u32 cut_at(const u8 *text, u32 n)
{
	u32 i;

	for (i = n; i && n - i < 4; i--)
		if ((text[i] & 0xc0) != 0x80)
			return i;
	return n;
}

static u32 newlines_strip(const u8 *text, u32 n)
{
	while (n && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	return n;
}

/* Text that printf cannot make (a wide string outside the locale) stays readable. */
static int text_print(const struct draft *d, char *to, u32 room, va_list ap)
{
	int n;

	errno = d->err;
	n = vsnprintf(to, room, d->format, ap);
	if (n < 0)
		n = snprintf(to, room, "%s", d->format);
	return n < 0 ? 0 : n;
}

/*
 * @size is that of the buffer; two bytes more than the longest text are used, for
 * a newline that goes away and for the NUL.
 * Returns false when the text did not fit and a bigger buffer may help.
 */
static inline bool record_make(struct draft *d, u64 *buf, u32 size, bool last, va_list ap)
{
	u8 *rec = (u8 *)buf, *text;
	u32 fixed = prefix_put(d, rec), max = size - fixed - 8, n;
	int want;

	text = rec + fixed;
	want = text_print(d, (char *)text, max + 2, ap);
	n = newlines_strip(text, (u32)want > max + 1 ? max + 1 : (u32)want);
	if ((n > max || (u32)want > max + 1) && !last)
		return false;
	if (n > max) {
		n = cut_at(text, max);
		d->head.attr |= PLOG_ATTR_CUT;
	}
	if (d->head.attr & PLOG_ATTR_CUT)
		plog_count(&d->in->map.win.ctl->cut, 1);
	plog_lane_write(d->in, rec, fixed + n, &d->head);
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

	d.head.attr = attr | (u32)level | PLOG_ATTR_TEXT |
		      PLOG_SOURCE_APP << PLOG_ATTR_SOURCE_SHIFT;
	d.head.ctx = plog_thread_ctx(in);
	d.head.site = plog_site_id(in, site);
	va_copy(again, ap);
	if (!record_small(&d, ap))
		record_big(&d, again);
	va_end(again);
}
