/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a thread knows of itself: its context (who is logging), its lane and the
 * time of its last record.
 */
#ifndef PLOG_LIBLOG_THREAD_H
#define PLOG_LIBLOG_THREAD_H

#include "lock.h"
#include "lock_fork.h"
#include "open.h"
#include "rseq.h"

#define PLOG_COMM_MAX 16u
#define PLOG_NOWHERE (~0ULL) /* a generation that no cursor has */

/**
 * struct plog_thread - thread-local state
 * @last:	counter of this thread's last record
 * @born:	fork generation in which that was found out
 * @known:	number of the window that @ctx belongs to; 0: nothing is known
 * @ctx:	id of the context there, 0 when records carry it themselves
 * @lane:	shared lane that was free the last time
 * @where:	a generation << 16 | index of its chunk, one word: a signal handler
 *		sees all of it or nothing; or PLOG_NOWHERE
 * @rseq:	area shared with the kernel; PLOG_RSEQ_NONE where there is none,
 *		plog_rseq_unmet before the first record
 * @pid:	process id
 * @tid:	thread id
 * @comm:	name of the thread at its first record, NUL terminated
 */
struct plog_thread {
	u64 last;
	u64 where;
	struct plog_rseq *rseq;
	u32 born;
	u32 known;
	u32 ctx;
	u32 lane;
	u32 pid;
	u32 tid;
	char comm[PLOG_COMM_MAX];
};

extern __thread struct plog_thread plog_thread PLOG_TLS;

/*
 * Do not put contexts into the dictionary: for programs that write one record
 * and end, and would fill it with one context each. Set before the first record.
 */
extern bool plog_thread_short_lived;

/**
 * plog_thread_meet() - find out who this thread is, in this window
 *
 * Fills in plog_thread. When the dictionary is busy, @known stays as it was and
 * the next record tries again; @ctx is 0 then. Any context.
 */
void plog_thread_meet(struct plog_instance *in);

/**
 * plog_thread_ctx() - id of this thread's context, 0 when the record must carry it
 */
static inline u32 plog_thread_ctx(struct plog_instance *in)
{
	/* A child that ran no atfork handlers is somebody else, too. */
	if (__builtin_expect(plog_thread.known != in->number ||
			     plog_thread.born != plog_fork_generation(), 0))
		plog_thread_meet(in);
	return plog_thread.ctx;
}

/**
 * plog_thread_forked() - the child calls it: it is somebody else now
 */
void plog_thread_forked(void);

#endif
