/* SPDX-License-Identifier: BSD-2-Clause */
/* The reference record as an LTTng-UST tracepoint. */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER plogbench

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "./lttng_events.h"

#if !defined(PLOG_BENCH_LTTNG_EVENTS_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define PLOG_BENCH_LTTNG_EVENTS_H

#include <lttng/tracepoint.h>

/* clang-format off */
LTTNG_UST_TRACEPOINT_EVENT(plogbench, request,
	LTTNG_UST_TP_ARGS(int, i, const char *, from, int, us),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(int, i, i)
		lttng_ust_field_string(from, from)
		lttng_ust_field_integer(int, us, us)
	)
)
/* clang-format on */

#endif

#include <lttng/tracepoint-event.h>
