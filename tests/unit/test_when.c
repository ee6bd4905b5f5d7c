// SPDX-License-Identifier: BSD-2-Clause
/* Times as they are typed. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "logdump_when.h"

#define SECOND 1000000000LL
/* Friday 2026-11-20 17:03:29.25 UTC */
#define NOW (1795194209 * SECOND + 250000000)

static struct logdump_when when;

static void zone(const char *tz)
{
	setenv("TZ", tz, 1);
	tzset();
}

/* The instant as seconds and nanoseconds since 1970. */
static void at(const char *text, int64_t second, int64_t ns)
{
	ck_assert_msg(logdump_when_parse(&when, text, NOW), "%s", text);
	ck_assert(when.set && !when.end);
	ck_assert_msg(when.ns == second * SECOND + ns, "%s: %lld", text, (long long)when.ns);
}

static void none(const char *text)
{
	ck_assert_msg(!logdump_when_parse(&when, text, NOW), "%s: %lld", text, (long long)when.ns);
}

START_TEST(absolute)
{
	zone("UTC0");
	at("2026-11-20 17:03:29", 1795194209, 0);
	at("2026-11-20T17:03:29", 1795194209, 0);
	at("2026-11-20 17:03:29.123456789", 1795194209, 123456789);
	at("2026-11-20 17:03", 1795194180, 0);
	at("2026-11-20", 1795132800, 0);
	at("26-11-20", 1795132800, 0);
	at("17:03:29", 1795194209, 0);
	at("00:00", 1795132800, 0);
	at("Fri 2026-11-20", 1795132800, 0);
	at("friday 2026-11-20 17:03", 1795194180, 0);
	at("@1700000000", 1700000000, 0);
	at("@1700000000.5", 1700000000, 500000000);
	at("@0", 0, 0);
	at("  2026-11-20  ", 1795132800, 0);
}
END_TEST

START_TEST(zones)
{
	zone("CET-1CEST,M3.5.0,M10.5.0/3");
	at("2026-11-20 17:03:29", 1795194209 - 3600, 0);
	at("2026-07-01 12:00", 1782900000, 0); /* summer: 10:00 UTC */
	at("2026-11-20 17:03:29 UTC", 1795194209, 0);
	at("2026-11-20T17:03:29Z", 1795194209, 0);
	at("2026-11-20 17:03:29+02:00", 1795194209 - 7200, 0);
	at("2026-11-20T17:03:29-0530", 1795194209 + 19800, 0);
	at("2026-11-20 17:03+01", 1795194180 - 3600, 0);
	at("today", 1795132800 - 3600, 0);
}
END_TEST

START_TEST(words)
{
	zone("UTC0");
	at("now", NOW / SECOND, NOW % SECOND);
	at("today", 1795132800, 0);
	at("yesterday", 1795132800 - 86400, 0);
	at("tomorrow", 1795132800 + 86400, 0);
}
END_TEST

START_TEST(relative)
{
	zone("UTC0");
	at("-5min", NOW / SECOND - 300, NOW % SECOND);
	at("+1h", NOW / SECOND + 3600, NOW % SECOND);
	at("5 min ago", NOW / SECOND - 300, NOW % SECOND);
	at("1h 30min ago", NOW / SECOND - 5400, NOW % SECOND);
	at("2h left", NOW / SECOND + 7200, NOW % SECOND);
	at("-30", NOW / SECOND - 30, NOW % SECOND);
	at("-250ms", NOW / SECOND, 0);
	at("-1.25s", NOW / SECOND - 1, 0);
	at("-2d3h", NOW / SECOND - 2 * 86400 - 3 * 3600, NOW % SECOND);
}
END_TEST

START_TEST(from_the_end)
{
	ck_assert(logdump_when_parse(&when, "end", NOW));
	ck_assert(when.set && when.end && when.ns == 0);
	ck_assert(logdump_when_parse(&when, "end-30s", NOW));
	ck_assert(when.end && when.ns == -30 * SECOND);
	ck_assert(logdump_when_parse(&when, "end+1ms", NOW));
	ck_assert(when.end && when.ns == 1000000);
	none("end 30s");
	none("ending");
	none("end-");
}
END_TEST

START_TEST(nonsense)
{
	static const char *const words[] = { "",
					     " ",
					     "soon",
					     "-",
					     "+",
					     "@",
					     "@x",
					     "@1.",
					     "2026",
					     "2026-13-01",
					     "2026-02-30",
					     "2026-11-20 25:00",
					     "2026-11-20 17",
					     "2026-11-20 17:60",
					     "2026-11-20 17:03:29.",
					     "2026-11-20 17:03:29.5x",
					     "2026-11-20_17:03",
					     "2026-11-20 17:03 UTCX",
					     "2026-11-20 17:03+1",
					     "2026-11-20 17:03+99:00",
					     "Mon 2026-11-20",
					     "Friday",
					     "-5 fortnights",
					     "5min",
					     "-5min ago",
					     "-99999999999999999999s",
					     "-9999999999y",
					     "@99999999999999",
					     "ago",
					     "now now" };
	size_t i;

	zone("UTC0");
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		none(words[i]);
	none("2026-11-20 17:03:29.5 and much more than any instant can ever have behind it");
}
END_TEST

START_TEST(spans)
{
	static const struct {
		const char *text;
		int64_t ns;
	} good[] = { { "2h", 7200 * SECOND },
		     { "48hr", 48 * 3600 * SECOND },
		     { "1y 12month", 2 * 31557600 * SECOND },
		     { "55s500ms", 55 * SECOND + 500000000 },
		     { "300ms20s 5day", 5 * 86400 * SECOND + 20 * SECOND + 300000000 },
		     { "1.5", SECOND + SECOND / 2 },
		     { "1M", 31557600 / 12 * SECOND },
		     { "1m", 60 * SECOND },
		     { "3w", 21 * 86400 * SECOND },
		     { "7us", 7000 },
		     { "7\xc2\xb5s", 7000 },
		     { "0.5ns", 0 },
		     { "9ns", 9 } };
	int64_t ns;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_msg(logdump_when_span(&ns, good[i].text), "%s", good[i].text);
		ck_assert_msg(ns == good[i].ns, "%s: %lld", good[i].text, (long long)ns);
	}
	ck_assert(!logdump_when_span(&ns, ""));
	ck_assert(!logdump_when_span(&ns, "h"));
	ck_assert(!logdump_when_span(&ns, "1h,2m"));
	ck_assert(!logdump_when_span(&ns, "1 mins"));
	ck_assert(!logdump_when_span(&ns, "-1h"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("when");
	TCase *tc = tcase_create("when");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, absolute);
	tcase_add_test(tc, zones);
	tcase_add_test(tc, words);
	tcase_add_test(tc, relative);
	tcase_add_test(tc, from_the_end);
	tcase_add_test(tc, nonsense);
	tcase_add_test(tc, spans);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
