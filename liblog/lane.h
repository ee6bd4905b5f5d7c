/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLOG_LIBLOG_LANE_H
#define PLOG_LIBLOG_LANE_H

#include "core/record_seal.h"
#include "lane_place.h"
#include "open.h"

/* The longest record, on any window: what an empty chunk of the smallest size holds. */
#define PLOG_RECORD_MAX	(PLOG_CHUNK_MIN - (u32)sizeof(struct plog_chunk))

/**
 * plog_lane_put() - write one record into the window
 * @in: window
 * @rec: record, payload at PLOG_RECORD_HEAD, zeros behind it up to the next word
 * @len: bytes of head and payload, at most PLOG_RECORD_MAX
 * @ids: plog_record_ids(); PLOG_ATTR_CLOSED is added as the level and the window's
 *       kind of memory demand
 *
 * Any context; does not wait. What is not written is counted in the control plane.
 * Return: 0; -EBUSY when every lane is taken; -ENOSPC when there is no chunk.
 */
int plog_lane_put(struct plog_instance *in, u64 *rec, u32 len, u64 ids);

/**
 * plog_lane_write() - plog_lane_put() of a record that is not padded yet
 * @rec: 8-byte aligned, room up to the next 8 bytes
 */
static inline int plog_lane_write(struct plog_instance *in, void *rec, u32 len,
				  const struct plog_head *head)
{
	plog_record_pad(rec, len, plog_record_padded(len));
	return plog_lane_put(in, rec, len, plog_record_ids(head));
}

/**
 * plog_lane_prepare() - set up what the hot path needs of a window
 */
void plog_lane_prepare(struct plog_instance *in);

/**
 * struct plog_draft - a record on its way to a place
 * @rec:	as for plog_lane_put()
 * @len:	likewise
 * @ids:	likewise, PLOG_ATTR_CLOSED included
 * @at:		receives where in the window it was put
 * @dt:		receives its time stamp, counted from its chunk's base
 */
struct plog_draft {
	u64 *rec;
	u32 len;
	u64 ids;
	u8 *at;
	u64 dt;
};

/**
 * plog_lane_cpu_put() - put a record into the lane of this CPU, from anywhere
 *
 * The slow half of plog_lane_put(): meets the kernel, leases chunks, tries again.
 * Return: 0; -EAGAIN when a shared lane has to do: no restartable sequences here,
 * too many aborts, a CPU without a lane; -ENOSPC.
 */
int plog_lane_cpu_put(struct plog_instance *in, struct plog_draft *draft);

/**
 * plog_lane_shared_put() - put a record into a shared lane
 *
 * Return: 0, -EBUSY, -ENOSPC.
 */
int plog_lane_shared_put(struct plog_instance *in, struct plog_draft *draft);

#endif
