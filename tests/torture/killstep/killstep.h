/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of killstep share; killstep.c says what it does. */
#ifndef PLOG_TESTS_KILLSTEP_H
#define PLOG_TESTS_KILLSTEP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "open.h"

#define IDS_MAX 2000000u
#define STEPS_MAX 400000u
#define FILL_MAX 3000u

/* How the child goes through the call. */
enum way { BARE, TRAP, SHARED, STEP, WAYS };

/* What the call finds. */
enum what { PLAIN, COLD, LEASE, FRESH, HELD, BUSY, AGAIN, FINDS };

/* What befalls it. */
enum end { KILL, HANDLER, GO_ON, MOVED, BOTH };

/* What has to come of a record. */
enum fate { UNKNOWN, MUST, GONE };

struct sequence {
	u32 version;
	u32 flags;
	u64 start;
	u64 length;
	u64 abort;
} __attribute__((aligned(32)));

/**
 * struct trial - one child and its end
 * @way: how it goes
 * @what: what it finds
 * @end: what befalls it
 * @place: instruction that it runs to; 0: none, it is stepped from the beginning
 * @steps: and from there so many steps
 * @step: number of that instruction in the trace, for messages
 */
struct trial {
	enum way way;
	enum what what;
	enum end end;
	u64 place;
	u32 steps;
	u32 step;
};

extern const char *const ways[WAYS], *const finds[FINDS];

/* --- record.c: what is logged, and the reader's verdict --- */

extern struct plog_window *win;
extern u32 cpu; /* all are on this one */
extern u32 failures;
extern u64 drops; /* records that had to be dropped so far */

/**
 * window_make() - a new window, in place of the one before
 */
void window_make(const char *path);
void window_remove(const char *path);

/**
 * window_wears_out() - has the dictionary little room left?
 */
bool window_wears_out(void);

u32 id_new(enum fate fate);
void id_fate(u32 id, enum fate fate, pid_t fresh);
void say(u32 id, u32 fill);
void say_fresh(u32 id);
bool fresh_known(u32 id);

/**
 * others_log() - this process logs on both kinds of lanes
 * chunk_known() - there is room in the CPU's chunk, and this thread wrote there last
 * fill_up() - until the next record in that lane needs another chunk
 */
void others_log(const struct trial *t);
void chunk_known(void);
void fill_up(u32 lane, bool shared);
u32 shared_lane(void);

/**
 * check_begin() - what comes from here on is looked at by check()
 * check() - does a reader find what was committed, once, and nothing else?
 */
void check_begin(void);
void check(const struct trial *t);
void complain(const struct trial *t, const char *what, u32 id);

/* --- child.c: who is killed --- */

extern volatile u32 *done; /* the child came to the end of the call; [1]: its handler did */

bool child_prepare(void);

/* Stopped before the call; with @id, and @handled in its handler. */
pid_t child_start(const struct trial *t, u32 id, u32 handled);

/* Runs and steps to the place. Returns whether it came there. */
bool child_move(pid_t pid, const struct trial *t);

/* Lets it go on to the end of the call, with a signal or 0. Returns whether it came there. */
bool child_finish(pid_t pid, int signal);

/* A signal, and through its handler, back to where it stands. */
void child_interrupt(pid_t pid);
void child_kill(pid_t pid);

/* In "bare": tells it that it is on that CPU. */
void child_cpu(pid_t pid, u32 number);

/* One step; returns whether the call goes on. */
bool child_step(pid_t pid);
u64 child_ip(pid_t pid);

/* --- holder.c: another thread --- */

/**
 * holder_prepare() - once, before
 * holder_start() - it takes the locks that the trial's call would take first; all
 *		that are, for a call that is to find none
 * holder_stop() - and gives them back
 */
bool holder_prepare(void);
void holder_start(const struct trial *t);
void holder_stop(void);

/* The sequence that an instruction belongs to, with the one behind its commit. */
const struct sequence *sequence_of(u64 ip);

#endif
