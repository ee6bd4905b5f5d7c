// SPDX-License-Identifier: BSD-2-Clause
/* A thousand sites: each is a function of its own, so that no two are the same. */
#define PLOG_TAG "bench"
#include "plog_calls.h"

/* clang-format off */
#define SITE(n)                                                                       \
	static void site_##n(int i, int us)                                           \
	{                                                                             \
		plog(PLOG_INFO, BENCH_FORMAT, i, BENCH_FROM, us);                     \
	}
#define ENTRY(n) site_##n,
#define TEN(what, n)                                                                  \
	what(n##0) what(n##1) what(n##2) what(n##3) what(n##4) what(n##5) what(n##6)  \
		what(n##7) what(n##8) what(n##9)
#define HUNDRED(what, n)                                                              \
	TEN(what, n##0) TEN(what, n##1) TEN(what, n##2) TEN(what, n##3) TEN(what, n##4) \
		TEN(what, n##5) TEN(what, n##6) TEN(what, n##7) TEN(what, n##8)       \
			TEN(what, n##9)
#define THOUSAND(what)                                                                \
	HUNDRED(what, 0) HUNDRED(what, 1) HUNDRED(what, 2) HUNDRED(what, 3)           \
		HUNDRED(what, 4) HUNDRED(what, 5) HUNDRED(what, 6) HUNDRED(what, 7)   \
			HUNDRED(what, 8) HUNDRED(what, 9)

/* clang-format on */

THOUSAND(SITE)

static void (*const sites[])(int i, int us) = { THOUSAND(ENTRY) };

static void sites_call(struct bench_thread *t, uint64_t n, uint64_t count)
{
	uint64_t at = t->i % count;

	for (; n; n--, t->i++) {
		sites[at]((int)t->i, BENCH_US(t->i));
		at = at + 1 == count ? 0 : at + 1;
	}
}

void loop_sites1(struct bench_thread *t, uint64_t n)
{
	sites_call(t, n, 1);
}

void loop_sites100(struct bench_thread *t, uint64_t n)
{
	sites_call(t, n, 100);
}

void loop_sites1000(struct bench_thread *t, uint64_t n)
{
	sites_call(t, n, 1000);
}
