// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

#define FIRST_NS 500000000ULL
#define EVERY_NS 100000000ULL

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

void progress_begin(struct progress *progress, const char *what, const char *unit, uint64_t total)
{
	const char *term = getenv("TERM");

	*progress = (struct progress){ .what = what, .unit = unit, .total = total };
	progress->terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
	progress->next = now() + FIRST_NS;
}

void progress_step(struct progress *progress, uint64_t done)
{
	uint64_t at;

	if (!progress->terminal)
		return;
	at = now();
	if (at < progress->next)
		return;
	progress->next = at + EVERY_NS;
	progress->shown = true;
	fprintf(stderr, "\r%s: %" PRIu64, progress->what, done);
	if (progress->total)
		fprintf(stderr, " of %" PRIu64, progress->total);
	fprintf(stderr, " %s", progress->unit);
	if (progress->total)
		fprintf(stderr, ", %u %%",
			(unsigned)(100.0 * (double)done / (double)progress->total));
	fputs("\033[K", stderr);
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}
