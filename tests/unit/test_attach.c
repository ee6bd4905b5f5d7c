// SPDX-License-Identifier: BSD-2-Clause
/* Attach: every state of a window that a boot can find. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "rig.h"

#define SIZE (256u << 10)

static struct rig rig;

static void setup(void)
{
	rig_make(&rig, SIZE);
}

static void teardown(void)
{
	rig_free(&rig);
}

static void log_some(u32 n)
{
	char text[64];

	for (u32 i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "boot %u record %u", rig.win.boot, i);
		ck_assert_int_eq(rig_log(&rig, i % 2, text), 0);
	}
}

struct tally {
	u32 boot;
	u32 records;
};

static void tally_one(void *arg, const struct plog_chunk *head, const char *text, u32 len)
{
	struct tally *t = arg;

	(void)text;
	(void)len;
	t->records += head->boot == t->boot;
}

static u32 records_of(u32 boot)
{
	struct tally t = { boot, 0 };

	rig_each(&rig, tally_one, &t);
	return t.records;
}

START_TEST(blank_foreign_and_valid)
{
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	ck_assert_uint_eq(rig.report.found, PLOG_FOUND_EMPTY);
	ck_assert_uint_eq(rig.report.boot, 1);
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	ck_assert_uint_eq(rig.report.found, PLOG_FOUND_VALID);
	ck_assert_uint_eq(rig.report.boots, 1);
	ck_assert_uint_eq(rig.report.boot, 2);
	memset(rig.base, 0xff, SIZE);
	ck_assert_int_eq(rig_boot(&rig, 3), 0);
	ck_assert_uint_eq(rig.report.found, PLOG_FOUND_EMPTY);
	for (u32 i = 0; i < SIZE; i++)
		rig.base[i] = (u8)rand();
	ck_assert_int_eq(rig_boot(&rig, 4), 0);
	ck_assert_uint_eq(rig.report.found, PLOG_FOUND_FOREIGN);
	ck_assert_uint_eq(rig.report.boot, 1);
}
END_TEST

START_TEST(the_same_boot_continues)
{
	u64 gen;

	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	log_some(100);
	gen = PLOG_CURSOR_GEN(plog_window_lane(&rig.win, 0)->cursor);
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	ck_assert(rig.report.continued);
	ck_assert_uint_eq(rig.report.boot, 1);
	ck_assert_uint_eq(rig.report.boots, 0);
	log_some(100);
	ck_assert_uint_gt(PLOG_CURSOR_GEN(plog_window_lane(&rig.win, 0)->cursor), gen);
	ck_assert_uint_eq(records_of(1), 200);
}
END_TEST

START_TEST(one_superblock_is_enough)
{
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	for (u32 keep = 0; keep < PLOG_SUPER_COPIES; keep++) {
		for (u32 i = 0; i < PLOG_SUPER_COPIES; i++)
			if (i != keep)
				memset(rig.base + rig.win.geo.super_off[i], 0x5a, 512);
		ck_assert_int_eq(rig_boot(&rig, (u8)(2 + keep)), 0);
		ck_assert_uint_eq(rig.report.found, PLOG_FOUND_DAMAGED);
		ck_assert_uint_eq(rig.report.super_bad, 2);
		ck_assert_uint_eq(rig.report.boot, 2 + keep);
	}
	ck_assert_int_eq(rig_boot(&rig, 9), 0);
	ck_assert_uint_eq(rig.report.found, PLOG_FOUND_VALID);
}
END_TEST

START_TEST(no_superblock_keeps_the_records)
{
	u64 gen;

	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	log_some(500);
	gen = PLOG_CURSOR_GEN(plog_window_lane(&rig.win, 0)->cursor);
	for (u32 i = 0; i < PLOG_SUPER_COPIES; i++)
		memset(rig.base + rig.win.geo.super_off[i], 0, 512);
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	ck_assert_uint_eq(rig.report.found, PLOG_FOUND_DAMAGED);
	ck_assert_uint_eq(rig.report.super_bad, 3);
	ck_assert_uint_eq(rig.report.records, 500);
	ck_assert_uint_gt(rig.win.ctl->next_gen, gen);
	ck_assert_uint_eq(records_of(1), 500);
}
END_TEST

START_TEST(a_lost_boot_table_does_not_restart_the_count)
{
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	log_some(50);
	for (u32 i = 0; i < PLOG_TABLE_COPIES; i++)
		memset(rig.base + rig.win.geo.boot_off[i], 0xc3, rig.win.geo.boot_slots * 512);
	ck_assert_int_eq(rig_boot(&rig, 3), 0);
	ck_assert_uint_eq(rig.report.boot, 3);
	ck_assert_uint_eq(records_of(2), 50);
}
END_TEST

START_TEST(a_damaged_chunk_head_is_counted_and_not_reused)
{
	u64 gen;

	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	log_some(300);
	gen = PLOG_CURSOR_GEN(plog_window_lane(&rig.win, 1)->cursor);
	plog_window_chunk(&rig.win, (u32)(gen % rig.win.geo.chunk_count))[20] ^= 0x10;
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	ck_assert_uint_eq(rig.report.found, PLOG_FOUND_DAMAGED);
	ck_assert_uint_eq(rig.report.damaged, 1);
	ck_assert_uint_gt(rig.win.ctl->next_gen, gen);
}
END_TEST

/* All heads of the newest boot lost: its records must not become the next boot's. */
/* What a chunk's overwriting loses is as new as its last record, also behind damage. */
START_TEST(damage_does_not_hide_what_is_behind_it)
{
	u64 gen, end;
	u32 index;

	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	log_some(20);
	gen = PLOG_CURSOR_GEN(plog_window_lane(&rig.win, 0)->cursor);
	index = (u32)(gen % rig.win.geo.chunk_count);
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	end = plog_window_slot(&rig.win, index)->end;
	memset(plog_window_chunk(&rig.win, index) + 200, 0x99, 32);
	ck_assert_int_eq(rig_boot(&rig, 3), 0);
	ck_assert_uint_eq(plog_window_slot(&rig.win, index)->end, end);
	ck_assert_uint_gt(rig.report.records, 15);
}
END_TEST

/* Cleared heads do not tell who uses the dictionary: the newest boot does. */
START_TEST(cleared_heads_keep_the_dictionary)
{
	struct {
		struct plog_dict head;
		u8 body[16];
	} entry = { .body = "comm\0exe" };
	u32 id;

	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	entry.head.type = PLOG_DICT_CTX;
	entry.head.len = plog_set16(sizeof(struct plog_dict) + 9);
	ck_assert_int_eq(plog_dict_put(&rig.win, &entry.head, &id), 0);
	log_some(2);
	for (u32 i = 0; i < rig.win.geo.chunk_count; i++)
		memset(plog_window_chunk(&rig.win, i), 0, sizeof(struct plog_chunk));
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	ck_assert_uint_eq(plog_dict_check((void *)(rig.base + rig.win.geo.dict_off[0]),
					  PLOG_DICT_MAX, rig.win.salt),
			  1);
}
END_TEST

/* More boots than the table has room for, all of them without a head. */
START_TEST(the_newest_boot_keeps_its_slot)
{
	struct plog_boot b;
	u32 boot;

	for (boot = 1; boot < 3 * rig.win.geo.boot_slots + 20; boot++) {
		ck_assert_int_eq(rig_boot(&rig, (u8)boot), 0);
		ck_assert_uint_eq(rig.win.boot, boot);
		if (boot > 1)
			ck_assert_int_ge(
				plog_boot_find(rig.base, &rig.win.geo, rig.win.salt, boot - 1, &b),
				0);
	}
}
END_TEST

START_TEST(lost_heads_do_not_bring_generations_back)
{
	u64 gen;

	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	log_some(20);
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	log_some(20);
	gen = PLOG_CURSOR_GEN(plog_window_lane(&rig.win, 0)->cursor);
	for (u32 i = 0; i < rig.win.geo.chunk_count; i++)
		memset(plog_window_chunk(&rig.win, i), 0, sizeof(struct plog_chunk));
	ck_assert_int_eq(rig_boot(&rig, 3), 0);
	ck_assert_uint_gt(rig.win.ctl->next_gen, gen);
	log_some(2);
	ck_assert_uint_eq(records_of(3), 2);
}
END_TEST

START_TEST(no_superblock_and_a_single_chunk)
{
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	ck_assert_int_eq(rig_log(&rig, 0, "alone"), 0);
	for (u32 i = 0; i < PLOG_SUPER_COPIES; i++)
		memset(rig.base + rig.win.geo.super_off[i], 0xff, 512);
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	ck_assert_uint_eq(rig.report.found, PLOG_FOUND_DAMAGED);
	ck_assert_uint_eq(records_of(1), 1);
}
END_TEST

START_TEST(flipped_magic_bits_do_not_matter)
{
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	log_some(20);
	for (u32 i = 0; i < rig.win.geo.chunk_count; i++)
		plog_window_chunk(&rig.win, i)[3] ^= 0x24;
	for (u32 i = 0; i < PLOG_SUPER_COPIES; i++)
		rig.base[rig.win.geo.super_off[i] + 1] ^= 0x81;
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	ck_assert_uint_eq(rig.report.boot, 2);
	ck_assert_uint_eq(records_of(1), 20);
}
END_TEST

START_TEST(a_torn_boot_entry_leaves_its_other_copy)
{
	struct plog_boot b;

	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	for (u32 copy = 0; copy < PLOG_TABLE_COPIES; copy++) {
		u8 *entry = rig.base + rig.win.geo.boot_off[copy];
		u8 saved[512];

		memcpy(saved, entry, 512);
		for (u32 n = 0; n < 512; n += 8) {
			memset(entry, 0xa5, n);
			ck_assert_int_eq(
				plog_boot_find(rig.base, &rig.win.geo, rig.win.salt, 1, &b), 0);
			ck_assert_uint_ne(b.state.crc, 0);
		}
		memcpy(entry, saved, 512);
	}
}
END_TEST

START_TEST(many_boots_keep_the_first_crash_and_the_last)
{
	u32 kept = 0;

	for (u8 boot = 1; boot <= 9; boot++) {
		ck_assert_int_eq(rig_boot(&rig, boot), 0);
		log_some(1500);
	}
	ck_assert_uint_gt(records_of(1), 0);
	for (u32 boot = 1; boot < 9; boot++)
		kept += records_of(boot) > 0;
	ck_assert_uint_ge(kept, 4);
	ck_assert_uint_gt(records_of(8), records_of(1));
}
END_TEST

static u32 protected_now(void)
{
	u32 n = 0;

	for (u32 i = 0; i < rig.win.geo.chunk_count; i++)
		n += plog_window_slot(&rig.win, i)->flags & PLOG_SLOT_PROTECTED;
	return n;
}

START_TEST(a_harvested_boot_gives_its_chunks)
{
	u64 next;

	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	log_some(4000);
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	ck_assert_uint_gt(rig.report.protected_chunks, 0);
	ck_assert_uint_eq(protected_now(), rig.report.protected_chunks);
	ck_assert_int_eq(plog_harvest(&rig.win, 1), 0);
	ck_assert_uint_eq(protected_now(), 0);
	/* At once, and all of them: each generation from here on gets its chunk. */
	next = rig.win.ctl->next_gen;
	for (u32 i = 0; i < rig.win.geo.chunk_count; i++) {
		ck_assert_int_eq(rig_lease(&rig, 0), 0);
		ck_assert_uint_eq(PLOG_CURSOR_GEN(plog_window_lane(&rig.win, 0)->cursor), next + i);
	}
	ck_assert_uint_eq(records_of(1), 0);
	log_some(4000);
	ck_assert_int_eq(rig_boot(&rig, 3), 0);
	ck_assert_uint_ge(rig.report.protected_chunks, 1); /* of boot 2 */
	ck_assert_int_eq(plog_harvest(&rig.win, 2), 0);
	ck_assert_int_eq(rig_boot(&rig, 4), 0);
	ck_assert_uint_eq(rig.report.protected_chunks, 0);
}
END_TEST

static bool copies_agree(u32 slot)
{
	return !memcmp(rig.base + rig.win.geo.boot_off[0] + slot * sizeof(struct plog_boot),
		       rig.base + rig.win.geo.boot_off[1] + slot * sizeof(struct plog_boot),
		       sizeof(struct plog_boot));
}

START_TEST(harvested_twice_is_as_once_and_heals)
{
	struct plog_boot once, twice;
	int slot;

	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	log_some(100);
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	ck_assert_int_eq(plog_harvest(&rig.win, 2), -EBUSY);
	ck_assert_int_eq(plog_harvest(&rig.win, 0), -EBUSY);
	ck_assert_int_eq(plog_harvest(&rig.win, 77), -ENOENT);
	ck_assert_int_eq(plog_harvest(&rig.win, 1), 0);
	slot = plog_boot_find(rig.base, &rig.win.geo, rig.win.salt, 1, &once);
	ck_assert_int_eq(once.state.harvest, PLOG_HARVEST_DONE);
	ck_assert(copies_agree((u32)slot));
	/* Killed between the copies, or a copy decayed: the next one makes it good. */
	for (u32 copy = 0; copy < 2; copy++) {
		u8 *at = rig.base + rig.win.geo.boot_off[copy] +
			 (u32)slot * sizeof(struct plog_boot) + sizeof(struct plog_boot_ident);

		memset(at + 40, 0x5a, 100);
		ck_assert(!copies_agree((u32)slot));
		ck_assert_int_eq(plog_harvest(&rig.win, 1), 0);
		ck_assert(copies_agree((u32)slot));
		plog_boot_find(rig.base, &rig.win.geo, rig.win.salt, 1, &twice);
		ck_assert(!memcmp(&once, &twice, sizeof(once)));
	}
}
END_TEST

/* Nobody has attached: the mark is all there is to make. */
START_TEST(without_a_control_plane_a_boot_is_marked)
{
	struct plog_boot b;

	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	log_some(100);
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	rig.win.ctl = NULL;
	rig.win.boot = 0;
	ck_assert_int_eq(plog_harvest(&rig.win, 1), 0);
	plog_boot_find(rig.base, &rig.win.geo, rig.win.salt, 1, &b);
	ck_assert_int_eq(b.state.harvest, PLOG_HARVEST_DONE);
}
END_TEST

START_TEST(losses_are_written_down_before_they_are_forgotten)
{
	struct plog_boot b;
	u64 noted;

	rig.arg.protect = 20;
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	log_some(5000);
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	log_some(200); /* takes some of boot 1's chunks */
	ck_assert_int_eq(rig_boot(&rig, 3), 0);
	plog_boot_find(rig.base, &rig.win.geo, rig.win.salt, 1, &b);
	noted = b.state.lost_until;
	ck_assert_uint_gt(noted, 0);
	log_some(5000); /* and these took the chunks that said so */
	ck_assert_int_eq(rig_boot(&rig, 4), 0);
	plog_boot_find(rig.base, &rig.win.geo, rig.win.salt, 1, &b);
	ck_assert_uint_ge(b.state.lost_until, noted);
}
END_TEST

START_TEST(join_checks_what_it_is_given)
{
	struct plog_window win;

	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	ck_assert_int_eq(plog_window_join(&win, rig.base, SIZE, rig.control, rig.control_size), 0);
	ck_assert_mem_eq(&win, &rig.win, sizeof(win));
	ck_assert_int_eq(plog_window_join(&win, rig.base, SIZE, rig.control, 64), -EAGAIN);
	ck_assert_int_eq(plog_window_join(&win, rig.base, SIZE, rig.control, 4096), -EINVAL);
	rig.win.ctl->lane_off += 8;
	ck_assert_int_eq(plog_window_join(&win, rig.base, SIZE, rig.control, rig.control_size),
			 -EINVAL);
	rig.win.ctl->lane_off -= 8;
	rig.win.ctl->lanes = 1000;
	ck_assert_int_eq(plog_window_join(&win, rig.base, SIZE, rig.control, rig.control_size),
			 -EINVAL);
	rig.win.ctl->version++;
	ck_assert_int_eq(plog_window_join(&win, rig.base, SIZE, rig.control, rig.control_size),
			 -EPROTO);
}
END_TEST

START_TEST(a_larger_window_is_left_alone)
{
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	log_some(50);
	rig.size = SIZE / 2;
	ck_assert_int_eq(rig_boot(&rig, 2), -EFBIG);
	ck_assert_uint_eq(rig.report.made_size, SIZE);
	rig.size = SIZE;
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	ck_assert_uint_eq(records_of(1), 50);
	rig.size = SIZE / 2;
	rig.arg.format = true;
	ck_assert_int_eq(rig_boot(&rig, 3), 0);
	ck_assert_uint_eq(rig.report.boot, 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("attach");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, blank_foreign_and_valid);
	tcase_add_test(t, the_same_boot_continues);
	tcase_add_test(t, one_superblock_is_enough);
	tcase_add_test(t, no_superblock_keeps_the_records);
	tcase_add_test(t, a_lost_boot_table_does_not_restart_the_count);
	tcase_add_test(t, a_damaged_chunk_head_is_counted_and_not_reused);
	tcase_add_test(t, damage_does_not_hide_what_is_behind_it);
	tcase_add_test(t, cleared_heads_keep_the_dictionary);
	tcase_add_test(t, the_newest_boot_keeps_its_slot);
	tcase_add_test(t, lost_heads_do_not_bring_generations_back);
	tcase_add_test(t, no_superblock_and_a_single_chunk);
	tcase_add_test(t, flipped_magic_bits_do_not_matter);
	tcase_add_test(t, a_torn_boot_entry_leaves_its_other_copy);
	tcase_add_test(t, many_boots_keep_the_first_crash_and_the_last);
	tcase_add_test(t, a_harvested_boot_gives_its_chunks);
	tcase_add_test(t, harvested_twice_is_as_once_and_heals);
	tcase_add_test(t, without_a_control_plane_a_boot_is_marked);
	tcase_add_test(t, losses_are_written_down_before_they_are_forgotten);
	tcase_add_test(t, join_checks_what_it_is_given);
	tcase_add_test(t, a_larger_window_is_left_alone);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
