// SPDX-License-Identifier: BSD-2-Clause
/* Leases: the FIFO of chunks, killed owners, protection, what gets overwritten. */
#include <check.h>
#include <stdlib.h>

#include "rig.h"

static struct rig rig;

static void setup(void)
{
	rig_make(&rig, 64 << 10);
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
}

static void teardown(void)
{
	rig_free(&rig);
}

static u64 lease(u32 lane)
{
	rig.arg.now.counter += 1000;
	rig.arg.now.mono += 1000;
	ck_assert_int_eq(rig_lease(&rig, lane), 0);
	return PLOG_CURSOR_GEN(plog_window_lane(&rig.win, lane)->cursor);
}

START_TEST(generations_ascend_and_match_their_chunk)
{
	u64 last = 0;

	for (int i = 0; i < 100; i++) {
		u64 gen = lease((u32)i % 2);
		u32 index = (u32)(gen % rig.win.geo.chunk_count);

		ck_assert_uint_gt(gen, last);
		ck_assert(plog_chunk_check((void *)plog_window_chunk(&rig.win, index),
					   &rig.win.geo, rig.win.salt, index));
		last = gen;
	}
}
END_TEST

START_TEST(a_chunk_in_use_is_never_taken)
{
	u64 held = lease(0);

	for (int i = 0; i < 200; i++)
		ck_assert_uint_ne(lease(1) % rig.win.geo.chunk_count,
				  held % rig.win.geo.chunk_count);
}
END_TEST

/* Every instant of a lease at which its owner can be killed, by hand. */
START_TEST(a_killed_lease_is_finished)
{
	struct plog_window *win = &rig.win;
	struct plog_lane *l = plog_window_lane(win, 0);

	for (int step = 0; step < 4; step++) {
		u64 gen, next;
		struct plog_slot *slot;

		lease(0);
		lease(1);
		gen = win->ctl->next_gen++;
		slot = plog_window_slot(win, (u32)(gen % win->geo.chunk_count));
		if (step >= 1)
			l->pending = gen;
		if (step >= 2)
			slot->lease = PLOG_LEASE(gen, 0);
		if (step >= 3)
			memset(plog_window_chunk(win, (u32)(gen % win->geo.chunk_count)), 0x55, 40);
		for (int i = 0; i < 30; i++)
			ck_assert_uint_ne(lease(1), gen);
		next = lease(0);
		if (step == 0)
			ck_assert_uint_gt(next, gen);
		if (step >= 2)
			ck_assert_uint_eq(next, gen);
		ck_assert_uint_eq(PLOG_CURSOR_OFF(l->cursor), sizeof(struct plog_chunk));
	}
}
END_TEST

/* Killed between the head and the cursor: the head, and with it the base, stays. */
START_TEST(a_killed_open_keeps_its_head)
{
	struct plog_lane *l = plog_window_lane(&rig.win, 0);
	u64 before, gen, base;

	lease(0);
	before = l->cursor;
	gen = lease(0);
	base = plog_window_slot(&rig.win, (u32)(gen % rig.win.geo.chunk_count))->base;
	l->cursor = before;
	plog_window_slot(&rig.win, (u32)(gen % rig.win.geo.chunk_count))->base = 1;
	ck_assert_uint_eq(lease(0), gen);
	ck_assert_uint_eq(plog_window_slot(&rig.win, (u32)(gen % rig.win.geo.chunk_count))->base,
			  base);
}
END_TEST

START_TEST(overwriting_notes_what_was_lost)
{
	u32 n = rig.win.geo.chunk_count;
	u64 ends[64] = { 0 };

	for (u32 i = 0; i < 3 * n; i++) {
		u64 gen = lease(0), index = gen % n;
		const struct plog_chunk *head = (void *)plog_window_chunk(&rig.win, (u32)index);

		ck_assert_uint_eq(head->lost_until, ends[index]);
		ck_assert_uint_eq(head->lost_boot, 0);
		ends[index] = rig.arg.now.mono + 1000; /* it is closed by the next lease */
	}
}
END_TEST

START_TEST(the_next_boot_notes_what_it_takes)
{
	bool seen = false;

	for (u32 i = 0; i < 40; i++)
		lease(0);
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	for (u32 i = 0; i < 40; i++) {
		u64 gen = lease(0);
		const struct plog_chunk *head = (void *)plog_window_chunk(
			&rig.win, (u32)(gen % rig.win.geo.chunk_count));

		if (head->lost_boot) {
			ck_assert_uint_eq(head->lost_boot, 1);
			ck_assert_uint_gt(head->lost_other, 0);
			seen = true;
		}
	}
	ck_assert(seen);
}
END_TEST

START_TEST(protected_chunks_are_skipped)
{
	u32 n = rig.win.geo.chunk_count, kept = 0;

	for (u32 i = 0; i < 40; i++)
		rig_log(&rig, 0, "x"), lease(0);
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	ck_assert_uint_gt(rig.report.protected_chunks, 0);
	for (u32 i = 0; i < 5 * n; i++)
		lease(i % 2);
	for (u32 i = 0; i < n; i++)
		kept += ((struct plog_chunk *)plog_window_chunk(&rig.win, i))->boot == 1;
	ck_assert_uint_eq(kept, rig.report.protected_chunks);
}
END_TEST

START_TEST(nothing_free_is_an_error_not_a_hang)
{
	for (u32 i = 0; i < rig.win.geo.chunk_count; i++)
		plog_window_slot(&rig.win, i)->flags = PLOG_SLOT_PROTECTED;
	ck_assert_int_eq(rig_lease(&rig, 0), -ENOSPC);
	for (u32 i = 0; i < rig.win.geo.chunk_count; i++)
		plog_window_slot(&rig.win, i)->flags = 0;
	lease(0);
}
END_TEST

/* The control plane full of noise: a lease may fail, it may not leave the window. */
START_TEST(a_hostile_control_plane_stays_in_bounds)
{
	unsigned int state = 1;

	for (int round = 0; round < 2000; round++) {
		u8 *p = (u8 *)rig.control + sizeof(struct plog_control);

		for (u32 i = 0; i < 64; i++)
			p[(u32)rand_r(&state) % (rig.win.index_off - sizeof(struct plog_control))] =
				(u8)rand_r(&state);
		rig.win.ctl->next_gen = (u64)rand_r(&state) << (rand_r(&state) % 33);
		rig_lease(&rig, (u32)round % rig.win.lanes);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lease");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, generations_ascend_and_match_their_chunk);
	tcase_add_test(t, a_chunk_in_use_is_never_taken);
	tcase_add_test(t, a_killed_lease_is_finished);
	tcase_add_test(t, a_killed_open_keeps_its_head);
	tcase_add_test(t, overwriting_notes_what_was_lost);
	tcase_add_test(t, the_next_boot_notes_what_it_takes);
	tcase_add_test(t, protected_chunks_are_skipped);
	tcase_add_test(t, nothing_free_is_an_error_not_a_hang);
	tcase_add_test(t, a_hostile_control_plane_stays_in_bounds);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
