// SPDX-License-Identifier: BSD-2-Clause
/* logdump's command line, filter, escapes and times. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "logdump_print.h"

static struct logdump_options opt;

/* Parses up to four words. */
static int parse(const char *a, const char *b, const char *c, const char *d)
{
	char *argv[] = { "logdump", (char *)a, (char *)b, (char *)c, (char *)d, NULL };
	int argc = 1;

	while (argv[argc])
		argc++;
	return logdump_options_parse(&opt, argc, argv);
}

START_TEST(defaults)
{
	ck_assert_int_eq(parse(NULL, NULL, NULL, NULL), 0);
	ck_assert(opt.boot_kind == LOGDUMP_BOOT_INDEX && opt.boot == -1);
	ck_assert(opt.format == &out_short && !opt.window && opt.lines == -1);
	ck_assert(opt.level_min == 0 && opt.level_max == 7);
}
END_TEST

START_TEST(boots)
{
	ck_assert_int_eq(parse("-b", "-1", NULL, NULL), 0);
	ck_assert_int_eq(opt.boot, -1);
	ck_assert_int_eq(parse("-b0", "file", NULL, NULL), 0);
	ck_assert_int_eq(opt.boot, 0);
	ck_assert_str_eq(opt.window, "file");
	ck_assert_int_eq(parse("--boot=all", NULL, NULL, NULL), 0);
	ck_assert_int_eq(opt.boot_kind, LOGDUMP_BOOT_ALL);
	ck_assert_int_eq(parse("-b", "01234567-89ab-CDEF-0123-456789abcdef", NULL, NULL), 0);
	ck_assert_int_eq(opt.boot_kind, LOGDUMP_BOOT_ID);
	ck_assert_str_eq(opt.boot_id, "0123456789abcdef0123456789abcdef");
	ck_assert_int_eq(parse("-b", "0123456789abcdef0123456789abcdef", NULL, NULL), 0);
	ck_assert_int_eq(opt.boot_kind, LOGDUMP_BOOT_ID);
	ck_assert_int_eq(parse("-b", "Beef", NULL, NULL), 0);
	ck_assert_int_eq(opt.boot_kind, LOGDUMP_BOOT_ID);
	ck_assert_str_eq(opt.boot_id, "beef");
	ck_assert_int_eq(parse("-b", "2026", NULL, NULL), 0);
	ck_assert(opt.boot_kind == LOGDUMP_BOOT_ID && opt.boot == 2026);
	ck_assert_int_eq(parse("-b", "-1000", NULL, NULL), 0);
	ck_assert(opt.boot_kind == LOGDUMP_BOOT_INDEX && opt.boot == -1000);
	ck_assert_int_eq(parse("-b", "bad", NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("-b", "x", NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("-b", "-99999999999", NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("-b", "0123456789abcdef0123456789abcdef0", NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("-b", NULL, NULL, NULL), 0);
	ck_assert(opt.boot_kind == LOGDUMP_BOOT_INDEX && opt.boot == 0);
	ck_assert_int_eq(parse("--boot", NULL, NULL, NULL), 0);
	ck_assert_int_eq(opt.boot, 0);
	ck_assert_int_eq(parse("-b", "-p", "err", "file"), 0);
	ck_assert(opt.boot == 0 && opt.level_max == 3);
	ck_assert_str_eq(opt.window, "file");
	ck_assert_int_eq(parse("file", "--boot", "--pid", "12"), 0);
	ck_assert(opt.boot == 0 && opt.pid == 12);
	ck_assert_int_eq(parse("-b", "--", "file", NULL), 0);
	ck_assert_str_eq(opt.window, "file");
	ck_assert_int_eq(parse("-b-x", NULL, NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("--boot=", NULL, NULL, NULL), LOGDUMP_USAGE);
}
END_TEST

/* Which of the boots -b ID is, by position; less than 0: exit code. */
static int pick(const char *id)
{
	static struct plog_reader_boot boots[] = {
		{ .index = -3, .ident = true, .boot_id = { 0x7d, 0xa4, 0x01 } },
		{ .index = -2, .ident = true, .boot_id = { 0x7d, 0xa4, 0x28 } },
		{ .index = -1, .ident = true, .boot_id = { 0x12, 0x34, 0x56 } },
		{ .index = 0, .ident = false },
	};
	struct logdump run = { .boots = boots, .boot_count = 4, .window = "w" };
	uint32_t first, count;
	int code;

	ck_assert_int_eq(parse("-b", id, NULL, NULL), 0);
	run.opt = opt;
	code = logdump_boots_select(&run, &first, &count);
	ck_assert(code || count == 1);
	return code ? -code : (int)first;
}

START_TEST(boot_ids)
{
	ck_assert_int_eq(pick("7DA4-01"), 0);
	ck_assert_int_eq(pick("7da428"), 1);
	ck_assert_int_eq(pick("1234"), 2);
	ck_assert_int_eq(pick("7da4"), -LOGDUMP_USAGE);
	ck_assert_int_eq(pick("7da5"), -LOGDUMP_NOTHING);
	ck_assert_int_eq(pick("0002"), 1); /* no such id, but a number */
	ck_assert_int_eq(pick("2000"), -LOGDUMP_NOTHING);
	ck_assert_int_eq(pick("0000"), -LOGDUMP_NOTHING); /* who has no id has not that of zeros */
}
END_TEST

START_TEST(priorities)
{
	ck_assert_int_eq(parse("-p", "err", NULL, NULL), 0);
	ck_assert(opt.level_min == 0 && opt.level_max == 3);
	ck_assert_int_eq(parse("-p", "6..warning", NULL, NULL), 0);
	ck_assert(opt.level_min == 4 && opt.level_max == 6);
	ck_assert_int_eq(parse("-p", "5", NULL, NULL), 0);
	ck_assert(opt.level_min == 0 && opt.level_max == 5);
	ck_assert_int_eq(parse("-p", "8", NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("-p", "err..", NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("-p", "", NULL, NULL), LOGDUMP_USAGE);
}
END_TEST

START_TEST(the_rest)
{
	ck_assert_int_eq(parse("-ojson", "-t", "a", "-tb"), 0);
	ck_assert(opt.format == &out_json && opt.tag_count == 2);
	ck_assert_int_eq(parse("-o", "xml", NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("--syslog", "win", NULL, NULL), 0);
	ck_assert_str_eq(opt.syslog_addr, "/dev/log");
	ck_assert_int_eq(parse("--syslog=/run/x", "-n", "5", "-k"), 0);
	ck_assert(opt.lines == 5 && opt.kernel);
	ck_assert_str_eq(opt.syslog_addr, "/run/x");
	ck_assert_int_eq(parse("--syslog=udp://x", NULL, NULL, NULL), 0);
	ck_assert_int_eq(parse("--syslog=udp:/x", NULL, NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("--syslog", "--journal", NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("--journal", "-r", NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("-n", "-3", NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("--pid", "12", NULL, NULL), 0);
	ck_assert_int_eq(opt.pid, 12);
	ck_assert_int_eq(parse("--nonsense", NULL, NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("-Z", NULL, NULL, NULL), LOGDUMP_USAGE);
	ck_assert_int_eq(parse("a", "b", NULL, NULL), LOGDUMP_USAGE);
}
END_TEST

START_TEST(filter)
{
	struct plog_reader_record rec = {
		.source = "kernel", .level = 4, .pid = 12, .tag = { "net", 3 }
	};

	ck_assert_int_eq(parse("-p4", "-k", "-tnet", "--pid=12"), 0);
	ck_assert(logdump_filter_match(&opt, &rec));
	rec.level = 5;
	ck_assert(!logdump_filter_match(&opt, &rec));
	rec.level = 0;
	rec.tag.len = 2;
	ck_assert(!logdump_filter_match(&opt, &rec));
	rec.tag.len = 3;
	rec.source = "app";
	ck_assert(!logdump_filter_match(&opt, &rec));
}
END_TEST

static const char *printed(void (*fn)(FILE *, struct plog_text), const char *text, size_t len)
{
	static char buf[256];
	FILE *f = fmemopen(buf, sizeof(buf), "w");

	fn(f, (struct plog_text){ text, len });
	putc(0, f);
	fclose(f);
	return buf;
}

START_TEST(escapes)
{
	ck_assert_str_eq(printed(out_text, "a\n\x1b[2J\tb", 8), "a\\x0a\\x1b[2J\\x09b");
	ck_assert_str_eq(printed(out_text, "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \"\\", 14),
			 "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \"\\");
	ck_assert_str_eq(printed(out_text, "\xc0\x80\xed\xa0\x80\xf5\xc3", 7),
			 "\\xc0\\x80\\xed\\xa0\\x80\\xf5\\xc3");
	ck_assert_str_eq(printed(out_text,
				 "\xc2\x9b"
				 "31m\0",
				 6),
			 "\\xc2\\x9b31m\\x00");
	ck_assert_str_eq(printed(out_text, NULL, 0), "");
	ck_assert_str_eq(printed(out_json_text, "a\"\\\n\x7f\xff\xc2\x9b", 8),
			 "\"a\\\"\\\\\\u000a\\u007f\\\\xff\\\\xc2\\\\x9b\"");
	ck_assert_str_eq(printed(out_json_text, "", 0), "\"\"");
	ck_assert_str_eq(printed(out_json_text, NULL, 0), "null");
}
END_TEST

START_TEST(times)
{
	char buf[OUT_TIME];

	setenv("TZ", "UTC", 1);
	out_time_rfc3339(buf, 1);
	ck_assert_str_eq(buf, "1970-01-01T00:00:00.000000001Z");
	out_time_rfc3339(buf, INT64_MAX);
	ck_assert_str_eq(buf, "2262-04-11T23:47:16.854775807Z");
	out_time_local(buf, "%b %d %H:%M:%S", 1700000000123456789LL, true);
	ck_assert_str_eq(buf, "Nov 14 22:13:20.123456");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("options");
	TCase *tc = tcase_create("options");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, defaults);
	tcase_add_test(tc, boots);
	tcase_add_test(tc, boot_ids);
	tcase_add_test(tc, priorities);
	tcase_add_test(tc, the_rest);
	tcase_add_test(tc, filter);
	tcase_add_test(tc, escapes);
	tcase_add_test(tc, times);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
