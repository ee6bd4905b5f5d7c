// SPDX-License-Identifier: BSD-2-Clause
/*
 * sweep_cost RECORDS_A_SECOND - what the module's sweep costs the CPU it runs on.
 *
 * One thread logs at that rate, on a CPU of its own, to a window in memory that is
 * cleaned as a device's is. Another plays the module's: it sleeps a millisecond, and
 * cleans by the module's code (kmod/pure/swept.c) what was committed meanwhile. Prints
 *
 *   records    logged a second
 *   clean      per cent of a CPU: the cleaning
 *   thread     likewise: all that the kernel counts of the thread, the waking up too,
 *              which a thread of the kernel has cheaper
 *   wake       likewise, of a thread that wakes up as often and finds nothing
 */
#define PLOG_TAG "bench"
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench_ticks.h"
#include "open.h"
#include "plog_calls.h"
#include "paced.h"
#include "pure/swept.h"

#define MEASURE_NS 1000000000u

static uint64_t rate, logged;
static bool stop;

static uint64_t thread_cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void pin(int index)
{
	int cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(index % cpus, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

/* Never sleeps, so that it is never late for long. */
static void *writer_run(void *unused)
{
	uint64_t from = bench_ns(), i = 0;

	(void)unused;
	pin(1);
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		paced_log(rate, from, &i);
		__atomic_store_n(&logged, i, __ATOMIC_RELAXED);
	}
	return NULL;
}

struct cost {
	uint64_t clean, thread, wall, records;
};

/* The module's busy(), for a while. */
static struct cost sweep(const struct plog_window *win, u64 *swept)
{
	const struct timespec tick = { .tv_nsec = 1000000 };
	uint64_t from = bench_ns(), cpu = thread_cpu_ns();
	struct cost cost = { .records = __atomic_load_n(&logged, __ATOMIC_RELAXED) };
	u32 lane;

	do {
		uint64_t start;

		nanosleep(&tick, NULL);
		start = bench_ns();
		for (lane = 0; lane < win->lanes; lane++)
			plog_swept_clean(win, lane, &swept[lane]);
		cost.clean += bench_ns() - start;
		cost.wall = bench_ns() - from;
	} while (cost.wall < MEASURE_NS);
	cost.thread = thread_cpu_ns() - cpu;
	cost.records = __atomic_load_n(&logged, __ATOMIC_RELAXED) - cost.records;
	return cost;
}

static double percent(uint64_t part, uint64_t whole)
{
	return 100.0 * (double)part / (double)whole;
}

static int measure(const struct plog_window *win)
{
	u64 *swept = calloc(win->lanes, sizeof(*swept));
	struct cost idle, busy;
	pthread_t writer;

	if (!swept)
		return 1;
	pin(0);
	plog(PLOG_INFO, "first");
	sweep(win, swept);
	idle = sweep(win, swept);
	if (pthread_create(&writer, NULL, writer_run, NULL))
		return 1;
	sweep(win, swept);
	busy = sweep(win, swept);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(writer, NULL);
	printf("records %.0f\nclean %.3f\nthread %.3f\nwake %.3f\n",
	       (double)busy.records * 1e9 / (double)busy.wall, percent(busy.clean, busy.wall),
	       percent(busy.thread, busy.wall), percent(idle.thread, idle.wall));
	free(swept);
	return 0;
}

int main(int argc, char **argv)
{
	rate = argc == 2 ? strtoull(argv[1], NULL, 10) : 0;
	if (rate < 1000) {
		fprintf(stderr, "usage: sweep_cost RECORDS_A_SECOND (1000 or more)\n");
		return 2;
	}
	if (plog_calls_window())
		return 1;
	return measure(&plog_instance_get()->map.win);
}
