// SPDX-License-Identifier: BSD-2-Clause
/*
 * Clocks: the CPU's raw counter where the kernel trusts it, which takes half the
 * time of the vDSO's clock; else CLOCK_MONOTONIC.
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
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

#define NSEC 1000000000ULL

/* Good enough for the counter beside one vDSO clock, and for all clocks. */
#define PAIR_GOOD 150
#define SPREAD_GOOD 2000 /* a preemption in between is far longer */
#define SPREAD_TRIES 8

static u64 clock_ns(clockid_t id)
{
	struct timespec ts = { 0, 0 };

	clock_gettime(id, &ts);
	return (u64)ts.tv_sec * NSEC + (u64)ts.tv_nsec;
}

u64 plog_clock_monotonic(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/*
 * Reads all clocks, the counter right between two looks at CLOCK_MONOTONIC: by these
 * two the records of a thread that changes its lane are merged.
 * Return: ns between the first and the last look; @pair: between the first two.
 */
static u64 instant_read(u32 clock, struct plog_instant *now, u64 *pair)
{
	u64 first = clock_ns(CLOCK_MONOTONIC);

	if (clock != PLOG_CLOCK_MONOTONIC)
		now->counter = plog_clock_counter(clock);
	*pair = clock_ns(CLOCK_MONOTONIC) - first;
	now->boottime = clock_ns(CLOCK_BOOTTIME);
	now->real = clock_ns(CLOCK_REALTIME);
	now->mono = first + *pair / 2;
	if (clock == PLOG_CLOCK_MONOTONIC)
		now->counter = now->mono;
	return clock_ns(CLOCK_MONOTONIC) - first;
}

void plog_clock_instant(u32 clock, struct plog_instant *now)
{
	struct plog_instant look;
	u64 pair, spread, best = UINT64_MAX;
	int i;

	for (i = 0; i < SPREAD_TRIES && best > SPREAD_GOOD; i++) {
		spread = instant_read(clock, &look, &pair);
		if (pair > PAIR_GOOD)
			spread += SPREAD_GOOD;
		if (spread < best) {
			best = spread;
			*now = look;
		}
	}
}

#if defined(__x86_64__) || defined(__i386__)

#define CLOCKSOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define MEASURE_NS 2000000

/* The kernel watches the TSC; as long as it keeps its own time by it, so may we. */
static bool tsc_trusted(void)
{
	char name[16] = "";
	int fd = open(CLOCKSOURCE, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, name, sizeof(name) - 1);

	if (fd >= 0)
		close(fd);
	return n >= 4 && !memcmp(name, "tsc\n", 4);
}

/*
 * Over so short a time it is good to some 50 ppm. That is for the first moments:
 * later anchors, written while the boot lives, tell the reader the rest.
 */
static u64 tsc_measure(void)
{
	struct plog_instant from, to;

	plog_clock_instant(PLOG_CLOCK_TSC, &from);
	do
		plog_clock_instant(PLOG_CLOCK_TSC, &to);
	while (to.mono - from.mono < MEASURE_NS);
	return (to.counter - from.counter) * NSEC / (to.mono - from.mono);
}

u32 plog_clock_choose(u64 *hz)
{
	if (tsc_trusted()) {
		*hz = tsc_measure();
		if (*hz > NSEC / 10)
			return PLOG_CLOCK_TSC;
	}
	*hz = NSEC;
	return PLOG_CLOCK_MONOTONIC;
}

#elif defined(__aarch64__)

u32 plog_clock_choose(u64 *hz)
{
	__asm__("mrs %0, cntfrq_el0" : "=r"(*hz));
	/* Some firmware leaves the register at zero. */
	if (*hz >= 1000000)
		return PLOG_CLOCK_CNTVCT;
	*hz = NSEC;
	return PLOG_CLOCK_MONOTONIC;
}

#else

u32 plog_clock_choose(u64 *hz)
{
	*hz = NSEC;
	return PLOG_CLOCK_MONOTONIC;
}

#endif
