// SPDX-License-Identifier: BSD-2-Clause
/* An account of pages: how many of each kind, and where. */
#include "why.h"

/* What a loader or a kernel leaves: any of it may follow on any other. */
static bool foreign(enum why_kind kind)
{
	return kind == WHY_DATA || kind == WHY_NOISE || kind == WHY_TEXT || kind == WHY_TABLES;
}

/* Compressed data is noise behind a beginning; and what is behind a beginning is its own. */
static bool same_run(const struct why_run *run, const struct why_look *look)
{
	if (look->type)
		return look->type == run->type;
	if (run->type)
		return foreign(look->kind);
	return look->kind == run->kind;
}

static void stride_note(struct why_pages *pages, bool bad, u64 off)
{
	u32 i;

	for (i = 0; i < WHY_STRIDES; i++)
		pages->stride[bad][i][off / PLOG_PAGE & ((2u << i) - 1)]++;
}

void plog_why_good(struct why_pages *pages, u64 off)
{
	pages->good++;
	stride_note(pages, false, off);
}

static void run_grow(struct why_pages *pages, u64 off, const struct why_look *look, size_t n)
{
	struct why_run *now = &pages->now;

	if (!pages->runs || now->off + now->len != off || !same_run(now, look)) {
		*now = (struct why_run){ .off = off, .kind = look->kind, .type = look->type };
		pages->runs++;
	}
	now->len += n;
	if (pages->runs <= WHY_RUNS)
		pages->run[pages->runs - 1] = *now;
}

static void look_count(struct why_pages *pages, u64 off, const struct why_look *look, size_t n)
{
	run_grow(pages, off, look, n);
	if (look->kind == WHY_REPEATED && !pages->kind[WHY_REPEATED])
		pages->word = look->word;
	if (pages->now.type)
		pages->typed++;
	else
		pages->kind[look->kind]++;
	pages->bad++;
	stride_note(pages, true, off);
}

void plog_why_bad(struct why_pages *pages, u64 off, const u8 *p, size_t n)
{
	struct why_look look;

	plog_why_page(&look, p, n);
	look_count(pages, off, &look, n);
}

void plog_why_worn(struct why_pages *pages, u64 off, const u8 *p, size_t n)
{
	struct why_look look;

	plog_why_page(&look, p, n);
	if (foreign(look.kind) || look.kind == WHY_BIASED)
		look = (struct why_look){ .kind = WHY_WORN };
	look_count(pages, off, &look, n);
}
