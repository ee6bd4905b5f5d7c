// SPDX-License-Identifier: BSD-2-Clause
/* Layouts: checked when they come from a superblock, deduced when none is left. */
#include "scan.h"

#define BOOTS_MAX 4096u
#define AREAS (PLOG_SUPER_COPIES + 3 * PLOG_TABLE_COPIES)

struct area {
	u64 off;
	u64 len;
};

static u32 areas_list(struct area *area, const struct scan_layout *lay)
{
	u32 i, n = 0;
	u32 half[2] = { lay->chunk_split, lay->chunk_count - lay->chunk_split };

	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		area[n++] = (struct area){ lay->super_off[i], sizeof(struct plog_super) };
	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		area[n++] = (struct area){ lay->boot_off[i],
					   (u64)lay->boot_slots * sizeof(struct plog_boot) };
		area[n++] = (struct area){ lay->dict_off[i], lay->dict_size };
		area[n++] = (struct area){ lay->chunk_off[i], (u64)half[i] * lay->chunk_size };
	}
	return n;
}

static bool areas_fit(const struct area *area, u32 n, u64 size)
{
	u32 i, j;

	for (i = 0; i < n; i++) {
		if (area[i].off > size || area[i].len > size - area[i].off ||
		    area[i].off % PLOG_LINE)
			return false;
		for (j = 0; j < i; j++)
			if (area[i].off < area[j].off + area[j].len &&
			    area[j].off < area[i].off + area[i].len)
				return false;
	}
	return true;
}

bool plog_scan_layout_check(const struct scan_layout *lay)
{
	struct area area[AREAS];
	u32 n;

	if (lay->size < PLOG_WINDOW_MIN || lay->size > 1ULL << 40 || lay->size % PLOG_PAGE)
		return false;
	if (lay->chunk_size < PLOG_CHUNK_MIN || lay->chunk_size > PLOG_CHUNK_MAX ||
	    lay->chunk_size & (lay->chunk_size - 1))
		return false;
	if (!lay->chunk_count || lay->chunk_split > lay->chunk_count || !lay->boot_slots ||
	    lay->boot_slots > BOOTS_MAX || lay->dict_size % PLOG_DICT_SLOT)
		return false;
	/* In this order, what there is of a cut image holds the first chunks. */
	if (lay->chunk_off[0] > lay->chunk_off[1])
		return false;
	n = areas_list(area, lay);
	return areas_fit(area, n, lay->size);
}

const u8 *plog_scan_chunk_at(const struct scan_window *win, u32 index, u32 *room)
{
	const struct scan_layout *lay = &win->layout;
	u32 half = index >= lay->chunk_split;
	u64 nth = half ? index - lay->chunk_split : index;
	u64 off = lay->chunk_off[half] + nth * lay->chunk_size;
	u64 there = off < win->avail ? win->avail - off : 0;

	if (there < sizeof(struct plog_chunk))
		return NULL;
	*room = there < lay->chunk_size ? (u32)there & ~(PLOG_RECORD_ALIGN - 1) : lay->chunk_size;
	return win->base + off;
}

/* About 128 chunks, as far as a chunk's size may go. */
static u32 default_chunk(u64 size)
{
	u32 chunk = PLOG_CHUNK_MIN;

	while (chunk < PLOG_CHUNK_MAX && size / chunk >= 256)
		chunk <<= 1;
	return chunk;
}

/* Superblock and boot table together: 1, 2 or 4 pages. */
static u32 default_meta(u64 size)
{
	return size < 256u << 10 ? PLOG_PAGE : size < 1u << 20 ? 2 * PLOG_PAGE : 4 * PLOG_PAGE;
}

/* A sixteenth of the window, in pages, at most 1 MiB. */
static u32 default_dict(u64 size)
{
	u64 pages = size / 16 / PLOG_PAGE;

	return (u32)(pages > 256 ? 256 : pages ? pages : 1) * PLOG_PAGE;
}

bool plog_scan_layout_default(struct scan_layout *lay, u64 size)
{
	u32 meta, i;
	u64 pos = 0;

	memset(lay, 0, sizeof(*lay));
	size -= size % PLOG_PAGE;
	if (size < PLOG_WINDOW_MIN || size > 1ULL << 40)
		return false;
	meta = default_meta(size);
	lay->size = size;
	lay->chunk_size = default_chunk(size);
	lay->dict_size = default_dict(size);
	lay->boot_slots = (meta - (u32)sizeof(struct plog_super)) / sizeof(struct plog_boot);
	lay->chunk_count =
		(u32)((size - PLOG_PAGE - 2 * ((u64)meta + lay->dict_size)) / lay->chunk_size);
	lay->chunk_split = lay->chunk_count / 2;
	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		lay->super_off[i] = pos;
		lay->boot_off[i] = pos + sizeof(struct plog_super);
		lay->dict_off[i] = pos + meta;
		lay->chunk_off[i] = lay->dict_off[i] + lay->dict_size;
		pos = lay->chunk_off[i] + (u64)lay->chunk_split * lay->chunk_size;
	}
	lay->super_off[2] = size - PLOG_PAGE;
	return true;
}
