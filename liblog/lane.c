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
 *   LMM(lane_commit:A)	release store of the cursor: whoever reads it sees slot and
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

#include "clock.h"
#include "lane.h"
#include "lock.h"
#include "plog.h"
#include "thread.h"

#define TAKE_ROUNDS	3	/* over all lanes before a record is dropped */
#define TAKE_PAUSES	32	/* after the first, doubled each time: some µs in all */
#define DT_BITS		48
#define SKEW_MAX	(1u << 24)	/* counts: milliseconds */

/* Where a record goes. */
struct place {
	u32 index;	/* chunk */
	u32 off;
	u64 next;	/* cursor behind it */
	u32 seed;
};

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

/*
 * The records of a thread have different, growing time stamps even if they are in
 * different lanes, on CPUs whose counters differ a little: so a merge by time
 * keeps their order. A clock that went back by more than such a difference (a
 * virtual machine was restored) is believed.
 */
static u64 stamp_take(u32 clock)
{
	u64 now = plog_clock_counter(clock);

	if (now <= plog_thread.last && plog_thread.last - now < SKEW_MAX)
		now = plog_thread.last + 1;
	plog_thread.last = now;
	return now;
}

/*
 * Find the place behind the cursor. The control plane is shared, so its numbers
 * are believed only as far as they stay inside the window.
 * Returns false when the lane needs another chunk.
 */
static bool place_find(const struct plog_window *win, const struct plog_lane *lane, u32 len,
		       struct plog_head *head, struct place *p)
{
	u64 cursor = plog_load(&lane->cursor), now;
	const struct plog_slot *slot;
	u32 stride;

	p->off = PLOG_CURSOR_OFF(cursor);
	if (!cursor || p->off < sizeof(struct plog_chunk) || p->off > win->geo.chunk_size)
		return false;
	stride = plog_record_stride(p->off, len, head->attr);
	if (stride > win->geo.chunk_size - p->off)
		return false;
	p->index = plog_mod64(PLOG_CURSOR_GEN(cursor), win->geo.chunk_count);
	p->next = PLOG_CURSOR(PLOG_CURSOR_GEN(cursor), p->off + stride);
	slot = plog_window_slot(win, p->index);
	p->seed = slot->seed;
	now = stamp_take(win->clock);
	/* A counter may lag behind that of the CPU which leased the chunk. */
	head->dt = now > slot->base ? now - slot->base : 0;
	return !(head->dt >> DT_BITS);
}

static void lane_commit(struct plog_lane *lane, u64 next)
{
	plog_store(&lane->records, plog_load(&lane->records) + 1);
	plog_store_release(&lane->cursor, next); /* LMM(lane_commit:A) */
}

/* The caller has the lane. Returns the bytes put, at @p, or negative errno. */
static int lane_append(struct plog_window *win, u32 index, void *rec, u32 len,
		       struct plog_head *head, struct place *p)
{
	struct plog_lane *lane = plog_window_lane(win, index);
	struct plog_instant now;
	u32 bytes;

	if (!place_find(win, lane, len, head, p)) {
		int ret;

		plog_clock_instant(win->clock, &now);
		ret = plog_lease(win, index, &now);
		if (ret)
			return ret;
		if (!place_find(win, lane, len, head, p))
			return -ENOSPC;
	}
	bytes = plog_record_seal(rec, len, head, p->seed ^ p->off);
	plog_put(plog_window_chunk(win, p->index) + p->off, rec, bytes);
	lane_commit(lane, p->next);
	return (int)bytes;
}

static void lane_flush(struct plog_map *map, const struct place *p, u32 bytes, u32 level)
{
	bool eager = level <= PLOG_WARNING;

	if (map->flush == PLOG_FLUSH_NONE)
		return;
	if (map->flush != PLOG_FLUSH_WC && (eager || map->flush == PLOG_FLUSH_EAGER))
		/* PMO(lane_flush:A) */
		plog_clean(plog_window_chunk(&map->win, p->index) + p->off, bytes);
	if (level <= PLOG_CRIT || (eager && map->flush == PLOG_FLUSH_WC))
		plog_fence(); /* PMO(lane_flush:B) */
}

/* LMM(lane_kick:A) */
static void lane_kick(struct plog_map *map)
{
	if (map->flush == PLOG_FLUSH_LADDER && !plog_load(&map->win.ctl->sweeping))
		plog_map_kick(map);
}

int plog_lane_write(struct plog_instance *in, void *rec, u32 len, struct plog_head *head)
{
	struct plog_map *map = &in->map;
	struct plog_window *win = &map->win;
	u32 level = head->attr & PLOG_ATTR_LEVEL, index;
	struct plog_lane *lane = lane_take(win, &index);
	struct place p;
	int ret;

	if (!lane) {
		plog_count(&win->ctl->dropped_busy, 1);
		return -EBUSY;
	}
	if (level <= PLOG_WARNING &&
	    (map->flush == PLOG_FLUSH_LADDER || map->flush == PLOG_FLUSH_EAGER))
		head->attr |= PLOG_ATTR_CLOSED;
	ret = lane_append(win, index, rec, len, head, &p);
	plog_lock_release(&lane->lock); /* LMM(lane_release:A) */
	if (ret < 0) {
		plog_count(&win->ctl->dropped_full, 1);
		return ret;
	}
	lane_flush(map, &p, (u32)ret, level);
	lane_kick(map);
	return 0;
}
