// SPDX-License-Identifier: BSD-2-Clause
/* Time: from a raw counter to the wall clock, over an hour and over a step. */
#include <check.h>
#include <stdlib.h>

#include "plog_reader.h"
#include "rig.h"

#define HZ 2600000000ULL	/* what the counter does */
#define HZ_SAID 2600156000ULL	/* what was measured at the start: 60 ppm off */
#define SECOND 1000000000ULL
#define MS 1000000
#define WALL 1700000000000000000ULL

static struct rig rig;

static void setup(void)
{
	rig_make(&rig, 256 << 10);
	rig.arg.clock = PLOG_CLOCK_TSC;
	rig.arg.counter_hz = HZ_SAID;
}

static void teardown(void)
{
	rig_free(&rig);
}

/* True time, in ns since the machine started; the counter began at some value. */
static void clock_set(u64 ns)
{
	rig.arg.now.mono = ns;
	rig.arg.now.boottime = ns;
	rig.arg.now.counter = 987654321 + ns / 10 * (HZ / 100000000);
	rig.arg.now.real = WALL + ns;
}

static void heartbeat(u64 real)
{
	struct plog_boot b;
	int slot = plog_boot_find(rig.base, &rig.win.geo, rig.win.salt, rig.win.boot, &b);

	ck_assert_int_ge(slot, 0);
	b.state.alive.counter = plog_set64(rig.arg.now.counter);
	b.state.alive.mono = plog_set64(rig.arg.now.mono);
	b.state.alive.boottime = plog_set64(rig.arg.now.mono);
	b.state.alive.real = plog_set64(real);
	plog_boot_put_state(rig.base, &rig.win.geo, rig.win.salt, (u32)slot, &b.state);
}

static u64 apart(u64 a, u64 b)
{
	return a > b ? a - b : b - a;
}

/* Record number i was logged @step ns after the one before, the first at @from. */
static u32 check_times(u64 from, u64 step, u64 wall)
{
	struct plog_reader_record rec;
	struct plog_reader *reader;
	u32 n = 0;

	ck_assert_int_eq(plog_reader_open_memory(&reader, rig.base, rig.size), 0);
	for (; plog_reader_next(reader, &rec); n++) {
		ck_assert_uint_le(apart(rec.mono, from + n * step), MS);
		ck_assert_uint_le(apart((u64)rec.real, wall + from + n * step), MS);
	}
	plog_reader_close(reader);
	return n;
}

START_TEST(an_hour_in_one_chunk)
{
	clock_set(5 * SECOND);
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	for (u64 i = 0; i < 60; i++) {
		clock_set(5 * SECOND + i * 60 * SECOND);
		ck_assert_int_eq(rig_log(&rig, 0, "idle"), 0);
		heartbeat(rig.arg.now.real);
	}
	ck_assert_uint_eq(check_times(5 * SECOND, 60 * SECOND, WALL), 60);
}
END_TEST

/* A reset before any heartbeat: the heads of chunks are anchors too. */
START_TEST(an_hour_without_a_heartbeat)
{
	clock_set(5 * SECOND);
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	for (u64 i = 0; i < 360; i++) {
		clock_set(5 * SECOND + i * 10 * SECOND);
		ck_assert_int_eq(rig_log(&rig, 0, "some text that fills a chunk in an hour"), 0);
	}
	ck_assert_uint_gt(rig.win.ctl->next_gen, 0);
	ck_assert_uint_eq(check_times(5 * SECOND, 10 * SECOND, WALL), 360);
}
END_TEST

/* A board without a battery: lines from before NTP get the right time as well. */
START_TEST(the_wall_clock_is_set_during_the_boot)
{
	clock_set(SECOND);
	rig.arg.now.real = SECOND; /* 1970 */
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	for (u64 i = 0; i < 100; i++) {
		clock_set(SECOND + i * SECOND);
		ck_assert_int_eq(rig_log(&rig, 0, "line"), 0);
		heartbeat(i < 50 ? rig.arg.now.mono : rig.arg.now.real);
	}
	ck_assert_uint_eq(check_times(SECOND, SECOND, WALL), 100);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("time");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, an_hour_in_one_chunk);
	tcase_add_test(t, an_hour_without_a_heartbeat);
	tcase_add_test(t, the_wall_clock_is_set_during_the_boot);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
