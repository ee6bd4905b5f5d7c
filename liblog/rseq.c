// SPDX-License-Identifier: BSD-2-Clause
/*
 * The thread's restartable-sequence area: the C library's when it has one (glibc
 * from 2.35), else our own, registered at the thread's first record.
 *
 * An area of our own is in the thread's static memory, which a detached thread
 * may unmap while it is still running (musl does): a destructor takes it back
 * before that. What such a thread logs later goes through the shared lanes.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rseq.h"
#include "thread.h"

#ifdef PLOG_RSEQ

#ifndef SYS_rseq
#if defined(__x86_64__)
#define SYS_rseq 334
#elif defined(__arm__)
#define SYS_rseq 398
#else
#define SYS_rseq 293
#endif
#endif

#define RSEQ_FLAG_UNREGISTER 1

/* glibc's, since 2.35; the size is 0 when it was told not to register */
extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned int __rseq_size __attribute__((weak));

static __thread struct plog_rseq area PLOG_TLS;
static pthread_key_t exit_key;
static bool exit_key_made;

static void *thread_pointer(void)
{
#if defined(__x86_64__)
	void *p;

	__asm__("movq %%fs:0, %0" : "=r"(p));
	return p;
#else
	return __builtin_thread_pointer();
#endif
}

static void unregister(void *unused)
{
	(void)unused;
	plog_thread.rseq = PLOG_RSEQ_NONE;
	syscall(SYS_rseq, &area, sizeof(area), RSEQ_FLAG_UNREGISTER, PLOG_RSEQ_SIG);
}

static struct plog_rseq *own_area(void)
{
	if (!exit_key_made || pthread_setspecific(exit_key, &area))
		return PLOG_RSEQ_NONE;
	if (syscall(SYS_rseq, &area, sizeof(area), 0, PLOG_RSEQ_SIG))
		return PLOG_RSEQ_NONE;
	return &area;
}

static bool usable(const struct plog_rseq *rs)
{
	return (int)__atomic_load_n(&rs->cpu_id, __ATOMIC_RELAXED) >= 0;
}

struct plog_rseq *plog_rseq_meet(void)
{
	struct plog_rseq *rs = PLOG_RSEQ_NONE;
	const char *lanes = getenv("PLOG_LANES");
	int err = errno;

	if (lanes && lanes[0] == 's') /* "shared", for tests */
		return rs;
	if (&__rseq_offset && &__rseq_size && __rseq_size)
		rs = (struct plog_rseq *)((char *)thread_pointer() + __rseq_offset);
	else
		rs = own_area();
	if (rs != PLOG_RSEQ_NONE && !usable(rs))
		rs = PLOG_RSEQ_NONE;
	errno = err;
	return rs;
}

__attribute__((constructor)) static void exit_key_make(void)
{
	exit_key_made = !pthread_key_create(&exit_key, unregister);
}

#else

struct plog_rseq *plog_rseq_meet(void)
{
	return PLOG_RSEQ_NONE;
}

#endif
