// SPDX-License-Identifier: BSD-2-Clause
/* Why nothing survived: windows that cannot be read as they are, and memory without one. */
#include "look.h"

START_TEST(moved_and_cut)
{
	u8 *dump = calloc(1, SIZE + 0x5000);
	u32 crc, i;
	u8 *p;

	fill(2, 60, 20);
	look(img.mem, 0x20000);
	says("cut: 131072 of 262144 bytes are there, 131072 are missing");
	ck_assert_uint_gt(survey.chunks[PLOG_CHUNK_UNREAD], 0);
	ck_assert_uint_eq(survey.chunks[PLOG_CHUNK_UNREAD] + mapped, img.geo.chunk_count);
	memcpy(dump + 0x5000, img.mem, SIZE);
	ck_assert_uint_eq(look(dump, SIZE + 0x5000), 0);
	look(dump, SIZE);
	says("cut: ");
	says("moved: it starts 0x5000 bytes into the memory");
	look(img.mem + 0x3000, SIZE - 0x3000);
	says("moved: a window starts 0x3000 bytes before");
	free(dump);
	for (i = 0; i < 5; i++) {
		p = i < 3 ? img.mem + img.geo.super_off[i] + 48
			  : img.mem + img.geo.boot_off[i - 3] + 512 + 40;
		memcpy(p, i < 3 ? "\0\0\0\x58" : "\0\0\0\x60", 4);
		p = img.mem + (i < 3 ? img.geo.super_off[i] : img.geo.boot_off[i - 3] + 512);
		crc = i < 3 ? plog_crc32c(~0u, p, 508) : plog_crc32c(img.salt, p, 252);
		crc = plog_set32(crc);
		memcpy(p + (i < 3 ? 508 : 252), &crc, 4);
	}
	look(img.mem, img.size);
	says("moved: it was made for address 0x58000000, and the newest boot found it at "
	     "0x60000000");
}
END_TEST

START_TEST(another_version)
{
	u32 i, crc;

	fill(1, 5, 5);
	for (i = 0; i < 3; i++) {
		u8 *p = img.mem + img.geo.super_off[i];

		p[8] = 3;
		crc = plog_set32(plog_crc32c(~0u, p, 508));
		memcpy(p + 508, &crc, 4);
	}
	look(img.mem, img.size);
	says("made by a later version of plog: format 3, and this one reads format 1");
}
END_TEST

static void swap(u32 bytes)
{
	u32 i, k;
	u8 t;

	for (i = 0; i < SIZE; i += bytes)
		for (k = 0; k < bytes / 2; k++) {
			t = img.mem[i + k];
			img.mem[i + k] = img.mem[i + bytes - 1 - k];
			img.mem[i + bytes - 1 - k] = t;
		}
}

START_TEST(swapped_bytes)
{
	char want[64];
	u32 bytes;

	fill(2, 60, 20);
	for (bytes = 2; bytes <= 8; bytes *= 2) {
		swap(bytes);
		ck_assert_uint_eq(look(img.mem, img.size), 1);
		snprintf(want, sizeof(want), "swapped: the bytes of words of %u bits", 8 * bytes);
		says(want);
		swap(bytes);
	}
	copies_spoil();
	swap(4);
	look(img.mem, img.size);
	says("words of 32 bits");
}
END_TEST

/* @per in 100000 bits flip; @down: those that are 1 only. Returns what is said of the rate. */
static u32 decayed(u32 per, bool down)
{
	u64 bit;

	image_free(&img);
	image_make(&img, SIZE);
	fill(2, 70, 30);
	for (bit = 0; bit < 8ULL * SIZE; bit++)
		if ((random64() >> 20) % 100000 < per && (!down || img.mem[bit / 8] >> bit % 8 & 1))
			img.mem[bit / 8] ^= (u8)(1 << bit % 8);
	look(img.mem, img.size);
	says("decayed: ");
	ck_assert(strstr(lines, " 1 bit in "));
	return (u32)atoi(strstr(lines, " 1 bit in ") + 10);
}

START_TEST(decay_is_measured)
{
	ck_assert_uint_ge(decayed(100, false), 700);
	ck_assert_uint_le(decayed(100, false), 4000);
	ck_assert_uint_ge(decayed(1000, false), 70);
	ck_assert_uint_le(decayed(1000, false), 300);
	ck_assert_uint_ge(decayed(10000, false), 8);
	ck_assert_uint_le(decayed(10000, false), 13);
	decayed(20000, false);
	says("there were superblocks");
	decayed(15000, true);
	says("nearly all from 1 to 0");
}
END_TEST

/* --- what is no window --- */

static void memory_says(void (*page)(u8 *p), const char *want)
{
	u32 i;

	for (i = 0; i < SIZE; i += PLOG_PAGE)
		page(img.mem + i);
	ck_assert_msg(look(img.mem, img.size) == 1, "%s", lines);
	says(want);
	look(img.mem, PLOG_WINDOW_MIN - 1);
	ck_assert(lines[0]);
}

static void lost_power_page(u8 *p)
{
	u32 i, k;

	for (i = 0; i < PLOG_PAGE; i++)
		for (k = 0, p[i] = 0; k < 8; k++)
			p[i] |= (u8)((random64() >> 20) % 100 < 12) << k;
}

START_TEST(memory_without_a_window)
{
	memory_says(zeroed_page, "all zeros: ");
	memory_says(ones_page, "all bits set: ");
	memory_says(noise_page, "not a plog window: noise, ");
	memory_says(lost_power_page, "not a plog window: bits at random, but more of one value");
	memory_says(pattern_page, "not a plog window: the pattern of a memory test: 5555");
	memory_says(address_page, "not a plog window: the pattern of a memory test: addresses");
	memory_says(text_page, "not a plog window: no superblock and no chunk of one in it; pages: "
			       "64 text");
	memory_says(gzip_page, "not a plog window: it begins as gzip; unpack it first: gunzip");
	noise_page(img.mem);
	look(img.mem, img.size);
	says("; pages: gzip at 0x1000");
	look(img.mem, 0);
	says("there are no bytes in it");
	noise(img.mem, 100);
	look(img.mem, 100);
	says("too short for a window, and not the beginning of one");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("why_none");
	TCase *tc = tcase_create("why_none");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, moved_and_cut);
	tcase_add_test(tc, another_version);
	tcase_add_test(tc, swapped_bytes);
	tcase_add_test(tc, decay_is_measured);
	tcase_add_test(tc, memory_without_a_window);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
