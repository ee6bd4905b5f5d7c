// SPDX-License-Identifier: BSD-2-Clause
/*
 * Lanes: how a finished record gets into the window.
 *
 * Structures. A lane is a cursor in the control plane: a generation and an
 * offset in that generation's chunk. The shared lanes, which live here, each have
 * a lock that the kernel releases when its holder dies. (The lanes of the CPUs,
 * restartable sequences instead of locks, sit beside this file and share all of
 * it but lane_take() and lane_commit().)
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
 * Protocol, under the lane's lock: take the time stamp, seal, put, commit;
 * unlock; then clean, and fence, as the severity asks.
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
 * Signals. A handler that interrupts a writer finds the lane locked and takes
 * the next one. fork: the child's locks are not its parent's; a fork from within a
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
 *			LMM(lane_release:A)
 *   LMM(lane_kick:A)	cursor stored, then @sweeping loaded; the sweep stores
 *			@sweeping 0, then loads the cursors: one of both must see the
 *			other. On x86 the unlock's locked instruction between the two
 *			orders them; elsewhere a store may lag behind, so the sweep looks
 *			once more a period after it stored 0, before it really sleeps
 *
 * Durability
 *
 *   PMO(lane_flush:A)	record cleaned before plog() returns (WARNING and worse)
 *   PMO(lane_flush:B)	and fenced (CRIT and worse)
 *   The dictionary's entries are in memory before a record names them: the insert
 *   fences, PMO(dict_put:A) in core/dict.c. The chunk's head is cleaned by the
 *   lease, and no record depends on it.
 */
#include <errno.h>

#include "alive.h"
#include "flush.h"
#include "lane.h"
#include "lock.h"
#include "plog.h"
#include "thread.h"

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

/* The caller has the lane. Returns the bytes put, at @p, or negative errno. */
static int lane_append(struct plog_instance *in, u32 index, void *rec, u32 len,
		       struct plog_head *head, struct plog_place *p)
{
	struct plog_window *win = &in->map.win;
	struct plog_lane *lane = plog_window_lane(win, index);
	u32 bytes;

	if (!plog_place_find(win, plog_load(&lane->cursor), len, head, p)) {
		struct plog_lease ask = { .lane = index, .cursor = plog_load(&lane->cursor) };
		int ret;

		plog_clock_instant(win->clock, &ask.now);
		ret = plog_lease(win, &ask);
		if (ret)
			return ret;
		plog_alive_note(in);
		if (!plog_place_find(win, plog_load(&lane->cursor), len, head, p))
			return -ENOSPC;
	}
	bytes = plog_record_seal(rec, len, head, p->seed);
	plog_put(p->at, rec, bytes);
	plog_store_release(&lane->cursor, p->next); /* LMM(lane_append:A) */
	return (int)bytes;
}

/* A shared lane, under its lock. */
static int shared_append(struct plog_instance *in, void *rec, u32 len, struct plog_head *head,
			 struct plog_place *p)
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
	ret = lane_append(in, index, rec, len, head, p);
	plog_lock_release(&lane->lock); /* LMM(lane_release:A) */
	return ret;
}

static void lane_flush(const struct plog_map *map, const struct plog_place *p, u32 bytes,
		       u32 level)
{
	bool eager = level <= PLOG_WARNING;

	if (map->flush != PLOG_FLUSH_WC && (eager || map->flush == PLOG_FLUSH_EAGER))
		plog_clean_now(p->at, bytes); /* PMO(lane_flush:A) */
	if (level <= PLOG_CRIT || (eager && map->flush == PLOG_FLUSH_WC))
		plog_fence_now(); /* PMO(lane_flush:B) */
}

int plog_lane_write(struct plog_instance *in, void *rec, u32 len, struct plog_head *head)
{
	struct plog_map *map = &in->map;
	u32 level = head->attr & PLOG_ATTR_LEVEL, flush = map->flush;
	struct plog_place p;
	int ret;

	if (level <= PLOG_WARNING && (flush == PLOG_FLUSH_LADDER || flush == PLOG_FLUSH_EAGER))
		head->attr |= PLOG_ATTR_CLOSED;
	ret = plog_lane_cpu_append(in, rec, len, head, &p);
	if (__builtin_expect(ret == -EAGAIN, 0))
		ret = shared_append(in, rec, len, head, &p);
	if (__builtin_expect(ret < 0, 0)) {
		if (ret == -ENOSPC)
			plog_count(&map->win.ctl->dropped_full, 1);
		return ret;
	}
	if (__builtin_expect(head->dt > in->alive_dt, 0))
		plog_alive_note(in);
	if (flush != PLOG_FLUSH_NONE) {
		lane_flush(map, &p, (u32)ret, level);
		/* LMM(lane_kick:A) */
		if (flush == PLOG_FLUSH_LADDER && !plog_load(&map->win.ctl->sweeping))
			plog_map_kick(map);
	}
	return 0;
}
