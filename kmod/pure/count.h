/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef PLOG_PURE_COUNT_H
#define PLOG_PURE_COUNT_H

#include "../core/core.h"

/**
 * plog_chunk_records() - records of the running boot in a chunk
 * @win: window; others may be writing it
 * @index: below win->geo.chunk_count
 */
u32 plog_chunk_records(const struct plog_window *win, u32 index);

/**
 * plog_chunks_protected() - chunks that nobody may overwrite now
 * @win: attached window; a harvest may be freeing some
 */
u32 plog_chunks_protected(const struct plog_window *win);

#endif
