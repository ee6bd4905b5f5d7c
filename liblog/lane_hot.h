/* SPDX-License-Identifier: BSD-2-Clause */
/* The hot path: plog_lane_put(), to be inlined where every nanosecond counts. */
#ifndef PLOG_LIBLOG_LANE_HOT_H
#define PLOG_LIBLOG_LANE_HOT_H

#include "alive.h"
#include "crc32c.h"
#include "flush.h"
#include "lane.h"
#include "plog.h"

#define PLOG_HOT_CLOSED ((u64)PLOG_ATTR_CLOSED << 56)
#define PLOG_HOT_MAX 4096u /* a longer record would be started over too often */

static inline void lane_flush(const struct plog_map *map, const u8 *at, u32 bytes, u32 level)
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
	/* LMM(lane_after:A) */
	if (flush == PLOG_FLUSH_LADDER && !plog_load(&map->win.ctl->sweeping))
		plog_map_kick(map);
}

/**
 * plog_lane_put_slow() - plog_lane_put() without the shortcut
 */
int plog_lane_put_slow(struct plog_instance *in, u64 *rec, u32 len, u64 ids);

/*
 * The common case of plog_lane_cpu_put(), which is its specification: this CPU has
 * a lane, the lane's chunk is the one that the thread wrote to the last time, the
 * record fits, the counter advances. Anything else goes there. The time goes into
 * the counter's read and into instructions: there are few.
 */
static __always_inline int lane_hot_put(struct plog_instance *in, u64 *rec, u32 len, u64 ids)
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
		ids |= PLOG_HOT_CLOSED;
	if (__builtin_expect(cpu >= hot->cpu_lanes || len > PLOG_HOT_MAX, 0))
		return plog_lane_put_slow(in, rec, len, ids);
	lane = hot->lanes + cpu;
	cursor = plog_load_acquire(&lane->cursor); /* as LMM(lane_cpu_put:A) */
	off = PLOG_CURSOR_OFF(cursor);
	end = off + plog_record_padded(len);
	if (ids & PLOG_HOT_CLOSED)
		end = (end + PLOG_LINE - 1) & ~(PLOG_LINE - 1);
	if (__builtin_expect((where ^ cursor) >> PLOG_CURSOR_BITS || end > hot->chunk_size, 0))
		return plog_lane_put_slow(in, rec, len, ids);
	slot = hot->slots + (where & 0xffff);
	at = hot->base + slot->chunk + off;
	now = plog_clock_counter(hot->clock);
	dt = now - slot->base;
	if (__builtin_expect(now <= me->last || dt >> PLOG_DT_BITS, 0))
		return plog_lane_put_slow(in, rec, len, ids);
	me->last = now;
	plog_record_seal_by(rec, len, ids, dt, slot->seed ^ off, plog_crc32c_inline);
	if (__builtin_expect(plog_rseq_commit(rs, cpu, &lane->cursor, cursor,
					      cursor + (end - off) / PLOG_RECORD_ALIGN, at, rec,
					      plog_record_padded(len) / sizeof(u64)), 0))
		return plog_lane_put_slow(in, rec, len, ids);
	lane_after(in, at, len, dt, level);
	return 0;
}

#endif
