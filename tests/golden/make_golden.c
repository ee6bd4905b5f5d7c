// SPDX-License-Identifier: BSD-2-Clause
/*
 * make_golden DIR - the golden images of format 1.0, undamaged and damaged.
 *
 * The same bytes in every run. What is in tests/golden/1.0 was made by it once and
 * does not change any more: readers have to understand it for ever.
 */
#include <stdio.h>
#include <stdlib.h>

#include "make_golden.h"

static const char *dir;

static void save(const char *name, const u8 *mem, u64 size)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.img", dir, name);
	f = fopen(path, "wb");
	if (!f || fwrite(mem, 1, size, f) != size || fclose(f)) {
		perror(path);
		exit(2);
	}
}

static u64 noise(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void supers_lose(u8 *mem, const struct plog_geometry *geo)
{
	for (u32 i = 0; i < PLOG_SUPER_COPIES; i++)
		memset(mem + geo->super_off[i], 0, sizeof(struct plog_super));
}

static void heads_lose(u8 *mem, const struct plog_geometry *geo)
{
	for (u32 i = 0; i < geo->chunk_count; i += 2)
		memset(mem + plog_chunk_offset(geo, i), 0xff, sizeof(struct plog_chunk));
}

static void table_lose(u8 *mem, const struct plog_geometry *geo)
{
	for (u32 i = 0; i < PLOG_TABLE_COPIES; i++)
		memset(mem + geo->boot_off[i], 0, geo->boot_slots * sizeof(struct plog_boot));
}

/* All of one copy, and of the other every second entry. */
static void dictionary_lose(u8 *mem, const struct plog_geometry *geo)
{
	memset(mem + geo->dict_off[0], 0xff, geo->dict_size);
	for (u32 off = 0; off < geo->dict_size; off += 4 * PLOG_DICT_SLOT)
		memset(mem + geo->dict_off[1] + off, 0, PLOG_DICT_SLOT);
}

/* One bit of a thousand. In whole numbers, so that it is the same everywhere. */
static void bits_flip(u8 *mem, const struct plog_geometry *geo)
{
	u64 state = 0x9e3779b97f4a7c15ULL;

	for (u64 bit = 0; bit < 8 * geo->size; bit++)
		if (noise(&state) % 1000 == 0)
			mem[bit / 8] ^= (u8)(1u << bit % 8);
}

/* One or two bits in every fifth line. */
static void bits_flip_few(u8 *mem, const struct plog_geometry *geo)
{
	u64 state = 0x243f6a8885a308d3ULL;

	for (u64 off = 0; off < geo->size; off += 5 * PLOG_LINE)
		for (u32 n = 1 + noise(&state) % 2; n; n--)
			mem[off + noise(&state) % PLOG_LINE] ^= (u8)(1u << noise(&state) % 8);
}

/* A lease that was under way: half of the new head, half of the older one. */
static void head_tear(u8 *mem, const struct plog_geometry *geo)
{
	const struct plog_chunk *head;
	struct plog_chunk torn;
	u32 i;

	for (i = 0; i < geo->chunk_count; i += 3) {
		u8 *at = mem + plog_chunk_offset(geo, i);

		head = (const void *)at;
		torn = *head;
		torn.gen = plog_set64(plog_get64(head->gen) + geo->chunk_count);
		torn.boot = plog_set32(plog_get32(head->boot) + 1);
		torn.base = plog_set64(plog_get64(head->base) + MAKER_SECOND);
		memcpy(at, &torn, 32);
	}
}

static void damaged_save(const char *name, const struct maker *m,
			 void (*spoil)(u8 *mem, const struct plog_geometry *geo))
{
	u8 *mem = malloc(m->size);

	if (!mem)
		abort();
	memcpy(mem, m->base, m->size);
	spoil(mem, &m->win.geo);
	save(name, mem, m->size);
	free(mem);
}

/* A dump of more memory than the window: it does not start on a page there. */
static void dump_save(const char *name, const struct maker *m)
{
	static const char around[] = "what else was in this machine's memory; ";
	u64 before = 0x3340, size = before + m->size + 0x1777, i;
	u8 *mem = malloc(size);

	if (!mem)
		abort();
	for (i = 0; i < size; i++)
		mem[i] = (u8)around[i % (sizeof(around) - 1)];
	memcpy(mem + before, m->base, m->size);
	save(name, mem, size);
	free(mem);
}

/* All copies say another version, and are sealed again. */
static void version_save(const char *name, const struct maker *m, u16 major, u16 minor)
{
	u8 *mem = malloc(m->size);
	u32 i;

	if (!mem)
		abort();
	memcpy(mem, m->base, m->size);
	for (i = 0; i < PLOG_SUPER_COPIES; i++) {
		struct plog_super *super = (void *)(mem + m->win.geo.super_off[i]);

		super->major = plog_set16(major);
		super->minor = plog_set16(minor);
		memset(super->reserved, 0x5a, sizeof(super->reserved));
		super->crc = plog_set32(
			plog_crc32c(0xffffffff, super, offsetof(struct plog_super, crc)));
	}
	save(name, mem, m->size);
	free(mem);
}

static void refused_save(void)
{
	static const char text[] = "A file of somebody else's, with nothing of plog's in it.\n";
	u8 *mem = calloc(1, PLOG_WINDOW_MIN);
	u32 i;

	if (!mem)
		abort();
	save("zeros", mem, PLOG_WINDOW_MIN);
	memset(mem, 0xff, PLOG_WINDOW_MIN);
	save("ones", mem, PLOG_WINDOW_MIN);
	for (i = 0; i < PLOG_WINDOW_MIN; i++)
		mem[i] = (u8)text[i % (sizeof(text) - 1)];
	save("foreign", mem, PLOG_WINDOW_MIN);
	free(mem);
}

int main(int argc, char **argv)
{
	struct maker clean, wrapped;

	if (argc != 2)
		return fputs("usage: make_golden DIR\n", stderr), 2;
	dir = argv[1];
	golden_clean(&clean);
	golden_wrapped(&wrapped);
	save("clean", clean.base, clean.size);
	save("wrapped", wrapped.base, wrapped.size);
	damaged_save("no_superblock", &clean, supers_lose);
	damaged_save("no_heads", &wrapped, heads_lose);
	damaged_save("no_table", &clean, table_lose);
	damaged_save("no_dictionary", &clean, dictionary_lose);
	damaged_save("bits_1e-3", &wrapped, bits_flip);
	damaged_save("bits_few", &clean, bits_flip_few);
	damaged_save("torn_heads", &wrapped, head_tear);
	save("cut", wrapped.base, 0x9a10);
	dump_save("dump", &clean);
	version_save("newer_minor", &clean, 1, 7);
	version_save("newer_major", &clean, 2, 0);
	refused_save();
	maker_free(&clean);
	maker_free(&wrapped);
	return 0;
}
