// SPDX-License-Identifier: BSD-2-Clause
#include "image_map.h"

#define CHUNKS_MAX 96
#define RECORDS_MAX 64 /* of one chunk */

u32 image_get(const u8 *p, u32 bytes)
{
	u32 v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

static u64 get64(const u8 *p)
{
	return image_get(p, 4) | (u64)image_get(p + 4, 4) << 32;
}

void image_put(u8 *p, u64 v, u32 bytes)
{
	for (; bytes--; v >>= 8)
		*p++ = (u8)v;
}

static void item_add(struct image_map *map, struct image_item item)
{
	if (map->items < IMAGE_ITEMS)
		map->item[map->items++] = item;
}

static void layout_take(struct image_map *map, const u8 *p)
{
	struct plog_geometry *geo = &map->geo;
	u32 i;

	map->salt = image_get(p + 32, 4);
	geo->size = get64(p + 40);
	geo->chunk_size = image_get(p + 64, 4);
	geo->chunk_count = image_get(p + 68, 4);
	geo->chunk_split = image_get(p + 72, 4);
	geo->boot_slots = image_get(p + 76, 4);
	for (i = 0; i < 3; i++)
		geo->super_off[i] = get64(p + 80 + 8 * i);
	for (i = 0; i < 2; i++) {
		geo->boot_off[i] = get64(p + 104 + 8 * i);
		geo->dict_off[i] = get64(p + 120 + 8 * i);
		geo->chunk_off[i] = get64(p + 136 + 8 * i);
	}
	geo->dict_size = image_get(p + 152, 4);
}

static void supers_find(struct image_map *map)
{
	const u64 magic = PLOG_MAGIC_SUPER_KEY ^ PLOG_MAGIC_MASK;
	bool known = false;
	size_t at;
	u32 copy;

	for (at = 0; image_has(map, at, 512); at += 64) {
		if (get64(map->p + at) != magic)
			continue;
		item_add(map, (struct image_item){ .kind = IMAGE_SUPER, .at = at, .len = 512 });
		if (known)
			continue;
		known = true;
		layout_take(map, map->p + at);
		copy = image_get(map->p + at + 36, 4);
		if (copy < 3 && map->geo.super_off[copy] <= at)
			map->start = at - (size_t)map->geo.super_off[copy];
	}
	if (known || plog_geometry_make(&map->geo, map->n))
		return;
	/* Without superblocks all chunks still have the salt that the seeds have. */
	map->salt = 0x5eed1234;
}

static void boots_find(struct image_map *map)
{
	u32 copy, slot;
	u64 at;

	for (copy = 0; copy < 2; copy++)
		for (slot = 0; slot < map->geo.boot_slots && slot < 64; slot++) {
			at = map->start + map->geo.boot_off[copy] + 512ULL * slot;
			if (!image_has(map, at, 512))
				break;
			item_add(map,
				 (struct image_item){ .kind = IMAGE_IDENT, .at = at, .len = 256 });
			item_add(map, (struct image_item){
					      .kind = IMAGE_STATE, .at = at + 256, .len = 256 });
		}
}

static void dict_find(struct image_map *map)
{
	u64 at, off;
	u32 copy, len;

	for (copy = 0; copy < 2; copy++)
		for (off = 0; off < map->geo.dict_size; off += 64) {
			at = map->start + map->geo.dict_off[copy] + off;
			if (!image_has(map, at, 64))
				break;
			len = image_get(map->p + at + 4, 2);
			if (len >= 32 && len <= 2048 && image_has(map, at, len)) {
				item_add(map, (struct image_item){
						      .kind = IMAGE_DICT, .at = at, .len = len });
				off += (len - 1) / 64 * 64;
			}
		}
}

static void records_find(struct image_map *map, u64 chunk, u32 size)
{
	u32 off = 64, len, seed, found = 0;
	u8 hashed[16];
	u32 crc;

	seed = plog_crc32c(map->salt, map->p + chunk + 8, 8);
	while (off + 24 <= size && found < RECORDS_MAX) {
		const u8 *p = map->p + chunk + off;

		len = image_get(p + 4, 2);
		memcpy(hashed, p + 8, 14);
		memcpy(hashed + 14, p + 4, 2);
		crc = plog_crc32c(seed ^ off, hashed, 16);
		if (len < 22 || ((len + 7) & ~7u) > size - off ||
		    ((crc ^ crc >> 16) & 0xffff) != image_get(p + 6, 2)) {
			off += 8;
			continue;
		}
		item_add(map, (struct image_item){ IMAGE_RECORD, chunk + off, len, off });
		found++;
		off += (len + 7) & ~7u;
	}
}

static void chunks_find(struct image_map *map)
{
	const struct plog_geometry *geo = &map->geo;
	u32 i, size = geo->chunk_size;
	u64 at;

	for (i = 0; i < geo->chunk_count && i < CHUNKS_MAX; i++) {
		at = map->start + plog_chunk_offset(geo, i);
		if (!image_has(map, at, 64))
			break;
		item_add(map, (struct image_item){ .kind = IMAGE_HEAD, .at = at, .len = 64 });
		if (image_has(map, at, size))
			records_find(map, at, size);
	}
}

void image_map(struct image_map *map, u8 *p, size_t n)
{
	memset(map, 0, offsetof(struct image_map, item));
	map->items = 0;
	map->p = p;
	map->n = n;
	supers_find(map);
	boots_find(map);
	dict_find(map);
	chunks_find(map);
}

static void record_fix(const struct image_map *map, const struct image_item *item)
{
	u8 *p = map->p + item->at, hashed[16];
	u32 len = image_get(p + 4, 2), padded = (len + 7) & ~7u, crc;

	if (len < 22 || !image_has(map, item->at, padded))
		return;
	/* The generation that the chunk has by now. */
	crc = plog_crc32c(map->salt, p - item->off + 8, 8);
	memcpy(hashed, p + 8, 14);
	memcpy(hashed + 14, p + 4, 2);
	crc = plog_crc32c(crc ^ item->off, hashed, 16);
	image_put(p + 6, crc ^ crc >> 16, 2);
	image_put(p, plog_crc32c(crc, p + 22, padded - 22), 4);
}

void image_fix(const struct image_map *map, const struct image_item *item)
{
	u8 *p = map->p + item->at;
	u32 crc, len;

	switch (item->kind) {
	case IMAGE_SUPER:
		image_put(p + 508, plog_crc32c(0xffffffff, p, 508), 4);
		break;
	case IMAGE_IDENT:
	case IMAGE_STATE:
		image_put(p + 252, plog_crc32c(map->salt, p, 252), 4);
		break;
	case IMAGE_HEAD:
		image_put(p + 60, plog_crc32c(map->salt, p, 60), 4);
		break;
	case IMAGE_DICT:
		len = image_get(p + 4, 2);
		if (len < 32 || !image_has(map, item->at, len))
			return;
		crc = plog_crc32c(map->salt, p + 4, 12);
		image_put(p, plog_crc32c(crc, p + 24, len - 24), 4);
		break;
	default:
		record_fix(map, item);
	}
}

/* What is blank stays so: sealed zeros would be a boot 0 in every free slot. */
static bool blank(const u8 *p, u32 n)
{
	while (n--)
		if (*p++)
			return false;
	return true;
}

void image_fix_all(const struct image_map *map)
{
	u32 i;

	for (i = 0; i < map->items; i++)
		if (!blank(map->p + map->item[i].at, map->item[i].len))
			image_fix(map, &map->item[i]);
}
