// SPDX-License-Identifier: BSD-2-Clause
/* The dictionary: content-addressed, in two copies, aged out at attach. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "rig.h"

static struct rig rig;

static void setup(void)
{
	rig_make(&rig, 256 << 10);
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
}

static void teardown(void)
{
	rig_free(&rig);
}

static int put(u8 type, u32 line, const char *body, u32 *id)
{
	u64 buf[PLOG_DICT_MAX / 8] = { 0 };
	struct plog_dict *e = (struct plog_dict *)buf;

	e->type = type;
	e->line = plog_set32(line);
	e->len = plog_set16((u16)(sizeof(*e) + strlen(body) + 1));
	memcpy(e + 1, body, strlen(body));
	return plog_dict_put(&rig.win, e, id);
}

START_TEST(same_content_same_id)
{
	u32 a, b, c;

	ck_assert_int_eq(put(PLOG_DICT_SITE, 1, "one", &a), 0);
	ck_assert_int_eq(put(PLOG_DICT_SITE, 2, "one", &b), 0);
	ck_assert_int_eq(put(PLOG_DICT_SITE, 1, "one", &c), 0);
	ck_assert_uint_ne(a, b);
	ck_assert_uint_eq(a, c);
	ck_assert_uint_ne(a, 0);
}
END_TEST

START_TEST(context_ids_fit_their_field)
{
	for (u32 i = 0; i < 50; i++) {
		u32 id;

		ck_assert_int_eq(put(PLOG_DICT_CTX, i, "ctx", &id), 0);
		ck_assert_uint_le(id, PLOG_CTX_MASK);
	}
}
END_TEST

START_TEST(it_survives_the_boot)
{
	u32 before[20], after;
	char body[32];

	for (u32 i = 0; i < 20; i++) {
		snprintf(body, sizeof(body), "format %u", i);
		ck_assert_int_eq(put(PLOG_DICT_SITE, i, body, &before[i]), 0);
	}
	rig_log(&rig, 0, "keeps boot 1 in the window");
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	for (u32 i = 0; i < 20; i++) {
		snprintf(body, sizeof(body), "format %u", i);
		ck_assert_int_eq(put(PLOG_DICT_SITE, i, body, &after), 0);
		ck_assert_uint_eq(after, before[i]);
	}
}
END_TEST

START_TEST(a_lost_copy_is_mended)
{
	u32 id, again;

	ck_assert_int_eq(put(PLOG_DICT_SITE, 5, "precious", &id), 0);
	rig_log(&rig, 0, "x");
	for (u32 copy = 0; copy < PLOG_TABLE_COPIES; copy++) {
		memset(rig.base + rig.win.geo.dict_off[copy], 0x77, 64);
		ck_assert_int_eq(rig_boot(&rig, (u8)(2 + copy)), 0);
		rig_log(&rig, 0, "y");
		ck_assert_mem_eq(rig.base + rig.win.geo.dict_off[0],
				 rig.base + rig.win.geo.dict_off[1], 48);
		ck_assert_int_eq(put(PLOG_DICT_SITE, 5, "precious", &again), 0);
		ck_assert_uint_eq(again, id);
	}
}
END_TEST

START_TEST(full_is_an_error_and_unused_is_freed)
{
	u32 id, n = 0;
	int err;

	while (!(err = put(PLOG_DICT_SITE, n, "some format of a usual length %d %s", &id)))
		n++;
	ck_assert_int_eq(err, -ENOSPC);
	ck_assert_uint_ge(n, 100);
	ck_assert_int_eq(put(PLOG_DICT_SITE, 0, "some format of a usual length %d %s", &id), 0);
	/* boot 1 has no chunk left; it may have lost them, until it is not the newest */
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	ck_assert_int_eq(put(PLOG_DICT_SITE, n + 1, "another", &id), -ENOSPC);
	ck_assert_int_eq(rig_boot(&rig, 3), 0);
	ck_assert_int_eq(put(PLOG_DICT_SITE, n + 1, "another", &id), 0);
}
END_TEST

START_TEST(entries_of_retained_boots_stay)
{
	u32 id, n = 0;

	while (!put(PLOG_DICT_SITE, n, "some format of a usual length %d %s", &id))
		n++;
	rig_log(&rig, 0, "boot 1 is here");
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	ck_assert_int_eq(put(PLOG_DICT_SITE, n + 1, "some format of a usual length %d %s", &id),
			 -ENOSPC);
}
END_TEST

START_TEST(bad_lengths_are_refused)
{
	u64 buf[PLOG_DICT_MAX / 8 + 8] = { 0 };
	struct plog_dict *e = (struct plog_dict *)buf;
	u32 id;

	e->type = PLOG_DICT_SITE;
	e->len = plog_set16(sizeof(*e) - 1);
	ck_assert_int_eq(plog_dict_put(&rig.win, e, &id), -EINVAL);
	e->len = plog_set16(PLOG_DICT_MAX + 1);
	ck_assert_int_eq(plog_dict_put(&rig.win, e, &id), -EINVAL);
	e->len = plog_set16(PLOG_DICT_MAX);
	ck_assert_int_eq(plog_dict_put(&rig.win, e, &id), 0);
}
END_TEST

START_TEST(noise_is_no_entry)
{
	for (u64 i = rig.win.geo.dict_off[0]; i < rig.win.geo.dict_off[0] + rig.win.geo.dict_size; i++)
		rig.base[i] = (u8)rand();
	rig_log(&rig, 0, "x");
	ck_assert_int_eq(rig_boot(&rig, 2), 0);
	for (u32 i = 0; i < 100; i++) {
		u32 id;

		ck_assert_int_eq(put(PLOG_DICT_CTX, i, "a context", &id), 0);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dict");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, same_content_same_id);
	tcase_add_test(t, context_ids_fit_their_field);
	tcase_add_test(t, it_survives_the_boot);
	tcase_add_test(t, a_lost_copy_is_mended);
	tcase_add_test(t, full_is_an_error_and_unused_is_freed);
	tcase_add_test(t, entries_of_retained_boots_stay);
	tcase_add_test(t, bad_lengths_are_refused);
	tcase_add_test(t, noise_is_no_entry);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
