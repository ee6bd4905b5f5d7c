// SPDX-License-Identifier: BSD-2-Clause
/*
 * sweep_load RECORDS_A_SECOND PID - what the module's own sweep takes of a CPU.
 *
 * Logs at that rate and counts meanwhile how often it could look at the
 * clock: on a machine of one CPU that is less by all that others take. Prints
 *
 *   records    logged
 *   looks      at the clock
 *   thread     ns that the kernel counted of PID, the sweep's thread (0: there is none)
 *   wall       ns that all of it took
 */
#define PLOG_TAG "bench"
#include <stdio.h>
#include <stdlib.h>

#include "bench_ticks.h"
#include "plog_calls.h"
#include "paced.h"

#define WARM_NS 50000000u
#define MEASURE_NS 2000000000u

static uint64_t rate;

static uint64_t thread_ns(const char *pid)
{
	unsigned long long ns = 0;
	char name[64];
	FILE *file;

	snprintf(name, sizeof(name), "/proc/%s/schedstat", pid);
	file = fopen(name, "r");
	if (!file || fscanf(file, "%llu", &ns) != 1)
		ns = 0;
	if (file)
		fclose(file);
	return ns;
}

/* Returns how long it took. */
static uint64_t load(uint64_t ns, uint64_t *records, uint64_t *looks)
{
	uint64_t from = bench_ns(), wall;

	*records = *looks = 0;
	while (wall = bench_ns() - from, wall < ns) {
		++*looks;
		paced_log(rate, from, records);
	}
	return wall;
}

int main(int argc, char **argv)
{
	uint64_t records, looks, thread, wall;

	rate = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;
	if (rate < 1000) {
		fprintf(stderr, "usage: sweep_load RECORDS_A_SECOND PID (1000 or more)\n");
		return 2;
	}
	if (plog_calls_window())
		return 1;
	load(WARM_NS, &records, &looks);
	thread = thread_ns(argv[2]);
	wall = load(MEASURE_NS, &records, &looks);
	thread = thread_ns(argv[2]) - thread;
	printf("records %llu looks %llu thread %llu wall %llu\n", (unsigned long long)records,
	       (unsigned long long)looks, (unsigned long long)thread, (unsigned long long)wall);
	return 0;
}
