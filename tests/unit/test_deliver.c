// SPDX-License-Identifier: BSD-2-Clause
/* What delivery is made of: addresses, batches, frames, marks, escapes, the note. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "delivered.h"
#include "out.h"
#include "out_line.h"
#include "syslog_addr.h"
#include "syslog_frame.h"

static struct syslog_addr addr;

static bool addr_is(const char *text, enum syslog_kind kind, const char *host, const char *port)
{
	return syslog_addr_parse(&addr, text) && addr.kind == kind && !strcmp(addr.host, host) &&
	       !strcmp(addr.port, port);
}

START_TEST(addresses)
{
	ck_assert(addr_is("/dev/log", SYSLOG_SOCKET, "", "514"));
	ck_assert(addr_is("udp://logs", SYSLOG_UDP, "logs", "514"));
	ck_assert(addr_is("tcp://logs.example.com:6514", SYSLOG_TCP, "logs.example.com", "6514"));
	ck_assert(addr_is("tcp://[::1]", SYSLOG_TCP, "::1", "514"));
	ck_assert(addr_is("udp://[fe80::1%eth0]:5", SYSLOG_UDP, "fe80::1%eth0", "5"));
}
END_TEST

START_TEST(no_addresses)
{
	static const char *const text[] = {
		"",           "log",        "udp:",          "udp://",     "tcp://:514",
		"tcp://h:",   "tcp://h:0",  "tcp://h:65536", "tcp://h:5x", "tcp://::1",
		"tcp://[::1", "tcp://[]:5", "tcp://h/",      "tcp://h i",  "TCP://h",
		"tls://h",    "tcp://u@h",  "tcp://[h]x",    "tcp://h:-1", "tcp://h:999999"
	};
	char longer[300] = "/";
	size_t i;

	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		ck_assert_msg(!syslog_addr_parse(&addr, text[i]), "%s", text[i]);
	memset(longer + 1, 'x', SYSLOG_PATH_MAX - 1);
	ck_assert(syslog_addr_parse(&addr, longer));
	longer[SYSLOG_PATH_MAX] = 'x';
	ck_assert(!syslog_addr_parse(&addr, longer));
	memset(longer, 'x', sizeof(longer) - 1);
	memcpy(longer, "tcp://", 6);
	ck_assert(!syslog_addr_parse(&addr, longer));
}
END_TEST

START_TEST(batches)
{
	struct batch batch;
	const char *text;
	size_t n;

	ck_assert_int_eq(batch_open(&batch), 0);
	fputs("one", batch.f);
	ck_assert_int_eq(batch_add(&batch, 100), 0);
	/* 10 - 6 for the mark: the third character would be split. */
	fputs("a\xc3\xa4\xe2\x82\xac and so on", batch.f);
	ck_assert_int_eq(batch_add(&batch, 10), 0);
	fputs("three", batch.f);
	ck_assert_int_eq(batch_add(&batch, 5), 0);
	text = batch_message(&batch, 1, &n);
	ck_assert_mem_eq(text, "a\xc3\xa4 [cut]", n);
	ck_assert_uint_eq(n, 9);
	text = syslog_frame_counted(&batch, &n);
	ck_assert_uint_eq(n, strlen("3 one9 a__ [cut]5 three"));
	ck_assert_mem_eq(text, "3 one9 a\xc3\xa4 [cut]5 three", n);
	free((char *)text);
	text = syslog_frame_ended(&batch, &n);
	ck_assert_mem_eq(text, "one\0a\xc3\xa4 [cut]\0three", n);
	free((char *)text);
	batch_clear(&batch);
	fputs("x", batch.f);
	ck_assert_int_eq(batch_add(&batch, 5), 0);
	ck_assert(batch.count == 1 && *batch_message(&batch, 0, &n) == 'x' && n == 1);
	batch_close(&batch);
}
END_TEST

static void sd_is(const char *text, const char *want)
{
	struct out_line line;
	char *got = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&got, &n);

	out_line_begin(&line, f);
	out_line_sd(&line, (struct plog_text){ text, strlen(text) });
	out_line_end(&line);
	fclose(f);
	ck_assert_str_eq(got, want);
	free(got);
}

START_TEST(structured_data)
{
	sd_is("", "");
	sd_is("plain", "plain");
	sd_is("]", "\\]");
	sd_is("a]b\"c\\d]", "a\\]b\\\"c\\\\d\\]");
	sd_is("e\x1b]\xff", "e\\\\x1b\\]\\\\xff");
	sd_is("\xe2\x82\xac]", "\xe2\x82\xac\\]");
}
END_TEST

START_TEST(ascii)
{
	static const char *const text[] = { "plain", "\x1b", "\xff\xc3", "\xe2\x80\xae" };
	size_t i;

	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		ck_assert(out_text_ascii((struct plog_text){ text[i], strlen(text[i]) }));
	ck_assert(!out_text_ascii((struct plog_text){ "\xff\xc3\xa4", 3 }));
}
END_TEST

START_TEST(marks_by_the_thousand)
{
	struct marks marks = { NULL, 0, 0 };
	uint64_t gen;

	ck_assert_uint_eq(marks_get(&marks, 7), 0);
	for (gen = 0; gen < 5000; gen++)
		ck_assert_int_eq(marks_set(&marks, gen * 1021, (uint32_t)gen + 1), 0);
	ck_assert_int_eq(marks_set(&marks, 0, 9), 0);
	for (gen = 1; gen < 5000; gen++)
		ck_assert_uint_eq(marks_get(&marks, gen * 1021), gen + 1);
	ck_assert_uint_eq(marks_get(&marks, 0), 9);
	ck_assert_uint_eq(marks_get(&marks, 5), 0);
	ck_assert_uint_eq(marks.count, 5000);
	marks_free(&marks);
}
END_TEST

static char state[] = "/tmp/plog-test-state.XXXXXX";

/* What was noted is known to the next one, under the same key only. */
START_TEST(notes)
{
	struct delivered_key key = { .to = "tcp://h", .boot_id = { 1 } };
	static struct delivered d, other;
	char command[100];

	ck_assert(mkdtemp(state));
	setenv("PLOG_STATE", state, 1);
	ck_assert_int_eq(delivered_open(&d, &key, false), 0);
	ck_assert(!delivered_has(&d, 5 << 16 | 64));
	ck_assert_int_eq(delivered_add(&d, 5 << 16 | 64), 0);
	ck_assert_int_eq(delivered_add(&d, 5 << 16 | 96), 0);
	ck_assert_int_eq(delivered_save(&d), 0);
	ck_assert_int_eq(delivered_add(&d, 6 << 16 | 64), 0); /* not saved */
	ck_assert_int_eq(delivered_open(&other, &key, false), -EBUSY);
	delivered_close(&other);
	delivered_close(&d);
	ck_assert_int_eq(delivered_open(&d, &key, false), 0);
	ck_assert(delivered_has(&d, 5 << 16 | 64) && delivered_has(&d, 5 << 16 | 96));
	ck_assert(!delivered_has(&d, 5 << 16 | 104) && !delivered_has(&d, 6 << 16 | 64));
	ck_assert_uint_eq(d.count, 2);
	delivered_close(&d);
	key.selection = 1;
	ck_assert_int_eq(delivered_open(&d, &key, false), 0);
	ck_assert(!delivered_has(&d, 5 << 16 | 64));
	delivered_close(&d);
	key.selection = 0;
	ck_assert_int_eq(delivered_open(&d, &key, true), 0);
	delivered_close(&d);
	ck_assert_int_eq(delivered_open(&d, &key, false), 0);
	ck_assert(!delivered_has(&d, 5 << 16 | 64));
	delivered_close(&d);
	snprintf(command, sizeof(command), "rm -r %s", state);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("deliver");
	TCase *tc = tcase_create("deliver");
	SRunner *runner = srunner_create(suite);
	int failures;

	tcase_add_test(tc, addresses);
	tcase_add_test(tc, no_addresses);
	tcase_add_test(tc, batches);
	tcase_add_test(tc, structured_data);
	tcase_add_test(tc, ascii);
	tcase_add_test(tc, marks_by_the_thousand);
	tcase_add_test(tc, notes);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failures = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
