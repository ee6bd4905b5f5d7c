// SPDX-License-Identifier: BSD-2-Clause
/* Lengths of time, in the two units that matter. */
#include <inttypes.h>
#include <stdio.h>

#include "out_span.h"

static void two(char buf[OUT_SPAN], uint64_t seconds, uint64_t big, const char *big_name,
		uint64_t small, const char *small_name)
{
	uint64_t rest = seconds % big / small;

	if (rest)
		snprintf(buf, OUT_SPAN, "%" PRIu64 " %s %" PRIu64 " %s", seconds / big, big_name,
			 rest, small_name);
	else
		snprintf(buf, OUT_SPAN, "%" PRIu64 " %s", seconds / big, big_name);
}

void out_span(char buf[OUT_SPAN], uint64_t ns)
{
	uint64_t s = ns / 1000000000;

	if (ns < 1000000)
		snprintf(buf, OUT_SPAN, "%" PRIu64 " us", ns / 1000);
	else if (!s)
		snprintf(buf, OUT_SPAN, "%" PRIu64 " ms", ns / 1000000);
	else if (s < 60)
		snprintf(buf, OUT_SPAN, "%" PRIu64 ".%" PRIu64 " s", s,
			 ns % 1000000000 / 100000000);
	else if (s < 3600)
		two(buf, s, 60, "min", 1, "s");
	else if (s < 86400)
		two(buf, s, 3600, "h", 60, "min");
	else
		two(buf, s, 86400, "d", 3600, "h");
}
