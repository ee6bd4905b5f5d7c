// SPDX-License-Identifier: BSD-2-Clause
/* The pattern of plogctl qualify: which pages, and what is in them. */
#include <stddef.h>
#include <string.h>

#include "qualify.h"

/*
 * What is to stay in a cache has to fit there, beside what else is in it: 64 KiB,
 * over as much of the window as the rest.
 */
#define DIRTY_PAGES 16u
#define ROUND_BITS 20u
#define ROUND_MASK ((1u << ROUND_BITS) - 1)
#define STATIC_BITS (8 * (PLOG_LINE - 8))

static u64 span_chunks(const struct qualify_span *span)
{
	return span->last - span->first + 1;
}

u64 qualify_pages(const struct qualify_plan *plan)
{
	u64 chunks = 0;
	u32 i;

	for (i = 0; i < plan->count; i++)
		chunks += span_chunks(&plan->spans[i]);
	return chunks * (plan->geo.chunk_size / PLOG_PAGE);
}

u64 qualify_stride(const struct qualify_plan *plan)
{
	u64 pages = qualify_pages(plan);

	return pages / DIRTY_PAGES < 3 ? 3 : (pages + DIRTY_PAGES - 1) / DIRTY_PAGES;
}

static u32 class_of(u64 k, u64 stride)
{
	if (k % stride == 2)
		return QUALIFY_DIRTY;
	return k % stride % 2 ? QUALIFY_CLEANED : QUALIFY_FENCED;
}

bool qualify_page(const struct qualify_plan *plan, u64 k, struct qualify_page *page)
{
	u32 per = plan->geo.chunk_size / PLOG_PAGE, i;
	u64 chunk = k / per;

	for (i = 0; i < plan->count && chunk >= span_chunks(&plan->spans[i]); i++)
		chunk -= span_chunks(&plan->spans[i]);
	if (i == plan->count)
		return false;
	page->gen = plan->spans[i].first + chunk;
	page->chunk = plog_chunk_offset(&plan->geo, (u32)(page->gen % plan->geo.chunk_count));
	page->off = page->chunk + k % per * PLOG_PAGE;
	page->first = k % per == 0;
	page->class = class_of(k, qualify_stride(plan));
	return true;
}

void qualify_head_make(const struct qualify_plan *plan, const struct qualify_page *page, u32 round,
		       struct qualify_head *head)
{
	memset(head, 0, sizeof(*head));
	head->magic = plog_set64(QUALIFY_MAGIC_KEY ^ PLOG_MAGIC_MASK);
	head->seed = plog_set64(plan->seed);
	head->phys = plog_set64(plan->phys ? plan->phys + page->off : 0);
	head->off = plog_set64(page->off);
	memcpy(head->boot_id, plan->boot_id, sizeof(head->boot_id));
	head->round = plog_set32(round);
	head->class = plog_set32(page->class);
	head->crc = plog_set32(plog_crc32c(~0u, head, offsetof(struct qualify_head, crc)));
}

bool qualify_head_check(const u8 *p, struct qualify_head *head)
{
	memcpy(head, p, sizeof(*head));
	if (plog_get64(head->magic) != (QUALIFY_MAGIC_KEY ^ PLOG_MAGIC_MASK) ||
	    plog_get32(head->crc) != plog_crc32c(~0u, head, offsetof(struct qualify_head, crc)) ||
	    plog_get32(head->class) >= QUALIFY_CLASSES)
		return false;
	head->seed = plog_get64(head->seed);
	head->phys = plog_get64(head->phys);
	head->off = plog_get64(head->off);
	head->round = plog_get32(head->round);
	head->class = plog_get32(head->class);
	return true;
}

/* Sebastiano Vigna's splitmix64 as published: each input has an output of its own. */
static u64 mix(u64 x)
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

u64 qualify_round_word(u32 round)
{
	u64 r = round & ROUND_MASK;

	return r | r << ROUND_BITS | r << 2 * ROUND_BITS;
}

void qualify_line_make(u64 seed, u64 off, u32 round, u64 line[PLOG_LINE / 8])
{
	u32 i;

	line[0] = plog_set64(qualify_round_word(round));
	for (i = 1; i < PLOG_LINE / 8; i++)
		line[i] = plog_set64(mix(mix(seed) ^ (off + 8 * i)));
}

static void bits_compare(struct why_bits *bits, u64 want, u64 found)
{
	bits->ones += (u64)__builtin_popcountll(want);
	bits->ones_lost += (u64)__builtin_popcountll(want & ~found);
	bits->zeros += 64 - (u64)__builtin_popcountll(want);
	bits->zeros_lost += (u64)__builtin_popcountll(~want & found);
}

/* Each bit of the round as two of its three copies have it. */
static u32 round_of(u64 word)
{
	u64 a = word & ROUND_MASK, b = word >> ROUND_BITS & ROUND_MASK;
	u64 c = word >> 2 * ROUND_BITS & ROUND_MASK;

	return (u32)((a & b) | (a & c) | (b & c));
}

bool qualify_line_read(u64 seed, u64 off, const u8 *p, u32 *round, struct why_bits *bits)
{
	u64 want[PLOG_LINE / 8], found[PLOG_LINE / 8];
	struct why_bits line = { 0, 0, 0, 0 };
	u32 i;

	memcpy(found, p, PLOG_LINE);
	qualify_line_make(seed, off, 0, want);
	for (i = 1; i < PLOG_LINE / 8; i++)
		bits_compare(&line, plog_get64(want[i]), plog_get64(found[i]));
	if (line.ones_lost + line.zeros_lost > STATIC_BITS / 4)
		return false;
	*round = round_of(plog_get64(found[0]));
	bits_compare(&line, qualify_round_word(*round), plog_get64(found[0]));
	plog_why_bits_add(bits, &line);
	return true;
}
