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
#include "crc32c.h"
#include "flush.h"
#include "lane.h"
#include "plog.h"

#define CLOSED ((u64)PLOG_ATTR_CLOSED << 56)
#define FAST_MAX 4096u /* a longer record would be started over too often */

static void lane_flush(const struct plog_map *map, const u8 *at, u32 bytes, u32 level)
{
	bool eager = level <= PLOG_WARNING;

	if (map->flush != PLOG_FLUSH_WC && (eager || map->flush == PLOG_FLUSH_EAGER))
		plog_clean_now(at, bytes); /* PMO(lane_flush:A) */
	if (level <= PLOG_CRIT || (eager && map->flush == PLOG_FLUSH_WC))
		plog_fence_now(); /* PMO(lane_flush:B) */
}

/* What is done behind a record; @dt is its age against its chunk. */
static __always_inline void lane_after(struct plog_instance *in, const u8 *at, u32 len, u64 dt,
				       u32 level)
{
	struct plog_map *map = &in->map;
	u32 flush = map->flush;

	if (__builtin_expect(dt > in->alive_dt, 0))
		plog_alive_note(in);
	if (flush == PLOG_FLUSH_NONE)
		return;
	lane_flush(map, at, plog_record_padded(len), level);
	/* LMM(lane_kick:A) */
	if (flush == PLOG_FLUSH_LADDER && !plog_load(&map->win.ctl->sweeping))
		plog_map_kick(map);
}

/* Everything that is not the common case. */
__attribute__((noinline)) static int lane_put_slow(struct plog_instance *in, u64 *rec, u32 len,
						   u64 ids)
{
	struct plog_draft d = { .rec = rec, .len = len, .ids = ids };
	int ret = -EAGAIN;

	if (len <= FAST_MAX)
		ret = plog_lane_cpu_put(in, &d);
	if (ret == -EAGAIN)
		ret = plog_lane_shared_put(in, &d);
	if (ret == -ENOSPC)
		plog_count(&in->map.win.ctl->dropped_full, 1);
	if (!ret)
		lane_after(in, d.at, len, d.dt, (u32)(ids >> 56) & PLOG_ATTR_LEVEL);
	return ret;
}

/*
 * The common case of plog_lane_cpu_put(), which is its specification: this CPU has
 * a lane, the lane's chunk is the one that the thread wrote to the last time, the
 * record fits, the counter advances. Anything else goes there. The time goes into
 * the counter's read and into instructions: there are few.
 */
int plog_lane_put(struct plog_instance *in, u64 *rec, u32 len, u64 ids)
{
	const struct plog_hot *hot = &in->hot;
	struct plog_thread *me = &plog_thread;
	struct plog_rseq *rs = me->rseq;
	u32 cpu = plog_load(&rs->cpu_id), level = (u32)(ids >> 56) & PLOG_ATTR_LEVEL, off, end;
	u64 where = plog_load(&me->where), cursor, now, dt;
	const struct plog_slot *slot;
	struct plog_lane *lane;
	u8 *at;

	if ((int)level <= hot->closing)
		ids |= CLOSED;
	if (__builtin_expect(cpu >= hot->cpu_lanes || len > FAST_MAX, 0))
		return lane_put_slow(in, rec, len, ids);
	lane = hot->lanes + cpu;
	cursor = plog_load_acquire(&lane->cursor); /* as LMM(lane_cpu_put:A) */
	off = PLOG_CURSOR_OFF(cursor);
	end = off + plog_record_padded(len);
	if (ids & CLOSED)
		end = (end + PLOG_LINE - 1) & ~(PLOG_LINE - 1);
	if (__builtin_expect((where ^ cursor) >> PLOG_CURSOR_BITS || end > hot->chunk_size, 0))
		return lane_put_slow(in, rec, len, ids);
	slot = hot->slots + (where & 0xffff);
	at = hot->base + slot->chunk + off;
	now = plog_clock_counter(hot->clock);
	dt = now - slot->base;
	if (__builtin_expect(now <= me->last || dt >> PLOG_DT_BITS, 0))
		return lane_put_slow(in, rec, len, ids);
	me->last = now;
	plog_record_seal_by(rec, len, ids, dt, slot->seed ^ off, plog_crc32c_inline);
	if (__builtin_expect(plog_rseq_commit(rs, cpu, &lane->cursor, cursor,
					      cursor + (end - off) / PLOG_RECORD_ALIGN, at, rec,
					      plog_record_padded(len) / sizeof(u64)), 0))
		return lane_put_slow(in, rec, len, ids);
	lane_after(in, at, len, dt, level);
	return 0;
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
