// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A window without a valid superblock: is it blank, foreign, or plog's?
 *
 * The geometry follows from the size. The salt is solved from chunk heads and boot
 * entries: a CRC without inversion is linear, and its seed follows from its
 * result by running the register backwards over the bytes. What agrees on a seed
 * belongs to one window.
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
	if (!plog_magic_like(plog_get64(head.magic), PLOG_MAGIC_CHUNK_KEY) || gen >> 48 ||
	    plog_mod64(gen, geo->chunk_count) != index)
		return 0;
	head.magic = plog_set64(PLOG_MAGIC_CHUNK_KEY ^ PLOG_MAGIC_MASK);
	return crc32c_back(plog_get32(head.crc), (const u8 *)&head,
			   offsetof(struct plog_chunk, crc));
}

static bool all_zero(const u8 *p, size_t n)
{
	while (n--)
		if (*p++)
			return false;
	return true;
}

/* The reserved bytes tell an entry from a pattern that merely repeats. */
static u32 ident_salt(const struct plog_boot_ident *ident)
{
	if (!ident->boot || ident->flags || plog_get64(ident->first_gen) >> 48 ||
	    !all_zero(ident->reserved, sizeof(ident->reserved)))
		return 0;
	return crc32c_back(plog_get32(ident->crc), (const u8 *)ident,
			   offsetof(struct plog_boot_ident, crc));
}

static u32 state_salt(const struct plog_boot_state *state)
{
	if (!state->boot || state->flags || state->reserved0 ||
	    !all_zero(state->reserved, sizeof(state->reserved)))
		return 0;
	return crc32c_back(plog_get32(state->crc), (const u8 *)state,
			   offsetof(struct plog_boot_state, crc));
}

/* What witness number @i says: chunk heads, then idents, then states; 0 for nothing. */
static u32 witness(const u8 *base, const struct plog_geometry *geo, u32 i)
{
	const struct plog_boot *boot;
	u32 copy;

	if (i < geo->chunk_count)
		return head_salt(base, geo, i);
	i -= geo->chunk_count;
	copy = i / 2 / geo->boot_slots;
	boot = (const void *)(base + geo->boot_off[copy]);
	boot += i / 2 % geo->boot_slots;
	return i % 2 ? state_salt(&boot->state) : ident_salt(&boot->ident);
}

/* Majority vote in two passes: find the candidate, then count it. */
u32 plog_salvage_salt(const u8 *base, const struct plog_geometry *geo)
{
	u32 witnesses = geo->chunk_count + 2 * PLOG_TABLE_COPIES * geo->boot_slots;
	u32 candidate = 0, votes = 0, agree = 0, i;

	for (i = 0; i < witnesses; i++) {
		u32 salt = witness(base, geo, i);

		if (!salt)
			continue;
		if (!votes)
			candidate = salt;
		if (salt == candidate)
			votes++;
		else
			votes--;
	}
	for (i = 0; candidate && i < witnesses; i++)
		if (witness(base, geo, i) == candidate)
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
