// SPDX-License-Identifier: GPL-2.0-only
/* What the core needs (core/port.h), from the kernel. */
#include "compat.h"
#include "core/port.h"

u32 plog_crc32c(u32 crc, const void *p, size_t n)
{
	return plog_compat_crc32c(crc, p, n);
}

/* Cleans, and leaves the lines in the cache where the CPU can. */
void plog_clean(const void *p, size_t n)
{
	plog_compat_clean(p, n);
}

void plog_fence(void)
{
	/*
	 * Not wmb(): on arm64 this is the DSB that waits for cleaning to end,
	 * and on 32-bit Arm it reaches the buffers of the outer cache too.
	 */
	mb();
}
