/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parts of chaos share: the board, on which each writer notes what it
 * does. It is a shared mapping, so it tells of a killed writer to its last store.
 */
#ifndef PLOG_TESTS_CHAOS_H
#define PLOG_TESTS_CHAOS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "open.h"

#define PROCESSES 8u
#define THREADS 2u
#define DEBUGS 4u          /* the first stream of records that may be switched off */
#define STREAMS 6u         /* threads, their handlers, what threads log for debugging */
#define RING 16u           /* calls whose times are kept */
#define LIVES 8192u        /* processes of a phase */
#define NO_PLACE PROCESSES /* a child that a writer forked */

/**
 * struct stream - calls of one thread, of one kind
 * @begun:	number of the last call that was begun
 * @finished:	number of the last call that returned
 * @at:		when the newest of them were begun, CLOCK_MONOTONIC, ns
 */
struct stream {
	u32 begun;
	u32 finished;
	u64 at[RING];
};

/**
 * struct life - a process, from its fork to its end
 * @pid:	its id
 * @place:	which of the processes it is, or NO_PLACE
 * @tid:	of its threads
 * @stream:	what it logged
 */
struct life {
	u32 pid;
	u32 place;
	u32 tid[THREADS];
	struct stream stream[STREAMS];
};

/**
 * struct board - what is noted in a phase
 * @gate:	odd: writers may log, each so much; another odd number: so much again
 * @quota:	calls of a thread for each time that the gate is opened, at most
 * @wide:	nothing will be overwritten: times are not needed
 * @lives:	processes so far
 * @fork:	the process in that place shall fork
 * @forks:	children that writers forked; likewise @execs, @handled (signals)
 * @troubles:	what writers could not do, and ought to have
 * @life:	processes
 */
struct board {
	u32 gate;
	u32 quota;
	u32 wide;
	u32 lives;
	u32 fork[PROCESSES];
	u64 forks;
	u64 execs;
	u64 handled;
	u32 troubles;
	struct life life[LIVES];
};

/**
 * struct chaos - a run
 * @window:	path of the window
 * @plogctl:	path of the tool that changes levels, or NULL
 * @size:	of the window
 * @wide:	a phase ends before anything is overwritten
 * @board_fd:	what @board is mapped from, for programs that are executed
 * @board:	notes
 * @seed:	for everything that is drawn
 * @failures:	what was found to be wrong
 * @cpu_lanes:	lanes of CPUs that this machine lets one use
 */
struct chaos {
	const char *window;
	const char *plogctl;
	u64 size;
	bool wide;
	int board_fd;
	struct board *board;
	u64 seed;
	u32 failures;
	u32 cpu_lanes;
	struct {
		u64 kills, stops, moves, signals, levels, checks;
		u64 records, caught, doubles, missing, dropped;
		u32 phases;
	} count;
};

/* A number below @below; the same ones for the same seed. */
static inline u32 draw(u64 *seed, u32 below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (u32)(*seed >> 20) % below;
}

#define FILL_MAX 3000u

/**
 * chaos_sum() - checksum that a record carries
 * chaos_filler() - the text that goes with a checksum
 * chaos_prepare() - to be called once, before
 */
u32 chaos_sum(u32 life, u32 stream, u32 n);
const char *chaos_filler(u32 sum);
void chaos_prepare(void);

/* The formats of all records, so that the check can make them again. */
#define CHAOS_FORMAT "chaos s=%u t=%u n=%u x=%08x %s"

/**
 * writer_run() - be a writer until killed
 * @c: the run
 * @place: which of the processes
 * @life: index of its notes
 * @own: open the window anew, instead of going on with the parent's
 */
void writer_run(struct chaos *c, u32 place, u32 life, bool own);

/**
 * writer_child() - log a little, then end, in one way or another
 * @c: the run
 * @life: index of its notes
 */
void writer_child(struct chaos *c, u32 life);

/**
 * phase_run() - writers and chaos on a new window, then the verdict
 * @kills: how many, unless the window is full before that
 */
void phase_run(struct chaos *c, u64 kills);

/**
 * verify() - compare the window with the notes; nobody may run meanwhile
 * @c: the run
 * @win: the window
 */
void verify(struct chaos *c, struct plog_window *win);

/**
 * verify_rest() - all writers are dead: is everything to be had again?
 */
void verify_rest(struct chaos *c, struct plog_window *win);

/**
 * complain() - count a failure, and print the first ones
 */
void complain(struct chaos *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
