/* SPDX-License-Identifier: BSD-2-Clause */
/* How far long work has come: a line on standard error that is gone when it is done. */
#ifndef LOGDUMP_PROGRESS_H
#define LOGDUMP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct progress - work that may take long
 * @what:	what is being done, as "delivering"
 * @unit:	what is counted, as "records"
 * @total:	how many there are, 0 when nobody knows
 * @next:	CLOCK_MONOTONIC ns at which the line is due again
 * @terminal:	somebody looks
 * @shown:	the line is there
 */
struct progress {
	const char *what;
	const char *unit;
	uint64_t total;
	uint64_t next;
	bool terminal;
	bool shown;
};

/**
 * progress_begin() - work begins
 *
 * Nothing is shown unless standard error is a terminal, nor of what takes less than
 * half a second.
 */
void progress_begin(struct progress *progress, const char *what, const char *unit, uint64_t total);

/**
 * progress_step() - so much is done; may be called often
 */
void progress_step(struct progress *progress, uint64_t done);

/**
 * progress_end() - wipe the line, before anything else is said
 */
void progress_end(struct progress *progress);

#endif
