// SPDX-License-Identifier: BSD-2-Clause
/* The writer, one thread at a time: what is logged is what is read back. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PLOG_TAG "writer"
#include "store.h"
#include "lane.h"
#include "thread.h"

static struct store store;

static void setup(void)
{
	store_open(&store, 1 << 20, 4, PLOG_FLUSH_NONE);
}

static void expect(int level, const char *msg)
{
	struct plog_reader_record rec = store_last(&store);

	if (!store_says(&rec.msg, msg))
		ck_abort_msg("\"%.*s\" is not \"%s\"", (int)rec.msg.len, rec.msg.text, msg);
	ck_assert_int_eq(rec.level, level);
}

START_TEST(a_record_says_who_where_and_what)
{
	struct plog_reader_record rec;
	u32 line;

	prctl(PR_SET_NAME, "scribe");
	plog(PLOG_NOTICE, "%d of %s", 42, "them"); line = __LINE__;
	rec = store_last(&store);
	ck_assert(store_says(&rec.msg, "42 of them"));
	ck_assert(store_says(&rec.tag, "writer"));
	ck_assert(store_says(&rec.comm, "scribe"));
	ck_assert(store_says(&rec.file, __FILE__));
	ck_assert(store_says(&rec.func, __func__));
	ck_assert_int_eq(rec.line, line);
	ck_assert_int_eq(rec.pid, getpid());
	ck_assert_int_eq(rec.tid, syscall(SYS_gettid));
	ck_assert_int_eq(rec.level, PLOG_NOTICE);
	ck_assert_str_eq(rec.source, "app");
	ck_assert(!rec.cut);
}
END_TEST

START_TEST(text_is_printf_text)
{
	errno = ENOSPC;
	plog_err("disk: %m");
	ck_assert_int_eq(errno, ENOSPC);
	expect(PLOG_ERR, "disk: No space left on device");
	plog_info("two lines\nand its end\r\n\n");
	expect(PLOG_INFO, "two lines\nand its end");
	plog_info("%s", "");
	expect(PLOG_INFO, "");
	plog_debug("%5.2f|%-4d|%#llx|%.*s", 3.14159, 7, 0xfeedULL, 2, "abc");
	expect(PLOG_DEBUG, " 3.14|7   |0xfeed|ab");
}
END_TEST

START_TEST(every_level_has_its_call)
{
	int level;

	plog_emerg("0"); expect(0, "0");
	plog_alert("1"); expect(1, "1");
	plog_crit("2"); expect(2, "2");
	plog_err("3"); expect(3, "3");
	plog_warning("4"); expect(4, "4");
	plog_notice("5"); expect(5, "5");
	plog_info("6"); expect(6, "6");
	plog_debug("7"); expect(7, "7");
	for (level = 0; level < 8; level++) {
		plog(level, "level %d", level);
		ck_assert_int_eq(store_last(&store).level, level);
	}
	plog(-3, "clamped");
	expect(0, "clamped");
}
END_TEST

static int evaluated;

static int count_me(void)
{
	return ++evaluated;
}

START_TEST(a_disabled_level_evaluates_nothing)
{
	ck_assert_int_eq(plog_level_set(PLOG_WARNING), PLOG_DEBUG);
	plog_notice("%d", count_me());
	ck_assert_int_eq(evaluated, 0);
	plog_warning("%d", count_me());
	expect(PLOG_WARNING, "1");
	plog_level_set(-1);
	plog_emerg("%d", count_me());
	ck_assert_int_eq(evaluated, 1);
	plog_level_set(99);
	store.map.win.ctl->level = PLOG_ERR; /* plogctl level err */
	plog_warning("no");
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 1);
	plog_err("yes");
	expect(PLOG_ERR, "yes");
}
END_TEST

START_TEST(levels_are_parsed)
{
	ck_assert_int_eq(plog_level_parse("emerg"), 0);
	ck_assert_int_eq(plog_level_parse("WARN"), 4);
	ck_assert_int_eq(plog_level_parse("7"), 7);
	ck_assert_int_eq(plog_level_parse("8"), -EINVAL);
	ck_assert_int_eq(plog_level_parse(""), -EINVAL);
	ck_assert_int_eq(plog_level_parse("informal"), -EINVAL);
}
END_TEST

START_TEST(long_text_is_cut_and_marked)
{
	static char text[70000];
	struct plog_reader_record rec;
	size_t n;

	for (n = 1; n < 4400; n += n < 380 || n > 3980 ? 1 : 61) {
		memset(text, 'a' + (int)(n % 26), n);
		text[n] = 0;
		plog_info("%s\n", text);
		if (n % 31 && n < 3990)
			continue;
		rec = store_last(&store);
		ck_assert_uint_eq(rec.msg.len < n, rec.cut);
		ck_assert(n > 3980 || !rec.cut);
		ck_assert_uint_gt(rec.msg.len + 60, n < 4000 ? n : 4000);
		ck_assert(!memcmp(rec.msg.text, text, rec.msg.len));
	}
	ck_assert_uint_gt(store.map.win.ctl->cut, 100);
	memset(text, 'x', sizeof(text) - 1);
	plog_info("%s", text);
	ck_assert(store_last(&store).cut);
}
END_TEST

START_TEST(a_character_is_not_cut_in_two)
{
	static char text[6000];
	struct plog_reader_record rec;
	int shift, i;

	for (shift = 0; shift < 3; shift++) {
		memset(text, 'x', (size_t)shift);
		for (i = shift; i + 3 < (int)sizeof(text); i += 3)
			memcpy(text + i, "\xe2\x82\xac", 4);
		plog_info("%s", text);
		rec = store_last(&store);
		ck_assert(rec.cut);
		ck_assert_uint_eq((rec.msg.len - (size_t)shift) % 3, 0);
	}
}
END_TEST

START_TEST(a_hexdump_has_sixteen_bytes_a_record)
{
	static u8 data[5000];

	memcpy(data, "hello, window\n\x01\xff" "tail", 20);
	plog_hexdump(PLOG_DEBUG, "packet", data, 20);
	expect(PLOG_DEBUG, "packet 0010: 74 61 69 6c                                      tail");
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 2);
	plog_hexdump(PLOG_DEBUG, "packet", data, 16);
	expect(PLOG_DEBUG, "packet 0000: 68 65 6c 6c 6f 2c 20 77 69 6e 64 6f 77 0a 01 ff  "
			   "hello, window...");
	plog_hexdump(PLOG_DEBUG, "none", NULL, 0);
	ck_assert(!store_last(&store).cut);
	plog_hexdump(PLOG_DEBUG, "much", data, sizeof(data));
	ck_assert(store_last(&store).cut);
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 4 + 256);
}
END_TEST

static void wrapper(const char *tag, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	plog_vlog(PLOG_INFO, tag, format, ap);
	va_end(ap);
}

START_TEST(a_wrapper_brings_its_own_tag)
{
	struct plog_reader_record rec;

	wrapper("outer", "%s %d", "x", 1);
	rec = store_last(&store);
	ck_assert(store_says(&rec.msg, "x 1"));
	ck_assert(store_says(&rec.tag, "outer"));
	ck_assert_uint_eq(rec.file.len, 0);
	wrapper(NULL, "y");
	rec = store_last(&store);
	ck_assert(store_says(&rec.tag, program_invocation_short_name));
}
END_TEST

START_TEST(a_full_window_overwrites_the_oldest)
{
	struct plog_reader_record rec;
	u32 i, n;

	store_open(&store, 64 << 10, 1, PLOG_FLUSH_NONE);
	for (i = 0; i < 20000; i++)
		plog_info("number %u", i);
	rec = store_last(&store);
	ck_assert(store_says(&rec.msg, "number 19999"));
	n = store_each(&store, NULL, NULL);
	ck_assert_uint_gt(n, 500);
	ck_assert_uint_lt(n, 3000);
	ck_assert_uint_eq(store_dropped(&store), 0);
}
END_TEST

/* Sites come from a table of their own, so that there are more than fit. */
START_TEST(a_full_dictionary_loses_nothing)
{
	static struct plog_site sites[4000];
	static char names[4000][40];
	struct plog_reader_record rec;
	u32 i;

	for (i = 0; i < 4000; i++) {
		snprintf(names[i], sizeof(names[i]), "some/where/file-%u.c", i);
		sites[i] = (struct plog_site){ .format = "n %u", .tag = "many", .file = names[i],
					       .func = "f", .line = (int)i, .level = 6 };
		plog_site_printf(&sites[i], 6, "n %u", i);
	}
	ck_assert_uint_gt(store.map.win.ctl->dict_full, 0);
	rec = store_last(&store);
	ck_assert(store_says(&rec.msg, "n 3999"));
	ck_assert(store_says(&rec.file, "some/where/file-3999.c"));
	ck_assert(store_says(&rec.tag, "many"));
	ck_assert_int_eq(rec.line, 3999);
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 4000);
}
END_TEST

START_TEST(a_busy_dictionary_loses_nothing)
{
	struct plog_control *ctl = store.map.win.ctl;
	struct plog_reader_record rec;
	int i;

	for (i = 0; i < 2; i++) {
		ctl->dict_lock.word = i ? 0 : 1; /* 1: init never dies */
		plog_info("try %d", i);
		rec = store_last(&store);
		ck_assert(store_says(&rec.file, __FILE__));
		ck_assert_int_eq(rec.pid, getpid());
		/* the next try is in the dictionary */
		ck_assert_uint_eq(plog_thread.ctx != 0, i);
	}
}
END_TEST

START_TEST(busy_lanes_are_passed_by_and_counted)
{
	struct plog_window *win = &store.map.win;
	u32 i;

	for (i = 0; i < 3; i++)
		plog_window_lane(win, win->cpu_lanes + i)->lock.word = 1;
	plog_info("on the last one");
	expect(PLOG_INFO, "on the last one");
	plog_window_lane(win, win->cpu_lanes + 3)->lock.word = 1;
	plog_info("nowhere");
	ck_assert_uint_eq(win->ctl->dropped_busy, 1);
	plog_window_lane(win, win->cpu_lanes + 1)->lock.word = 0;
	plog_info("again");
	expect(PLOG_INFO, "again");
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 2);
}
END_TEST

START_TEST(no_chunk_is_counted)
{
	struct plog_window *win = &store.map.win;
	u32 i;

	for (i = 0; i < win->geo.chunk_count; i++)
		plog_window_slot(win, i)->flags |= PLOG_SLOT_PROTECTED;
	plog_info("nowhere");
	ck_assert_uint_eq(win->ctl->dropped_full, 1);
	for (i = 0; i < win->geo.chunk_count; i++)
		plog_window_slot(win, i)->flags = 0;
	plog_info("here");
	expect(PLOG_INFO, "here");
}
END_TEST

static void to_both(const char *text)
{
	plog_info("%s", text);
}

START_TEST(another_window_gets_its_own_sites)
{
	struct store other;
	struct plog_reader_record rec;

	to_both("one");
	other = store;
	store_open(&store, 1 << 20, 4, PLOG_FLUSH_NONE);
	to_both("two");
	rec = store_last(&store);
	ck_assert(store_says(&rec.msg, "two"));
	ck_assert(store_says(&rec.func, "to_both"));
	ck_assert_int_eq(rec.pid, getpid());
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 1);
	rec = store_last(&other);
	ck_assert(store_says(&rec.msg, "one"));
}
END_TEST

START_TEST(closed_means_closed)
{
	char why[200];

	plog_info("before");
	plog_close();
	plog_info("after");
	ck_assert_int_lt(plog_status(why, sizeof(why)), 0);
	ck_assert_ptr_nonnull(strstr(why, "plog_close"));
	ck_assert_int_eq(plog_sync(), -ENODEV);
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 1);
}
END_TEST

START_TEST(eager_records_close_their_line)
{
	const struct plog_lane *lane;
	int level;

	store_open(&store, 1 << 20, 1, PLOG_FLUSH_EAGER);
	lane = plog_window_lane(&store.map.win, store.map.win.cpu_lanes);
	for (level = 7; level >= 0; level--) {
		plog(level, "level");
		if (level == PLOG_DEBUG || level <= PLOG_WARNING)
			ck_assert_uint_eq(PLOG_CURSOR_OFF(lane->cursor) % PLOG_LINE == 0,
					  level != PLOG_DEBUG);
	}
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 8);
}
END_TEST

static u64 last_time;

static void time_grows(void *arg, const struct plog_reader_record *rec)
{
	(void)arg;
	ck_assert_uint_gt(rec->mono, last_time);
	last_time = rec->mono;
}

START_TEST(time_stamps_of_a_thread_differ)
{
	int i;

	for (i = 0; i < 3000; i++) {
		plog_info("%d", i);
		plog_thread.lane++;
	}
	ck_assert_uint_eq(store_each(&store, time_grows, NULL), 3000);
}
END_TEST

/* As on a CPU whose counter lags behind, or after a virtual machine was restored. */
START_TEST(a_counter_that_went_back_does_no_harm)
{
	struct plog_window *win = &store.map.win;
	struct plog_slot *slot;
	struct plog_lane *lane;

	plog_info("now");
	lane = plog_window_lane(win, win->cpu_lanes + plog_thread.lane % win->shared_lanes);
	slot = plog_window_slot(win, (u32)(PLOG_CURSOR_GEN(lane->cursor) % win->geo.chunk_count));
	slot->base += 1000000000;
	plog_info("before its chunk");
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 2);
	plog_thread.last += 1ULL << 50;
	plog_info("before its thread");
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 3);
	ck_assert_uint_eq(store_dropped(&store), 0);
}
END_TEST

START_TEST(a_short_lived_program_keeps_out_of_the_dictionary)
{
	struct plog_reader_record rec;

	plog_thread_short_lived = true;
	plog_info("once");
	rec = store_last(&store);
	ck_assert_uint_eq(plog_thread.ctx, 0);
	ck_assert_int_eq(rec.pid, getpid());
}
END_TEST

int main(void)
{
	Suite *s = suite_create("writer");
	TCase *t = tcase_create("one thread");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, a_record_says_who_where_and_what);
	tcase_add_test(t, text_is_printf_text);
	tcase_add_test(t, every_level_has_its_call);
	tcase_add_test(t, a_disabled_level_evaluates_nothing);
	tcase_add_test(t, levels_are_parsed);
	tcase_add_test(t, long_text_is_cut_and_marked);
	tcase_add_test(t, a_character_is_not_cut_in_two);
	tcase_add_test(t, a_hexdump_has_sixteen_bytes_a_record);
	tcase_add_test(t, a_wrapper_brings_its_own_tag);
	tcase_add_test(t, a_full_window_overwrites_the_oldest);
	tcase_add_test(t, a_full_dictionary_loses_nothing);
	tcase_add_test(t, a_busy_dictionary_loses_nothing);
	tcase_add_test(t, busy_lanes_are_passed_by_and_counted);
	tcase_add_test(t, no_chunk_is_counted);
	tcase_add_test(t, another_window_gets_its_own_sites);
	tcase_add_test(t, closed_means_closed);
	tcase_add_test(t, eager_records_close_their_line);
	tcase_add_test(t, time_stamps_of_a_thread_differ);
	tcase_add_test(t, a_counter_that_went_back_does_no_harm);
	tcase_add_test(t, a_short_lived_program_keeps_out_of_the_dictionary);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
