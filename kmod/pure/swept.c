// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "swept.h"
#include "../core/barrier.h"

static void chunk_clean(const struct plog_window *win, u64 gen, u32 from, u32 to)
{
	u32 size = win->geo.chunk_size;

	if (to > size)
		to = size;
	if (from < to)
		plog_clean(plog_window_chunk(win, plog_mod64(gen, win->geo.chunk_count)) + from,
			   to - from);
}

/* The chunks that the lane took and left between two of its cursors. */
static void passed_clean(const struct plog_window *win, u32 lane, u64 old, u64 new)
{
	u64 gen = old + 1, count = win->geo.chunk_count;

	if (new > count && gen < new - count)
		gen = new - count;
	for (; gen < new; gen++) {
		const struct plog_slot *slot = plog_window_slot(win, plog_mod64(gen, (u32)count));

		if (plog_load(&slot->lease) == PLOG_LEASE(gen, lane))
			chunk_clean(win, gen, 0, ~0u);
	}
}

bool plog_swept_clean(const struct plog_window *win, u32 lane, u64 *swept)
{
	u64 old = *swept, new = plog_load_acquire(&plog_window_lane(win, lane)->cursor);
	u64 old_gen = PLOG_CURSOR_GEN(old), new_gen = PLOG_CURSOR_GEN(new);

	if (new == old)
		return false;
	if (new_gen == old_gen) {
		chunk_clean(win, new_gen, PLOG_CURSOR_OFF(old), PLOG_CURSOR_OFF(new));
	} else {
		if (old)
			chunk_clean(win, old_gen, PLOG_CURSOR_OFF(old), ~0u);
		passed_clean(win, lane, old_gen, new_gen);
		chunk_clean(win, new_gen, 0, PLOG_CURSOR_OFF(new));
	}
	*swept = new;
	return true;
}
