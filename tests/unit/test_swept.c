// SPDX-License-Identifier: BSD-2-Clause
/* The sweep: what lanes committed is cleaned, once, and nothing else; windows that moved. */
#include <check.h>
#include <stdlib.h>

#include "pure/moved.h"
#include "pure/swept.h"
#include "rig.h"

#define LANE 1

static struct rig rig;
static u8 *cleaned; /* how often, for each byte of the window */
static u64 swept;

/* Linked in between: see unit.mk. */
void __wrap_plog_clean(const void *p, size_t n);

void __wrap_plog_clean(const void *p, size_t n)
{
	u64 at = (u64)((const u8 *)p - rig.base);

	if (!cleaned)
		return;
	ck_assert(n <= rig.size && at <= rig.size - n);
	for (size_t i = 0; i < n; i++)
		cleaned[at + i]++;
}

static void setup(void)
{
	rig_make(&rig, 256 << 10);
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	swept = 0;
}

static void teardown(void)
{
	free(cleaned);
	cleaned = NULL;
	rig_free(&rig);
}

static bool sweep(void)
{
	bool moved;

	cleaned = cleaned ? cleaned : malloc(rig.size);
	memset(cleaned, 0, rig.size);
	moved = plog_swept_clean(&rig.win, LANE, &swept);
	return moved;
}

static u32 bytes_cleaned(void)
{
	u32 n = 0;

	for (u64 i = 0; i < rig.size; i++)
		n += cleaned[i] != 0;
	return n;
}

static void quietly(void (*fn)(u32 n), u32 n)
{
	u8 *kept = cleaned;

	cleaned = NULL;
	fn(n);
	cleaned = kept;
}

static void log_some(u32 n)
{
	while (n--)
		ck_assert_int_eq(rig_log(&rig, LANE, "sixteen letters!"), 0);
}

static const u8 *clean_from(u64 cursor)
{
	u32 index = (u32)(PLOG_CURSOR_GEN(cursor) % rig.win.geo.chunk_count);

	return cleaned + plog_chunk_offset(&rig.win.geo, index) + PLOG_CURSOR_OFF(cursor);
}

START_TEST(what_was_written_since)
{
	u64 before;

	ck_assert(!sweep());
	ck_assert_uint_eq(bytes_cleaned(), 0);
	quietly(log_some, 3);
	ck_assert(sweep());
	ck_assert_uint_eq(bytes_cleaned(), PLOG_CURSOR_OFF(swept));
	ck_assert(!sweep());
	before = swept;
	quietly(log_some, 2);
	ck_assert(sweep());
	ck_assert_uint_eq(bytes_cleaned(), PLOG_CURSOR_OFF(swept) - PLOG_CURSOR_OFF(before));
	ck_assert(*clean_from(before) && !clean_from(before)[-1] && !*clean_from(swept));
}
END_TEST

/* A lane that went through several chunks: all that it wrote there. */
START_TEST(chunks_that_were_passed)
{
	for (u32 n = 1; n < 2000; n += n / 2 + 1) {
		u64 before = swept, gen;

		quietly(log_some, n);
		ck_assert(sweep());
		for (gen = PLOG_CURSOR_GEN(before) + 1; gen < PLOG_CURSOR_GEN(swept); gen++) {
			u32 index = (u32)(gen % rig.win.geo.chunk_count);
			const u8 *chunk = cleaned + plog_chunk_offset(&rig.win.geo, index);
			const struct plog_chunk *head = (void *)plog_window_chunk(&rig.win, index);

			/* A chunk in use was passed over, and one may have been taken again. */
			if (plog_get64(head->gen) != gen)
				continue;
			ck_assert(!memchr(chunk, 0, rig.win.geo.chunk_size));
		}
	}
}
END_TEST

START_TEST(other_lanes_chunks_are_left_alone)
{
	quietly(log_some, 1);
	sweep();
	/* Another lane took all but the last. */
	for (u32 i = 0; i < 4; i++)
		ck_assert_int_eq(rig_lease(&rig, 0), 0);
	ck_assert_int_eq(rig_lease(&rig, LANE), 0);
	ck_assert(sweep());
	ck_assert_uint_le(bytes_cleaned(), rig.win.geo.chunk_size + sizeof(struct plog_chunk));
}
END_TEST

/* Checked where the cleaning is. */
START_TEST(nonsense_stays_in_the_window)
{
	unsigned int state = 5;

	for (int round = 0; round < 3000; round++) {
		u64 cursor = (u64)rand_r(&state) << 32 | (u64)rand_r(&state) << 1;

		if (round % 3 == 0)
			cursor = ~0ULL - (u64)round;
		plog_window_lane(&rig.win, LANE)->cursor = cursor;
		for (u32 i = 0; i < rig.win.geo.chunk_count; i++)
			plog_window_slot(&rig.win, i)->lease =
				PLOG_LEASE(PLOG_CURSOR_GEN(cursor) - i, LANE);
		if (round % 5 == 0)
			swept = (u64)rand_r(&state) << 20;
		sweep();
	}
}
END_TEST

/* ---- memory that the kernel gave elsewhere */

static u32 seen;

static void count_one(void *arg, const struct plog_chunk *head, const char *text, u32 len)
{
	(void)arg, (void)head, (void)text, (void)len;
	seen++;
}

static u32 records(const struct rig *r)
{
	seen = 0;
	rig_each(r, count_one, NULL);
	return seen;
}

#define PLACE 0x8000000ULL

/* The window as it was at PLACE; then memory of its size @by bytes further, or before. */
static u32 move(int64_t by, u64 *kept)
{
	u64 size = 1 << 20, from;
	struct rig old, new;
	char text[700] = "";
	u8 *ram = calloc(1, 3 * size);
	u32 there, found;

	rig_make(&old, size);
	old.arg.phys_addr = PLACE;
	ck_assert_int_eq(rig_boot(&old, 1), 0);
	memset(text, 't', sizeof(text) - 1);
	for (int i = 0; i < 1500; i++)
		ck_assert_int_eq(rig_log(&old, (u32)i % 4, text), 0);
	there = records(&old);
	memcpy(ram + size, old.base, size);
	rig_free(&old);

	rig_make(&new, size);
	memcpy(new.base, ram + (int64_t)size + by, size);
	free(ram);
	*kept = 0;
	from = plog_moved_bring(new.base, size, PLACE + (u64)by, kept);
	if (!by || llabs(by) >= (int64_t)size) {
		ck_assert_uint_eq(from, 0);
	} else {
		ck_assert_uint_eq(from, PLACE);
		ck_assert_uint_eq(*kept, size - (u64)llabs(by));
	}
	new.arg.phys_addr = PLACE + (u64)by;
	ck_assert_int_eq(rig_boot(&new, 2), 0);
	ck_assert_uint_eq(new.report.moved_from, by && *kept ? PLACE : 0);
	found = records(&new);
	/* Once more: nothing is left that says another place. */
	ck_assert_uint_eq(plog_moved_bring(new.base, size, PLACE + (u64)by, kept), 0);
	rig_free(&new);
	ck_assert_uint_le(found, there);
	return found * 100 / there;
}

START_TEST(moved_windows)
{
	u64 kept;

	ck_assert_uint_eq(move(0, &kept), 100);
	ck_assert_uint_ge(move(4096, &kept), 97);
	ck_assert_uint_ge(move(-4096, &kept), 97);
	ck_assert_uint_ge(move(64 << 10, &kept), 88);
	ck_assert_uint_ge(move(-(64 << 10), &kept), 88);
	ck_assert_uint_ge(move(512 << 10, &kept), 40);
	ck_assert_uint_ge(move(-(512 << 10), &kept), 40);
	ck_assert_uint_eq(move(1 << 20, &kept), 0);
	ck_assert_uint_eq(move(-(1 << 20), &kept), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("swept");
	TCase *t = tcase_create("sweep"), *m = tcase_create("moved");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, what_was_written_since);
	tcase_add_test(t, chunks_that_were_passed);
	tcase_add_test(t, other_lanes_chunks_are_left_alone);
	tcase_add_test(t, nonsense_stays_in_the_window);
	tcase_set_timeout(t, 60);
	tcase_set_timeout(m, 60);
	tcase_add_test(m, moved_windows);
	suite_add_tcase(s, t);
	suite_add_tcase(s, m);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
