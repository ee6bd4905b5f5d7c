/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLOG_LIBLOG_LANE_H
#define PLOG_LIBLOG_LANE_H

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

#endif
