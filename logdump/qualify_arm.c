// SPDX-License-Identifier: BSD-2-Clause
/*
 * Putting the pattern into a window, and taking it out again.
 *
 * Its chunks are leased on a shared lane, one after the other, as for records;
 * each, once the lane has gone on, is held by a lease word of a generation that
 * none can be greater than, so that nobody who comes there later takes it
 * (kmod/core/lease.c, chunk_take()), and is marked protected, so that nobody
 * tries. The word names no lane: the module's sweep, which cleans what a lane has
 * left behind, passes it by, and the lines that are to stay dirty do.
 *
 * Heads are dated as old as the boot itself: at the next attach its real chunks
 * are the newer ones, and get the protection.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "core/barrier.h"
#include "lock.h"
#include "qualify.h"
#include "window.h"

#define GUARD PLOG_LEASE((1ULL << 47) - 1, 0xffff)
#define LANE_TRIES 200 /* of 10 ms */

static void pause_ms(long ms)
{
	const struct timespec pause = { 0, ms * 1000000 };

	nanosleep(&pause, NULL);
}

static struct plog_lane *lane_take(const struct plog_window *win, u32 *index)
{
	u32 i, tries;

	for (tries = 0; tries < LANE_TRIES; tries++) {
		for (i = 0; i < win->shared_lanes; i++) {
			*index = win->cpu_lanes + i;
			if (plog_lock_try(&plog_window_lane(win, *index)->lock) >= 0)
				return plog_window_lane(win, *index);
		}
		pause_ms(10);
	}
	return NULL;
}

/* Was it leased, and nothing written to it: an earlier pattern's, as a rule? */
static bool chunk_empty(const struct plog_window *win, u32 index)
{
	return plog_why_blank(plog_window_chunk(win, index) + sizeof(struct plog_chunk),
			      win->geo.chunk_size - sizeof(struct plog_chunk), 0);
}

/* Has somebody read the log in a chunk, if there is any? */
static bool chunk_free(const struct plog_window *win, u32 index)
{
	u32 boot = plog_load(&plog_window_slot(win, index)->boot);
	struct plog_boot b;

	if (!boot || chunk_empty(win, index))
		return true;
	return boot != win->boot &&
	       plog_boot_find(win->base, &win->geo, win->salt, boot, &b) >= 0 &&
	       b.state.harvest == PLOG_HARVEST_DONE;
}

static bool chunk_protected(const struct plog_window *win, u32 index)
{
	return plog_load(&plog_window_slot(win, index)->flags) & PLOG_SLOT_PROTECTED;
}

/* The chunk of the next lease, if nobody is faster. */
static u32 chunk_next(const struct plog_window *win)
{
	u64 gen = plog_load(&win->ctl->next_gen);
	u32 i, index = 0;

	for (i = 0; i < win->geo.chunk_count; i++) {
		index = (u32)((gen + i) % win->geo.chunk_count);
		if (!chunk_protected(win, index))
			break;
	}
	return index;
}

static void span_add(struct qualify_plan *plan, u64 gen)
{
	if (plan->count && plan->spans[plan->count - 1].last + 1 == gen)
		plan->spans[plan->count - 1].last = gen;
	else if (plan->count < QUALIFY_SPANS)
		plan->spans[plan->count++] = (struct qualify_span){ gen, gen };
}

static bool chunk_hold(struct plog_window *win, u64 gen, u32 lane)
{
	struct plog_slot *slot = plog_window_slot(win, (u32)(gen % win->geo.chunk_count));
	u64 word = PLOG_LEASE(gen, lane);

	plog_store(&slot->flags, plog_load(&slot->flags) | PLOG_SLOT_PROTECTED);
	if (plog_cas64(&slot->lease, word, GUARD))
		return true;
	plog_store(&slot->flags, plog_load(&slot->flags) & ~PLOG_SLOT_PROTECTED);
	return false;
}

static void chunk_release(struct plog_slot *slot)
{
	plog_store(&slot->flags, plog_load(&slot->flags) & ~PLOG_SLOT_PROTECTED);
	plog_store_release(&slot->lease, 0);
}

/* The last boot's chunks were protected when it attached, an earlier pattern's too. */
static void empty_unprotect(const struct plog_window *win)
{
	u32 i;

	for (i = 0; i < win->geo.chunk_count; i++) {
		struct plog_slot *slot = plog_window_slot(win, i);

		if (chunk_protected(win, i) && plog_load(&slot->lease) != GUARD &&
		    chunk_empty(win, i))
			plog_store(&slot->flags, plog_load(&slot->flags) & ~PLOG_SLOT_PROTECTED);
	}
}

/* What the running lanes need to find a chunk always, and a quarter for its log. */
static u32 chunks_wanted(const struct plog_window *win)
{
	u32 count = win->geo.chunk_count, needed = 2 * win->lanes + 2, i;

	if (needed < count / 4)
		needed = count / 4;
	for (i = 0; i < count; i++)
		needed += chunk_protected(win, i);
	return needed < count ? count - needed : 0;
}

/**
 * struct take - chunks that are being taken
 * @win:	window
 * @lane:	lane that leases them, the caller's alone
 * @index:	its number
 * @old:	for heads of the pattern's chunks, but for the first one: its lease also
 *		says until when the lane has written to the chunk before
 */
struct take {
	struct plog_window *win;
	struct plog_lane *lane;
	u32 index;
	struct plog_instant old;
};

static int take_one(struct take *t, bool old)
{
	struct plog_lease ask = { .lane = t->index, .cursor = plog_load(&t->lane->cursor) };

	plog_clock_instant(t->win->clock, &ask.now);
	if (old)
		ask.now = t->old;
	return plog_lease(t->win, &ask);
}

/* The lane stays in the last one, which is therefore not the pattern's. */
static int take_run(struct take *t, struct qualify_plan *plan, u32 want, bool force, u32 *kept)
{
	u32 taken = 0;
	u64 gen = 0;
	int ret = 0;

	while (!ret && taken < want && plan->count < QUALIFY_SPANS) {
		if (!force && !chunk_free(t->win, chunk_next(t->win))) {
			*kept = want - taken;
			break;
		}
		ret = take_one(t, gen != 0);
		if (!ret && gen && chunk_hold(t->win, gen, t->index)) {
			span_add(plan, gen);
			taken++;
		}
		gen = PLOG_CURSOR_GEN(plog_load(&t->lane->cursor));
	}
	return taken || !ret || ret == -ENOSPC ? (int)taken : ret;
}

int qualify_take(struct plog_map *map, struct qualify_plan *plan, bool force, u32 *kept)
{
	struct plog_window *win = &map->win;
	struct take t = { .win = win };
	struct plog_boot own;
	int ret;

	plan->geo = win->geo;
	plan->count = 0;
	*kept = 0;
	if (plog_boot_find(win->base, &win->geo, win->salt, win->boot, &own) < 0)
		return -EIO;
	t.old.counter = plog_get64(own.ident.start.counter);
	t.old.mono = plog_get64(own.ident.start.mono);
	t.lane = lane_take(win, &t.index);
	if (!t.lane)
		return -EBUSY;
	empty_unprotect(win);
	ret = take_run(&t, plan, chunks_wanted(win), force, kept);
	plog_lock_release(&t.lane->lock);
	/* The sweep sees the lane leave these chunks now, and not while they are written. */
	plog_map_sync(map);
	return ret;
}

static void line_put(u8 *base, const struct qualify_plan *plan, u64 off, u32 round)
{
	u64 line[PLOG_LINE / 8];

	qualify_line_make(plan->seed, off, round, line);
	plog_put(base + off, line, sizeof(line));
}

static void head_put(u8 *base, const struct qualify_plan *plan, const struct qualify_page *page,
		     u32 round)
{
	struct qualify_head head;

	qualify_head_make(plan, page, round, &head);
	plog_put(base + page->off + PLOG_LINE, &head, sizeof(head));
	plog_clean(base + page->off + PLOG_LINE, sizeof(head));
}

static void page_put(u8 *base, const struct qualify_plan *plan, const struct qualify_page *page,
		     u32 round)
{
	u32 line;

	for (line = page->first ? 2 : 0; line < QUALIFY_LINES; line++)
		if (line != 1)
			line_put(base, plan, page->off + line * PLOG_LINE, round);
	head_put(base, plan, page, round);
}

/* Round 0 of all pages is in memory before round 1 of any is written. */
void qualify_write(struct plog_map *map, const struct qualify_plan *plan)
{
	struct qualify_page page;
	u32 class;
	u64 k;

	for (k = 0; qualify_page(plan, k, &page); k++) {
		page_put(map->base, plan, &page, 0);
		plog_clean(map->base + page.off, PLOG_PAGE);
	}
	plog_fence();
	for (class = 0; class < QUALIFY_CLASSES; class ++) {
		for (k = 0; qualify_page(plan, k, &page); k++) {
			if (page.class != class)
				continue;
			page_put(map->base, plan, &page, 1);
			if (class != QUALIFY_DIRTY)
				plog_clean(map->base + page.off, PLOG_PAGE);
			if (class == QUALIFY_FENCED)
				plog_fence();
		}
	}
}

void qualify_dirty(struct plog_map *map, const struct qualify_plan *plan, u32 round)
{
	u64 k, stride = qualify_stride(plan);
	struct qualify_page page;
	u32 line;

	for (k = 2; qualify_page(plan, k, &page); k += stride) {
		u64 *at = (u64 *)(void *)(map->base + page.off);

		for (line = page.first ? 2 : 0; line < QUALIFY_LINES; line++)
			if (line != 1)
				plog_store(&at[line * PLOG_LINE / 8],
					   plog_set64(qualify_round_word(round)));
		head_put(map->base, plan, &page, round);
	}
	plog_fence();
}

static void chunk_wipe(struct plog_window *win, u64 gen)
{
	u32 index = (u32)(gen % win->geo.chunk_count), from = sizeof(struct plog_chunk);
	struct plog_slot *slot = plog_window_slot(win, index);
	u8 *chunk = plog_window_chunk(win, index);
	u64 word = plog_load_acquire(&slot->lease);
	struct plog_chunk head;

	if ((word && word != GUARD) || (!word && !plog_cas64(&slot->lease, 0, GUARD)))
		return;
	memcpy(&head, chunk, sizeof(head));
	if (!plog_chunk_check(&head, &win->geo, win->salt, index) && !slot->boot) {
		from = 0; /* it was lost, or the window is another one by now */
	} else if (plog_get64(head.gen) != gen) {
		plog_store_release(&slot->lease, word);
		return;
	}
	plog_zero(chunk + from, win->geo.chunk_size - from);
	plog_clean(chunk, win->geo.chunk_size);
	plog_fence();
	chunk_release(slot);
}

void qualify_wipe(struct plog_map *map, const struct qualify_plan *plan)
{
	struct plog_window *win = &map->win;
	u64 gen;
	u32 i;

	if (win->geo.chunk_count != plan->geo.chunk_count ||
	    win->geo.chunk_size != plan->geo.chunk_size)
		return;
	for (i = 0; i < plan->count; i++)
		for (gen = plan->spans[i].first; gen <= plan->spans[i].last; gen++)
			chunk_wipe(win, gen);
}
