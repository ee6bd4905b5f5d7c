// SPDX-License-Identifier: BSD-2-Clause
/* Why less survived than was written: each cause made, and windows that are well left alone. */
#include "look.h"
#include "rig.h"
#include "why.h"

/* --- what is well --- */

static void well(void)
{
	ck_assert_msg(!look(img.mem, img.size) && !survey.damage && !survey.pages_bad,
		      "%u pages bad: %s", (u32)survey.pages_bad, lines);
}

START_TEST(healthy_images)
{
	static const u64 sizes[] = { 65536, 100 << 10, 256 << 10, 1 << 20, 3 << 20, 8 << 20 };
	u32 i, boots, part;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (boots = 1; boots <= 4; boots++)
			for (part = 1; part <= 5; part++) {
				image_free(&img);
				image_make(&img, sizes[i]);
				fill(boots, 1 + img.geo.chunk_count * part / 4, 1 + 7 * part);
				well();
				ck_assert_uint_eq(mapped, img.geo.chunk_count);
				ck_assert_uint_eq(survey.super_good, 7);
				ck_assert_uint_eq(survey.boots_good[0], boots);
				ck_assert_uint_eq(survey.boots_good[1], boots);
			}
}
END_TEST

/* Something for the dictionary, though the rig's records name another site. */
static void dict_put(struct rig *rig)
{
	static const char body[] = "app\0/bin/app";
	union {
		struct plog_dict entry;
		u8 bytes[128];
	} put = { .entry = { .type = PLOG_DICT_CTX, .pid = plog_set32(5) } };
	u32 id;

	put.entry.len = plog_set16(sizeof(put.entry) + sizeof(body));
	memcpy(put.bytes + sizeof(put.entry), body, sizeof(body));
	ck_assert_int_eq(plog_dict_put(&rig->win, &put.entry, &id), 0);
}

/* @before: what the memory held before it was formatted: nothing that counts. */
static void rig_round(u64 size, u32 before, u32 records)
{
	static const char elf[] = "\x7f"
				  "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0";
	char text[400];
	struct rig rig;
	u32 boot, i;
	u64 at;

	rig_make(&rig, size);
	for (at = 0; at < size && before; at += PLOG_PAGE) {
		if (before == 1)
			noise(rig.base + at, PLOG_PAGE);
		else
			memset(rig.base + at, before == 2 ? 0xff : 0xa5, PLOG_PAGE);
		if (before == 3)
			memcpy(rig.base + at, elf, sizeof(elf));
	}
	rig.arg.format = before;
	for (boot = 1; boot <= 5; boot++) {
		/* the same boot again, as when the module is loaded again */
		ck_assert_int_eq(rig_boot(&rig, (u8)boot), 0);
		rig.arg.format = false;
		rig_log(&rig, 0, "before");
		ck_assert_int_eq(rig_boot(&rig, (u8)boot), 0);
		dict_put(&rig);
		for (i = 0; i < records; i++) {
			memset(text, 'a' + i % 26, sizeof(text));
			text[4 + random64() % (sizeof(text) - 4)] = 0;
			memcpy(text, elf, 4);
			ck_assert_int_eq(rig_log(&rig, i * i % rig.win.lanes, text), 0);
		}
		ck_assert_msg(!look(rig.base, rig.size) && !survey.damage,
			      "size %u, before %u, records %u, boot %u: %s", (u32)size, before,
			      records, boot, lines);
		ck_assert_uint_eq(survey.chunks[PLOG_CHUNK_WHOLE] +
					  survey.chunks[PLOG_CHUNK_BLANK] +
					  survey.chunks[PLOG_CHUNK_UNUSED],
				  mapped);
	}
	rig_free(&rig);
}

START_TEST(healthy_windows_of_the_core)
{
	static const u64 sizes[] = { 65536, 256 << 10, 1 << 20, 4 << 20 };
	u32 i, before;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (before = 0; before <= 3; before++) {
			rig_round(sizes[i], before, 1);
			rig_round(sizes[i], before, 100);
			rig_round(sizes[i], before, 3000);
		}
}
END_TEST

/* Records that hold what a loader leaves, at every place in a page. */
START_TEST(payloads_are_no_loaders)
{
	static const char *const text[] = { "\x7f"
					    "ELF\x02\x01\x01",
					    "\x1f\x8b\x08",
					    "\xd0\x0d\xfe\xed",
					    "hsqs",
					    "MZ",
					    "070701" };
	char buf[600];
	u32 i, k;

	fill(2, 60, 1);
	for (i = 0; i < 6; i++) {
		struct image_chunk c = image_chunk(&img, 1000 * 51 + i, 2, 99999);

		for (k = 0; k < 20; k++) {
			memset(buf, 0x55, sizeof(buf));
			strcpy(buf + k, text[i]);
			image_record(&c, 7, 9, 0x20, k, buf, 150);
		}
	}
	look(img.mem, img.size);
	says_not("gzip");
	says_not("ELF");
	says_not("overwritten");
}
END_TEST

START_TEST(never_written)
{
	look(img.mem, img.size);
	says("never written: it was formatted, and no boot has used it");
	ck_assert(!survey.damage);
	image_boot(&img, 0, 1, 103, 0);
	look(img.mem, img.size);
	says("never written: 1 boot has used it, and none has logged");
	image_boot(&img, 1, 2, 206, 0);
	look(img.mem, img.size);
	says("2 boots have used it");
	ck_assert(!survey.damage);
}
END_TEST

/* --- what was done to a window --- */

static const struct treatment {
	void (*first)(u8 *p);
	void (*rest)(u8 *p);
	const char *cause;
	const char *what;
	u8 state;
} treatments[] = {
	{ zeroed_page, zeroed_page, "zeroed: ", "firmware", PLOG_CHUNK_ZEROED },
	{ ones_page, ones_page, "all ones: ", "no memory", PLOG_CHUNK_ONES },
	{ pattern_page, pattern_page, "memory test: ", "5555555555555555", PLOG_CHUNK_FOREIGN },
	{ address_page, address_page, "memory test: ", "addresses", PLOG_CHUNK_FOREIGN },
	{ noise_page, noise_page, "noise: ", "encryption", PLOG_CHUNK_FOREIGN },
	{ text_page, text_page, "overwritten: ", ": text", PLOG_CHUNK_FOREIGN },
	{ code_page, code_page, "overwritten: ", ": data of no known kind", PLOG_CHUNK_FOREIGN },
	{ elf_page, code_page, "overwritten: ", ": ELF program", PLOG_CHUNK_FOREIGN },
	{ gzip_page, noise_page, "overwritten: ", ": gzip", PLOG_CHUNK_FOREIGN },
	{ elf_page, noise_page, "overwritten: ", ": ELF program", PLOG_CHUNK_FOREIGN },
	{ tree_page, code_page, "overwritten: ", ": device tree blob", PLOG_CHUNK_FOREIGN },
};

/* Six chunks of a page each, one stretch of memory. */
START_TEST(pages_in_the_middle)
{
	u32 i, k;

	for (i = 0; i < sizeof(treatments) / sizeof(treatments[0]); i++) {
		const struct treatment *t = &treatments[i];
		char range[64], *colon;

		fill(3, 40, 30);
		for (k = 0; k < 6; k++)
			(k ? t->rest : t->first)(chunk(30 + k));
		ck_assert_uint_eq(look(img.mem, img.size), 1);
		ck_assert_msg(!strncmp(lines, t->cause, strlen(t->cause)), "%s: %s", t->cause,
			      lines);
		colon = strchr(lines, ':');
		ck_assert_msg(strstr(colon, t->what), "%s: %s", t->what, lines);
		snprintf(range, sizeof(range),
			 "6 of %u pages in use, at 0x%x-0x%x:", (u32)(survey.pages_good + 6),
			 (u32)(chunk(30) - img.mem), (u32)(chunk(36) - img.mem) - 1);
		says(range);
		ck_assert_uint_eq(survey.pages_bad, 6);
		ck_assert_uint_eq(survey.heads_lost, 6);
		ck_assert_uint_eq(survey.chunks[t->state], 6);
		for (k = 0; k < mapped; k++)
			ck_assert_uint_eq(map[k].state,
					  k >= 30 && k < 36 ? t->state : PLOG_CHUNK_WHOLE);
	}
}
END_TEST

/* All that is behind the metadata, and all of it. */
START_TEST(nothing_but_metadata)
{
	u32 i;

	fill(2, 60, 20);
	for (i = 0; i < img.geo.chunk_count; i++)
		zeroed_page(chunk(i));
	look(img.mem, img.size);
	says("zeroed: ");
	says_not("never written");
	ck_assert(survey.damage);
	ck_assert_uint_ge(survey.chunks[PLOG_CHUNK_ZEROED], img.geo.chunk_count - 1);
}
END_TEST

START_TEST(two_places)
{
	char want[80];

	fill(3, 40, 30);
	zeroed_page(chunk(28));
	zeroed_page(chunk(31));
	look(img.mem, img.size);
	snprintf(want, sizeof(want), "at 0x%x-0x%x, 0x%x-0x%x: ", (u32)(chunk(28) - img.mem),
		 (u32)(chunk(29) - img.mem) - 1, (u32)(chunk(31) - img.mem),
		 (u32)(chunk(32) - img.mem) - 1);
	says(want);
}
END_TEST

/* Nothing validates, but the magic words are nearly there. */
START_TEST(heads_that_are_worn)
{
	u32 i, k;

	fill(3, 40, 30);
	for (i = 30; i < 36; i++) {
		noise(chunk(i) + 8, PLOG_PAGE - 8);
		for (k = 0; k < 64; k += 7)
			chunk(i)[k / 8] ^= (u8)(1 << k % 8);
	}
	look(img.mem, img.size);
	says("decayed: 6 of ");
	says("bit errors: about 1 bit in ");
	ck_assert_uint_eq(survey.chunks[PLOG_CHUNK_PARTLY], 6);
	ck_assert_uint_eq(survey.bits_wrong, 6 * 10);
}
END_TEST

START_TEST(chunks_of_many_pages)
{
	u8 *p;

	image_free(&img);
	image_make(&img, 8 << 20);
	fill(2, 150, 600);
	well();
	p = chunk(7);
	elf_page(p + 2 * PLOG_PAGE);
	code_page(p + 3 * PLOG_PAGE);
	/* the rest of another, behind a record that goes over into it */
	p = chunk(20);
	memset(p + 6 * PLOG_PAGE, 0, img.geo.chunk_size - 6 * PLOG_PAGE);
	look(img.mem, img.size);
	says("overwritten: 2 of ");
	says(": ELF program");
	says("zeroed: 10 of ");
	ck_assert_uint_eq(map[7].state, PLOG_CHUNK_PARTLY);
	ck_assert_uint_eq(map[20].state, PLOG_CHUNK_PARTLY);
	ck_assert_uint_eq(survey.chunks[PLOG_CHUNK_PARTLY], 2);
}
END_TEST

START_TEST(heads_and_copies)
{
	u32 i;

	fill(2, 60, 20);
	memset(chunk(5), 0x77, 64);
	memset(img.mem + img.geo.super_off[1], 0xff, PLOG_PAGE);
	look(img.mem, img.size);
	ck_assert_uint_eq(map[5].state, PLOG_CHUNK_HEADLESS);
	ck_assert_uint_eq(survey.heads_lost, 1);
	ck_assert_uint_eq(survey.super_good, 5);
	ck_assert_uint_eq(survey.boots_known, 2);
	ck_assert_uint_eq(survey.boots_good[0] - survey.boots_good[1], 2);
	says("all ones: 1 of ");
	image_dict(&img, PLOG_DICT_SITE, 77, 0, 0, 12, "%d\0t\0f\0g", 9);
	memset(img.mem + img.geo.dict_off[0], 0, img.geo.dict_size);
	look(img.mem, img.size);
	ck_assert_uint_eq(survey.dict_known, 1);
	ck_assert_uint_eq(survey.dict_good[0], 0);
	ck_assert_uint_eq(survey.dict_good[1], 1);
	says("zeroed: 1 of ");
	for (i = 0; i < 3; i++)
		memset(img.mem + img.geo.super_off[i], 0xff, 512);
	look(img.mem, img.size);
	says("no superblock is left");
	ck_assert_uint_eq(survey.super_good, 0);
}
END_TEST

START_TEST(dictionary_is_gone)
{
	struct image_chunk c;

	fill(1, 3, 2);
	c = image_chunk(&img, 107, 1, 0);
	image_record(&c, 77, 9, 6, 1, "\1\0\0\0", 4);
	look(img.mem, img.size);
	says("lost: the dictionary");
}
END_TEST

START_TEST(every_nth_page)
{
	u32 i, n;

	for (n = 2; n <= 8; n *= 2) {
		char want[64];

		image_free(&img);
		image_make(&img, SIZE);
		fill(2, 80, 30);
		for (i = 1; i < SIZE / PLOG_PAGE; i++)
			if (i % n == 1)
				noise_page(img.mem + i * PLOG_PAGE);
		look(img.mem, img.size);
		snprintf(want, sizeof(want), "interleaved: every %u%s page is bad, from 0x1000 on",
			 n, n == 2 ? "nd" : "th");
		says(want);
	}
	image_free(&img);
	image_make(&img, SIZE);
	fill(2, 80, 30);
	for (i = 0; i < 12; i++)
		noise_page(chunk(20 + i));
	look(img.mem, img.size);
	says("noise: 12 of ");
	says_not("interleaved");
}
END_TEST

/* --- for any content --- */

START_TEST(whatever_it_is)
{
	u8 *good = malloc(SIZE), *copy;
	u32 round, i, n;
	u64 size;

	fill(3, 60, 30);
	image_dict(&img, PLOG_DICT_SITE, 77, 0, 0, 12, "%d\0t\0f\0g", 9);
	memcpy(good, img.mem, SIZE);
	for (round = 0; round < 300; round++) {
		memcpy(img.mem, good, SIZE);
		for (i = round % 4 ? 3 : 60; i--;)
			treatments[random64() % 10].rest(img.mem + random64() % (SIZE / PLOG_PAGE) *
									   PLOG_PAGE);
		for (i = round % 3 ? 0 : 3000; i--;)
			img.mem[random64() % SIZE] ^= (u8)(1 << random64() % 8);
		size = round % 5 ? SIZE : random64() % SIZE;
		copy = malloc(size + 1);
		memcpy(copy, img.mem, size);
		n = look(copy, size);
		ck_assert_uint_le(n, 16);
		ck_assert(!n == !lines[0]);
		plog_reader_close(reader);
		reader = NULL;
		free(copy);
	}
	free(good);
}
END_TEST

START_TEST(lines_are_whole)
{
	char all[4096], buf[4096];
	u32 i, n;

	fill(3, 60, 30);
	for (i = 0; i < 5; i++) {
		zeroed_page(chunk(3 * i));
		text_page(chunk(3 * i + 1));
	}
	n = look(img.mem, img.size);
	ck_assert_uint_ge(n, 2);
	strcpy(all, lines);
	for (i = 0; i < sizeof(buf); i += 7) {
		memset(buf, 'x', sizeof(buf));
		ck_assert_uint_le(plog_reader_diagnose(reader, buf, i), n);
		ck_assert_int_eq(buf[i], 'x');
		if (i)
			ck_assert(!strncmp(buf, all, strlen(buf)) &&
				  (!buf[0] || strchr("\n", all[strlen(buf)])));
	}
	plog_why_line(reader, buf, sizeof(buf));
	ck_assert(buf[0] && !strchr(buf, '\n') && !strncmp(buf, all, strlen(buf)));
	plog_why_line(reader, buf, 10);
	ck_assert_uint_eq(strlen(buf), 9);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("why");
	TCase *tc = tcase_create("why");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, healthy_images);
	tcase_add_test(tc, healthy_windows_of_the_core);
	tcase_add_test(tc, payloads_are_no_loaders);
	tcase_add_test(tc, never_written);
	tcase_add_test(tc, pages_in_the_middle);
	tcase_add_test(tc, nothing_but_metadata);
	tcase_add_test(tc, two_places);
	tcase_add_test(tc, heads_that_are_worn);
	tcase_add_test(tc, chunks_of_many_pages);
	tcase_add_test(tc, heads_and_copies);
	tcase_add_test(tc, dictionary_is_gone);
	tcase_add_test(tc, every_nth_page);
	tcase_add_test(tc, whatever_it_is);
	tcase_add_test(tc, lines_are_whole);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
