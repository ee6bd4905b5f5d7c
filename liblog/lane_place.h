/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a record goes: behind a lane's cursor. Common to shared lanes and the
 * lanes of CPUs, and on the hot path of both.
 */
#ifndef PLOG_LIBLOG_LANE_PLACE_H
#define PLOG_LIBLOG_LANE_PLACE_H

#include "clock.h"
#include "open.h"
#include "thread.h"

#define PLOG_DT_BITS 48

/**
 * struct plog_place - place of a record
 * @at:		where it is copied to
 * @next:	cursor behind it
 * @dt:		its time stamp
 * @seed:	plog_seed() ^ offset of the record in its chunk
 */
struct plog_place {
	u8 *at;
	u64 next;
	u64 dt;
	u32 seed;
};

/* A thread stays in its chunk for a while: spare it the division. */
static inline u32 place_index(const struct plog_window *win, u64 gen)
{
	u64 where = plog_load(&plog_thread.where);
	u32 index;

	if (where >> 16 == gen)
		return (u32)where & 0xffff;
	index = plog_mod64(gen, win->geo.chunk_count);
	if (index <= 0xffff)
		plog_store(&plog_thread.where, gen << 16 | index);
	return index;
}

#define PLOG_LAG_MAX (1u << 30)

/*
 * The records of a thread have different, growing time stamps even if they are in
 * different lanes, on CPUs whose counters differ a little: so a merge by time
 * keeps their order. A counter that went far back (a virtual machine that was
 * restored) is believed.
 */
static inline u64 stamp_take(u32 clock)
{
	u64 now = plog_clock_counter(clock);

	if (now <= plog_thread.last && plog_thread.last - now < PLOG_LAG_MAX)
		now = plog_thread.last + 1;
	plog_thread.last = now;
	return now;
}

/**
 * plog_place_find() - the place behind a cursor
 * @win: window
 * @cursor: the lane's cursor
 * @len: bytes of the record's head and payload
 * @attr: its attributes
 * @p: filled in
 *
 * The control plane is shared, so its numbers are believed only as far as they
 * stay inside the window. Return: false when the lane needs another chunk.
 */
static inline bool plog_place_find(const struct plog_window *win, u64 cursor, u32 len, u32 attr,
				   struct plog_place *p)
{
	u32 off = PLOG_CURSOR_OFF(cursor), stride, index;
	const struct plog_slot *slot;
	u64 now;

	if (off < sizeof(struct plog_chunk) || off > win->geo.chunk_size)
		return false;
	stride = plog_record_stride(off, len, attr);
	if (stride > win->geo.chunk_size - off)
		return false;
	index = place_index(win, PLOG_CURSOR_GEN(cursor));
	if (index >= win->geo.chunk_count)
		return false;
	p->next = cursor + stride / PLOG_RECORD_ALIGN;
	p->at = plog_window_chunk(win, index) + off;
	slot = plog_window_slot(win, index);
	p->seed = slot->seed ^ off;
	now = stamp_take(win->clock);
	/* A counter may lag behind that of the CPU which leased the chunk. */
	p->dt = now > slot->base ? now - slot->base : 0;
	return !(p->dt >> PLOG_DT_BITS);
}

#endif
