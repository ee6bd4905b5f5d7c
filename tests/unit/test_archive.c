// SPDX-License-Identifier: BSD-2-Clause
/* Archives: there and back, cut anywhere, damaged, with more in them than there is room for. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "archive.h"

#define SIZE (1u << 20)

static uint8_t *window, *packed;
static size_t packed_size;

/* Some of it compresses well, some does not at all. */
static void setup(void)
{
	int fd = memfd_create("archive", 0);
	uint32_t lot = 1;

	window = calloc(1, SIZE);
	for (uint32_t i = 0; i < SIZE / 3; i++) {
		lot = lot * 1664525 + 1013904223;
		window[i] = i % 5 ? (uint8_t)(lot >> 24) : (uint8_t)i;
	}
	ck_assert_int_eq(archive_write(fd, window, SIZE), 0);
	packed_size = (size_t)lseek(fd, 0, SEEK_END);
	packed = malloc(packed_size);
	ck_assert_int_eq(pread(fd, packed, packed_size, 0), (ssize_t)packed_size);
	close(fd);
}

static void teardown(void)
{
	free(window);
	free(packed);
}

#ifdef PLOG_ZSTD

START_TEST(it_comes_back)
{
	struct archive a;

	ck_assert(archive_is(packed, packed_size));
	ck_assert_uint_lt(packed_size, SIZE / 2);
	ck_assert_int_eq(archive_unpack(&a, packed, packed_size, "x", 0), 0);
	ck_assert_uint_eq(a.size, SIZE);
	ck_assert(!memcmp(a.mem, window, SIZE));
	ck_assert_str_eq(a.why, "");
	archive_free(&a);
}
END_TEST

/* What comes out is the beginning of what went in, and it is said to be less. */
START_TEST(cut_anywhere_it_gives_what_is_there)
{
	size_t least = 0;

	for (size_t n = 0; n < packed_size; n += n < 64 ? 1 : packed_size / 97) {
		struct archive a;
		int err = archive_unpack(&a, packed, n, "x", 0);

		ck_assert_int_eq(err, a.size ? 0 : -EBADMSG);
		ck_assert_uint_ge(a.size, least);
		ck_assert_uint_lt(a.size, SIZE + 1);
		ck_assert(!a.size || !memcmp(a.mem, window, a.size));
		ck_assert(strstr(a.why, "is cut: "));
		least = a.size;
		archive_free(&a);
	}
	ck_assert_uint_ge(least, SIZE / 4);
}
END_TEST

START_TEST(a_flipped_bit_is_noticed)
{
	for (size_t i = 6; i < packed_size; i += packed_size / 61) {
		struct archive a;

		packed[i] ^= 0x10;
		archive_unpack(&a, packed, packed_size, "x", 0);
		ck_assert_str_ne(a.why, "");
		archive_free(&a);
		packed[i] ^= 0x10;
	}
}
END_TEST

START_TEST(more_than_the_limit_is_refused)
{
	struct archive a;

	ck_assert_int_eq(archive_unpack(&a, packed, packed_size, "x", SIZE), 0);
	ck_assert_str_eq(a.why, "");
	archive_free(&a);
	ck_assert_int_eq(archive_unpack(&a, packed, packed_size, "x", SIZE - 1), 0);
	ck_assert_uint_le(a.size, SIZE - 1);
	ck_assert_uint_le(a.room, SIZE - 1);
	ck_assert(strstr(a.why, "at most"));
	archive_free(&a);
}
END_TEST

/* As pzstd and cat make them; and the frames that are to be skipped. */
START_TEST(frames_behind_each_other_are_one)
{
	static const uint8_t skipped[] = { 0x53, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 'p', 'l', 'o', 'g' };
	size_t n = sizeof(skipped) + 2 * packed_size;
	uint8_t *two = malloc(n);
	struct archive a;

	memcpy(two, skipped, sizeof(skipped));
	memcpy(two + sizeof(skipped), packed, packed_size);
	memcpy(two + sizeof(skipped) + packed_size, packed, packed_size);
	ck_assert(archive_is(two, n));
	ck_assert_int_eq(archive_unpack(&a, two, n, "x", 0), 0);
	ck_assert_uint_eq(a.size, 2 * SIZE);
	ck_assert_str_eq(a.why, "");
	ck_assert(!memcmp((uint8_t *)a.mem + SIZE, window, SIZE));
	archive_free(&a);
	free(two);
}
END_TEST

#else

START_TEST(without_libzstd_it_is_as_it_was)
{
	struct archive a;

	ck_assert_uint_eq(packed_size, SIZE);
	ck_assert(!memcmp(packed, window, SIZE));
	ck_assert_int_lt(archive_unpack(&a, "\x28\xb5\x2f\xfd", 4, "x", 0), 0);
	ck_assert(strstr(a.why, "zstd -dc"));
}
END_TEST

#endif

START_TEST(a_window_is_none)
{
	ck_assert(!archive_is(window, SIZE));
	ck_assert(!archive_is("\x28\xb5\x2f", 3));
	ck_assert(!archive_is("", 0));
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
	ck_assert_int_lt(archive_write(-1, window, SIZE), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("archive");
	TCase *t = tcase_create("all");
	SRunner *run = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 120);
#ifdef PLOG_ZSTD
	tcase_add_test(t, it_comes_back);
	tcase_add_test(t, cut_anywhere_it_gives_what_is_there);
	tcase_add_test(t, a_flipped_bit_is_noticed);
	tcase_add_test(t, more_than_the_limit_is_refused);
	tcase_add_test(t, frames_behind_each_other_are_one);
#else
	tcase_add_test(t, without_libzstd_it_is_as_it_was);
#endif
	tcase_add_test(t, a_window_is_none);
	tcase_add_test(t, a_full_disk_is_an_error);
	suite_add_tcase(s, t);
	srunner_run_all(run, CK_NORMAL);
	failed = srunner_ntests_failed(run);
	srunner_free(run);
	return failed != 0;
}
