// SPDX-License-Identifier: BSD-2-Clause
/* The slowest input of a run; sanitizer options that hold for every target; guarded memory. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "fuzz.h"

#define GUARD 4096u

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

uint8_t *fuzz_guarded(size_t n)
{
	uint8_t *p = mmap(NULL, n + 2 * GUARD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	FUZZ_CHECK(p != MAP_FAILED && !mprotect(p + GUARD, n, PROT_READ | PROT_WRITE));
	return p + GUARD + n;
}

int fuzz_bytes_wanted(const char *text, uint64_t *v)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *from = text + 2 * hex, *unit;
	size_t n = strspn(from, hex ? "0123456789abcdefABCDEF" : "0123456789");
	unsigned int shift = 0;
	char *digits;

	if (!n)
		return -EINVAL;
	/* By themselves, or a second 0x is taken for the first one. */
	digits = strndup(from, n);
	FUZZ_CHECK(digits);
	errno = 0;
	*v = strtoull(digits, NULL, hex ? 16 : 10);
	free(digits);
	if (errno)
		return -ERANGE;
	if (from[n]) {
		unit = strchr("kKmMgG", from[n]);
		if (!unit || from[n + 1])
			return -EINVAL;
		shift = 10 * (unsigned int)((unit - "kKmMgG") / 2 + 1);
	}
	if (shift && *v >> (64 - shift))
		return -ERANGE;
	*v <<= shift;
	return 0;
}
