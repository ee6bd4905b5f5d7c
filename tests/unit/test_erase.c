// SPDX-License-Identifier: BSD-2-Clause
/* Erasing: what goes, what stays, and leases that are under way meanwhile. */
#include <check.h>
#include <stdlib.h>

#include "rig.h"

static struct rig rig;

static void setup(void)
{
	rig_make(&rig, 256 << 10);
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	for (int i = 0; i < 4000; i++)
		ck_assert_int_eq(rig_log(&rig, (u32)i % 2, "of the boot before"), 0);
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(rig_log(&rig, (u32)i % 2, "of the running boot"), 0);
}

static void teardown(void)
{
	rig_free(&rig);
}

static void count_boot(void *arg, const struct plog_chunk *head, const char *text, u32 len)
{
	(void)text;
	(void)len;
	((u32 *)arg)[head->boot & 3]++;
}

/* Nothing behind the head. */
static bool blank(u32 index)
{
	const u8 *chunk = plog_window_chunk(&rig.win, index);

	for (u32 i = sizeof(struct plog_chunk); i < rig.win.geo.chunk_size; i++)
		if (chunk[i])
			return false;
	return true;
}

START_TEST(earlier_boots_go_the_running_one_stays)
{
	u32 records[4] = { 0 }, erased = plog_erase(&rig.win), n = 0;
	struct plog_boot b;

	rig_each(&rig, count_boot, records);
	ck_assert_uint_eq(records[1], 0);
	ck_assert_uint_eq(records[2], 100);
	for (u32 i = 0; i < rig.win.geo.chunk_count; i++) {
		n += blank(i);
		ck_assert_uint_eq(plog_window_slot(&rig.win, i)->flags, 0);
		ck_assert_uint_eq(plog_window_slot(&rig.win, i)->boot, 2);
		ck_assert(plog_chunk_check((void *)plog_window_chunk(&rig.win, i), &rig.win.geo,
					   rig.win.salt, i));
	}
	ck_assert_uint_eq(n, erased);
	ck_assert_int_lt(plog_boot_find(rig.base, &rig.win.geo, rig.win.salt, 1, &b), 0);
	ck_assert_int_ge(plog_boot_find(rig.base, &rig.win.geo, rig.win.salt, 2, &b), 0);
	/* And it goes on, in all chunks, into the next boot. */
	for (int i = 0; i < 9000; i++)
		ck_assert_int_eq(rig_log(&rig, (u32)i % 2, "more"), 0);
	ck_assert_int_eq(rig_boot(&rig, 3), 0);
	ck_assert_uint_eq(rig.report.boots, 1);
	ck_assert_uint_eq(rig.win.boot, 3);
	ck_assert_uint_gt(rig.report.records, 1000);
}
END_TEST

/* At each instant of a lease on a chunk of the boot before, the owner stops, and is erased by. */
START_TEST(a_lease_under_way_and_an_eraser_never_share_a_chunk)
{
	struct plog_window *win = &rig.win;
	struct plog_lane *l = plog_window_lane(win, 3);
	u32 count = win->geo.chunk_count, index;
	struct plog_boot own;
	u64 gen;

	/* A chunk of the boot before that may be leased. */
	do
		gen = win->ctl->next_gen++;
	while (plog_window_slot(win, (u32)(gen % count))->boot != 1 ||
	       plog_window_slot(win, (u32)(gen % count))->flags);
	index = (u32)(gen % count);
	l->pending = gen;
	if (_i == 1)
		plog_window_slot(win, index)->lease = PLOG_LEASE(gen, 3);
	ck_assert_int_eq(plog_lease_claim(win, index, 0), _i == 0);
	ck_assert_int_eq(rig_lease(&rig, 3), 0);
	if (_i == 1) { /* it was the lane's, and the lane finished */
		ck_assert_uint_eq(PLOG_CURSOR_GEN(l->cursor), gen);
		return;
	}
	ck_assert_uint_ne(PLOG_CURSOR_GEN(l->cursor) % count, index);
	/* Nor in the next laps, until it is given back. */
	for (u32 i = 0; i < 3 * count; i++) {
		ck_assert_int_eq(rig_lease(&rig, 3), 0);
		ck_assert_uint_ne(PLOG_CURSOR_GEN(l->cursor) % count, index);
	}
	plog_boot_find(rig.base, &win->geo, win->salt, 2, &own);
	plog_lease_return(win, index, &own.ident);
	for (u32 i = 0; PLOG_CURSOR_GEN(l->cursor) % count != index; i++) {
		ck_assert_uint_lt(i, count);
		ck_assert_int_eq(rig_lease(&rig, 3), 0);
	}
}
END_TEST

START_TEST(a_chunk_of_the_running_boot_is_not_claimed)
{
	for (u32 i = 0; i < rig.win.geo.chunk_count; i++)
		if (plog_window_slot(&rig.win, i)->boot == 2) {
			ck_assert(!plog_lease_claim(&rig.win, i, 0));
			ck_assert_uint_eq(plog_window_slot(&rig.win, i)->flags, 0);
		}
}
END_TEST

START_TEST(wiped_it_is_blank)
{
	plog_wipe(&rig.win);
	for (u64 i = 0; i < rig.size; i++)
		ck_assert(!rig.base[i]);
	ck_assert_int_eq(rig_boot(&rig, 3), 0);
	ck_assert_uint_eq(rig.report.found, PLOG_FOUND_EMPTY);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("erase");
	TCase *t = tcase_create("all");
	SRunner *run = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, earlier_boots_go_the_running_one_stays);
	tcase_add_loop_test(t, a_lease_under_way_and_an_eraser_never_share_a_chunk, 0, 2);
	tcase_add_test(t, a_chunk_of_the_running_boot_is_not_claimed);
	tcase_add_test(t, wiped_it_is_blank);
	suite_add_tcase(s, t);
	srunner_run_all(run, CK_NORMAL);
	failed = srunner_ntests_failed(run);
	srunner_free(run);
	return failed != 0;
}
