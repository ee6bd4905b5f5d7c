// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Stores into the window, and the magic words found there. */
#include "core.h"

/*
 * Volatile, so that no compiler turns the loop into a memcpy() that writes
 * backwards, twice or with stores that a device mapping does not take.
 */
void plog_put(void *dst, const void *src, size_t n)
{
	volatile u64 *d = dst;
	const u64 *s = src;

	for (n /= sizeof(u64); n; n--)
		*d++ = *s++;
}

void plog_zero(void *dst, size_t n)
{
	volatile u64 *d = dst;

	for (n /= sizeof(u64); n; n--)
		*d++ = 0;
}

#define MAGIC_FLIPS 6

bool plog_magic_like(u64 stored, u64 key)
{
	u64 wrong = stored ^ PLOG_MAGIC_MASK ^ key;
	u32 flips = 0;

	for (; wrong && flips <= MAGIC_FLIPS; flips++)
		wrong &= wrong - 1;
	return flips <= MAGIC_FLIPS;
}
