// SPDX-License-Identifier: BSD-2-Clause
/* What the module takes apart as text, and how much of it a user may write. */
#include <check.h>
#include <stdlib.h>

#include "pure/rate.h"
#include "pure/text.h"

struct number {
	const char *text;
	int ret;
	u64 value;
};

START_TEST(numbers_of_bytes)
{
	static const struct number numbers[] = {
		{ "0", 0, 0 },
		{ "4096", 0, 4096 },
		{ "0xf000000", 0, 0xf000000 },
		{ "0XF000000", 0, 0xf000000 },
		{ "64k", 0, 65536 },
		{ "1M", 0, 1 << 20 },
		{ "240M", 0, 240 << 20 },
		{ "0x10K", 0, 0x4000 },
		{ "2G", 0, 2ULL << 30 },
		{ "18446744073709551615", 0, ~0ULL },
		{ "0xffffffffffffffff", 0, ~0ULL },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "0x10000000000000000", -ERANGE, 0 },
		{ "17179869183G", 0, 17179869183ULL << 30 },
		{ "17179869184G", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "M", -EINVAL, 0 },
		{ "0x", -EINVAL, 0 },
		{ "0xM", -EINVAL, 0 },
		{ "12x", -EINVAL, 0 },
		{ "1MB", -EINVAL, 0 },
		{ "1T", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "1,2", -EINVAL, 0 },
		{ "0f", -EINVAL, 0 },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		u64 value = 77;

		ck_assert_msg(plog_text_bytes(numbers[i].text, &value) == numbers[i].ret, "'%s'",
			      numbers[i].text);
		ck_assert_msg(value == (numbers[i].ret ? 77 : numbers[i].value), "'%s'",
			      numbers[i].text);
	}
}
END_TEST

static void level_is(const char *line, u32 most, const char *rest, u32 want)
{
	u32 level = 9;

	ck_assert_str_eq(plog_text_level(line, most, &level), rest);
	ck_assert_uint_eq(level, want);
}

START_TEST(levels)
{
	level_is("<3>text", 7, "text", 3);
	level_is("<0>", 7, "", 0);
	level_is("<8>text", 7, "<8>text", 9);
	level_is("<8>text", ~0u, "text", 0);
	level_is("<30>text", ~0u, "text", 6);
	level_is("<4294967296>text", ~0u, "<4294967296>text", 9);
	level_is("<99999999999999999999999>text", ~0u, "<99999999999999999999999>text", 9);
	level_is("<>text", 7, "<>text", 9);
	level_is("<3", 7, "<3", 9);
	level_is("<", 7, "<", 9);
	level_is("", 7, "", 9);
	level_is("<-1>text", 7, "<-1>text", 9);
	level_is("<3>>", 7, ">", 3);
}
END_TEST

static void time_is(const char *line, const char *rest, u64 want)
{
	u64 ns = 9;

	ck_assert_str_eq(plog_text_time(line, &ns), rest);
	ck_assert_uint_eq(ns, want);
}

START_TEST(times)
{
	time_is("[   12.345678] text", "text", 12345678000);
	time_is("[12345.000001] text", "text", 12345000001000);
	time_is("[    0.000000] ", "", 0);
	time_is("[    1.500000][    T1] text", "[    T1] text", 1500000000);
	time_is("text", "text", 9);
	time_is("[drm] text", "[drm] text", 9);
	time_is("[   12.34567] text", "[   12.34567] text", 9);
	time_is("[   12.3456789] text", "[   12.3456789] text", 9);
	time_is("[   12.345678", "[   12.345678", 9);
	time_is("[99999999999999999999.345678] x", "[99999999999999999999.345678] x", 9);
	time_is("[9999999999999.345678] x", "[9999999999999.345678] x", 9);
	time_is("[", "[", 9);
	time_is("", "", 9);
}
END_TEST

START_TEST(words)
{
	ck_assert(plog_text_word("nokaslr", "nokaslr"));
	ck_assert(plog_text_word("quiet nokaslr\n", "nokaslr"));
	ck_assert(plog_text_word("quiet  nokaslr  panic=1", "nokaslr"));
	ck_assert(!plog_text_word("quiet nokaslrx x=nokaslr xnokaslr", "nokaslr"));
	ck_assert(!plog_text_word("nokasl", "nokaslr"));
	ck_assert(!plog_text_word("", "nokaslr"));
	ck_assert(!plog_text_word(" \n", "nokaslr"));
	ck_assert(plog_text_word("a nokaslr", "nokaslr"));
}
END_TEST

/* A burst, then a share; and nobody pays for others, but where numbers collide. */
START_TEST(rates)
{
	struct plog_rate rate = { { 0 } };
	u64 now = 1000000000, step = 10000000;
	u32 n = 0;

	while (plog_rate_allows(&rate, 1000, now, step, 500))
		ck_assert_uint_lt(n++, 501);
	ck_assert_uint_eq(n, 500);
	ck_assert(plog_rate_allows(&rate, 1001, now, step, 500));
	for (n = 0; n < 100; n++) {
		now += step;
		ck_assert(plog_rate_allows(&rate, 1000, now, step, 500));
		ck_assert(!plog_rate_allows(&rate, 1000, now, step, 500));
	}
	/* Who waited does not save up more than a burst. */
	now += 1000 * 1000000000ULL;
	for (n = 0; plog_rate_allows(&rate, 1000, now, step, 500);)
		n++;
	ck_assert_uint_eq(n, 500);
	for (u32 user = 0; user < 100000; user++)
		plog_rate_allows(&rate, user * 77777u, now, step, 500);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("text");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_test(t, numbers_of_bytes);
	tcase_add_test(t, levels);
	tcase_add_test(t, times);
	tcase_add_test(t, words);
	tcase_add_test(t, rates);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
