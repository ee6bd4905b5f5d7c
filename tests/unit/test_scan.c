// SPDX-License-Identifier: BSD-2-Clause
/* The scan layer on windows of the second writer, whole and spoiled. */
#include <check.h>
#include <stdlib.h>

#include "image.h"
#include "scan_fix.h"

#define SIZE (256u << 10)

static struct image img;
static struct scan_window win;

static void setup(void)
{
	image_make(&img, SIZE);
}

static void teardown(void)
{
	image_free(&img);
}

static u64 random64(void)
{
	static u64 state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void noise(u8 *p, u64 n)
{
	u64 i;

	for (i = 0; i < n; i++)
		p[i] = (u8)random64();
}

START_TEST(layout_is_the_core_s)
{
	static const u64 sizes[] = { 65536,    69632,      131072,    200704,  258048,
				     262144,   1044480,    1048576,   3 << 20, 8 << 20,
				     64 << 20, 1ULL << 30, 1ULL << 40 };
	struct plog_geometry geo;
	struct scan_layout lay;
	u32 i, k;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		ck_assert_int_eq(plog_geometry_make(&geo, sizes[i] + 100), 0);
		ck_assert(plog_scan_layout_default(&lay, sizes[i] + 100));
		ck_assert(plog_scan_layout_check(&lay));
		ck_assert_uint_eq(lay.size, geo.size);
		ck_assert_uint_eq(lay.chunk_size, geo.chunk_size);
		ck_assert_uint_eq(lay.chunk_count, geo.chunk_count);
		ck_assert_uint_eq(lay.chunk_split, geo.chunk_split);
		ck_assert_uint_eq(lay.boot_slots, geo.boot_slots);
		ck_assert_uint_eq(lay.dict_size, geo.dict_size);
		for (k = 0; k < 3; k++)
			ck_assert_uint_eq(lay.super_off[k], geo.super_off[k]);
		for (k = 0; k < 2; k++) {
			ck_assert_uint_eq(lay.boot_off[k], geo.boot_off[k]);
			ck_assert_uint_eq(lay.dict_off[k], geo.dict_off[k]);
			ck_assert_uint_eq(lay.chunk_off[k], geo.chunk_off[k]);
		}
	}
	ck_assert(!plog_scan_layout_default(&lay, 65535));
	ck_assert(!plog_scan_layout_default(&lay, 0));
}
END_TEST

START_TEST(any_superblock_copy_is_enough)
{
	u32 keep, i;

	for (keep = 0; keep < 8; keep++) {
		image_free(&img);
		image_make(&img, SIZE);
		for (i = 0; i < 3; i++)
			if (!(keep & 1u << i))
				noise(img.mem + img.geo.super_off[i], 512);
		ck_assert_int_eq(plog_scan_find(&win, img.mem, img.size),
				 keep ? SCAN_WINDOW : SCAN_FOREIGN);
		if (keep) {
			ck_assert_uint_eq(win.supers, keep);
			ck_assert_uint_eq(win.salt, IMAGE_SALT);
		}
	}
}
END_TEST

START_TEST(window_inside_a_dump)
{
	u64 shift = 64 * 77;
	u8 *dump = calloc(1, SIZE + shift + 1000);

	noise(dump, SIZE + shift + 1000);
	memcpy(dump + shift, img.mem, SIZE);
	ck_assert_int_eq(plog_scan_find(&win, dump, SIZE + shift + 1000), SCAN_WINDOW);
	ck_assert_ptr_eq(win.base, dump + shift);
	ck_assert_uint_eq(win.supers, 7);
	memset(dump + shift, 0, 512);
	ck_assert_int_eq(plog_scan_find(&win, dump, SIZE + shift + 1000), SCAN_WINDOW);
	ck_assert_ptr_eq(win.base, dump + shift);
	ck_assert_uint_eq(win.supers, 6);
	free(dump);
}
END_TEST

START_TEST(flips_in_magic_words_are_tolerated)
{
	struct image_chunk c = image_chunk(&img, 1000, 1, 0);
	struct scan_chunk head;

	img.mem[3] ^= 0x11;
	c.at[0] ^= 0x80;
	c.at[7] ^= 0x01;
	ck_assert_int_eq(plog_scan_find(&win, img.mem, img.size), SCAN_WINDOW);
	ck_assert_uint_eq(win.supers, 7);
	ck_assert(plog_scan_chunk(&win, 1000 % img.geo.chunk_count, &head));
	ck_assert_uint_eq(head.gen, 1000);
	c.at[9] ^= 0x01;
	ck_assert(plog_scan_chunk(&win, 1000 % img.geo.chunk_count, &head));
	ck_assert(head.gen == 1000 && head.flips == 1);
	c.at[19] ^= 0x03;
	ck_assert(!plog_scan_chunk(&win, 1000 % img.geo.chunk_count, &head));
}
END_TEST

START_TEST(crc_runs_backwards)
{
	u8 bytes[77];
	u32 i, seed;

	for (i = 0; i < 100; i++) {
		noise(bytes, sizeof(bytes));
		seed = (u32)random64();
		ck_assert_uint_eq(
			plog_scan_crc_back(plog_crc32c(seed, bytes, i % 77), bytes, i % 77), seed);
	}
}
END_TEST

START_TEST(salt_is_solved_from_heads)
{
	struct image_chunk c;
	u32 i;

	for (i = 0; i < 20; i++) {
		c = image_chunk(&img, 500 + i, 1, i);
		image_text(&c, 1, 6, "a witness");
		if (i % 3 == 0)
			noise(c.at + 8, 50);
	}
	for (i = 0; i < 3; i++)
		memset(img.mem + img.geo.super_off[i], 0, 512);
	ck_assert_int_eq(plog_scan_find(&win, img.mem, img.size), SCAN_NO_SUPER);
	ck_assert_uint_eq(win.salt, IMAGE_SALT);
	ck_assert_uint_eq(win.votes, 26);
}
END_TEST

START_TEST(blank_and_foreign_memory)
{
	u8 *mem = malloc(SIZE);

	memset(mem, 0, SIZE);
	ck_assert_int_eq(plog_scan_find(&win, mem, 0), SCAN_EMPTY);
	ck_assert_int_eq(plog_scan_find(&win, mem, SIZE), SCAN_ZERO);
	ck_assert_int_eq(plog_scan_find(&win, mem, 1), SCAN_ZERO);
	memset(mem, 0xff, SIZE);
	ck_assert_int_eq(plog_scan_find(&win, mem, SIZE), SCAN_ONES);
	noise(mem, SIZE);
	ck_assert_int_eq(plog_scan_find(&win, mem, SIZE), SCAN_FOREIGN);
	ck_assert_int_eq(plog_scan_find(&win, mem, 5000), SCAN_SHORT);
	free(mem);
}
END_TEST

START_TEST(later_major_is_refused)
{
	u32 i;

	for (i = 0; i < 3; i++) {
		u8 *p = img.mem + img.geo.super_off[i];
		u32 crc;

		p[8] = 2;
		crc = plog_set32(plog_crc32c(0xffffffff, p, 508));
		memcpy(p + 508, &crc, 4);
	}
	ck_assert_int_eq(plog_scan_find(&win, img.mem, img.size), SCAN_NEWER);
}
END_TEST

static struct scan_walk walk_of(const struct image_chunk *c)
{
	static struct scan_scratch scratch;
	static struct scan_marks marks;
	struct scan_evidence seen = { 0, 0, 0 };
	struct scan_walk walk;

	plog_scan_mend(&walk, &marks, &scratch, &seen, c->at, img.geo.chunk_size,
		       plog_scan_seed(img.salt, c->gen));
	ck_assert_uint_eq(walk.repaired, 0);
	return walk;
}

START_TEST(damage_is_stepped_over)
{
	struct image_chunk c = image_chunk(&img, 7, 1, 0);
	u32 i, spot[10];
	struct scan_walk walk;

	for (i = 0; i < 10; i++) {
		image_text(&c, i, 6, "some text that is long enough to be hit");
		spot[i] = c.last;
	}
	walk = walk_of(&c);
	ck_assert_uint_eq(walk.records, 10);
	ck_assert_uint_eq(walk.damaged, 0);
	ck_assert_uint_eq(walk.end, c.off);
	/* One and two flipped bits would be repaired. */
	c.at[spot[0] + 4] ^= 0x4c;     /* a length */
	c.at[spot[4] + 30] ^= 7;       /* a payload */
	noise(c.at + spot[5] + 8, 60); /* and its neighbour */
	c.at[spot[9]] ^= 7;            /* the last: nothing valid is behind it */
	walk = walk_of(&c);
	ck_assert_uint_eq(walk.records, 6);
	ck_assert_uint_eq(walk.damaged, 3);
	ck_assert_uint_eq(walk.unfinished, 1);
	ck_assert_uint_eq(walk.first, spot[1]);
	ck_assert_uint_eq(walk.end, spot[9]);
}
END_TEST

START_TEST(stale_records_never_pass)
{
	struct image_chunk old = image_chunk(&img, 7, 1, 0), c;
	u32 i;

	for (i = 0; i < 20; i++)
		image_text(&old, i, 6, "stale");
	c = image_chunk(&img, 7 + img.geo.chunk_count, 1, 0);
	image_text(&c, 0, 6, "fresh, one");
	image_text(&c, 0, 6 | 0x80, "fresh, two");
	ck_assert_uint_eq(walk_of(&c).records, 2);
	ck_assert_uint_eq(walk_of(&c).damaged, 0);
}
END_TEST

START_TEST(record_image_in_a_payload)
{
	struct image_chunk c = image_chunk(&img, 7, 1, 0);
	u8 copy[256];

	image_text(&c, 0, 6, "to be copied");
	memcpy(copy, c.at + 64, 200);
	copy[200] = 0;
	image_record(&c, 0, 0, 0x26, 1, copy, 200);
	c.at[c.last] ^= 7;
	image_text(&c, 2, 6, "behind");
	ck_assert_uint_eq(walk_of(&c).records, 2);
	ck_assert_uint_eq(walk_of(&c).damaged, 1);
}
END_TEST

START_TEST(lengths_at_their_limits)
{
	u32 size = img.geo.chunk_size;
	struct image_chunk c = image_chunk(&img, 7, 1, 0);
	u8 *payload = calloc(1, size);

	image_record(&c, 1, 1, 6, 1, "", 0);
	image_record(&c, 1, 1, 6, 0xffffffffffffULL, payload, size - 64 - 24 - 22);
	ck_assert_uint_eq(c.off, size);
	ck_assert_uint_eq(walk_of(&c).records, 2);
	ck_assert_uint_eq(walk_of(&c).last_dt, 0xffffffffffffULL);
	c = image_chunk(&img, 7, 1, 0);
	memset(c.at + 64, 0xff, size - 64);
	ck_assert_uint_eq(walk_of(&c).records, 0);
	free(payload);
}
END_TEST

START_TEST(lost_heads_find_their_generation)
{
	u32 count = img.geo.chunk_count, i;
	struct scan_guess guess = { .count = 3, .known = true, .laps = { 12, 11, 10 } };
	struct image_chunk old = image_chunk(&img, 10 * count + 3, 1, 0), c;

	for (i = 0; i < 20; i++)
		image_text(&old, i, 6, "stale");
	c = image_chunk(&img, 11 * count + 3, 1, 0);
	image_text(&c, 0, 6, "one");
	image_text(&c, 0, 6, "two");
	ck_assert_int_eq(plog_scan_find(&win, img.mem, img.size), SCAN_WINDOW);
	memset(c.at, 0, 64);
	ck_assert_uint_eq(plog_scan_lost(&win, 3, &guess), c.gen);
	c.at[64] ^= 1; /* not by the first record any more: by trying */
	ck_assert_uint_eq(plog_scan_lost(&win, 3, &guess), c.gen);
	c.at[64] ^= 1;
	guess.known = false;
	guess.laps[0] = guess.laps[1] = guess.laps[2] = 1; /* by the records alone */
	ck_assert_uint_eq(plog_scan_lost(&win, 3, &guess), c.gen);
	ck_assert_uint_eq(plog_scan_lost(&win, 4, &guess), ~0ULL);
}
END_TEST

START_TEST(boot_copies)
{
	struct scan_boot boot;
	u8 *p[2];

	image_boot(&img, 2, 9, 77, PLOG_BOOT_PANIC);
	ck_assert_int_eq(plog_scan_find(&win, img.mem, img.size), SCAN_WINDOW);
	p[0] = img.mem + img.geo.boot_off[0] + 1024;
	p[1] = img.mem + img.geo.boot_off[1] + 1024;
	ck_assert(plog_scan_boot(&boot, &win, 2));
	ck_assert_uint_eq(plog_get32(boot.entry.state.seq), 2);
	p[1][300] ^= 1;
	p[0][30] ^= 1;
	ck_assert(plog_scan_boot(&boot, &win, 2));
	ck_assert(boot.known && boot.state);
	ck_assert_uint_eq(plog_get32(boot.entry.state.seq), 1);
	memset(p[0] + 24, 0x55, 8);
	memset(p[1] + 24, 0x66, 8);
	ck_assert(plog_scan_boot(&boot, &win, 2));
	ck_assert(!boot.known && boot.state && boot.boot == 9);
	memset(p[0] + 300, 0x55, 8);
	memset(p[1] + 300, 0x66, 8);
	ck_assert(!plog_scan_boot(&boot, &win, 2));
	ck_assert(!plog_scan_boot(&boot, &win, 0));
}
END_TEST

START_TEST(dictionary_entries)
{
	static const char body[] = "\x01\x04"
				   "%d %s\0tag\0file.c\0func";
	struct scan_dict dict;
	u32 off = image_dict(&img, PLOG_DICT_SITE, 5, 2, 0, 99, body, sizeof(body));
	u8 *p = img.mem + img.geo.dict_off[0] + off;
	u32 i;

	ck_assert_uint_eq(plog_scan_dict(&dict, p, 4096, img.salt), 1);
	ck_assert_uint_eq(dict.id, 5);
	ck_assert_uint_eq(dict.nargs, 2);
	ck_assert_uint_eq(dict.used, 1);
	ck_assert_str_eq(dict.text[0], "%d %s");
	ck_assert_str_eq(dict.text[3], "func");
	p[16] ^= 1;
	ck_assert_uint_eq(plog_scan_dict(&dict, p, 4096, img.salt), 1);
	ck_assert_uint_eq(dict.used, 0);
	for (i = 0; i < 32 + sizeof(body); i++) {
		if (i >= 16 && i < 24)
			continue;
		p[i] ^= 4;
		ck_assert_uint_eq(plog_scan_dict(&dict, p, 4096, img.salt), 0);
		p[i] ^= 4;
	}
	for (i = 0; i < 32 + sizeof(body); i++)
		ck_assert_uint_eq(plog_scan_dict(&dict, p, i, img.salt), 0);
}
END_TEST

START_TEST(every_flip_in_a_record_is_seen)
{
	struct image_chunk c = image_chunk(&img, 7, 1, 0);
	struct scan_record rec;
	u32 i, seed = plog_scan_seed(img.salt, 7), size = img.geo.chunk_size;

	image_text(&c, 123, 6, "every bit counts");
	for (i = 0; i < (c.off - 64) * 8; i++) {
		c.at[64 + i / 8] ^= (u8)(1 << i % 8);
		ck_assert(!plog_scan_record(&rec, c.at, size, 64, seed));
		c.at[64 + i / 8] ^= (u8)(1 << i % 8);
	}
	ck_assert(plog_scan_record(&rec, c.at, size, 64, seed));
	ck_assert(!plog_scan_record(&rec, c.at, size, 64, plog_scan_seed(img.salt, 8)));
	for (i = 0; i < c.off - 64; i++)
		ck_assert(!plog_scan_record(&rec, c.at, 64 + i, 64, seed));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("scan");
	TCase *tc = tcase_create("scan");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, layout_is_the_core_s);
	tcase_add_test(tc, any_superblock_copy_is_enough);
	tcase_add_test(tc, window_inside_a_dump);
	tcase_add_test(tc, flips_in_magic_words_are_tolerated);
	tcase_add_test(tc, crc_runs_backwards);
	tcase_add_test(tc, salt_is_solved_from_heads);
	tcase_add_test(tc, blank_and_foreign_memory);
	tcase_add_test(tc, later_major_is_refused);
	tcase_add_test(tc, damage_is_stepped_over);
	tcase_add_test(tc, stale_records_never_pass);
	tcase_add_test(tc, record_image_in_a_payload);
	tcase_add_test(tc, lengths_at_their_limits);
	tcase_add_test(tc, lost_heads_find_their_generation);
	tcase_add_test(tc, boot_copies);
	tcase_add_test(tc, dictionary_entries);
	tcase_add_test(tc, every_flip_in_a_record_is_seen);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
