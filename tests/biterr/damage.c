// SPDX-License-Identifier: BSD-2-Clause
#include <math.h>

#include "damage.h"

/* Bits until the next one that is hit: geometric, so the cost is by hits. */
static u64 skip_next(struct dice *dice, double log_miss)
{
	return (u64)(log(dice_unit(dice)) / log_miss);
}

static void bits_hit(enum damage_kind kind, double p, u8 *mem, u64 size, struct dice *dice)
{
	double log_miss = log1p(-p);
	u64 bit;

	for (bit = skip_next(dice, log_miss); bit < 8 * size;
	     bit += 1 + skip_next(dice, log_miss)) {
		u8 mask = (u8)(1u << bit % 8);

		if (kind == DAMAGE_DECAY_0)
			mem[bit / 8] &= (u8)~mask;
		else if (kind == DAMAGE_DECAY_1)
			mem[bit / 8] |= mask;
		else
			mem[bit / 8] ^= mask;
	}
}

static void data_line(u8 *mem, u64 size, struct dice *dice)
{
	u32 bit = dice_below(dice, 64);
	u64 off;

	for (off = bit / 8; off < size; off += 8)
		if (dice_below(dice, 2))
			mem[off] |= (u8)(1u << bit % 8);
}

static void overwrite(u8 *p, u64 n, struct dice *dice)
{
	u32 how = dice_below(dice, 3);

	if (how < 2) {
		memset(p, how ? 0xff : 0, n);
		return;
	}
	while (n--)
		*p++ = (u8)dice_next(dice);
}

static void blocks_hit(double p, u32 block, u8 *mem, u64 size, struct dice *dice)
{
	u64 off;

	for (off = 0; off + block <= size; off += block)
		if (dice_unit(dice) <= p)
			overwrite(mem + off, block, dice);
}

static void runs_hit(double p, u8 *mem, u64 size, struct dice *dice)
{
	u64 off, n;

	for (off = 0; off < size; off += PLOG_LINE) {
		if (dice_unit(dice) > p)
			continue;
		n = (1 + dice_below(dice, 8)) * (u64)PLOG_LINE;
		overwrite(mem + off, n < size - off ? n : size - off, dice);
	}
}

static void meta_hit(u8 *mem, const struct plog_geometry *geo, enum damage_kind kind,
		     struct dice *dice)
{
	u32 i;

	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		overwrite(mem + geo->super_off[i], sizeof(struct plog_super), dice);
	for (i = 0; kind == DAMAGE_ALL_META && i < PLOG_TABLE_COPIES; i++)
		overwrite(mem + geo->boot_off[i], geo->boot_slots * sizeof(struct plog_boot), dice);
	for (i = 0; i < geo->chunk_count; i++)
		if ((kind != DAMAGE_META && kind != DAMAGE_META_FLIPS) || dice_below(dice, 2))
			overwrite(mem + plog_chunk_offset(geo, i), sizeof(struct plog_chunk), dice);
}

void damage(enum damage_kind kind, double p, u8 *mem, const struct plog_geometry *geo,
	    struct dice *dice)
{
	switch (kind) {
	case DAMAGE_FLIPS:
	case DAMAGE_DECAY_0:
	case DAMAGE_DECAY_1:
		bits_hit(kind, p, mem, geo->size, dice);
		break;
	case DAMAGE_DATA_LINE:
		data_line(mem, geo->size, dice);
		break;
	case DAMAGE_LINES:
		runs_hit(p, mem, geo->size, dice);
		break;
	case DAMAGE_PAGES:
		blocks_hit(p, PLOG_PAGE, mem, geo->size, dice);
		break;
	case DAMAGE_META_FLIPS:
		bits_hit(DAMAGE_FLIPS, p, mem, geo->size, dice);
		meta_hit(mem, geo, kind, dice);
		break;
	case DAMAGE_META:
	case DAMAGE_HEADS:
	case DAMAGE_ALL_META:
		meta_hit(mem, geo, kind, dice);
		break;
	}
}
