// SPDX-License-Identifier: BSD-2-Clause
/* How fast a window is written, now and in the last minute. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "core/barrier.h"
#include "status.h"

#define RATE_SECONDS 60
#define SECOND 1000000000ULL
#define SAMPLE_NS (SECOND / 5)

static void pace_take(struct status_rate *rate, const struct plog_window *win)
{
	u64 now = plog_clock_monotonic(), oldest = now;
	u32 i;

	rate->seconds = RATE_SECONDS;
	for (i = 0; i < win->geo.chunk_count; i++) {
		struct plog_chunk head;
		u64 base;

		memcpy(&head, plog_window_chunk(win, i), sizeof(head));
		if (plog_window_slot(win, i)->flags & PLOG_SLOT_PROTECTED)
			continue;
		rate->room++;
		base = plog_get64(head.base_mono);
		if (!plog_chunk_check(&head, &win->geo, win->salt, i) ||
		    plog_get32(head.boot) != win->boot || base + RATE_SECONDS * SECOND < now)
			continue;
		rate->begun++;
		if (base < oldest)
			oldest = base;
	}
	/* All of them: the window went round in less than a minute. */
	if (rate->begun && rate->begun == rate->room)
		rate->seconds = (u32)((now - oldest) / SECOND) + 1;
}

u32 status_history(const struct status_rate *rate)
{
	return rate->begun ? (u32)((u64)rate->room * rate->seconds / rate->begun) : 0;
}

/* Records between two places of a chunk; those that are being overwritten do not validate. */
static void records_count(struct status_rate *rate, const struct plog_window *win, u64 gen,
			  u32 from, u32 to)
{
	u32 index = (u32)(gen % win->geo.chunk_count), off = from, len;
	u32 seed = plog_seed(win->salt, gen);
	const u8 *chunk = plog_window_chunk(win, index);

	if (to > win->geo.chunk_size)
		to = win->geo.chunk_size;
	while (off + PLOG_RECORD_HEAD <= to) {
		len = plog_record_check(chunk + off, to - off, seed ^ off);
		if (len) {
			rate->records++;
			rate->bytes += len;
			off += len +
			       (PLOG_RECORD_ALIGN - len % PLOG_RECORD_ALIGN) % PLOG_RECORD_ALIGN;
		} else {
			off += PLOG_RECORD_ALIGN;
		}
	}
}

static void lane_count(struct status_rate *rate, const struct plog_window *win, u64 old, u64 new)
{
	u64 a = PLOG_CURSOR_GEN(old), b = PLOG_CURSOR_GEN(new);

	if (!b || new == old)
		return;
	rate->now++;
	if (a == b) {
		records_count(rate, win, b, PLOG_CURSOR_OFF(old), PLOG_CURSOR_OFF(new));
		return;
	}
	if (a)
		records_count(rate, win, a, PLOG_CURSOR_OFF(old), win->geo.chunk_size);
	records_count(rate, win, b, sizeof(struct plog_chunk), PLOG_CURSOR_OFF(new));
}

/* Chunks that lanes took and left in between belong to lanes by their lease words. */
static void passed_count(struct status_rate *rate, const struct plog_window *win, const u64 *old,
			 const u64 *new, u64 first)
{
	u64 last = plog_load(&win->ctl->next_gen), word;
	u32 lane;

	if (last > win->geo.chunk_count && first < last - win->geo.chunk_count)
		first = last - win->geo.chunk_count;
	for (; first < last; first++) {
		word = plog_load(
			&plog_window_slot(win, (u32)(first % win->geo.chunk_count))->lease);
		lane = PLOG_LEASE_LANE(word);
		if (PLOG_LEASE_GEN(word) == first && lane < win->lanes &&
		    PLOG_CURSOR_GEN(old[lane]) != first && PLOG_CURSOR_GEN(new[lane]) != first)
			records_count(rate, win, first, sizeof(struct plog_chunk),
				      win->geo.chunk_size);
	}
}

void status_rate_take(struct status_rate *rate, const struct plog_window *win)
{
	const struct timespec pause = { 0, SAMPLE_NS };
	u64 *old = calloc(2 * (size_t)win->lanes + 1, sizeof(*old)), *new = old + win->lanes;
	u64 start = plog_clock_monotonic(), first = plog_load(&win->ctl->next_gen);
	double took;
	u32 i;

	memset(rate, 0, sizeof(*rate));
	for (i = 0; old && i < win->lanes; i++)
		old[i] = plog_load(&plog_window_lane(win, i)->cursor);
	nanosleep(&pause, NULL);
	for (i = 0; old && i < win->lanes; i++) {
		new[i] = plog_load(&plog_window_lane(win, i)->cursor);
		rate->used += PLOG_CURSOR_GEN(new[i]) != 0;
	}
	took = (double)(plog_clock_monotonic() - start) / SECOND;
	for (i = 0; old && i < win->lanes; i++)
		lane_count(rate, win, old[i], new[i]);
	if (old)
		passed_count(rate, win, old, new, first);
	rate->records /= took;
	rate->bytes /= took;
	free(old);
	pace_take(rate, win);
}
