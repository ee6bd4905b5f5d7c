// SPDX-License-Identifier: BSD-2-Clause
/* What is no window is not taken for one, whatever repeats in it. */
#include <check.h>
#include <stdlib.h>

#include "core/core.h"
#include "plog_reader.h"

static u8 *mem;

static enum plog_condition condition_of(u64 size)
{
	enum plog_condition condition;
	struct plog_reader *reader;

	ck_assert_int_eq(plog_reader_open_memory(&reader, mem, size), 0);
	condition = plog_reader_condition(reader);
	if (condition != PLOG_CONDITION_DAMAGED)
		ck_assert_uint_eq(plog_reader_boots(reader, NULL), 0);
	plog_reader_close(reader);
	return condition;
}

/* Equal contents in many places are no witnesses for each other. */
START_TEST(patterns_are_foreign)
{
	static const u64 sizes[] = { 64 << 10, 256 << 10, 1 << 20 };
	u64 size = sizes[_i], i;
	u32 period;

	mem = malloc(size);
	ck_assert_ptr_nonnull(mem);
	for (period = 2; period <= 600; period += 1 + period / (20u >> 2 * _i)) {
		for (i = 0; i < size; i++)
			mem[i] = (u8)(i % period * 167 + i % period / 3 + 1);
		ck_assert_msg(condition_of(size) == PLOG_CONDITION_FOREIGN, "period %u", period);
	}
	free(mem);
}
END_TEST

START_TEST(a_pattern_between_zeros_is_foreign)
{
	u64 size = 64 << 10, i, from;

	mem = malloc(size);
	ck_assert_ptr_nonnull(mem);
	for (from = 0; from < size; from += 512) {
		for (i = 0; i < size; i++)
			mem[i] = i >= from && i < from + 8192 ? (u8)(i % 97 + 1) : 0;
		ck_assert_int_eq(condition_of(size), PLOG_CONDITION_FOREIGN);
	}
	free(mem);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("foreign");
	TCase *tc = tcase_create("foreign");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, patterns_are_foreign, 0, 3);
	tcase_add_test(tc, a_pattern_between_zeros_is_foreign);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
