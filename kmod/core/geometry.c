// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Where things are in a window. */
#include "core.h"

#define KIB 1024ULL
#define MIB (1024 * KIB)
#define SIZE_MAX_WINDOW (1ULL << 40)
#define DICT_MAX (1u << 20)
#define CHUNKS_WANTED 128

static u64 page_down(u64 v)
{
	return v & ~(u64)(PLOG_PAGE - 1);
}

/* About CHUNKS_WANTED chunks: many lanes, and little lost when one is overwritten. */
static u32 chunk_size_for(u64 size)
{
	u32 chunk = PLOG_CHUNK_MIN;

	while (chunk < PLOG_CHUNK_MAX && (u64)chunk * 2 * CHUNKS_WANTED <= size)
		chunk *= 2;
	return chunk;
}

/* A superblock and the boot table share the first pages: 7, 15 or 31 boots. */
static u32 meta_size_for(u64 size)
{
	if (size >= MIB)
		return 4 * PLOG_PAGE;
	return size >= 256 * KIB ? 2 * PLOG_PAGE : PLOG_PAGE;
}

static u32 dict_size_for(u64 size)
{
	u64 want = page_down(size / 16);

	if (want > DICT_MAX)
		return DICT_MAX;
	return want < PLOG_PAGE ? PLOG_PAGE : (u32)want;
}

static u32 log2_of(u32 power)
{
	u32 n = 0;

	while (power >>= 1)
		n++;
	return n;
}

int plog_geometry_make(struct plog_geometry *geo, u64 size)
{
	u64 meta, room;

	size = page_down(size);
	if (size < PLOG_WINDOW_MIN || size > SIZE_MAX_WINDOW)
		return -ERANGE;
	memset(geo, 0, sizeof(*geo));
	meta = meta_size_for(size);
	geo->size = size;
	geo->chunk_size = chunk_size_for(size);
	geo->dict_size = dict_size_for(size);
	geo->boot_slots = (u32)meta / sizeof(struct plog_boot) - 1;
	room = size - 2 * (meta + geo->dict_size) - PLOG_PAGE;
	geo->chunk_count = (u32)(room >> log2_of(geo->chunk_size));
	geo->chunk_split = geo->chunk_count / 2;

	geo->super_off[0] = 0;
	geo->boot_off[0] = sizeof(struct plog_super);
	geo->dict_off[0] = meta;
	geo->chunk_off[0] = meta + geo->dict_size;
	geo->super_off[1] = geo->chunk_off[0] + (u64)geo->chunk_split * geo->chunk_size;
	geo->boot_off[1] = geo->super_off[1] + sizeof(struct plog_super);
	geo->dict_off[1] = geo->super_off[1] + meta;
	geo->chunk_off[1] = geo->dict_off[1] + geo->dict_size;
	geo->super_off[2] = size - PLOG_PAGE;
	return 0;
}

struct area {
	u64 off;
	u64 size;
};

/* Nine areas: few enough to compare each with each. */
static bool areas_apart(const struct area *a, u32 n, u64 size)
{
	u32 i, k;

	for (i = 0; i < n; i++) {
		if (a[i].off > size || a[i].size > size - a[i].off || a[i].off % 64)
			return false;
		for (k = 0; k < i; k++)
			if (a[i].off < a[k].off + a[k].size && a[k].off < a[i].off + a[i].size)
				return false;
	}
	return true;
}

static bool numbers_sane(const struct plog_geometry *geo, u64 size)
{
	u32 chunk = geo->chunk_size;

	if (geo->size > size || geo->size < PLOG_WINDOW_MIN || geo->size > SIZE_MAX_WINDOW)
		return false;
	if (chunk < PLOG_CHUNK_MIN || chunk > PLOG_CHUNK_MAX || chunk & (chunk - 1))
		return false;
	if (!geo->chunk_count || geo->chunk_split > geo->chunk_count)
		return false;
	if (!geo->boot_slots || geo->boot_slots > 4096)
		return false;
	return geo->dict_size && geo->dict_size <= 16 * DICT_MAX &&
	       geo->dict_size % PLOG_DICT_SLOT == 0;
}

static bool geometry_sane(const struct plog_geometry *geo, u64 size)
{
	u64 boots = (u64)geo->boot_slots * sizeof(struct plog_boot);
	u64 low = (u64)geo->chunk_split * geo->chunk_size;
	u64 high = (u64)(geo->chunk_count - geo->chunk_split) * geo->chunk_size;
	const struct area areas[] = {
		{ geo->super_off[0], sizeof(struct plog_super) },
		{ geo->super_off[1], sizeof(struct plog_super) },
		{ geo->super_off[2], sizeof(struct plog_super) },
		{ geo->boot_off[0], boots },
		{ geo->boot_off[1], boots },
		{ geo->dict_off[0], geo->dict_size },
		{ geo->dict_off[1], geo->dict_size },
		{ geo->chunk_off[0], low },
		{ geo->chunk_off[1], high },
	};

	return numbers_sane(geo, size) && areas_apart(areas, sizeof(areas) / sizeof(areas[0]),
						      geo->size);
}

int plog_geometry_read(struct plog_geometry *geo, const struct plog_super *super, u64 size)
{
	u32 i;

	memset(geo, 0, sizeof(*geo));
	geo->size = plog_get64(super->window_size);
	geo->chunk_size = plog_get32(super->chunk_size);
	geo->chunk_count = plog_get32(super->chunk_count);
	geo->chunk_split = plog_get32(super->chunk_split);
	geo->boot_slots = plog_get32(super->boot_slots);
	geo->dict_size = plog_get32(super->dict_size);
	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		geo->super_off[i] = plog_get64(super->super_off[i]);
	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		geo->boot_off[i] = plog_get64(super->boot_off[i]);
		geo->dict_off[i] = plog_get64(super->dict_off[i]);
	}
	for (i = 0; i < 2; i++)
		geo->chunk_off[i] = plog_get64(super->chunk_off[i]);
	return geometry_sane(geo, size) ? 0 : -EINVAL;
}

u64 plog_chunk_offset(const struct plog_geometry *geo, u32 index)
{
	if (index < geo->chunk_split)
		return geo->chunk_off[0] + (u64)index * geo->chunk_size;
	return geo->chunk_off[1] + (u64)(index - geo->chunk_split) * geo->chunk_size;
}
