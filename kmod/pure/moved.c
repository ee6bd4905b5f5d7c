// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "moved.h"

/*
 * Is one of the window's superblocks there, @at bytes from @address, by its own word? That
 * may name a place where no memory can be, from where the sum goes round to @address.
 */
static bool super_lies(const struct plog_geometry *geo, u64 made_at, u64 address, u64 at)
{
	u32 i;

	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		if (geo->super_off[i] <= address + at &&
		    made_at == address + at - geo->super_off[i])
			return true;
	return false;
}

/* The address that the window here was made at, and its geometry; 0 for none. */
static u64 made_at_find(const u8 *base, u64 size, u64 address, struct plog_geometry *geo)
{
	u64 at;

	for (at = 0; at + sizeof(struct plog_super) <= size; at += PLOG_PAGE) {
		const struct plog_super *super = (const void *)(base + at);

		if (!plog_super_check(super, size, geo) &&
		    super_lies(geo, plog_get64(super->phys_addr), address, at))
			return plog_get64(super->phys_addr);
	}
	return 0;
}

u64 plog_moved_bring(u8 *base, u64 size, u64 address, u64 *kept)
{
	struct plog_geometry geo;
	u64 from = made_at_find(base, size, address, &geo), by;

	if (!from || from == address)
		return 0;
	by = from > address ? from - address : address - from;
	if (from > address) {
		*kept = geo.size < size - by ? geo.size : size - by;
		memmove(base, base + by, *kept);
		memset(base + *kept, 0, size - *kept);
	} else {
		*kept = geo.size - by;
		memmove(base + by, base, *kept);
		memset(base, 0, by);
	}
	plog_clean(base, size);
	plog_fence();
	return from;
}
