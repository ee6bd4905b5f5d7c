// SPDX-License-Identifier: BSD-2-Clause
/*
 * What is left of a pattern: every line of every page is looked at where it was
 * put, or where all of them have moved to.
 */
#include <stdlib.h>
#include <string.h>

#include "qualify.h"
#include "scan.h"

#define SHIFTS 16

/**
 * struct judge - work on a window
 * @plan:	what was armed
 * @mem:	what was found
 * @size:	bytes of it
 * @result:	being filled in
 * @round:	greatest round of any head
 * @run_off:	where the stretch of good pages that is growing starts
 * @run_len:	its bytes
 */
struct judge {
	const struct qualify_plan *plan;
	const u8 *mem;
	u64 size;
	struct qualify_result *result;
	u32 round;
	u64 run_off;
	u64 run_len;
};

/* How far most of the heads are from their place. */
static int64_t shift_find(struct judge *j)
{
	struct {
		int64_t shift;
		u64 votes;
	} list[SHIFTS];
	struct qualify_head head;
	u32 n = 0, i, best = 0;
	u64 off;

	for (off = 0; off + PLOG_PAGE <= j->size; off += PLOG_PAGE) {
		if (!qualify_head_check(j->mem + off + PLOG_LINE, &head) ||
		    head.seed != j->plan->seed)
			continue;
		if (head.round > j->round)
			j->round = head.round;
		for (i = 0; i < n && list[i].shift != (int64_t)(off - head.off); i++)
			;
		if (i == SHIFTS)
			continue;
		if (i == n) {
			list[n].shift = (int64_t)(off - head.off);
			list[n++].votes = 0;
		}
		if (++list[i].votes > list[best].votes)
			best = i;
	}
	return n ? list[best].shift : 0;
}

/* The next boot's log goes on beside the pattern, and may have come to this chunk. */
static bool reused(const struct judge *j, const struct qualify_page *page)
{
	struct plog_chunk head;

	if (j->result->shift)
		return false;
	memcpy(&head, j->mem + page->chunk, sizeof(head));
	return scan_near(plog_get64(head.magic), PLOG_MAGIC_CHUNK_KEY) &&
	       plog_get64(head.gen) > page->gen &&
	       plog_get64(head.gen) % j->plan->geo.chunk_count ==
		       page->gen % j->plan->geo.chunk_count;
}

/* The least round that counts as kept. */
static u32 round_wanted(const struct judge *j, const struct qualify_page *page, const u8 *p)
{
	struct qualify_head head;

	if (page->class != QUALIFY_DIRTY)
		return 1;
	if (qualify_head_check(p + PLOG_LINE, &head) && head.seed == j->plan->seed)
		return head.round;
	/* Its own was being written: all lines are of the round before, or of that. */
	return j->round > 1 ? j->round - 1 : 1;
}

static void page_lines(struct judge *j, const struct qualify_page *page, const u8 *p,
		       struct qualify_count *count)
{
	u32 want = round_wanted(j, page, p), line, round;

	for (line = page->first ? 2 : 0; line < QUALIFY_LINES; line++) {
		if (line == 1)
			continue;
		count->lines++;
		if (!qualify_line_read(j->plan->seed, page->off + line * PLOG_LINE,
				       p + line * PLOG_LINE, &round, &j->result->bits))
			count->lost++;
		else if (round >= want)
			count->kept++;
		else
			count->stale++;
	}
}

static void run_end(struct judge *j)
{
	if (j->run_len > j->result->best_len) {
		j->result->best_off = j->run_off;
		j->result->best_len = j->run_len;
	}
	j->run_len = 0;
}

/* Metadata and other chunks between two good pages are no reason to stop. */
static void run_grow(struct judge *j, u64 off)
{
	if (!j->run_len || off < j->run_off)
		run_end(j);
	if (!j->run_len)
		j->run_off = off;
	j->run_len = off + PLOG_PAGE - j->run_off;
}

/*
 * An attach that finds no window clears the heads of its chunks: a page of noise, or of
 * decay, would be no longer one. What is behind the head stands for it.
 */
static void page_bad(struct judge *j, const struct qualify_page *page, const u8 *p)
{
	u8 behind[PLOG_PAGE];

	memcpy(behind, p, sizeof(behind));
	if (page->first && plog_why_blank(p, sizeof(struct plog_chunk), 0))
		memcpy(behind, p + sizeof(struct plog_chunk), sizeof(struct plog_chunk));
	plog_why_bad(&j->result->pages, page->off, behind, sizeof(behind));
}

static void page_judge(struct judge *j, const struct qualify_page *page)
{
	struct qualify_count count = { 0, 0, 0, 0 }, *sum = &j->result->count[page->class];
	u64 at = page->off + (u64)j->result->shift;
	const u8 *p = j->mem + at;

	if (at > j->size || j->size - at < PLOG_PAGE)
		return;
	if (reused(j, page)) {
		j->result->reused++;
		return;
	}
	page_lines(j, page, p, &count);
	sum->lines += count.lines;
	sum->kept += count.kept;
	sum->stale += count.stale;
	sum->lost += count.lost;
	if (2 * count.lost < count.lines) {
		j->result->stray += count.lost;
		plog_why_good(&j->result->pages, page->off);
		run_grow(j, page->off);
	} else {
		page_bad(j, page, p);
		run_end(j);
	}
}

static int by_offset(const void *a, const void *b)
{
	const struct qualify_page *x = a, *y = b;

	return x->off < y->off ? -1 : x->off > y->off;
}

void qualify_judge(const struct qualify_plan *plan, const u8 *mem, u64 size,
		   struct qualify_result *result)
{
	struct judge j = { .plan = plan, .mem = mem, .size = size, .result = result };
	u64 n = qualify_pages(plan), k, found = 0;
	struct qualify_page *pages = calloc(n ? n : 1, sizeof(*pages));

	result->shift = shift_find(&j);
	while (pages && found < n && qualify_page(plan, found, &pages[found]))
		found++;
	/* Runs of lost pages grow in the order of their addresses. */
	if (pages)
		qsort(pages, found, sizeof(*pages), by_offset);
	for (k = 0; k < found; k++)
		page_judge(&j, &pages[k]);
	run_end(&j);
	free(pages);
}
