// SPDX-License-Identifier: BSD-2-Clause
/*
 * A mutator that knows the format. A step changes, moves, copies or cuts
 * something in an image; in most cases what was touched gets its CRC made right
 * afterwards, so that the code behind the CRCs is reached, and in the others it
 * does not, so that the code that repairs is.
 *
 * A target may keep bytes of its own in front of the image: fuzz_prefix of them,
 * which are mutated as libFuzzer likes.
 */
#include "fuzz.h"
#include "image_map.h"

__attribute__((weak)) const size_t fuzz_prefix = 0;

static struct image_map map;

/* Where the fields of each structure are: offset, size. */
struct field {
	u16 at;
	u16 n;
};

static const struct field super_fields[] = {
	{ 8, 2 },   { 10, 2 },  { 12, 4 },  { 32, 4 },  { 36, 4 },  { 40, 8 },  { 64, 4 },
	{ 68, 4 },  { 72, 4 },  { 76, 4 },  { 80, 8 },  { 88, 8 },  { 96, 8 },  { 104, 8 },
	{ 112, 8 }, { 120, 8 }, { 128, 8 }, { 136, 8 }, { 144, 8 }, { 152, 4 }, { 508, 4 },
};
static const struct field ident_fields[] = {
	{ 0, 4 },  { 4, 2 },  { 8, 8 },  { 24, 8 },  { 32, 8 },   { 48, 8 },
	{ 56, 8 }, { 64, 8 }, { 72, 8 }, { 80, 64 }, { 144, 16 }, { 252, 4 },
};
static const struct field state_fields[] = {
	{ 0, 4 },  { 4, 4 },  { 8, 1 },  { 9, 1 },  { 16, 8 },   { 24, 8 },  { 32, 8 },
	{ 40, 8 }, { 48, 8 }, { 56, 8 }, { 64, 8 }, { 72, 160 }, { 252, 4 },
};
static const struct field dict_fields[] = {
	{ 0, 4 },  { 4, 2 },  { 6, 1 },  { 7, 1 },  { 8, 4 },
	{ 12, 4 }, { 16, 8 }, { 24, 1 }, { 24, 4 }, { 28, 4 },
};
static const struct field head_fields[] = {
	{ 0, 8 },  { 8, 8 },  { 8, 2 },  { 16, 4 }, { 20, 2 }, { 22, 1 },
	{ 24, 8 }, { 32, 8 }, { 40, 8 }, { 48, 8 }, { 56, 4 }, { 60, 4 },
};
static const struct field record_fields[] = {
	{ 0, 4 }, { 4, 2 }, { 6, 2 }, { 8, 4 }, { 12, 3 }, { 15, 1 }, { 15, 1 }, { 16, 6 },
};

static const struct {
	const struct field *field;
	u32 count;
} fields_of[IMAGE_KINDS] = {
#define FIELDS(f)                             \
	{                                     \
		f, sizeof(f) / sizeof((f)[0]) \
	}
	[IMAGE_SUPER] = FIELDS(super_fields), [IMAGE_IDENT] = FIELDS(ident_fields),
	[IMAGE_STATE] = FIELDS(state_fields), [IMAGE_DICT] = FIELDS(dict_fields),
	[IMAGE_HEAD] = FIELDS(head_fields),   [IMAGE_RECORD] = FIELDS(record_fields),
};

static const u64 numbers[] = {
	0,          1,          2,          3,          7,          8,          15,
	16,         21,         22,         23,         24,         31,         32,
	63,         64,         65,         127,        128,        253,        254,
	255,        256,        511,        512,        2047,       2048,       2049,
	4095,       4096,       8192,       32767,      32768,      65535,      65536,
	0xffffff,   0x1000000,  0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 1ULL << 32,
	1ULL << 40, 1ULL << 47, 1ULL << 48, 1000000000, 1ULL << 62, 1ULL << 63, ~0ULL - 1,
	~0ULL,
};

/* An item of some kind, so that the many records do not get all attention; NULL: none. */
static struct image_item *item_pick(struct fuzz_random *r)
{
	enum image_kind kind = (enum image_kind)fuzz_below(r, IMAGE_KINDS);
	u32 i, n = 0, nth;

	for (i = 0; i < map.items; i++)
		n += map.item[i].kind == kind;
	if (!n)
		return map.items ? &map.item[fuzz_below(r, map.items)] : NULL;
	nth = fuzz_below(r, n);
	for (i = 0; i < map.items; i++)
		if (map.item[i].kind == kind && !nth--)
			return &map.item[i];
	return NULL;
}

static struct image_item *item_alike(struct fuzz_random *r, const struct image_item *item)
{
	u32 tries, i;

	for (tries = 0; tries < 16; tries++) {
		i = fuzz_below(r, map.items);
		if (map.item[i].kind == item->kind && &map.item[i] != item)
			return &map.item[i];
	}
	return NULL;
}

static void field_change(struct fuzz_random *r, const struct image_item *item)
{
	const struct field *f =
		&fields_of[item->kind].field[fuzz_below(r, fields_of[item->kind].count)];
	u8 *p = map.p + item->at + f->at;
	u32 n = f->n > 8 ? 8 : f->n;
	u64 v;

	if (f->n > 8 || fuzz_below(r, 8) == 0) {
		LLVMFuzzerMutate(p, f->n, f->n);
		return;
	}
	v = image_get(p, n > 4 ? 4 : n) | (n > 4 ? (u64)image_get(p + 4, n - 4) << 32 : 0);
	switch (fuzz_below(r, 4)) {
	case 0:
		v += fuzz_below(r, 33) - 16ULL;
		break;
	case 1:
		v = (u64)fuzz_random(r) << 32 | fuzz_random(r);
		v >>= fuzz_below(r, 64);
		break;
	case 2: /* a generation in its place, or an offset that is a multiple */
		v += (u64)map.geo.chunk_count * fuzz_below(r, 9);
		v ^= (u64)fuzz_below(r, 2) << (6 + fuzz_below(r, 40));
		break;
	default:
		v = numbers[fuzz_below(r, sizeof(numbers) / sizeof(numbers[0]))];
	}
	image_put(p, v, n);
}

/* Behind the fixed part: text, types, arguments. */
static void body_change(const struct image_item *item)
{
	u32 from = item->kind == IMAGE_RECORD ? 22 : item->kind == IMAGE_DICT ? 32 : 0, n;
	u8 *p = map.p + item->at + from;

	if (item->len <= from)
		return;
	n = item->len - from;
	LLVMFuzzerMutate(p, n, n);
}

static void bits_flip(struct fuzz_random *r, size_t at, size_t n)
{
	u32 bits = 1 + fuzz_below(r, 3);

	while (n && bits--)
		map.p[at + fuzz_below(r, n)] ^= (u8)(1u << fuzz_below(r, 8));
}

static void item_copy(struct fuzz_random *r, const struct image_item *to)
{
	const struct image_item *from = item_alike(r, to);
	u32 n;

	if (!from)
		return;
	n = from->len < to->len ? from->len : to->len;
	if (to->kind == IMAGE_DICT && image_has(&map, to->at, from->len))
		n = from->len;
	memmove(map.p + to->at, map.p + from->at, n);
}

static void lines_fill(struct fuzz_random *r)
{
	static const size_t lengths[] = { 8, 64, 512, 4096 };
	size_t n = lengths[fuzz_below(r, 4)], at = fuzz_below(r, map.n / n) * n;

	if (image_has(&map, at, n))
		memset(map.p + at, fuzz_below(r, 2) ? 0 : 0xff, n);
}

static void lines_move(struct fuzz_random *r)
{
	static const size_t lengths[] = { 8, 64, 512, 4096 };
	size_t n = lengths[fuzz_below(r, 4)];
	size_t from = fuzz_below(r, map.n / n) * n, to = fuzz_below(r, map.n / n) * n;

	if (image_has(&map, from, n) && image_has(&map, to, n))
		memmove(map.p + to, map.p + from, n);
}

static size_t resize(struct fuzz_random *r, size_t n, size_t max)
{
	size_t more;

	switch (fuzz_below(r, 4)) {
	case 0:
		return fuzz_below(r, n) & ~(size_t)63;
	case 1:
		return n - (n > 4096 ? 4096 : 0);
	case 2:
		return n > 9 ? n - 1 - fuzz_below(r, 8) : n;
	default:
		more = 4096u << fuzz_below(r, 3);
		if (n + more > max)
			return n;
		if (n >= more && fuzz_below(r, 2))
			memcpy(map.p + n, map.p + n - more, more);
		else
			memset(map.p + n, 0, more);
		return n + more;
	}
}

/* One change. Returns the image's new size; @touched what must be made right again. */
static size_t step(struct fuzz_random *r, size_t max, struct image_item **touched)
{
	struct image_item *item = item_pick(r);
	u32 what = fuzz_below(r, 16);

	*touched = item;
	if (!item || what == 0) {
		lines_fill(r);
	} else if (what == 1) {
		lines_move(r);
	} else if (what == 2) {
		if (!fuzz_below(r, 4))
			return resize(r, map.n, max);
		memset(map.p + item->at, 0, item->len);
	} else if (what <= 4) {
		bits_flip(r, item->at, item->len);
		if (fuzz_below(r, 2))
			*touched = NULL;
	} else if (what <= 6) {
		item_copy(r, item);
	} else if (what <= 9) {
		body_change(item);
	} else {
		field_change(r, item);
	}
	return map.n;
}

static void salt_again(void)
{
	u32 i;

	for (i = 0; i < map.items && map.item[i].kind != IMAGE_SUPER; i++)
		;
	if (i < map.items)
		map.salt = image_get(map.p + map.item[i].at + 32, 4);
}

static size_t image_mutate(struct fuzz_random *r, u8 *p, size_t n, size_t max)
{
	u32 steps = 1 + fuzz_below(r, 4) * fuzz_below(r, 2);
	struct image_item *touched;

	image_map(&map, p, n);
	while (steps-- && map.n == n) {
		n = step(r, max, &touched);
		if (n != map.n)
			break;
		if (touched && fuzz_below(r, 4)) {
			salt_again();
			image_fix(&map, touched);
		}
	}
	if (n == map.n && !fuzz_below(r, 6)) {
		salt_again();
		image_fix_all(&map);
	}
	return n;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	struct fuzz_random r = fuzz_seeded(seed);
	size_t front = fuzz_prefix;

	if (size < front + 512 || !fuzz_below(&r, 24))
		return LLVMFuzzerMutate(data, size, max_size);
	if (front && !fuzz_below(&r, 4))
		LLVMFuzzerMutate(data, front, front);
	return front + image_mutate(&r, data + front, size - front, max_size - front);
}

/* Pages of one in the place of pages of the other, made right by the first one's salt. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
				 size_t size2, uint8_t *out, size_t max_out, unsigned int seed)
{
	struct fuzz_random r = fuzz_seeded(seed);
	size_t front = fuzz_prefix, n = size1 < max_out ? size1 : max_out, at, len;

	memcpy(out, data1, n);
	if (n < front + 4096 || size2 < front + 4096)
		return n;
	len = (size_t)64 << fuzz_below(&r, 7);
	at = front + fuzz_below(&r, (size2 - front) / len) * len;
	if (at + len > size2 || at + len > n)
		return n;
	memcpy(out + at, data2 + at, len);
	image_map(&map, out + front, n - front);
	if (fuzz_below(&r, 4))
		image_fix_all(&map);
	return n;
}
