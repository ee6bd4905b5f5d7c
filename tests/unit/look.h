/* SPDX-License-Identifier: BSD-2-Clause */
/* Windows to be spoiled, and what is said of them; for test_why*.c. */
#ifndef PLOG_TEST_LOOK_H
#define PLOG_TEST_LOOK_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "image.h"
#include "plog_reader.h"

#define SIZE (256u << 10)

static struct image img;
static struct plog_reader *reader;
static struct plog_reader_survey survey;
static struct plog_reader_chunk map[4096];
static u32 mapped;
static char lines[4096];

static inline void setup(void)
{
	image_make(&img, SIZE);
	reader = NULL;
}

static inline void teardown(void)
{
	plog_reader_close(reader);
	image_free(&img);
}

static inline u64 random64(void)
{
	static u64 state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static inline void noise(u8 *p, u64 n)
{
	while (n--)
		*p++ = (u8)(random64() >> 24);
}

/* Returns how many lines are said of it. */
static inline u32 look(const void *mem, u64 size)
{
	plog_reader_close(reader);
	ck_assert_int_eq(plog_reader_open_memory(&reader, mem, size), 0);
	plog_reader_running(reader, NULL);
	plog_reader_survey(reader, &survey);
	mapped = plog_reader_map(reader, map, sizeof(map) / sizeof(map[0]));
	return plog_reader_diagnose(reader, lines, sizeof(lines));
}

static inline void says(const char *want)
{
	ck_assert_msg(strstr(lines, want), "'%s' is not in:\n%s", want, lines);
}

static inline void says_not(const char *what)
{
	ck_assert_msg(!strstr(lines, what), "'%s' is in:\n%s", what, lines);
}

/* Boots as attaches number them: each begins two laps above what is there. */
static inline void fill(u32 boots, u32 chunks, u32 per)
{
	u64 laps = 2ULL * img.geo.chunk_count, gen = laps + 1;
	u32 boot, i, k;
	char text[64];

	for (boot = 1; boot <= boots; boot++, gen += laps) {
		image_boot(&img, boot - 1, boot, gen, boot < boots ? PLOG_BOOT_PANIC : 0);
		for (i = 0; i < chunks; i++, gen++) {
			struct image_chunk c = image_chunk(&img, gen, boot, 1000 * i);

			for (k = 0; k < per; k++) {
				snprintf(text, sizeof(text), "boot %u, chunk %u, record %u", boot,
					 i, k);
				image_text(&c, k, k % 8, text);
			}
		}
	}
}

static inline u8 *chunk(u32 index)
{
	return img.mem + plog_chunk_offset(&img.geo, index);
}

static inline void copies_spoil(void)
{
	u32 i;

	for (i = 0; i < 3; i++)
		memset(img.mem + img.geo.super_off[i], 0, 512);
}

static inline void zeroed_page(u8 *p)
{
	memset(p, 0, PLOG_PAGE);
}

static inline void ones_page(u8 *p)
{
	memset(p, 0xff, PLOG_PAGE);
}

static inline void pattern_page(u8 *p)
{
	memset(p, 0x55, PLOG_PAGE);
}

static inline void address_page(u8 *p)
{
	u32 i, v;

	for (i = 0; i < PLOG_PAGE; i += 4) {
		v = plog_set32((u32)(p - img.mem) + i);
		memcpy(p + i, &v, 4);
	}
}

static inline void noise_page(u8 *p)
{
	noise(p, PLOG_PAGE);
}

static inline void text_page(u8 *p)
{
	u32 i;

	for (i = 0; i < PLOG_PAGE; i++)
		p[i] = (u8)('a' + (random64() >> 9) % 26);
}

static inline void code_page(u8 *p)
{
	u32 i;

	for (i = 0; i < PLOG_PAGE; i++)
		p[i] = random64() & 0x300 ? (u8)(random64() % 40) : (u8)random64();
}

static inline void elf_page(u8 *p)
{
	code_page(p);
	memcpy(p,
	       "\x7f"
	       "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0",
	       20);
}

static inline void gzip_page(u8 *p)
{
	noise(p, PLOG_PAGE);
	memcpy(p, "\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
}

static inline void tree_page(u8 *p)
{
	code_page(p);
	memcpy(p, "\xd0\x0d\xfe\xed\0\0\x20\0\0\0\0\x38\0\0\x10\0\0\0\0\x28\0\0\0\x11\0\0\0\x10",
	       28);
}

#endif
