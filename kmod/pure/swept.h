/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef PLOG_PURE_SWEPT_H
#define PLOG_PURE_SWEPT_H

#include "../core/core.h"

/**
 * plog_swept_clean() - clean what a lane has committed since the last time
 * @win: window
 * @lane: below win->lanes
 * @swept: cursor up to which all is clean, 0 at first; moved on
 *
 * Cursors and lease words are written by user space, so they are hints, taken
 * apart against the window's own copy of the geometry: nonsense in them has the
 * wrong part of the window cleaned, and does nothing else.
 *
 * A lane moves through chunks, and may have left several since. All generations
 * between the two cursors are looked up in the lease words, which keep the last
 * holder's name after it has left.
 *
 * Return: false when the lane has not moved.
 */
bool plog_swept_clean(const struct plog_window *win, u32 lane, u64 *swept);

#endif
