/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLOG_LIBLOG_LANE_H
#define PLOG_LIBLOG_LANE_H

#include "lane_place.h"
#include "open.h"

/* The longest record, on any window: what an empty chunk of the smallest size holds. */
#define PLOG_RECORD_MAX	(PLOG_CHUNK_MIN - (u32)sizeof(struct plog_chunk))

/**
 * plog_lane_write() - write one record into the window
 * @in: window
 * @rec: 8-byte aligned, payload at PLOG_RECORD_HEAD, room up to the next 8 bytes
 * @len: bytes of head and payload, at most PLOG_RECORD_MAX
 * @head: ids and attributes; @dt is set here, and PLOG_ATTR_CLOSED added as the
 *        level and the window's kind of memory demand
 *
 * Any context; does not wait. What is not written is counted in the control plane.
 * Return: 0; -EBUSY when every lane is taken; -ENOSPC when there is no chunk.
 */
int plog_lane_write(struct plog_instance *in, void *rec, u32 len, struct plog_head *head);

/**
 * plog_lane_cpu_append() - put a record into the lane of this CPU
 * @in: window
 * @rec: as for plog_lane_write(); likewise @len and @head
 * @p: receives the place
 *
 * Return: bytes put; -EAGAIN when a shared lane has to do: no restartable
 * sequences here, too many aborts, a CPU without a lane; -ENOSPC.
 */
int plog_lane_cpu_append(struct plog_instance *in, void *rec, u32 len, struct plog_head *head,
			 struct plog_place *p);

#endif
