// SPDX-License-Identifier: BSD-2-Clause
/* The slowest input of a run; sanitizer options that hold for every target. */
#include <inttypes.h>
#include <time.h>

#include "fuzz.h"

FILE *fuzz_err;

static uint64_t slowest;
static size_t slowest_bytes;

/* Called by the sanitizers before main(). */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	/* check_printf: the sanitizer's own reader of formats gives up on "%0*d". */
	return "detect_stack_use_after_return=0:allocator_may_return_null=1:handle_abort=1:"
	       "check_printf=0";
}

/* Processor time: others may want it as well. */
uint64_t fuzz_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

void fuzz_slow_note(uint64_t ns, size_t bytes)
{
	if (ns <= slowest)
		return;
	slowest = ns;
	slowest_bytes = bytes;
}

static void slowest_print(void)
{
	if (slowest)
		fprintf(fuzz_err, "slowest: %" PRIu64 " us, %zu bytes\n", slowest / 1000,
			slowest_bytes);
}

__attribute__((constructor)) static void prepare(void)
{
	fuzz_err = stderr;
	atexit(slowest_print);
}
