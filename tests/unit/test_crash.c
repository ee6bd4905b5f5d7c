// SPDX-License-Identifier: BSD-2-Clause
/* Which crashes are one and the same, and which are not. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "crash.h"
#include "origin.h"

static struct plog_text text(const char *p)
{
	return (struct plog_text){ p, p ? strlen(p) : 0 };
}

static struct crash_search search;

static void kernel_says(uint64_t seconds, const char *line)
{
	struct plog_reader_record rec = { .source = "kernel",
					  .mono = seconds * 1000000000,
					  .msg = text(line) };

	crash_search_take(&search, &rec);
}

static const char *fingerprint(const char *verdict, const char *reason)
{
	static char hex[4][CRASH_HEX];
	static int turn;
	struct plog_reader_boot boot = { .verdict = verdict, .reason = text(reason) };

	turn = (turn + 1) % 4;
	crash_fingerprint(hex[turn], &boot, search.func);
	return hex[turn];
}

static void forget(void)
{
	memset(&search, 0, sizeof(search));
}

START_TEST(numbers_do_not_matter)
{
	forget();
	ck_assert_str_eq(fingerprint("panic", "soft lockup - CPU#1 stuck for 22s! [pump:140]"),
			 fingerprint("panic", "soft lockup - CPU#3 stuck for 23s! [pump:9]"));
	ck_assert_str_eq(fingerprint("panic", "at ffff8881041e2000, 0xdead"),
			 fingerprint("panic", "at ffff9990041e2fff, 0x1"));
	ck_assert_uint_eq(strlen(fingerprint("panic", "x")), 16);
}
END_TEST

START_TEST(words_do)
{
	forget();
	ck_assert_str_ne(fingerprint("panic", "sysrq triggered crash"),
			 fingerprint("panic", "hung_task: blocked tasks"));
	ck_assert_str_ne(fingerprint("panic", "ext4 failed"), fingerprint("panic", "ext3 failed"));
	ck_assert_str_ne(fingerprint("panic", ""), fingerprint("reset", ""));
}
END_TEST

START_TEST(only_crashes_have_one)
{
	forget();
	ck_assert_str_eq(fingerprint("reboot", "by pid 1"), "");
	ck_assert_str_eq(fingerprint("poweroff", ""), "");
	ck_assert_str_eq(fingerprint("running", ""), "");
	ck_assert_str_eq(fingerprint(NULL, NULL), "");
	ck_assert_str_ne(fingerprint("oops", ""), "");
	ck_assert_str_ne(fingerprint("reset", NULL), "");
}
END_TEST

/* The lines of each kind of report, as kernels print them. */
START_TEST(function_of_an_oops)
{
	forget();
	kernel_says(10, "BUG: kernel NULL pointer dereference, address: 0000000000000010");
	kernel_says(10, "RIP: 0010:pump_irq.isra.0+0x12/0x40 [pump]");
	kernel_says(10, "RIP: 0033:0x7f0123456789");
	kernel_says(10, "Kernel panic - not syncing: Fatal exception in interrupt");
	kernel_says(10, " panic+0x10c/0x2c0");
	kernel_says(10, " oops_end+0xb0/0xc0");
	ck_assert_str_eq(search.func, "pump_irq");
	forget();
	kernel_says(10, "Unable to handle kernel NULL pointer dereference at virtual address 8");
	kernel_says(10, "pc : valve_open+0x1c/0x60");
	ck_assert_str_eq(search.func, "valve_open");
	forget();
	kernel_says(10, "Internal error: Oops: 5 [#1] SMP ARM");
	kernel_says(10, "PC is at valve_shut+0x8/0x20");
	ck_assert_str_eq(search.func, "valve_shut");
}
END_TEST

START_TEST(function_of_a_panic)
{
	forget();
	kernel_says(5, "BUG: kernel NULL pointer dereference, address: 0000000000000010");
	kernel_says(5, "RIP: 0010:survived+0x12/0x40");
	kernel_says(500, "Kernel panic - not syncing: sysrq triggered crash");
	kernel_says(500, "CPU: 0 PID: 142 Comm: sh Not tainted 6.1.0 #1");
	kernel_says(500, " dump_stack_lvl+0x45/0x5e");
	kernel_says(500, " panic+0x10c/0x2c0");
	kernel_says(500, " sysrq_handle_crash+0x16/0x20");
	kernel_says(500, " __handle_sysrq.cold+0x40/0x100");
	ck_assert_str_eq(search.func, "sysrq_handle_crash");
}
END_TEST

/* What programs say is not what the kernel says. */
START_TEST(programs_are_not_asked)
{
	struct plog_reader_record rec = { .source = "app", .msg = text("BUG: x") };

	forget();
	crash_search_take(&search, &rec);
	rec.msg = text("RIP: 0010:lie+0x1/0x2");
	crash_search_take(&search, &rec);
	kernel_says(1, "RIP: 0010:nothing_is_wrong+0x1/0x2");
	ck_assert_str_eq(search.func, "");
}
END_TEST

/* Cut and overlong names are none, wherever they end. */
START_TEST(hostile_lines)
{
	static const char *const line[] = { "RIP: ",     "RIP: 0010:",       "RIP: 0010:f",
					    "pc : +0x1", "RIP: 0010:7f+0x1", "",
					    "panic+0x1", " panic+0x1" };
	char longer[300] = "RIP: 0010:";
	size_t i;

	forget();
	kernel_says(1, "BUG: x");
	for (i = 0; i < sizeof(line) / sizeof(line[0]); i++)
		kernel_says(1, line[i]);
	memset(longer + 10, 'a', 280);
	longer[290] = '+';
	kernel_says(1, longer);
	ck_assert_str_eq(search.func, "");
}
END_TEST

START_TEST(machines)
{
	struct origin origin;
	char id[33];

	ck_assert(origin_id_parse(id, "01234567-89AB-cdef-0123-456789abcdef"));
	ck_assert_str_eq(id, "0123456789abcdef0123456789abcdef");
	ck_assert(!origin_id_parse(id, "0123456789abcdef0123456789abcdef0") && !id[0]);
	ck_assert(!origin_id_parse(id, "0123456789abcdef0123456789abcde") && !id[0]);
	ck_assert(!origin_id_parse(id, ""));
	origin_get(&origin, "0123456789abcdef0123456789abcdef", "board7");
	ck_assert_str_eq(origin.hostname, "board7");
	ck_assert_str_eq(origin.machine_id, "0123456789abcdef0123456789abcdef");
	origin_get(&origin, "", "two words");
	ck_assert_str_eq(origin.hostname, "");
	ck_assert_str_eq(origin.machine_id, "");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("crash");
	TCase *tc = tcase_create("crash");
	SRunner *runner = srunner_create(suite);
	int failures;

	tcase_add_test(tc, numbers_do_not_matter);
	tcase_add_test(tc, words_do);
	tcase_add_test(tc, only_crashes_have_one);
	tcase_add_test(tc, function_of_an_oops);
	tcase_add_test(tc, function_of_a_panic);
	tcase_add_test(tc, programs_are_not_asked);
	tcase_add_test(tc, hostile_lines);
	tcase_add_test(tc, machines);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failures = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
