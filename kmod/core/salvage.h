/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef PLOG_CORE_SALVAGE_H
#define PLOG_CORE_SALVAGE_H

#include "core.h"

/**
 * plog_salvage_salt() - the salt of a window whose superblocks are all lost
 * @base: window
 * @geo: the geometry of its size
 *
 * Return: the salt that at least two chunk heads or boot entries agree on, or 0.
 */
u32 plog_salvage_salt(const u8 *base, const struct plog_geometry *geo);

/**
 * plog_salvage_blank() - is every bit the same?
 * @base: window
 * @size: bytes, a multiple of 8
 */
bool plog_salvage_blank(const u8 *base, u64 size);

#endif
