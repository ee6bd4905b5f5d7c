// SPDX-License-Identifier: BSD-2-Clause
/*
 * LTTng-UST: a tracepoint, and tracef() (text, as plog's "%s"). Session and buffers
 * are made by lttng.sh; without a session daemon this is a disabled tracepoint, so
 * the check is lttng.sh's, too: it reads a snapshot.
 */
#include <stdio.h>
#include <string.h>

#include "lttng_events.h"
#include <lttng/tracef.h>

#include "bench.h"

static char text[101];

static void loop_tracepoint(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		lttng_ust_tracepoint(plogbench, request, (int)t->i, BENCH_FROM, BENCH_US(t->i));
}

static void loop_tracef(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		lttng_ust_tracef(BENCH_FORMAT, (int)t->i, BENCH_FROM, BENCH_US(t->i));
}

static void loop_tracef100(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		lttng_ust_tracef("%s", text);
}

static int lttng_open(const char *variant, unsigned int threads)
{
	(void)variant;
	(void)threads;
	memset(text, 'x', sizeof(text) - 1);
	if (!lttng_ust_tracepoint_enabled(plogbench, request)) {
		fprintf(stderr, "no LTTng session has the event enabled\n");
		return BENCH_SKIP;
	}
	return 0;
}

static const struct bench_variant variants[] = {
	{ "tracepoint", loop_tracepoint },
	{ "tracef", loop_tracef },
	{ "tracef100", loop_tracef100 },
	{ 0 },
};

const struct bench_subject bench_subject = {
	.variants = variants,
	.open = lttng_open,
};
