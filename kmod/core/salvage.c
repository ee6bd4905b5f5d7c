// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A window without a valid superblock: is it blank, foreign, or plog's?
 *
 * The geometry follows from the size. The salt is solved from the chunk heads: a
 * CRC without inversion is linear, and its seed follows from its result by
 * running the register backwards over the bytes. Heads that agree on a seed
 * are heads of one window.
 */
#include "core.h"
#include "salvage.h"

#define POLY 0x82f63b78u

static u32 crc32c_back(u32 crc, const u8 *p, size_t n)
{
	while (n--) {
		int bit;

		for (bit = 0; bit < 8; bit++)
			crc = crc & 0x80000000u ? (crc ^ POLY) << 1 | 1 : crc << 1;
		crc ^= p[n];
	}
	return crc;
}

static u32 head_salt(const u8 *base, const struct plog_geometry *geo, u32 index)
{
	struct plog_chunk head;
	u64 gen;

	memcpy(&head, base + plog_chunk_offset(geo, index), sizeof(head));
	gen = plog_get64(head.gen);
	if ((plog_get64(head.magic) ^ PLOG_MAGIC_MASK) != PLOG_MAGIC_CHUNK_KEY || gen >> 48 ||
	    plog_mod64(gen, geo->chunk_count) != index)
		return 0;
	return crc32c_back(plog_get32(head.crc), (const u8 *)&head,
			   offsetof(struct plog_chunk, crc));
}

/* Majority vote in two passes: find the candidate, then count it. */
u32 plog_salvage_salt(const u8 *base, const struct plog_geometry *geo)
{
	u32 candidate = 0, votes = 0, agree = 0, i;

	for (i = 0; i < geo->chunk_count; i++) {
		u32 salt = head_salt(base, geo, i);

		if (!salt)
			continue;
		if (!votes)
			candidate = salt;
		if (salt == candidate)
			votes++;
		else
			votes--;
	}
	for (i = 0; candidate && i < geo->chunk_count; i++)
		if (head_salt(base, geo, i) == candidate)
			agree++;
	return agree >= 2 ? candidate : 0;
}

bool plog_salvage_blank(const u8 *base, u64 size)
{
	const u64 *p = (const void *)base;
	u64 first = p[0], i;

	if (first != 0 && ~first != 0)
		return false;
	for (i = 1; i < size / sizeof(*p); i++)
		if (p[i] != first)
			return false;
	return true;
}
