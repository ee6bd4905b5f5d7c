/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU's own counter. */
#ifndef PLOG_BENCH_TICKS_H
#define PLOG_BENCH_TICKS_H

#include <stdint.h>
#include <time.h>

static inline uint64_t bench_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* bench_ticks(): as a logger reads it; bench_ticks_fenced(): around what is timed */
#if defined(__x86_64__)

static inline uint64_t bench_ticks(void)
{
	return __builtin_ia32_rdtsc();
}

static inline uint64_t bench_ticks_fenced(void)
{
	uint64_t t;

	__builtin_ia32_lfence();
	t = __builtin_ia32_rdtsc();
	__builtin_ia32_lfence();
	return t;
}

#elif defined(__aarch64__)

static inline uint64_t bench_ticks(void)
{
	uint64_t t;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(t));
	return t;
}

static inline uint64_t bench_ticks_fenced(void)
{
	uint64_t t;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(t)::"memory");
	return t;
}

#else

static inline uint64_t bench_ticks(void)
{
	return bench_ns();
}

static inline uint64_t bench_ticks_fenced(void)
{
	return bench_ns();
}

#endif

#endif
