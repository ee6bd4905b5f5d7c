// SPDX-License-Identifier: BSD-2-Clause
/* The tracepoint's code, generated. In a file of its own: it would also claim tracef(). */
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "lttng_events.h"
