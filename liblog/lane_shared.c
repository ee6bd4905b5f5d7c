// SPDX-License-Identifier: BSD-2-Clause
/*
 * The shared lanes: one writer at a time, under a lock that dies with it. For
 * whoever has no lane of a CPU; lane.c has the essay.
 */
#include <errno.h>

#include "alive.h"
#include "lane.h"
#include "lock.h"

#define TAKE_ROUNDS	3	/* over all lanes before a record is dropped */
#define TAKE_PAUSES	32	/* after the first, doubled each time: some µs in all */
static void relax(unsigned int n)
{
	while (n--) {
#if defined(__x86_64__) || defined(__i386__)
		__builtin_ia32_pause();
#elif defined(__aarch64__) || (defined(__ARM_ARCH) && __ARM_ARCH >= 7)
		__asm__ volatile("yield");
#else
		__asm__ volatile("");
#endif
	}
}

/*
 * The thread keeps the lane that it got: threads that log at the same time drift
 * apart and stay there. Returns NULL when all lanes are busy.
 */
static struct plog_lane *lane_take(const struct plog_window *win, u32 *index)
{
	u32 first = plog_thread.lane % win->shared_lanes, round, i;

	for (round = 0; round < TAKE_ROUNDS; round++) {
		for (i = 0; i < win->shared_lanes; i++) {
			u32 n = first + i;
			struct plog_lane *lane;
			int ret;

			if (n >= win->shared_lanes)
				n -= win->shared_lanes;
			lane = plog_window_lane(win, win->cpu_lanes + n);
			ret = plog_lock_try(&lane->lock); /* LMM(lane_take:A) */
			if (ret >= 0) {
				if (i)
					plog_thread.lane = n;
				*index = win->cpu_lanes + n;
				return lane;
			}
			if (ret != -EBUSY)
				return NULL;
		}
		if (round + 1 < TAKE_ROUNDS)
			relax(TAKE_PAUSES << round);
	}
	return NULL;
}

/* The caller has the lane. */
static int lane_append(struct plog_instance *in, u32 index, struct plog_draft *d)
{
	struct plog_window *win = &in->map.win;
	struct plog_lane *lane = plog_window_lane(win, index);
	u32 attr = (u32)(d->ids >> 56);
	struct plog_place p;

	if (!plog_place_find(win, plog_load(&lane->cursor), d->len, attr, &p)) {
		struct plog_lease ask = { .lane = index, .cursor = plog_load(&lane->cursor) };
		int ret;

		plog_clock_instant(win->clock, &ask.now);
		ret = plog_lease(win, &ask);
		if (ret)
			return ret;
		plog_alive_note(in);
		if (!plog_place_find(win, plog_load(&lane->cursor), d->len, attr, &p))
			return -ENOSPC;
	}
	plog_record_seal_by(d->rec, d->len, d->ids, p.dt, p.seed, plog_crc32c);
	plog_put(p.at, d->rec, plog_record_padded(d->len));
	d->at = p.at;
	d->dt = p.dt;
	plog_store_release(&lane->cursor, p.next); /* LMM(lane_append:A) */
	return 0;
}

int plog_lane_shared_put(struct plog_instance *in, struct plog_draft *draft)
{
	struct plog_window *win = &in->map.win;
	struct plog_lane *lane;
	u32 index;
	int ret;

	lane = lane_take(win, &index);
	if (!lane) {
		plog_count(&win->ctl->dropped_busy, 1);
		return -EBUSY;
	}
	ret = lane_append(in, index, draft);
	plog_lock_release(&lane->lock); /* LMM(plog_lane_shared_put:A) */
	return ret;
}
