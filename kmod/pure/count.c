// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "count.h"

#include "../core/barrier.h"

u32 plog_chunk_records(const struct plog_window *win, u32 index)
{
	const u8 *chunk = plog_window_chunk(win, index);
	struct plog_chunk head;
	struct plog_walk walk;

	memcpy(&head, chunk, sizeof(head));
	if (plog_get32(head.boot) != win->boot ||
	    !plog_chunk_check(&head, &win->geo, win->salt, index))
		return 0;
	plog_chunk_walk(chunk, win->geo.chunk_size, plog_seed(win->salt, plog_get64(head.gen)),
			&walk);
	return walk.records;
}

u32 plog_chunks_protected(const struct plog_window *win)
{
	u32 n = 0, i;

	for (i = 0; i < win->geo.chunk_count; i++)
		n += !!(plog_load(&plog_window_slot(win, i)->flags) & PLOG_SLOT_PROTECTED);
	return n;
}
