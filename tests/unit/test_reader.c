// SPDX-License-Identifier: BSD-2-Clause
/* The reader: merge, boots, decoding, and what is left of spoiled windows. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "image.h"
#include "plog_reader.h"
#include "rig.h"

#define SIZE (256u << 10)

static struct image img;
static struct plog_reader *reader;
static struct plog_reader_record rec;
static const struct plog_reader_boot *boots;

static void setup(void)
{
	image_make(&img, SIZE);
	reader = NULL;
}

static void teardown(void)
{
	plog_reader_close(reader);
	image_free(&img);
}

static u32 reopen(void)
{
	plog_reader_close(reader);
	ck_assert_int_eq(plog_reader_open_memory(&reader, img.mem, img.size), 0);
	plog_reader_running(reader, NULL);
	return plog_reader_boots(reader, &boots);
}

static bool text_is(struct plog_text text, const char *want)
{
	return text.text && text.len == strlen(want) && !memcmp(text.text, want, text.len);
}

static u64 random64(void)
{
	static u64 state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Two boots, 4 lanes, 12 chunks a boot, @per records a chunk; message "boot time". */
static void two_boots(u32 per)
{
	char text[64];
	u32 boot, chunk, i;

	for (boot = 1; boot <= 2; boot++) {
		image_boot(&img, boot - 1, boot, 220 * boot - 20, boot == 1 ? PLOG_BOOT_PANIC : 0);
		for (chunk = 0; chunk < 12; chunk++) {
			u64 base = 1000 * (chunk / 4);
			struct image_chunk c =
				image_chunk(&img, 220 * boot - 20 + chunk, boot, base);

			for (i = 0; i < per; i++) {
				u64 dt = i * (1000 / per) + chunk % 4;

				snprintf(text, sizeof(text), "%u %u", boot, (u32)(base + dt));
				image_text(&c, dt, i % 8, text);
			}
		}
	}
}

/* Every record is what was logged, in order; returns how many. */
static u32 read_two_boots(void)
{
	u32 n = 0, boot = 0;
	char want[64];
	u64 mono = 0;

	while (plog_reader_next(reader, &rec)) {
		snprintf(want, sizeof(want), "%u %u", rec.boot, (u32)rec.mono);
		ck_assert(text_is(rec.msg, want));
		ck_assert(rec.boot > boot || (rec.boot == boot && rec.mono >= mono));
		boot = rec.boot;
		mono = rec.mono;
		n++;
	}
	return n;
}

START_TEST(merge_is_by_time)
{
	two_boots(20);
	ck_assert_uint_eq(reopen(), 2);
	ck_assert_uint_eq(read_two_boots(), 2 * 12 * 20);
	plog_reader_select(reader, 1, 1);
	ck_assert_uint_eq(read_two_boots(), 12 * 20);
	plog_reader_select(reader, 2, 1);
	ck_assert_uint_eq(read_two_boots(), 0);
}
END_TEST

START_TEST(boots_are_accounted)
{
	u8 running[16];

	two_boots(20);
	ck_assert_uint_eq(reopen(), 2);
	ck_assert_int_eq(boots[0].index, -2);
	ck_assert_int_eq(boots[1].index, -1);
	ck_assert_str_eq(boots[0].verdict, "panic");
	ck_assert_str_eq(boots[1].verdict, "reset");
	ck_assert(text_is(boots[0].reason, "a reason"));
	ck_assert(text_is(boots[0].kernel, "6.1.0-test"));
	ck_assert_uint_eq(boots[0].records, 240);
	ck_assert_int_eq(boots[0].start, (int64_t)IMAGE_EPOCH + 1000);
	ck_assert_int_eq(boots[0].end, (int64_t)IMAGE_EPOCH + 5000);
	ck_assert_int_eq(boots[0].complete_since, boots[0].start);
	memset(running, 2, 16);
	plog_reader_running(reader, running);
	ck_assert_int_eq(boots[0].index, -1);
	ck_assert_int_eq(boots[1].index, 0);
	ck_assert_str_eq(boots[1].verdict, "running");
}
END_TEST

START_TEST(complete_since_is_the_newest_loss)
{
	struct image_chunk c;

	two_boots(2);
	c = image_chunk(&img, 420, 2, 0);
	image_chunk_lost(&c, 2, 0, 1500, 1, 700);
	reopen();
	ck_assert_int_eq(boots[0].complete_mono, 700);
	ck_assert_int_eq(boots[0].complete_since, (int64_t)IMAGE_EPOCH + 700);
	ck_assert_int_eq(boots[1].complete_mono, 1500);
}
END_TEST

START_TEST(inline_names_are_decoded)
{
	struct image_chunk c = image_chunk(&img, 200, 1, 1000);

	image_boot(&img, 0, 1, 200, 0);
	image_text(&c, 5, 3 | PLOG_SOURCE_KERNEL << 3 | PLOG_ATTR_CUT, "hello");
	reopen();
	ck_assert(plog_reader_next(reader, &rec));
	ck_assert(text_is(rec.msg, "hello") && text_is(rec.tag, "tag") && rec.cut);
	ck_assert(text_is(rec.comm, "comm") && text_is(rec.file, "file.c") &&
		  text_is(rec.func, "func"));
	ck_assert(rec.pid == 42 && rec.tid == 43 && rec.line == 7 && rec.level == 3);
	ck_assert_str_eq(rec.source, "kernel");
	ck_assert_uint_eq(rec.seq, (200 << 16) + 64);
	ck_assert_int_eq(rec.real, (int64_t)IMAGE_EPOCH + 1005);
	ck_assert(!plog_reader_next(reader, &rec));
	ck_assert(plog_reader_at(reader, (200 << 16) + 64, &rec) && text_is(rec.msg, "hello"));
	ck_assert(!plog_reader_at(reader, (200 << 16) + 72, &rec));
	ck_assert(!plog_reader_at(reader, (201 << 16) + 64, &rec));
}
END_TEST

START_TEST(payloads_that_break_the_rules)
{
	struct image_chunk c = image_chunk(&img, 200, 1, 1000);
	static const char ff[] = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
	u32 n;

	for (n = 0; n < sizeof(ff); n++) {
		image_record(&c, 0, 0, 0x20, n, ff, n);
		image_record(&c, 0, 9, 0x20, n, ff, n);
		image_record(&c, 9, 0, 0, n, ff, n);
		image_record(&c, 0, 0, 0, n, ff, n);
	}
	reopen();
	for (n = 0; plog_reader_next(reader, &rec); n++)
		ck_assert_uint_le(rec.msg.len, 100);
	ck_assert_uint_eq(n, 4 * sizeof(ff));
}
END_TEST

START_TEST(dictionary_is_used_from_either_copy)
{
	static const char site[] = "\x01"
				   "%d\0mytag\0main.c\0main";
	static const char ctx[] = "app\0/bin/app";
	struct image_chunk c = image_chunk(&img, 200, 1, 1000);
	u32 s = image_dict(&img, PLOG_DICT_SITE, 77, 1, 0, 12, site, sizeof(site));
	u32 x = image_dict(&img, PLOG_DICT_CTX, 77, 5, 6, 0, ctx, sizeof(ctx));

	image_record(&c, 77, 77, 0x26, 1, "text", 4);
	img.mem[img.geo.dict_off[0] + s + 40] ^= 1;
	img.mem[img.geo.dict_off[1] + x + 40] ^= 1;
	reopen();
	ck_assert(plog_reader_next(reader, &rec));
	ck_assert(text_is(rec.tag, "mytag") && text_is(rec.comm, "app") && rec.pid == 5 &&
		  rec.tid == 6 && rec.line == 12 && text_is(rec.msg, "text"));
	/* Neither copy is good: a bit is put right, more are not. */
	img.mem[img.geo.dict_off[1] + s + 41] ^= 1;
	reopen();
	ck_assert(plog_reader_next(reader, &rec));
	ck_assert(text_is(rec.tag, "mytag"));
	memset(img.mem + img.geo.dict_off[0] + s + 34, 'x', 5);
	memset(img.mem + img.geo.dict_off[1] + s + 34, 'y', 5);
	reopen();
	ck_assert(plog_reader_next(reader, &rec));
	ck_assert(!rec.tag.text && text_is(rec.msg, "text"));
}
END_TEST

START_TEST(lost_superblocks_heads_and_tables)
{
	u32 i, k;

	two_boots(20);
	for (i = 0; i < 3; i++)
		memset(img.mem + img.geo.super_off[i], 0x5a, 512);
	ck_assert_uint_eq(reopen(), 2);
	ck_assert_int_eq(plog_reader_condition(reader), PLOG_CONDITION_DAMAGED);
	ck_assert_uint_eq(read_two_boots(), 480);
	/* the boot table */
	for (i = 0; i < 2; i++)
		memset(img.mem + img.geo.boot_off[i], 0x5a, 512 * img.geo.boot_slots);
	ck_assert_uint_eq(reopen(), 2);
	ck_assert(!boots[0].ident && !boots[0].verdict);
	ck_assert_uint_eq(read_two_boots(), 480);
	/* every fifth head: records are there, their times to within a chunk's span */
	for (i = 0, k = 0; i < img.geo.chunk_count; i++)
		if (i % 5 == 0)
			memset(img.mem + plog_chunk_offset(&img.geo, i), 0, 64);
	ck_assert_uint_eq(reopen(), 2);
	while (plog_reader_next(reader, &rec)) {
		ck_assert(rec.msg.text[0] == (char)('0' + rec.boot));
		k++;
	}
	ck_assert_uint_eq(k, 480);
}
END_TEST

/* As a lease writes it on a machine with a counter: clocks read a moment apart. */
static struct image_chunk counted_chunk(u64 gen, u64 base, u64 base_mono)
{
	struct image_chunk c = image_chunk(&img, gen, 1, base_mono);
	struct plog_chunk *head = (struct plog_chunk *)c.at;

	head->clock = PLOG_CLOCK_TSC;
	head->base = plog_set64(base);
	head->crc = plog_set32(plog_crc32c(img.salt, head, offsetof(struct plog_chunk, crc)));
	return c;
}

static void order_expect(const char *order)
{
	ck_assert_uint_eq(reopen(), 1);
	for (; plog_reader_next(reader, &rec); order++)
		ck_assert_int_eq(rec.msg.text[0], *order);
	ck_assert(!*order);
}

/* A thread that goes from CPU to CPU: only the counter is the same on all of them. */
START_TEST(the_counter_is_the_order)
{
	struct image_chunk one = counted_chunk(200, 1000, 5000700);
	struct image_chunk two = counted_chunk(201, 1100, 5000100);

	image_text(&one, 10, 6, "1");
	image_text(&two, 10, 6, "3"); /* by its time it would be first */
	image_text(&one, 50, 6, "2");
	image_text(&two, 90, 6, "4");
	order_expect("1234");
	/* A counter that went back while time went on is none. */
	counted_chunk(202, 900, 9000000);
	order_expect("3412");
}
END_TEST

/* A chunk with a single record does not tell its lap alone; the others' lap does. */
START_TEST(laps_are_learned_from_others)
{
	struct image_chunk c;
	u32 i, n = 0;

	for (i = 0; i < 5; i++) {
		c = image_chunk(&img, 500 * img.geo.chunk_count + i, 1, 1000);
		image_text(&c, 0, 6, "first");
		if (i)
			image_text(&c, 1, 6, "second");
		memset(c.at, 0, 64);
	}
	memset(img.mem + img.geo.boot_off[0], 0, 512 * img.geo.boot_slots);
	memset(img.mem + img.geo.boot_off[1], 0, 512 * img.geo.boot_slots);
	ck_assert_uint_eq(reopen(), 1);
	while (plog_reader_next(reader, &rec))
		n++;
	ck_assert_uint_eq(n, 9);
}
END_TEST

START_TEST(all_heads_lost)
{
	u32 i, n = 0;

	two_boots(20);
	for (i = 0; i < img.geo.chunk_count; i++)
		memset(img.mem + plog_chunk_offset(&img.geo, i), 0, 64);
	ck_assert_uint_eq(reopen(), 2);
	while (plog_reader_next(reader, &rec))
		n += rec.msg.text[0] == (char)('0' + rec.boot);
	ck_assert_uint_eq(n, 480);
	for (i = 0; i < 2; i++)
		memset(img.mem + img.geo.boot_off[i], 0, 512 * img.geo.boot_slots);
	ck_assert_uint_eq(reopen(), 1);
	for (n = 0; plog_reader_next(reader, &rec);)
		n++;
	ck_assert_uint_eq(n, 480);
}
END_TEST

START_TEST(cut_images)
{
	u64 sizes[] = { 0, 1, 511, 512, 4096, 65535, 65536, 100000, 200000, SIZE - 1 }, i;
	u8 *copy;

	two_boots(20);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		u32 n = 0;

		/* exactly so many bytes, so that ASan sees one read too many */
		copy = malloc(sizes[i] ? sizes[i] : 1);
		memcpy(copy, img.mem, sizes[i]);
		plog_reader_close(reader);
		ck_assert_int_eq(plog_reader_open_memory(&reader, copy, sizes[i]), 0);
		while (plog_reader_next(reader, &rec))
			n++;
		ck_assert(sizes[i] < 200000 || n >= 240);
		plog_reader_close(reader);
		reader = NULL;
		free(copy);
	}
}
END_TEST

START_TEST(spoiled_bytes_anywhere)
{
	u32 round, i, hits, n;
	u8 *good = malloc(SIZE);

	two_boots(20);
	image_dict(&img, PLOG_DICT_SITE, 77, 0, 0, 12, "%d\0t\0f\0g", 9);
	memcpy(good, img.mem, SIZE);
	for (round = 0; round < 300; round++) {
		memcpy(img.mem, good, SIZE);
		hits = round % 3 ? 500 : 20000;
		for (i = 0; i < hits; i++)
			img.mem[random64() % SIZE] ^= (u8)(1 << random64() % 8);
		reopen();
		for (n = 0; plog_reader_next(reader, &rec); n++)
			ck_assert_uint_le(rec.boot, 2);
		ck_assert_uint_le(n, 480);
	}
	free(good);
}
END_TEST

/* A superblock with good CRC and hostile numbers. */
START_TEST(hostile_superblocks)
{
	u32 round, i, crc;

	for (round = 0; round < 3000; round++) {
		two_boots(1);
		for (i = 0; i < 3; i++) {
			u8 *p = img.mem + img.geo.super_off[i];
			u32 at = 40 + (u32)(random64() % 116);

			p[at] = (u8)random64();
			if (round % 2)
				p[40 + random64() % 116] ^= (u8)(1 << random64() % 8);
			crc = plog_set32(plog_crc32c(0xffffffff, p, 508));
			memcpy(p + 508, &crc, 4);
		}
		reopen();
		while (plog_reader_next(reader, &rec))
			;
		image_free(&img);
		image_make(&img, SIZE);
	}
}
END_TEST

/* What the product's own writer makes reads back. */
START_TEST(core_s_windows)
{
	struct rig rig;
	char text[64];
	u32 i, n, boot;

	memset(&rig, 0, sizeof(rig));
	rig_make(&rig, 1 << 20);
	for (boot = 1; boot <= 3; boot++) {
		ck_assert_int_eq(rig_boot(&rig, (u8)boot), 0);
		for (i = 0; i < 500; i++) {
			snprintf(text, sizeof(text), "%u:%u", boot, i);
			ck_assert_int_eq(rig_log(&rig, i % rig.win.lanes, text), 0);
		}
	}
	ck_assert_int_eq(plog_reader_open_memory(&reader, rig.base, rig.size), 0);
	ck_assert_uint_eq(plog_reader_boots(reader, &boots), 3);
	for (boot = 1; boot <= 3; boot++) {
		ck_assert_uint_eq(boots[boot - 1].records, 500);
		ck_assert_uint_eq(boots[boot - 1].damaged, 0);
		plog_reader_select(reader, boot - 1, 1);
		for (n = 0; plog_reader_next(reader, &rec); n++) {
			snprintf(text, sizeof(text), "%u:%u", boot, n);
			ck_assert_msg(rec.msg.len >= strlen(text) &&
					      !memcmp(rec.msg.text + rec.msg.len - strlen(text),
						      text, strlen(text)),
				      "%u:%u is %.*s", boot, n, (int)rec.msg.len, rec.msg.text);
		}
		ck_assert_uint_eq(n, 500);
	}
	plog_reader_close(reader);
	reader = NULL;
	rig_free(&rig);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reader");
	TCase *tc = tcase_create("reader");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, merge_is_by_time);
	tcase_add_test(tc, boots_are_accounted);
	tcase_add_test(tc, complete_since_is_the_newest_loss);
	tcase_add_test(tc, inline_names_are_decoded);
	tcase_add_test(tc, payloads_that_break_the_rules);
	tcase_add_test(tc, dictionary_is_used_from_either_copy);
	tcase_add_test(tc, lost_superblocks_heads_and_tables);
	tcase_add_test(tc, the_counter_is_the_order);
	tcase_add_test(tc, laps_are_learned_from_others);
	tcase_add_test(tc, all_heads_lost);
	tcase_add_test(tc, cut_images);
	tcase_add_test(tc, spoiled_bytes_anywhere);
	tcase_add_test(tc, hostile_superblocks);
	tcase_add_test(tc, core_s_windows);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
