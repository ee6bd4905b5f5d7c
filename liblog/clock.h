/* SPDX-License-Identifier: BSD-2-Clause */
/* The clocks of time stamps. */
#ifndef PLOG_LIBLOG_CLOCK_H
#define PLOG_LIBLOG_CLOCK_H

#include <time.h>

#include "core/core.h"

/**
 * plog_clock_choose() - the best counter of this machine
 * @hz: its counts a second
 *
 * The raw counter when the kernel itself keeps time by it, else CLOCK_MONOTONIC.
 * May measure for some milliseconds. Return: enum plog_clock.
 */
u32 plog_clock_choose(u64 *hz);

/**
 * plog_clock_monotonic() - CLOCK_MONOTONIC, ns
 */
u64 plog_clock_monotonic(void);

/**
 * plog_clock_counter() - the counter of the records' time stamps
 * @clock: enum plog_clock of the running boot
 *
 * Any context.
 */
static inline u64 plog_clock_counter(u32 clock)
{
#if defined(__x86_64__) || defined(__i386__)
	if (clock == PLOG_CLOCK_TSC)
		return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
	if (clock == PLOG_CLOCK_CNTVCT) {
		u64 v;

		__asm__ volatile("mrs %0, cntvct_el0" : "=r"(v));
		return v;
	}
#endif
	(void)clock;
	return plog_clock_monotonic();
}

/**
 * plog_clock_instant() - all clocks, read as close together as can be
 */
void plog_clock_instant(u32 clock, struct plog_instant *now);

#endif
