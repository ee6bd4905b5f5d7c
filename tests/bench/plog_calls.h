/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the subject plog: its calls, its sites, its window. */
#ifndef PLOG_BENCH_CALLS_H
#define PLOG_BENCH_CALLS_H

#include "bench.h"
#include "plog.h"

/* Opens the window to measure with; 0, or an exit code after a line on stderr. */
int plog_calls_window(void);

/* A reader of it, or NULL after a line on stderr. */
struct plog_reader *plog_calls_reader(void);

/* Calls in turn as many sites as the name says. */
void loop_sites1(struct bench_thread *t, uint64_t n);
void loop_sites100(struct bench_thread *t, uint64_t n);
void loop_sites1000(struct bench_thread *t, uint64_t n);

#endif
