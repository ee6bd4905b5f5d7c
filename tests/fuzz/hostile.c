// SPDX-License-Identifier: BSD-2-Clause
/*
 * hostile SHAPE SIZE [RUNS] - how long a window takes that was made to take long
 *
 * Makes the window, then times: opening a reader on it; reading all records; for
 * some shapes an attach. Prints "SHAPE SIZE OPEN READ ATTACH RECORDS", times in
 * microseconds, the best of RUNS (3). `hostile list` prints the shapes.
 *
 * Chunks have the same size at all window sizes, and so has all else that a shape
 * is about: what is compared is the number of bytes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../unit/image.h"
#include "image_map.h"
#include "plog_reader.h"

/* The processor's time, not the clock's: others may want it as well. */
static u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (u64)ts.tv_sec * 1000000 + (u64)ts.tv_nsec / 1000;
}

static void seal(struct image *img, enum image_kind kind, u64 at)
{
	struct image_map map = { .p = img->mem, .n = img->size, .salt = img->salt };

	image_fix(&map, &(struct image_item){ .kind = kind, .at = at });
}

/**
 * struct layout - what a shape wants of a window; the rest goes to the chunks
 * @chunk:	bytes of a chunk
 * @slots:	of the boot table
 * @dict:	a share of the window, 0 for a page
 */
struct layout {
	u32 chunk;
	u32 slots;
	u32 dict;
};

/* Superblock copies at both ends and in the middle; tables; then chunks. */
static void window_make(struct image *img, u64 size, const struct layout *lay)
{
	struct plog_geometry *geo = &img->geo;
	u64 at, boots = (512ULL * lay->slots + 4095) / 4096 * 4096;
	u32 i;

	image_make(img, size);
	memset(img->mem + 512, 0, size - 512);
	geo->chunk_size = lay->chunk;
	geo->boot_slots = lay->slots;
	geo->dict_size = lay->dict ? (u32)(size / lay->dict) : 4096;
	at = 4096;
	for (i = 0; i < 2; i++, at += boots)
		geo->boot_off[i] = at;
	for (i = 0; i < 2; i++, at += geo->dict_size)
		geo->dict_off[i] = at;
	while (geo->chunk_size > size - 4096 - at)
		geo->chunk_size /= 2;
	geo->chunk_count = (u32)((size - 4096 - at) / geo->chunk_size);
	geo->chunk_split = geo->chunk_count;
	geo->chunk_off[0] = geo->chunk_off[1] = at;
	geo->super_off[1] = 512;
	geo->super_off[2] = size - 4096;
	for (i = 3; i--;) {
		u8 *p = img->mem + geo->super_off[i];

		memmove(p, img->mem, 512);
		image_put(p + 36, i, 4);
		image_put(p + 64, geo->chunk_size, 4);
		image_put(p + 68, geo->chunk_count, 4);
		image_put(p + 72, geo->chunk_split, 4);
		image_put(p + 76, geo->boot_slots, 4);
		memcpy(p + 80, geo->super_off, 24);
		memcpy(p + 104, geo->boot_off, 16);
		memcpy(p + 120, geo->dict_off, 16);
		memcpy(p + 136, geo->chunk_off, 16);
		image_put(p + 152, geo->dict_size, 4);
		seal(img, IMAGE_SUPER, geo->super_off[i]);
	}
}

static void boots_fill(struct image *img)
{
	u32 i;

	for (i = 0; i < img->geo.boot_slots; i++)
		image_boot(img, i, 1 + i, 1 + i, PLOG_BOOT_PANIC);
}

/* A record at each offset whose head is right, with the greatest length, and which is none. */
static void checks_fill(struct image_chunk *c)
{
	u32 size = c->img->geo.chunk_size, off, len, crc, seed;
	u8 gen[8], hashed[16];

	image_put(gen, c->gen, 8);
	seed = plog_crc32c(c->img->salt, gen, 8);
	/* From behind: the head of one is in the payload of those before. */
	for (off = size - 24; off >= 64; off -= 8) {
		u8 *p = c->at + off;

		len = size - off < 65535 - 7 ? size - off : 65535 - 7;
		image_put(p + 4, len, 2);
		/* The last bytes of the CRC's sixteen are the next one's crc and length. */
		memcpy(hashed, p + 8, 14);
		image_put(hashed + 14, len, 2);
		crc = plog_crc32c(seed ^ off, hashed, 16);
		image_put(p + 6, crc ^ crc >> 16, 2);
	}
}

static void shape_checks(struct image *img, u64 size)
{
	static const struct layout lay = { .chunk = 65536, .slots = 1 };
	struct image_chunk c;
	u32 i;

	window_make(img, size, &lay);
	for (i = 0; i < img->geo.chunk_count; i++) {
		c = image_chunk(img, img->geo.chunk_count + i, 1, 1000);
		checks_fill(&c);
	}
}

/* The reader's index has room for twice the entries of both copies, and hashes so. */
static u32 id_colliding(u32 i, u32 entries)
{
	const u32 back = 0xe8b2f51; /* times 0x9e3779b1 is 1 */
	u32 bits = 4, h;

	while (1u << bits < 4 * entries)
		bits++;
	h = i << bits | 5;
	h ^= h >> 15 ^ h >> 30;
	return h * back - PLOG_DICT_SITE;
}

/* Ids that all belong to one place of the reader's index, and records that ask for them. */
static void shape_collide(struct image *img, u64 size)
{
	static const struct layout lay = { .chunk = 4096, .slots = 1, .dict = 8 };
	struct image_chunk c;
	u32 i, n, ask = 0;

	window_make(img, size, &lay);
	n = img->geo.dict_size / 64;
	for (i = 0; i < n; i++)
		image_dict(img, 1, id_colliding(i, n), 0, 0, 1, "x\0t\0f\0", 7);
	for (i = 0; i < img->geo.chunk_count; i++) {
		c = image_chunk(img, img->geo.chunk_count + i, 1, 1000);
		for (; c.off + 32 <= 4096; ask++)
			image_record(&c, id_colliding(ask % n, n), 9, 0x26, 1, "y", 1);
	}
}

static void shape_headless(struct image *img, u64 size)
{
	static const struct layout lay = { .chunk = 4096, .slots = 1 };
	struct image_chunk c;
	u32 i;

	window_make(img, size, &lay);
	boots_fill(img);
	for (i = 0; i < img->geo.chunk_count; i++) {
		/* The oldest lap that is tried, and the first record is damaged. */
		c = image_chunk(img, img->geo.chunk_count * 6ULL + i, 1, 1000);
		while (c.off + 80 <= 4096)
			image_text(&c, c.off, 6, "old");
		c.at[70] ^= 1;
		if (i)
			memset(c.at, 0, 64);
		else
			image_chunk_lost(&c, 1, 1000, 0, 0, 0);
	}
	/* One head that is much newer says which laps there may be. */
	c = image_chunk(img, img->geo.chunk_count * 10ULL, 1, 1000);
}

static void shape_boots(struct image *img, u64 size)
{
	static const struct layout lay = { .chunk = 4096, .slots = 1 };
	struct image_chunk c;
	u32 i;

	window_make(img, size, &lay);
	for (i = 0; i < img->geo.chunk_count; i++) {
		c = image_chunk(img, img->geo.chunk_count + i, 100 + (i * 7919u) % 1000003u, 1000);
		c.at[22] = PLOG_CLOCK_TSC;
		seal(img, IMAGE_HEAD, (u64)(c.at - img->mem));
		image_text(&c, 1000, 6, "of a boot of its own");
	}
}

/* As many boots as there may be, or as there is room for. */
static void shape_table(struct image *img, u64 size)
{
	struct layout lay = { .chunk = 4096, .slots = (u32)(size / 4096) };
	struct image_chunk c;
	u32 i;

	if (lay.slots > 4096)
		lay.slots = 4096;
	window_make(img, size, &lay);
	boots_fill(img);
	for (i = 0; i < img->geo.chunk_count; i++) {
		c = image_chunk(img, img->geo.chunk_count + i, 1 + i % lay.slots, 1000);
		c.at[22] = PLOG_CLOCK_TSC;
		seal(img, IMAGE_HEAD, (u64)(c.at - img->mem));
		image_text(&c, 1000, 6, "of one of many");
	}
}

/* Words that are nearly a superblock's at each line, and sealed ones that lead nowhere. */
static void shape_magic(struct image *img, u64 size)
{
	static const struct layout lay = { .chunk = 4096, .slots = 1 };
	static u8 good[512];
	u64 off;

	window_make(img, size, &lay);
	memcpy(good, img->mem, 512);
	for (off = 0; off + 512 <= size; off += 512) {
		memcpy(img->mem + off, good, 512);
		/* A window that is larger than all, so that it starts before the memory. */
		image_put(img->mem + off + 36, 2, 4);
		image_put(img->mem + off + 40, 1ULL << 39, 8);
		image_put(img->mem + off + 96, (1ULL << 39) - 4096, 8);
		seal(img, IMAGE_SUPER, off);
	}
	for (off = 64; off + 512 <= size; off += 64)
		if (off % 512)
			image_put(img->mem + off,
				  PLOG_MAGIC_SUPER_KEY ^ PLOG_MAGIC_MASK ^ (off / 64 % 255), 8);
}

/* Chunk heads everywhere, each of another salt, and no superblock. */
static void shape_salts(struct image *img, u64 size)
{
	u64 off;

	image_make(img, size);
	for (off = 0; off + 64 <= size; off += 64) {
		image_put(img->mem + off, PLOG_MAGIC_CHUNK_KEY ^ PLOG_MAGIC_MASK, 8);
		image_put(img->mem + off + 8, off * 2654435761u, 8);
		image_put(img->mem + off + 60, (u32)off * 2246822519u, 4);
	}
}

static void shape_random(struct image *img, u64 size)
{
	static const struct layout lay = { .chunk = 65536, .slots = 1 };
	u64 off, v = 88172645463325252ULL;
	u32 i;

	window_make(img, size, &lay);
	for (off = img->geo.chunk_off[0]; off + 8 <= size - 4096; off += 8) {
		v ^= v << 13;
		v ^= v >> 7;
		v ^= v << 17;
		image_put(img->mem + off, v, 8);
	}
	for (i = 0; i < img->geo.chunk_count; i++)
		image_chunk(img, img->geo.chunk_count + i, 1, 1000);
}

static const struct {
	const char *name;
	void (*make)(struct image *img, u64 size);
} shapes[] = {
	{ "checks", shape_checks }, { "collide", shape_collide }, { "headless", shape_headless },
	{ "boots", shape_boots },   { "table", shape_table },     { "magic", shape_magic },
	{ "salts", shape_salts },   { "random", shape_random },
};

#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static u64 read_all(struct plog_reader *reader)
{
	struct plog_reader_record rec;
	u64 n = 0;

	plog_reader_select(reader, 0, ~0u);
	while (plog_reader_next(reader, &rec))
		n++;
	return n;
}

static u64 attach_time(const struct image *img)
{
	struct plog_attach arg = { .clock = PLOG_CLOCK_MONOTONIC,
				   .counter_hz = 1000000000,
				   .kernel = "k",
				   .machine = "m",
				   .shared_lanes = 4,
				   .cpu_lanes = 4,
				   .protect = 50,
				   .random = { 1 },
				   .boot_id = { 0xee } };
	u32 n = plog_control_bytes(img->size);
	u8 *copy = aligned_alloc(4096, img->size), *control = aligned_alloc(4096, n);
	struct plog_report report;
	struct plog_window win;
	u64 begin;

	if (!copy || !control)
		abort();
	memcpy(copy, img->mem, img->size);
	memset(control, 0, n);
	begin = now();
	plog_attach(&win, copy, img->size, control, &arg, &report);
	begin = now() - begin;
	free(copy);
	free(control);
	return begin;
}

static void measure(const char *name, const struct image *img, u32 runs)
{
	u64 best[3] = { ~0ULL, ~0ULL, ~0ULL }, took[3], records = 0, begin;
	struct plog_reader *reader;
	u32 i, k;

	for (i = 0; i < runs; i++) {
		begin = now();
		if (plog_reader_open_memory(&reader, img->mem, img->size))
			abort();
		took[0] = now() - begin;
		begin = now();
		records = read_all(reader);
		took[1] = now() - begin;
		plog_reader_close(reader);
		took[2] = attach_time(img);
		for (k = 0; k < 3; k++)
			best[k] = took[k] < best[k] ? took[k] : best[k];
	}
	printf("%s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", name, img->size,
	       best[0], best[1], best[2], records);
}

int main(int argc, char **argv)
{
	struct image img;
	size_t i;

	for (i = 0; i < SHAPES && argc == 2 && !strcmp(argv[1], "list"); i++)
		puts(shapes[i].name);
	if (i)
		return 0;
	for (i = 0; i < SHAPES && argc >= 3; i++) {
		if (strcmp(argv[1], shapes[i].name))
			continue;
		shapes[i].make(&img, strtoull(argv[2], NULL, 0));
		measure(argv[1], &img, argc > 3 ? (u32)atoi(argv[3]) : 3);
		image_free(&img);
		return 0;
	}
	fprintf(stderr, "usage: hostile SHAPE SIZE [RUNS] | list\n");
	return 2;
}
