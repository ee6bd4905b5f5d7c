// SPDX-License-Identifier: BSD-2-Clause
/* Messages from formats and raw arguments, against the C library's printf. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "reader.h"

static u8 types[16], raw[256];
static u32 nargs;
static size_t used;
static char buf[4096];

static void arg(u8 type, const void *p, size_t n)
{
	types[nargs++] = type;
	memcpy(raw + used, p, n);
	used += n;
}

static void arg_int(int v)
{
	arg(PLOG_ARG_I32, &v, 4);
}

static void arg_long(long long v)
{
	arg(PLOG_ARG_I64, &v, 8);
}

static void arg_double(double v)
{
	arg(PLOG_ARG_F64, &v, 8);
}

static void arg_text(const char *s)
{
	u8 len = (u8)strlen(s);

	arg(PLOG_ARG_STR, &len, 1);
	memcpy(raw + used, s, len);
	used += len;
}

static const char *formatted(const char *format)
{
	struct scan_dict site = { .args = types, .nargs = (u8)nargs, .text = { format } };
	bool cut = false;
	u8 *exact = malloc(used ? used : 1);
	size_t n;

	memcpy(exact, raw, used);
	n = plog_format_args(&site, 1, exact, used, buf, sizeof(buf) - 1, &cut);
	free(exact);
	buf[n] = 0;
	ck_assert(!cut);
	nargs = 0;
	used = 0;
	return buf;
}

#define SAME(put, format, value)                             \
	do {                                                 \
		char want[600];                              \
		put(value);                                  \
		snprintf(want, sizeof(want), format, value); \
		ck_assert_str_eq(formatted(format), want);   \
	} while (0)

START_TEST(integers)
{
	static const int values[] = { 0, 1, -1, 42, -300, 0x7fffffff, -0x7fffffff - 1 };
	u32 i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		int v = values[i];

		SAME(arg_int, "%d", v);
		SAME(arg_int, "<%8d>", v);
		SAME(arg_int, "<%-8d>", v);
		SAME(arg_int, "%08d", v);
		SAME(arg_int, "%+d", v);
		SAME(arg_int, "%.5d", v);
		SAME(arg_int, "%.0d", v);
		SAME(arg_int, "%12.4i", v);
		SAME(arg_int, "%u", (unsigned)v);
		SAME(arg_int, "%#x", (unsigned)v);
		SAME(arg_int, "%#012X", (unsigned)v);
		SAME(arg_int, "%o", (unsigned)v);
		SAME(arg_int, "%hhd", (signed char)v);
		SAME(arg_int, "%hu", (unsigned short)v);
		SAME(arg_long, "%lld", (long long)v * 1000000007);
		SAME(arg_long, "%llx", (long long)v * 1000000007);
	}
	SAME(arg_int, "%c|", 'x');
	SAME(arg_int, "%-4c|", 'x');
}
END_TEST

START_TEST(reals)
{
	static const double values[] = { 0, -1.5, 3.14159265358979, 1e300, 1e-300, 1.0 / 0.0 };
	u32 i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		double v = values[i];

		SAME(arg_double, "%f", v);
		SAME(arg_double, "%.3e", v);
		SAME(arg_double, "%-20.10g|", v);
		SAME(arg_double, "%+012.2f", v);
	}
}
END_TEST

START_TEST(texts)
{
	static const u8 null[] = { 0xff, 0xff, 0xff };

	SAME(arg_text, "<%s>", "hello");
	SAME(arg_text, "<%10s>", "hello");
	SAME(arg_text, "<%-10.2s>", "hello");
	arg(PLOG_ARG_STR, null, 3);
	ck_assert_str_eq(formatted("%s"), "(null)");
	arg_int(3);
	arg_text("hello");
	ck_assert_str_eq(formatted("100%% %.*s"), "100% hel");
	arg(PLOG_ARG_BLOB, "\2\0\xab\xcd", 4);
	ck_assert_str_eq(formatted("%s"), "abcd");
	arg_int(7);
	arg_text("10.1.2.3");
	arg_int(99);
	ck_assert_str_eq(formatted("request %d from %s took %d us"),
			 "request 7 from 10.1.2.3 took 99 us");
}
END_TEST

START_TEST(hostile_formats)
{
	ck_assert_str_eq(formatted("%s %d %n"), "%s %d %n");
	ck_assert_str_eq(formatted("%"), "%");
	ck_assert_str_eq(formatted("%-+ #0"), "%-+ #0");
	arg_int(1);
	ck_assert_uint_eq(strlen(formatted("%99999999999999999999d")), 4095);
	arg_int(-2147483647 - 1);
	arg_int(5);
	ck_assert_uint_eq(strlen(formatted("%*d")), 4095);
	arg_text("abc");
	used--; /* a string that is not all there */
	ck_assert_str_eq(formatted("%s"), "%s");
	arg_text("abc");
	ck_assert_str_eq(formatted("%d"), "abc");
	arg_int(5);
	ck_assert_str_eq(formatted("%f"), "5");
	arg_double(1.5);
	ck_assert_str_eq(formatted("%d"), "1.5");
}
END_TEST

START_TEST(lost_site_and_small_room)
{
	bool cut = false;
	size_t n = plog_format_args(NULL, 77, (const u8 *)"\x01\xff", 2, buf, sizeof(buf), &cut);

	buf[n] = 0;
	ck_assert_str_eq(buf, "site#77 01ff");
	n = plog_format_args(NULL, 77, (const u8 *)"\x01\xff", 2, buf, 10, &cut);
	ck_assert(n == 10 && cut);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reader_format");
	TCase *tc = tcase_create("reader_format");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, integers);
	tcase_add_test(tc, reals);
	tcase_add_test(tc, texts);
	tcase_add_test(tc, hostile_formats);
	tcase_add_test(tc, lost_site_and_small_room);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
