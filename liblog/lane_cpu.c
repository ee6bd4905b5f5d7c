// SPDX-License-Identifier: BSD-2-Clause
/*
 * The lanes of CPUs: no lock, no locked instruction; lane.c has the essay.
 *
 * A record is sealed for the place behind the cursor, in private memory. Then one
 * restartable sequence checks that the thread is on the lane's CPU and the cursor
 * where it was, copies, and stores the new cursor. Who is preempted, moved or
 * interrupted by a signal in it starts over, with a new time stamp.
 *
 * Only leases need a lock, the lane's own, so that no two finish the same lease.
 * Its holder may be moved to another CPU meanwhile: it publishes the chunk by a
 * restartable sequence as well, which then fails, and the next one on the lane
 * finishes. Who does not get the lock goes to a shared lane.
 */
#include <errno.h>

#include "alive.h"
#include "lane.h"
#include "lock.h"

#define TRIES 8 /* a debugger that steps never gets through */

static bool cpu_publish(u32 lane, u64 *cursor, u64 expect, u64 next)
{
	return !plog_rseq_commit(plog_thread.rseq, lane, cursor, expect, next, NULL, NULL, 0);
}

/* Another chunk for a lane whose cursor was @seen. */
__attribute__((noinline)) static int cpu_lease(struct plog_instance *in, u32 cpu, u64 seen)
{
	struct plog_window *win = &in->map.win;
	struct plog_lane *lane = plog_window_lane(win, cpu);
	struct plog_lease ask = { .lane = cpu, .publish = cpu_publish };
	int ret = -EAGAIN;

	if (plog_lock_try(&lane->lock) < 0)
		return -EBUSY;
	ask.cursor = plog_load_acquire(&lane->cursor);
	if (ask.cursor == seen) {
		plog_clock_instant(win->clock, &ask.now);
		ret = plog_lease(win, &ask);
	}
	plog_lock_release(&lane->lock);
	plog_alive_note(in);
	return ret;
}

/* The thread may be moved between any two lines of this; the sequence notices. */
int plog_lane_cpu_put(struct plog_instance *in, struct plog_draft *d)
{
	struct plog_window *win = &in->map.win;
	struct plog_rseq *rs = plog_thread.rseq;
	u32 tries;

	if (rs == &plog_rseq_unmet)
		rs = plog_thread.rseq = plog_rseq_meet();
	for (tries = 0; tries < TRIES; tries++) {
		u32 cpu = plog_load(&rs->cpu_id);
		struct plog_place p;
		struct plog_lane *lane;
		u64 cursor;

		if (cpu >= win->cpu_lanes)
			return -EAGAIN;
		lane = plog_window_lane(win, cpu);
		/*
		 * LMM(lane_cpu_put:A): the slot is what it was for this cursor, even if the
		 * thread is on another CPU just now; pairs with LMM(rseq_commit:A)
		 */
		cursor = plog_load_acquire(&lane->cursor);
		if (!plog_place_find(win, cursor, d->len, (u32)(d->ids >> 56), &p)) {
			int ret = cpu_lease(in, cpu, cursor);

			if (ret && ret != -EAGAIN)
				return ret == -EBUSY ? -EAGAIN : ret;
			continue;
		}
		plog_record_seal_by(d->rec, d->len, d->ids, p.dt, p.seed, plog_crc32c);
		d->at = p.at;
		d->dt = p.dt;
		if (!plog_rseq_commit(rs, cpu, &lane->cursor, cursor, p.next, p.at, d->rec,
				      plog_record_padded(d->len) / sizeof(u64)))
			return 0;
	}
	return -EAGAIN;
}
