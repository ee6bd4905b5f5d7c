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

#include "core/record_seal.h"
#include "alive.h"
#include "crc32c.h"
#include "lane.h"
#include "lock.h"

#define TRIES		8	/* a debugger that steps never gets through */
#define RECORD_MAX	4096u	/* longer ones would be started over too often */

static bool crc_by_instruction;

__attribute__((constructor)) static void crc_choose(void)
{
	crc_by_instruction = plog_crc32c_instruction();
}

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

/* The thread may be moved between any two of these; the sequence notices. */
static __always_inline int cpu_append(struct plog_instance *in, void *rec, u32 len,
				      struct plog_head *head, struct plog_place *p,
				      plog_crc_fn crc32c)
{
	struct plog_window *win = &in->map.win;
	struct plog_rseq *rs = plog_thread.rseq;
	u32 tries;

	for (tries = 0; tries < TRIES; tries++) {
		u32 cpu = plog_load(&rs->cpu_id), bytes;
		struct plog_lane *lane;
		u64 cursor;

		if (cpu >= win->cpu_lanes)
			return -EAGAIN;
		lane = plog_window_lane(win, cpu);
		cursor = plog_load(&lane->cursor);
		if (__builtin_expect(!plog_place_find(win, cursor, len, head, p), 0)) {
			int ret = cpu_lease(in, cpu, cursor);

			if (ret && ret != -EAGAIN)
				return ret == -EBUSY ? -EAGAIN : ret;
			continue;
		}
		bytes = plog_record_seal_by(rec, len, head, p->seed, crc32c);
		if (!plog_rseq_commit(rs, cpu, &lane->cursor, cursor, p->next, p->at, rec,
				      bytes / sizeof(u64)))
			return (int)bytes;
	}
	return -EAGAIN;
}

int plog_lane_cpu_append(struct plog_instance *in, void *rec, u32 len, struct plog_head *head,
			 struct plog_place *p)
{
	if (__builtin_expect(!plog_thread.rseq, 0))
		plog_thread.rseq = plog_rseq_meet();
	if (!in->map.win.cpu_lanes || plog_thread.rseq == PLOG_RSEQ_NONE || len > RECORD_MAX)
		return -EAGAIN;
	if (__builtin_expect(crc_by_instruction, 1))
		return cpu_append(in, rec, len, head, p, plog_crc32c_inline);
	return cpu_append(in, rec, len, head, p, plog_crc32c);
}
