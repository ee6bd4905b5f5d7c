// SPDX-License-Identifier: BSD-2-Clause
/* From findings to lines: "cause: what, where: why". */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "why.h"

#define BIT(kind) (1u << (kind))
#define TESTED (BIT(WHY_REPEATED) | BIT(WHY_WALKING) | BIT(WHY_ADDRESSES))
#define OTHERS (BIT(WHY_TEXT) | BIT(WHY_TABLES) | BIT(WHY_DATA))
#define RUNS_SHOWN 4

static const char noise_text[] =
	"as many ones as zeros: memory encryption with a new key, a memory scrambler's new seed, "
	"or compressed data";

/**
 * struct cause - pages that have one explanation
 * @kinds:	bits of enum why_kind
 * @name:	of the cause
 * @why:	what does it; NULL: say what the pages hold
 */
static const struct cause {
	u32 kinds;
	const char *name;
	const char *why;
} causes[] = {
	{ BIT(WHY_ZEROS), "zeroed", "cleared by firmware, a boot loader or a memory test" },
	{ BIT(WHY_ONES), "all ones", "no memory there, or a bus that does not answer" },
	{ TESTED, "memory test", NULL },
	{ BIT(WHY_WORN) | BIT(WHY_BIASED), "decayed", "RAM lost its power or its refresh" },
	{ BIT(WHY_NOISE), "noise", noise_text },
	{ OTHERS, "overwritten", NULL },
};

static u64 cause_pages(const struct why_pages *pages, const struct cause *cause)
{
	u64 n = cause->kinds == OTHERS ? pages->typed : 0;
	u32 kind;

	for (kind = 0; kind < WHY_KINDS; kind++)
		n += cause->kinds >> kind & 1 ? pages->kind[kind] : 0;
	return n;
}

static bool cause_has(const struct cause *cause, const struct why_run *run)
{
	return run->type ? cause->kinds == OTHERS : cause->kinds >> run->kind & 1;
}

static void runs_put(struct why_text *text, const struct why_pages *pages,
		     const struct cause *cause, u64 n)
{
	u64 i, known = pages->runs < WHY_RUNS ? pages->runs : WHY_RUNS;
	u64 shown = 0, covered = 0;

	for (i = 0; i < known && shown < RUNS_SHOWN; i++) {
		const struct why_run *run = &pages->run[i];

		if (!cause_has(cause, run))
			continue;
		plog_why_put(text, "%s0x%" PRIx64 "-0x%" PRIx64, shown ? ", " : " at ", run->off,
			     run->off + run->len - 1);
		covered += (run->len + PLOG_PAGE - 1) / PLOG_PAGE;
		shown++;
	}
	if (covered < n)
		plog_why_put(text, shown ? " and elsewhere" : "");
}

static void test_put(struct why_text *text, const struct why_pages *pages)
{
	const char *separator = "";

	if (pages->kind[WHY_REPEATED]) {
		plog_why_put(text, "%016" PRIx64 " repeated", __builtin_bswap64(pages->word));
		separator = ", ";
	}
	if (pages->kind[WHY_WALKING]) {
		plog_why_put(text, "%sa walking bit", separator);
		separator = ", ";
	}
	if (pages->kind[WHY_ADDRESSES])
		plog_why_put(text, "%saddresses", separator);
}

/* What is in pages that somebody wrote. */
static void contents_put(struct why_text *text, const struct why_pages *pages)
{
	static const struct {
		enum why_kind kind;
		const char *name;
	} others[] = { { WHY_TABLES, "page tables or kernel addresses" },
		       { WHY_TEXT, "text" },
		       { WHY_DATA, "data of no known kind" } };
	u64 i, known = pages->runs < WHY_RUNS ? pages->runs : WHY_RUNS;
	const struct why_type *last = NULL;
	const char *separator = "";

	for (i = 0; i < known; i++) {
		if (!pages->run[i].type || pages->run[i].type == last)
			continue;
		last = pages->run[i].type;
		plog_why_put(text, "%s%s", separator, last->name);
		separator = ", ";
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (!pages->kind[others[i].kind])
			continue;
		plog_why_put(text, "%s%s", separator, others[i].name);
		separator = ", ";
	}
}

static void cause_put(struct why_text *text, const struct why_pages *pages,
		      const struct cause *cause, u64 n)
{
	plog_why_put(text, "%s: %" PRIu64 " of %" PRIu64 " pages in use,", cause->name, n,
		     pages->good + pages->bad);
	runs_put(text, pages, cause, n);
	plog_why_put(text, ": ");
	if (cause->why)
		plog_why_put(text, "%s", cause->why);
	else if (cause->kinds == TESTED)
		test_put(text, pages);
	else
		contents_put(text, pages);
	plog_why_put(text, "\n");
}

/* Are nearly all bad pages, and no others, the same one of each @n? */
static bool stride_fits(const struct why_pages *pages, u32 i, u32 rest)
{
	const u64 *good = pages->stride[0][i], *bad = pages->stride[1][i];

	return bad[rest] >= 4 && bad[rest] >= 3 * good[rest] &&
	       (pages->bad - bad[rest]) * 8 <= bad[rest] && pages->good - good[rest] >= 4;
}

static void stride_put(struct why_text *text, const struct why_pages *pages)
{
	u32 i, rest;

	for (i = 0; i < WHY_STRIDES; i++)
		for (rest = 0; rest < 2u << i; rest++)
			if (stride_fits(pages, i, rest)) {
				plog_why_put(text,
					     "interleaved: every %u%s page is bad, from 0x%x on: "
					     "one channel or chip of the memory\n",
					     2u << i, i ? "th" : "nd", rest * PLOG_PAGE);
				return;
			}
}

void plog_why_say_pages(struct why_text *text, const struct why_pages *pages)
{
	u32 i, best;
	u64 n[sizeof(causes) / sizeof(causes[0])];
	u64 count = sizeof(causes) / sizeof(causes[0]);

	for (i = 0; i < count; i++)
		n[i] = cause_pages(pages, &causes[i]);
	for (;;) {
		for (i = 1, best = 0; i < count; i++)
			if (n[i] > n[best])
				best = i;
		if (!n[best])
			break;
		cause_put(text, pages, &causes[best], n[best]);
		n[best] = 0;
	}
	stride_put(text, pages);
}

/* Nearly all of the flips one way, for how many bits there are to flip? */
static const char *way(const struct why_bits *bits)
{
	double down = bits->ones ? (double)bits->ones_lost / (double)bits->ones : 0;
	double up = bits->zeros ? (double)bits->zeros_lost / (double)bits->zeros : 0;

	if (bits->ones_lost >= 16 && down > 10 * up)
		return ", nearly all from 1 to 0";
	if (bits->zeros_lost >= 16 && up > 10 * down)
		return ", nearly all from 0 to 1";
	return "";
}

void plog_why_say_rate(struct why_text *text, const struct why_bits *bits, u64 flips, u64 checked,
		       bool least)
{
	/* Which way the repaired ones flipped is not known. */
	const char *where = flips ? "" : way(bits);

	flips += bits->ones_lost + bits->zeros_lost;
	checked += bits->ones + bits->zeros;
	plog_why_put(
		text, "%s 1 bit in %" PRIu64 " is wrong (%" PRIu64 " of %" PRIu64 " compared%s)",
		least ? "at least" : "about", flips ? checked / flips : 0, flips, checked, where);
}

/* Of what most of the memory is, when that explains it. */
static bool most_put(struct why_text *text, const struct why_pages *pages)
{
	u64 part = pages->bad / 20 * 19, tested;

	tested = pages->kind[WHY_REPEATED] + pages->kind[WHY_WALKING] + pages->kind[WHY_ADDRESSES];
	if (pages->kind[WHY_NOISE] > part) {
		plog_why_put(text, "noise, %s", noise_text);
	} else if (pages->kind[WHY_BIASED] > part) {
		plog_why_put(text, "bits at random, but more of one value: RAM that lost its "
				   "power");
	} else if (tested > part) {
		plog_why_put(text, "the pattern of a memory test: ");
		test_put(text, pages);
	} else {
		return false;
	}
	return true;
}

static void rest_put(struct why_text *text, const struct why_pages *pages)
{
	static const char *const name[WHY_KINDS] = {
		[WHY_ZEROS] = "zeros",       [WHY_ONES] = "ones",
		[WHY_REPEATED] = "repeated", [WHY_WALKING] = "a walking bit",
		[WHY_ADDRESSES] = "counted", [WHY_TEXT] = "text",
		[WHY_TABLES] = "addresses",  [WHY_BIASED] = "decayed",
		[WHY_NOISE] = "noise",       [WHY_DATA] = "data",
		[WHY_WORN] = "worn",
	};
	u64 i, known = pages->runs < WHY_RUNS ? pages->runs : WHY_RUNS;
	const char *separator = "";
	u32 kind;

	plog_why_put(text, "no superblock and no chunk of one in it; pages: ");
	for (i = 0; i < known; i++) {
		if (!pages->run[i].type)
			continue;
		plog_why_put(text, "%s%s at 0x%" PRIx64, separator, pages->run[i].type->name,
			     pages->run[i].off);
		separator = ", ";
	}
	for (kind = 0; kind < WHY_KINDS; kind++) {
		if (!pages->kind[kind])
			continue;
		plog_why_put(text, "%s%" PRIu64 " %s", separator, pages->kind[kind], name[kind]);
		separator = ", ";
	}
}

static void foreign_put(struct why_text *text, const struct why_none *none)
{
	const struct why_type *type = none->pages.runs ? none->pages.run[0].type : NULL;

	if (type && !none->pages.run[0].off) {
		plog_why_put(text, "it begins as %s", type->name);
		if (type->advice)
			plog_why_put(text, "; %s", type->advice);
	} else if (!most_put(text, &none->pages)) {
		rest_put(text, &none->pages);
	}
	plog_why_put(text, "\n");
}

bool plog_why_say_hidden(struct why_text *text, const struct why_none *none)
{
	if (none->swapped) {
		plog_why_put(text,
			     "swapped: the bytes of words of %u bits are reversed; undo that "
			     "first: objcopy -I binary -O binary --reverse-bytes=%u\n",
			     none->swapped, none->swapped / 8);
	} else if (none->before) {
		plog_why_put(text,
			     "moved: a window starts 0x%" PRIx64 " bytes before this memory; "
			     "read it from there\n",
			     none->before);
	} else if (none->major) {
		plog_why_put(text,
			     "made by a later version of plog: format %u, and this one reads "
			     "format %u\n",
			     none->major, PLOG_FORMAT_MAJOR);
	} else {
		return false;
	}
	return true;
}

void plog_why_say_none(struct why_text *text, const struct plog_reader *reader)
{
	struct why_none none;

	plog_why_none(&none, reader->mem, reader->mem_size);
	if (plog_why_say_hidden(text, &none))
		return;
	if (none.bits.ones) {
		plog_why_put(text, "decayed: there were superblocks, and ");
		plog_why_say_rate(text, &none.bits, 0, 0, false);
		plog_why_put(text, ": RAM lost its power or its refresh\n");
		return;
	}
	plog_why_put(text, reader->found == SCAN_SHORT ? "too short for a window, and "
						       : "not a plog window: ");
	if (reader->found == SCAN_SHORT)
		plog_why_put(text, "not the beginning of one: ");
	foreign_put(text, &none);
}
