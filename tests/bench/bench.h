/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is measured (a subject) and what measures it (bench_main.c). A subject is
 * one file, linked with bench_main.c to a program of its own: so a peer whose
 * package is missing takes its own rows away and nothing else, and no peer shares
 * a process with another.
 */
#ifndef PLOG_BENCH_H
#define PLOG_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BENCH_SKIP 77 /* exit code: the reason is on stderr */

/* The reference record, and the arguments that all subjects take. */
#define BENCH_FORMAT "request %d from %s took %d us"
#define BENCH_FROM "10.1.2.3"
#define BENCH_US(i) ((int)((i)*7 & 1023))

/* Bytes of a subject's ring where it may be chosen: more than the L2 cache. */
#define BENCH_RING (8u << 20)

/**
 * struct bench_thread - one of the threads that log
 * @index:	from 0
 * @i:		number of its next record; the loops count it up
 * @own:	the subject's
 */
struct bench_thread {
	unsigned int index;
	uint64_t i;
	void *own;
};

/**
 * struct bench_variant - one way to call the subject
 * @name:	on the command line
 * @loop:	logs @n records, and does nothing else
 */
struct bench_variant {
	const char *name;
	void (*loop)(struct bench_thread *t, uint64_t n);
};

/**
 * struct bench_subject - one logger
 * @variants:	ends with a NULL name
 * @open:	once a process; returns 0, or BENCH_SKIP or 1 after a line on stderr
 * @thread:	in each thread, before it logs; may be NULL
 * @check:	are the records there? says on stderr what is not; may be NULL
 * @close:	may be NULL
 */
struct bench_subject {
	const struct bench_variant *variants;
	int (*open)(const char *variant, unsigned int threads);
	void (*thread)(struct bench_thread *t);
	bool (*check)(const char *variant, uint64_t written);
	void (*close)(void);
};

extern const struct bench_subject bench_subject;

/* No other process logs at the same time: what this one logged last is there. */
extern bool bench_alone;

#ifdef __cplusplus
}
#endif

#endif
