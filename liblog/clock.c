// SPDX-License-Identifier: BSD-2-Clause
/*
 * Clocks: CLOCK_MONOTONIC, by the vDSO. A raw counter (TSC, CNTVCT) becomes one
 * more case of counter_now(); nothing else knows the difference.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
/* Years after 2038 on 32-bit machines, where the C library can. */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif
#ifndef _TIME_BITS
#define _TIME_BITS 64
#endif
#include <time.h>

#include "clock.h"

#define NSEC 1000000000ULL

/* Good enough for all clocks by vDSO; a preemption in between is far longer. */
#define SPREAD_GOOD 2000
#define SPREAD_TRIES 8

static u64 clock_ns(clockid_t id)
{
	struct timespec ts = { 0, 0 };

	clock_gettime(id, &ts);
	return (u64)ts.tv_sec * NSEC + (u64)ts.tv_nsec;
}

static u64 counter_now(u32 clock)
{
	switch (clock) {
	case PLOG_CLOCK_MONOTONIC:
	default:
		return clock_ns(CLOCK_MONOTONIC);
	}
}

u64 plog_clock_counter(u32 clock)
{
	return counter_now(clock);
}

/* Return: ns between the first and the last look at a clock. */
static u64 instant_read(u32 clock, struct plog_instant *now)
{
	u64 first = clock_ns(CLOCK_MONOTONIC);
	u64 last;

	if (clock != PLOG_CLOCK_MONOTONIC)
		now->counter = counter_now(clock);
	now->boottime = clock_ns(CLOCK_BOOTTIME);
	now->real = clock_ns(CLOCK_REALTIME);
	last = clock_ns(CLOCK_MONOTONIC);
	now->mono = first + (last - first) / 2;
	if (clock == PLOG_CLOCK_MONOTONIC)
		now->counter = now->mono;
	return last - first;
}

void plog_clock_instant(u32 clock, struct plog_instant *now)
{
	struct plog_instant look;
	u64 spread, best = UINT64_MAX;
	int i;

	for (i = 0; i < SPREAD_TRIES && best > SPREAD_GOOD; i++) {
		spread = instant_read(clock, &look);
		if (spread < best) {
			best = spread;
			*now = look;
		}
	}
}
