// SPDX-License-Identifier: BSD-2-Clause
/* The module's own lanes: what they write is a log, whatever others do to the control plane. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "plog_reader.h"
#include "pure/count.h"
#include "pure/note.h"
#include "rig.h"

static struct rig rig;
static struct plog_klane lanes[4];
static u32 count;

static void boot(u8 id)
{
	ck_assert_int_eq(rig_boot(&rig, id), 0);
	count = rig.win.lanes - plog_note_first(&rig.win);
	ck_assert(count >= 1 && count <= 4);
	memset(lanes, 0, sizeof(lanes));
}

static void setup(void)
{
	rig_make(&rig, 256 << 10);
	rig.arg.kernel_lanes = 4;
	boot(1);
}

static void teardown(void)
{
	rig_free(&rig);
}

static bool note(const char *text, size_t len)
{
	struct plog_note n = { .text = text, .len = (u32)len, .level = 4, .pid = 12, .tid = 13,
			       .source = PLOG_SOURCE_MSG, .comm = "sh", .tag = "tag" };

	rig.arg.now.counter += 1000;
	rig.arg.now.mono += 1000;
	n.when = rig.arg.now;
	return plog_note_write(&rig.win, lanes, &n);
}

/* Calls @fn for each record; returns how many. */
static u32 each(void (*fn)(const struct plog_reader_record *rec))
{
	struct plog_reader_record rec;
	struct plog_reader *reader;
	u32 n = 0;

	ck_assert_int_eq(plog_reader_open_memory(&reader, rig.base, rig.size), 0);
	while (plog_reader_next(reader, &rec)) {
		if (fn)
			fn(&rec);
		n++;
	}
	plog_reader_close(reader);
	return n;
}

static u32 records(void)
{
	u32 n = 0;

	for (u32 i = 0; i < rig.win.geo.chunk_count; i++)
		n += plog_chunk_records(&rig.win, i);
	return n;
}

static void is_first(const struct plog_reader_record *rec)
{
	ck_assert_uint_eq(rec->pid, 12);
	ck_assert_uint_eq(rec->tid, 13);
	ck_assert_uint_eq(rec->level, 4);
	ck_assert_str_eq(rec->source, "msg");
	ck_assert(rec->msg.len == 11 && !memcmp(rec->msg.text, "uid=1 first", 11));
	ck_assert(rec->tag.len == 3 && !memcmp(rec->tag.text, "tag", 3));
	ck_assert(rec->comm.len == 2 && !memcmp(rec->comm.text, "sh", 2));
}

START_TEST(a_note_is_a_record)
{
	ck_assert(note("uid=1 first", 11));
	ck_assert_uint_eq(each(is_first), 1);
	ck_assert_uint_eq(records(), 1);
}
END_TEST

static u32 cut_seen;

static void is_long(const struct plog_reader_record *rec)
{
	ck_assert_uint_eq(rec->msg.len, PLOG_NOTE_MAX);
	cut_seen += rec->cut;
}

START_TEST(what_is_too_long_is_cut)
{
	static char text[4 * PLOG_NOTE_MAX];
	static char name[300];
	struct plog_note n = { .text = "x", .len = 1, .comm = name, .tag = name };

	memset(text, 'x', sizeof(text));
	memset(name, 'n', sizeof(name) - 1);
	ck_assert(note(text, PLOG_NOTE_MAX));
	ck_assert(note(text, PLOG_NOTE_MAX + 1));
	ck_assert(note(text, sizeof(text)));
	ck_assert_uint_eq(each(is_long), 3);
	ck_assert_uint_eq(cut_seen, 2);
	/* No name reaches beyond the draft, either. */
	n.when = rig.arg.now;
	ck_assert(plog_note_write(&rig.win, lanes, &n));
	ck_assert_uint_eq(each(NULL), 4);
}
END_TEST

START_TEST(many_chunks)
{
	char text[64];

	for (int i = 0; i < 20000; i++)
		ck_assert(note(text, (size_t)sprintf(text, "number %d", i)));
	ck_assert_uint_gt(each(NULL), 1000);
	ck_assert_uint_eq(each(NULL), records());
	boot(2);
	ck_assert_uint_eq(records(), 0);
	ck_assert(note("next", 4));
	ck_assert_uint_eq(records(), 1);
}
END_TEST

/* A CPU that died with a lane in hand keeps it; the others go on. */
START_TEST(a_lane_that_is_kept)
{
	for (u32 i = 0; i < count; i++) {
		ck_assert(note("goes on", 7));
		lanes[i].busy = 1;
	}
	ck_assert(!note("nowhere", 7));
	ck_assert_uint_eq(records(), count);
	lanes[0].busy = 0;
	ck_assert(note("goes on", 7));
}
END_TEST

START_TEST(no_chunk_is_free)
{
	for (u32 i = 0; i < rig.win.geo.chunk_count; i++)
		plog_window_slot(&rig.win, i)->flags = PLOG_SLOT_PROTECTED;
	ck_assert(!note("nowhere", 7));
	plog_window_slot(&rig.win, 0)->flags = 0;
	ck_assert(note("there", 5));
}
END_TEST

/* Said before the chunk was leased: counts as said then. */
START_TEST(times_in_the_past)
{
	struct plog_instant when = { .counter = 500, .mono = 7000000000 };
	struct plog_note n = { .text = "early", .len = 5 };

	plog_note_back(&when, 2000000000, 1000000000);
	ck_assert_uint_eq(when.mono, 5000000000);
	ck_assert_uint_eq(when.counter, 0);
	when = (struct plog_instant){ .counter = 10000000000, .mono = 200000000000 };
	plog_note_back(&when, 1000000000, 3000000000);
	ck_assert_uint_eq(when.counter, 7000000000);
	plog_note_back(&when, ~0ULL, 1000000);
	ck_assert_uint_eq(when.mono, 99000000000);
	ck_assert(note("first", 5));
	n.when = (struct plog_instant){ .counter = 1, .mono = 1 };
	ck_assert(plog_note_write(&rig.win, lanes, &n));
	ck_assert_uint_eq(each(NULL), 2);
}
END_TEST

/* In the order they were given, whatever a clock that leaps makes of their times. */
START_TEST(no_earlier_than_the_one_before)
{
	struct plog_instant newest = { 0 };
	struct plog_instant when = { .counter = 900, .mono = 300, .boottime = 400, .real = 500 };
	struct plog_instant early = { .counter = 890, .mono = 299, .boottime = 399, .real = 499 };
	struct plog_instant late = { .counter = 901, .mono = 301 };

	plog_note_follow(&when, &newest);
	ck_assert_uint_eq(when.mono, 300);
	plog_note_follow(&early, &newest);
	ck_assert_uint_eq(early.mono, 300);
	ck_assert_uint_eq(early.counter, 900);
	ck_assert_uint_eq(early.real, 500);
	plog_note_follow(&late, &newest);
	ck_assert_uint_eq(late.mono, 301);
	ck_assert_uint_eq(newest.counter, 901);
}
END_TEST

/* Noise in the control plane spoils the log, and reaches nothing but the window. */
START_TEST(hostile_control_plane)
{
	unsigned int state = 1;
	char text[1200];

	memset(text, 'h', sizeof(text));
	for (int round = 0; round < 3000; round++) {
		u8 *p = (u8 *)rig.control + sizeof(struct plog_control);

		for (u32 i = 0; i < 64; i++)
			p[(u32)rand_r(&state) %
			  (rig.win.index_off - sizeof(struct plog_control))] = (u8)rand_r(&state);
		rig.win.ctl->next_gen = (u64)rand_r(&state) << (rand_r(&state) % 33);
		note(text, (u32)rand_r(&state) % sizeof(text));
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("note");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_note_is_a_record);
	tcase_add_test(t, what_is_too_long_is_cut);
	tcase_add_test(t, many_chunks);
	tcase_add_test(t, a_lane_that_is_kept);
	tcase_add_test(t, no_chunk_is_free);
	tcase_add_test(t, times_in_the_past);
	tcase_add_test(t, no_earlier_than_the_one_before);
	tcase_add_test(t, hostile_control_plane);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
