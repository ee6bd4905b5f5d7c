/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef PLOG_CORE_CONTROL_H
#define PLOG_CORE_CONTROL_H

#include "core.h"

/**
 * plog_control_share() - how many lanes of which kind the window's chunks allow
 * @win: window with its geometry; lane counts are filled in
 * @arg: what is wanted
 *
 * At most an eighth of the chunks, at least two; CPU lanes leave a quarter of
 * them to the shared ones.
 */
void plog_control_share(struct plog_window *win, const struct plog_attach *arg);

/**
 * plog_control_layout() - offsets of the control plane's parts
 * @win: window with its geometry; offsets are filled in
 * @lanes: number of lanes
 *
 * Return: bytes.
 */
u64 plog_control_layout(struct plog_window *win, u32 lanes);

/**
 * plog_super_find() - the first valid superblock, in the places of this size
 * @win: base is given; geometry and salt are filled in, the geometry of @size
 *       when there is none
 * @id: filled in
 * @size: bytes that are there
 * @made_size: bytes of a window whose superblock is good but that is larger
 *             than @size; else untouched
 *
 * Return: 0, or as plog_super_check().
 */
int plog_super_find(struct plog_window *win, struct plog_super_id *id, u64 size, u64 *made_size);

#endif
