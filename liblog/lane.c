// SPDX-License-Identifier: BSD-2-Clause
/*
 * Lanes: how a finished record gets into the window.
 *
 * Structures. A lane is a cursor in the control plane: a generation and an
 * offset in that generation's chunk. Each CPU has one (lane_cpu.c, and its common
 * case, lane_hot.h), which its writers share by restartable sequences. Whoever
 * cannot, for want of rseq(2) or of a lane for his CPU, after eight aborts (a
 * debugger that steps) or with a record over 4 KiB, takes a shared lane
 * (lane_shared.c), which has a lock that the kernel releases when its holder dies.
 *
 * Vocabulary.
 *
 *   draft	a record in its writer's own memory, not sealed
 *   sealed	complete, valid at one offset of one generation only
 *   put	its bytes are in the window, behind the cursor
 *   committed	the cursor stands behind it
 *   cleaned	its cache lines are on their way to memory
 *   durable	they are there
 *
 * Protocol: take the time stamp, seal, put, commit; then clean, and fence, as the
 * severity asks. On a shared lane up to the commit under its lock; on a CPU's lane
 * put and commit are one restartable sequence, which first checks that the thread
 * is on that CPU and the cursor where it was, and is started over, with a new time
 * stamp, when the thread was preempted, moved or interrupted by a signal in it.
 *
 * Why copy, then commit. Until the cursor moves nobody else's record depends on
 * the bytes behind it, so a writer that dies anywhere leaves a lane that the next
 * one can use as it is: nothing to repair, no hole, and nobody who comes back
 * late and scribbles over what is newer. A lock whose owner died is a lock.
 *
 * Why clean after the commit, and after the unlock. The cursor is volatile: a
 * reset erases it, and the reader finds records by their CRC, not by it. So the
 * order between commit and clean is invisible to recovery; what counts is that
 * both come before plog() returns, and that a record's line is not stored to
 * again after it was cleaned, which PLOG_ATTR_CLOSED sees to. A clean in front of
 * the unlock would be waited for by the unlock's locked instruction (100 to 180
 * ns on x86) while others queue for the lane. If the writer is killed in between,
 * the sweep cleans what it committed, within 1 ms.
 *
 * Who is cleaned when (enum plog_flush of the window):
 *
 *   LADDER	WARNING and worse: cleaned here, its line closed; CRIT and worse:
 *		fenced as well; the others: by the module's sweep
 *   EAGER	all cleaned here, since nobody sweeps. Only WARNING and worse close
 *		their line: closing each would double the size of short records, and
 *		what it saves is a stall of some 150 ns in the next one on the line
 *   WC		nothing to clean; WARNING and worse drain the combining buffers
 *   NONE	nothing
 *
 * Crashes. "Kill" is a SIGKILL, the machine goes on; "reset" takes all at once.
 *
 *   instant		bytes left			what comes of it
 *   in the draft	none				no record
 *   lease, half done	see core/lease.c		finished by the next on the lane
 *   preempted in put	as a kill			CPU's lane: done again, perhaps on
 *							another CPU. Between the last store
 *							and the commit only, and if nobody
 *							logs on that CPU until the machine
 *							dies, the reader finds the record
 *							twice, with two time stamps
 *   in put, kill	a prefix behind the cursor	overwritten by the next record;
 *							until then not valid: the CRC
 *   put, kill		a whole record, not committed	overwritten likewise; a reader
 *							that comes before finds it, and
 *							it is what the caller logged
 *   in put, reset	lines of it, in any order	not valid, unless all came
 *   committed, reset	INFO: what was evicted or	valid if all lines came; else the
 *			swept so far			reader goes on behind it
 *   cleaned, reset	WARNING: in flight; lost only	likewise
 *			if power goes within ~100 ns
 *   fenced, reset	all of it			valid
 *
 * The bytes behind the last record of a chunk are an earlier lap's, whose seed
 * was another: they are not valid in this generation.
 *
 * Signals. A handler that interrupts a writer aborts its sequence, or finds the
 * shared lane locked and takes the next one. fork: the child's locks are not its parent's; a fork from within a
 * handler that interrupted plog() makes both commit the same record to the same
 * place, which is harmless. exec: the kernel releases what the thread held.
 *
 * Wrap. A cursor holds 48 bits of generation: at a million chunks a second it
 * lasts nine years, and the lease refuses to go on. A cursor never returns to an
 * earlier value, so there is no ABA. Time stamps hold 48 bits over the chunk's
 * base (26 hours of a 3 GHz counter): beyond, the lane takes a new chunk.
 *
 * Memory ordering
 *
 *   LMM(lane_append:A)	release store of the cursor: whoever reads it sees slot and
 *			chunk as they were for it. Pairs with the acquiring loads in
 *			core/lease.c and in the module's sweep
 *   LMM(lane_take:A)	taking a lock acquires what its last holder did; pairs with
 *			LMM(plog_lane_shared_put:A)
 *   LMM(lane_after:A)	cursor stored, then @sweeping loaded; the sweep stores
 *			@sweeping 0, then loads the cursors: one of both must see the
 *			other. Nothing here waits for the store, which may lag behind the
 *			load; so the sweep looks once more a period after it stored 0,
 *			before it really sleeps
 *   LMM(rseq_commit:A)	the cursor's store is the last of the sequence and releases the
 *			record: the sweep, on another CPU, must not clean less than it
 *			sees committed. Pairs with LMM(lane_cpu_put:A) too
 *   LMM(lane_cpu_put:A)	cursor loaded, then the slot that its generation leads to: a
 *			thread that is on another CPU just now must not see an older slot
 *
 * Durability
 *
 *   PMO(lane_flush:A)	record cleaned before plog() returns (WARNING and worse)
 *   PMO(lane_flush:B)	and fenced (CRIT and worse)
 *   The dictionary's entries are in memory before a record names them: the insert
 *   fences, PMO(dict_put:A) in core/dict.c. So is a chunk's head before its records,
 *   PMO(plog_lease:D) in core/lease.c: else records of the new lap could be in memory
 *   behind a head of the old one, and what they overwrote would not be told.
 */
#include <errno.h>

#include "lane_hot.h"

/* Everything that is not the common case. */
__attribute__((noinline)) int plog_lane_put_slow(struct plog_instance *in, u64 *rec, u32 len,
						 u64 ids)
{
	struct plog_draft d = { .rec = rec, .len = len, .ids = ids };
	int ret = -EAGAIN;

	if (len <= PLOG_HOT_MAX)
		ret = plog_lane_cpu_put(in, &d);
	if (ret == -EAGAIN)
		ret = plog_lane_shared_put(in, &d);
	if (ret == -ENOSPC)
		plog_count(&in->map.win.ctl->dropped_full, 1);
	if (!ret)
		lane_after(in, d.at, len, d.dt, (u32)(ids >> 56) & PLOG_ATTR_LEVEL);
	return ret;
}

int plog_lane_put(struct plog_instance *in, u64 *rec, u32 len, u64 ids)
{
	return lane_hot_put(in, rec, len, ids);
}

void plog_lane_prepare(struct plog_instance *in)
{
	const struct plog_window *win = &in->map.win;
	struct plog_hot *hot = &in->hot;
	u32 flush = in->map.flush;

	hot->base = win->base;
	hot->lanes = plog_window_lane(win, 0);
	hot->slots = plog_window_slot(win, 0);
	hot->chunk_size = win->geo.chunk_size;
	hot->clock = win->clock;
	/* Without the CRC instruction nothing is hot. */
	hot->cpu_lanes = plog_crc32c_instruction() ? win->cpu_lanes : 0;
	hot->closing = flush == PLOG_FLUSH_LADDER || flush == PLOG_FLUSH_EAGER ? PLOG_WARNING : -1;
}
