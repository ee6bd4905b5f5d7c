// SPDX-License-Identifier: BSD-2-Clause
/* Flipped bits, one and two at every place, in everything that has a CRC. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "image.h"
#include "plog_reader.h"
#include "scan_fix.h"

#define SIZE (256u << 10)

static struct image img;
static struct scan_window win;
static struct scan_scratch scratch;
static struct scan_marks marks;
static struct scan_walk walk;
static struct scan_evidence seen;

static void setup(void)
{
	image_make(&img, SIZE);
	plog_scan_find(&win, img.mem, img.size);
}

static void teardown(void)
{
	image_free(&img);
}

static void flip(u8 *p, u32 bit)
{
	p[bit / 8] ^= (u8)(1u << bit % 8);
}

static void mend(const struct image_chunk *c)
{
	seen = (struct scan_evidence){ 0, 0, 0 };
	plog_scan_mend(&walk, &marks, &scratch, &seen, c->at, img.geo.chunk_size,
		       plog_scan_seed(img.salt, c->gen));
}

static u32 stretch(const struct image_chunk *c, u32 from)
{
	return 8 * (c->off - from);
}

/* Three records; the middle one is hit and has to come back bit for bit. */
START_TEST(every_one_and_two_bits_of_a_record)
{
	struct image_chunk c = image_chunk(&img, 7, 1, 0);
	u8 good[PLOG_CHUNK_MAX];
	u32 a, b, at, bits;

	image_text(&c, 0, 6, "before");
	image_text(&c, 1, 6, "to be hit");
	at = c.last;
	bits = stretch(&c, at);
	image_text(&c, 2, 6, "behind");
	memcpy(good, c.at, img.geo.chunk_size);
	for (a = 0; a < bits; a++) {
		for (b = a; b < bits; b++) {
			flip(c.at + at, a);
			if (b != a)
				flip(c.at + at, b);
			mend(&c);
			ck_assert_msg(walk.records == 3 && walk.repaired == 1 && !walk.damaged &&
					      seen.flipped == 1 + (a != b) &&
					      !memcmp(scratch.copy, good, img.geo.chunk_size),
				      "bits %u and %u: %u records, %u repaired, %u damaged", a, b,
				      walk.records, walk.repaired, walk.damaged);
			flip(c.at + at, a);
			if (b != a)
				flip(c.at + at, b);
		}
	}
	printf("# record of %u bits: %u pairs of flips\n", bits, bits * (bits - 1) / 2);
}
END_TEST

/* At the end of a chunk nothing says where the next record begins. */
START_TEST(the_last_records_too)
{
	struct image_chunk c = image_chunk(&img, 7, 1, 0);
	u32 i, at[3];

	for (i = 0; i < 3; i++) {
		image_text(&c, i, i ? 6 : 0x86, "one of the last");
		at[i] = c.last;
	}
	for (i = 0; i < 3; i++) {
		flip(c.at + at[i], 40 + i);
		flip(c.at + at[i], 200);
	}
	mend(&c);
	ck_assert(walk.records == 3 && walk.repaired == 3 && !walk.damaged && !walk.unfinished);
	flip(c.at + at[2], 42);
	c.at[at[2] + 30] ^= 7;
	mend(&c);
	ck_assert(walk.records == 2 && walk.repaired == 2 && walk.unfinished == 1);
	ck_assert(plog_marks_get(marks.damaged, at[2]) && !plog_marks_get(marks.start, at[2]));
	/* With a whole one behind it, it is damage. */
	image_text(&c, 4, 6, "behind");
	mend(&c);
	ck_assert(walk.records == 3 && walk.damaged == 1 && !walk.unfinished);
}
END_TEST

/* Between damage that cannot be repaired, what can be is. */
START_TEST(neighbours_of_ruins)
{
	struct image_chunk c = image_chunk(&img, 7, 1, 0);
	u32 i, at[9];

	for (i = 0; i < 9; i++) {
		image_text(&c, i, 6, "one of a row, each hit");
		at[i] = c.last;
	}
	for (i = 0; i < 8; i++) {
		flip(c.at + at[i], 300);
		/* Every third is beyond repair; 1 also in its head, so that its end is unknown. */
		if (i % 3 == 1)
			c.at[at[i] + (i == 1 ? 4 : 30)] ^= 0x1c;
	}
	mend(&c);
	ck_assert_uint_eq(walk.records, 6);
	ck_assert_uint_eq(walk.repaired, 5);
	ck_assert_uint_eq(walk.damaged, 3);
	for (i = 0; i < 8; i++)
		ck_assert(plog_marks_get(i % 3 == 1 ? marks.damaged : marks.repaired, at[i]));
}
END_TEST

START_TEST(long_records_have_one_flip_or_one_in_the_head)
{
	struct image_chunk c = image_chunk(&img, 7, 1, 0);
	u8 text[2000];
	u32 at;

	memset(text, 'x', sizeof(text));
	image_record(&c, 1, 1, 0x26, 1, text, sizeof(text));
	at = c.last;
	image_text(&c, 2, 6, "behind");
	flip(c.at + at, 9999);
	mend(&c);
	ck_assert(walk.repaired == 1 && seen.flipped == 1);
	flip(c.at + at, 36);
	mend(&c);
	ck_assert(walk.repaired == 1 && seen.flipped == 2);
	flip(c.at + at, 36);
	flip(c.at + at, 8888);
	mend(&c);
	ck_assert(!walk.repaired && walk.damaged == 1);
}
END_TEST

START_TEST(heads_of_chunks)
{
	struct image_chunk c = image_chunk(&img, 1000, 3, 77);
	u32 a, b, index = 1000 % img.geo.chunk_count;
	struct scan_chunk head;

	for (a = 0; a < 512; a++) {
		for (b = a; b < 512; b += 3) {
			flip(c.at, a);
			flip(c.at, b + (a == b));
			ck_assert(plog_scan_chunk(&win, index, &head));
			ck_assert(head.gen == 1000 && head.boot == 3 && head.base_mono == 77);
			flip(c.at, a);
			flip(c.at, b + (a == b));
			if (b + 3 >= 511)
				break;
		}
	}
}
END_TEST

/* Each copy hit in many places, but not in the same ones. */
START_TEST(two_bad_copies_of_a_boot_make_a_good_one)
{
	struct scan_boot boot, want;
	u8 *p[2];
	u32 i;

	image_boot(&img, 2, 9, 77, PLOG_BOOT_PANIC);
	p[0] = img.mem + img.geo.boot_off[0] + 1024;
	p[1] = img.mem + img.geo.boot_off[1] + 1024;
	memcpy(p[0], p[1], 512);
	ck_assert(plog_scan_boot(&want, &win, 2));
	for (i = 0; i < 5; i++) {
		flip(p[0], 17 + 390 * i);
		flip(p[1], 99 + 401 * i);
		flip(p[0], 2100 + 370 * i);
		flip(p[1], 2111 + 380 * i);
	}
	ck_assert(plog_scan_boot(&boot, &win, 2));
	ck_assert(boot.known && boot.state && boot.flips);
	ck_assert(!memcmp(&boot.entry, &want.entry, sizeof(boot.entry)));
}
END_TEST

START_TEST(noise_makes_no_boot)
{
	u32 i, round, state = 1;
	struct scan_boot boot;
	u8 *p;

	for (round = 0; round < 2000; round++) {
		for (i = 0; i < 2 * 512; i++) {
			state = state * 1664525 + 1013904223;
			p = img.mem + img.geo.boot_off[i / 512];
			p[i % 512] = (u8)(state >> 24);
		}
		ck_assert(!plog_scan_boot(&boot, &win, 0));
	}
}
END_TEST

static u32 lot(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 16;
}

/* A slot's first use, of which some words reached memory, and of the other copy none. */
START_TEST(half_a_boot_is_none)
{
	u32 i, round, state = 1, salt = img.salt;
	struct plog_boot *copy[2], whole;
	struct scan_boot boot;
	u8 *p = (u8 *)&whole.ident;

	image_boot(&img, 2, 9, 77, PLOG_BOOT_PANIC);
	for (i = 0; i < 2; i++)
		copy[i] = (struct plog_boot *)(img.mem + img.geo.boot_off[i] + 1024);
	whole = *copy[1];
	for (i = offsetof(struct plog_boot_ident, boot_id);
	     i < offsetof(struct plog_boot_ident, reserved); i++)
		p[i] = (u8)lot(&state);
	i = offsetof(struct plog_boot_ident, crc);
	whole.ident.crc = plog_set32(plog_crc32c(salt, p, i));
	memset(copy[1], 0, sizeof(whole));
	for (round = 0; round < 50000; round++) {
		*copy[0] = whole;
		for (i = 0; i < sizeof(whole) / 8; i++)
			if (lot(&state) & 1)
				memset((u8 *)copy[0] + 8 * i, 0, 8);
		if (plog_scan_boot(&boot, &win, 2) && boot.known)
			ck_assert(!memcmp(&boot.entry.ident, &whole.ident, sizeof(whole.ident)));
	}
}
END_TEST

static void super_expect(u32 flips)
{
	struct scan_window found;

	ck_assert_int_eq(plog_scan_find(&found, img.mem, img.size), SCAN_WINDOW);
	ck_assert_uint_eq(found.salt, img.salt);
	ck_assert_uint_eq(found.super_flips, flips);
	ck_assert_mem_eq(found.uuid, win.uuid, 16);
	ck_assert_ptr_eq(found.base, img.mem);
}

START_TEST(three_bad_superblocks_make_a_good_one)
{
	u8 *p[3];
	u32 i, k;

	for (i = 0; i < 3; i++)
		p[i] = img.mem + img.geo.super_off[i];
	/* two flips in the one, noise in the others */
	memset(p[1], 0x33, 512);
	memset(p[2], 0x44, 512);
	flip(p[0], 4000);
	flip(p[0], 300);
	super_expect(2);
	/* many in each, at different places: of the majority */
	memcpy(p[1], p[0], 512);
	memcpy(p[2], p[0], 512);
	p[1][36] = 1;
	p[2][36] = 2;
	for (i = 0; i < 3; i++) {
		u32 crc;

		if (!i) {
			flip(p[0], 4000);
			flip(p[0], 300);
		}
		memcpy(p[i] + 64, img.mem + 64, 8);
		crc = plog_set32(plog_crc32c(0xffffffff, p[i], 508));
		memcpy(p[i] + 508, &crc, 4);
	}
	for (i = 0; i < 3; i++)
		for (k = 0; k < 30; k++)
			flip(p[i], 70 + 130 * k + 31 * i);
	super_expect(30);
	/* two of them, a few in each */
	memset(p[1], 0x33, 512);
	for (k = 4; k < 30; k++) {
		flip(p[0], 70 + 130 * k);
		flip(p[2], 70 + 130 * k + 62);
	}
	super_expect(4);
}
END_TEST

START_TEST(dictionary_entries)
{
	static const char site[] = "\x01%d of them\0mytag\0main.c\0main";
	u8 fixed[PLOG_DICT_MAX], good[128];
	u32 a, b, s = image_dict(&img, PLOG_DICT_SITE, 77, 1, 0, 12, site, sizeof(site));
	u8 *p = img.mem + img.geo.dict_off[0] + s;
	u32 bits = 8 * (32 + sizeof(site));
	u64 budget;

	memcpy(good, p, sizeof(good));
	for (a = 0; a < bits; a++) {
		for (b = a + 1; b < bits; b++) {
			budget = 100000;
			if ((a >= 128 && a < 192) || (b >= 128 && b < 192))
				continue; /* which boot used it: under no CRC */
			flip(p, a);
			flip(p, b);
			if (p[6] == PLOG_DICT_SITE) {
				ck_assert_msg(plog_scan_dict_mend(fixed, p, NULL, 128, img.salt,
								  &budget) == 2,
					      "bits %u and %u", a, b);
				ck_assert_mem_eq(fixed, good, 32 + sizeof(site));
			}
			flip(p, a);
			flip(p, b);
		}
	}
}
END_TEST

/* Through the reader: marked, counted, and shown when that is asked for. */
START_TEST(the_reader_says_so)
{
	struct image_chunk c;
	const struct plog_reader_boot *boots;
	struct plog_reader_window window;
	struct plog_reader_record rec;
	struct plog_reader *reader;
	u32 i, at[4], verdicts[3] = { 0 }, raw = 0;

	image_boot(&img, 0, 1, 100, PLOG_BOOT_PANIC);
	c = image_chunk(&img, 200, 1, 1000);
	for (i = 0; i < 4; i++) {
		image_text(&c, i, 6, "text");
		at[i] = c.last;
	}
	flip(c.at + at[0], 250);
	c.at[at[1] + 6] ^= 0x77;
	c.at[at[1] + 30] ^= 0x77;
	c.at[at[3] + 60] ^= 0x77;
	ck_assert_int_eq(plog_reader_open_memory(&reader, img.mem, img.size), 0);
	ck_assert_uint_eq(plog_reader_boots(reader, &boots), 1);
	ck_assert_uint_eq(boots[0].records, 1);
	ck_assert_uint_eq(boots[0].repaired, 1);
	ck_assert_uint_eq(boots[0].damaged, 1);
	ck_assert_uint_eq(boots[0].unfinished, 1);
	plog_reader_window(reader, &window);
	ck_assert_uint_eq(window.bits_flipped, 1);
	ck_assert_uint_gt(window.bits_checked, 4096);
	for (i = 0; plog_reader_next(reader, &rec); i++)
		ck_assert_uint_eq(rec.verdict, i ? PLOG_VERDICT_INTACT : PLOG_VERDICT_REPAIRED);
	ck_assert_uint_eq(i, 2);
	ck_assert(!plog_reader_at(reader, 200 << 16 | at[1], &rec));
	plog_reader_damaged(reader, true);
	plog_reader_select(reader, 0, ~0u);
	while (plog_reader_next(reader, &rec)) {
		verdicts[rec.verdict]++;
		raw += rec.verdict == PLOG_VERDICT_DAMAGED && rec.pid == PLOG_READER_UNKNOWN;
	}
	ck_assert(verdicts[0] == 1 && verdicts[1] == 1 && verdicts[2] == 2 && raw == 1);
	ck_assert(plog_reader_at(reader, 200 << 16 | at[1], &rec));
	plog_reader_close(reader);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("repair");
	TCase *tc = tcase_create("repair");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, every_one_and_two_bits_of_a_record);
	tcase_add_test(tc, the_last_records_too);
	tcase_add_test(tc, neighbours_of_ruins);
	tcase_add_test(tc, long_records_have_one_flip_or_one_in_the_head);
	tcase_add_test(tc, heads_of_chunks);
	tcase_add_test(tc, two_bad_copies_of_a_boot_make_a_good_one);
	tcase_add_test(tc, noise_makes_no_boot);
	tcase_add_test(tc, half_a_boot_is_none);
	tcase_add_test(tc, three_bad_superblocks_make_a_good_one);
	tcase_add_test(tc, dictionary_entries);
	tcase_add_test(tc, the_reader_says_so);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
