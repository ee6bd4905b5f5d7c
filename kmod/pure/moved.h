/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef PLOG_PURE_MOVED_H
#define PLOG_PURE_MOVED_H

#include "../core/core.h"

/**
 * plog_moved_bring() - bring an old window to where the memory is now
 * @base: memory that the kernel chose, cached
 * @size: bytes
 * @address: its physical address
 * @kept: bytes of the old window that lie in this memory, too
 *
 * The kernel may have chosen another place than in the boot before. What is in
 * both places still lies where it was written: its superblocks say an address
 * that they are not at in a window that begins here, but are at in the old one.
 * Then it is moved, and what was outside is zero.
 *
 * Return: the old address, or 0 when there is nothing of this kind.
 */
u64 plog_moved_bring(u8 *base, u64 size, u64 address, u64 *kept);

#endif
