/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the structures of an image are, for a mutator that wants to change them
 * and to make them valid again. Believes everything that is inside the image, for
 * the image is to become hostile; nothing here is the product's but the CRC.
 */
#ifndef PLOG_FUZZ_IMAGE_MAP_H
#define PLOG_FUZZ_IMAGE_MAP_H

#include "core/core.h"

enum image_kind {
	IMAGE_SUPER,
	IMAGE_IDENT,
	IMAGE_STATE,
	IMAGE_DICT,
	IMAGE_HEAD,
	IMAGE_RECORD,
	IMAGE_KINDS,
};

/**
 * struct image_item - a structure in an image
 * @kind:	what
 * @at:		where
 * @len:	bytes
 * @off:	record: offset in its chunk
 */
struct image_item {
	enum image_kind kind;
	size_t at;
	u32 len;
	u32 off;
};

#define IMAGE_ITEMS 3000

/**
 * struct image_map - an image, taken apart
 * @p:		image
 * @n:		bytes of it
 * @start:	where the window begins
 * @salt:	of its CRCs
 * @geo:	layout as the first superblock says, unchecked
 * @item:	what was found
 * @items:	how many
 */
struct image_map {
	u8 *p;
	size_t n;
	size_t start;
	u32 salt;
	struct plog_geometry geo;
	struct image_item item[IMAGE_ITEMS];
	u32 items;
};

/**
 * image_map() - take an image apart
 */
void image_map(struct image_map *map, u8 *p, size_t n);

/**
 * image_fix() - make a structure's CRC right
 */
void image_fix(const struct image_map *map, const struct image_item *item);

/**
 * image_fix_all() - make all of them right
 */
void image_fix_all(const struct image_map *map);

/* Is there so much of the image from @at on? */
static inline bool image_has(const struct image_map *map, u64 at, u64 n)
{
	return at <= map->n && n <= map->n - at;
}

u32 image_get(const u8 *p, u32 bytes);
void image_put(u8 *p, u64 v, u32 bytes);

#endif
