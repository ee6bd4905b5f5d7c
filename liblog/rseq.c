// SPDX-License-Identifier: BSD-2-Clause
/*
 * The thread's restartable-sequence area: the C library's when it has one (glibc
 * from 2.35, also linked statically), else our own, registered at the thread's
 * first record. A thread can have one only: who comes second is refused by the
 * kernel (EINVAL, EPERM) and logs through the shared lanes.
 *
 * An area of our own is in the thread's static memory, which a detached thread
 * may unmap while it is still running (musl does): a destructor takes it back
 * before that. What such a thread logs later goes through the shared lanes.
 *
 * The kernel keeps the registration over fork(), forgets it at exec, and does not
 * give it to a child that shares the memory. After vfork() that child sees its
 * parent's area, which nobody updates: it must not log before exec (and may do
 * little else there, says POSIX).
 *
 * The area goes on pointing to the last sequence's descriptor until the kernel next
 * looks. So this code must stay mapped: libplog.so is linked with -z nodelete, and
 * a plugin that has libplog.a in it must not be closed.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rseq.h"
#include "thread.h"

struct plog_rseq plog_rseq_unmet = { .cpu_id = ~0u };
struct plog_rseq plog_rseq_none = { .cpu_id = ~0u };

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

/* glibc gives the values of the first keys room in the thread, those of others by malloc. */
#ifdef __GLIBC__
#define KEY_MAX 32
#else
#define KEY_MAX PTHREAD_KEYS_MAX
#endif

/*
 * The length that every kernel takes, and with it the alignment. Newer ones tell in
 * AT_RSEQ_FEATURE_SIZE how much more they could fill in; nobody has to offer it.
 */
_Static_assert(sizeof(struct plog_rseq) == 32, "rseq(2)");
_Static_assert(_Alignof(struct plog_rseq) == 32, "rseq(2)");

/*
 * glibc's, since 2.35; the size is 0 when it was told not to register. A static
 * program that has them has them for its own start, whether they are weak here or not.
 */
extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned int __rseq_size __attribute__((weak));

static __thread struct plog_rseq area PLOG_TLS;
static pthread_key_t exit_key;
static bool exit_key_made;
static bool unwanted;

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

static bool libc_has_area(void)
{
	return &__rseq_offset && &__rseq_size && __rseq_size;
}

static void unregister(void *unused)
{
	(void)unused;
	plog_thread.rseq = PLOG_RSEQ_NONE;
	/* A handler finds the shared lanes before the area is gone. */
	__asm__ volatile("" ::: "memory");
	syscall(SYS_rseq, &area, sizeof(area), RSEQ_FLAG_UNREGISTER, PLOG_RSEQ_SIG);
}

/* EBUSY: this very area is registered, by a handler that interrupted us here. */
static struct plog_rseq *own_area(void)
{
	if (!exit_key_made || pthread_setspecific(exit_key, &area))
		return PLOG_RSEQ_NONE;
	if (syscall(SYS_rseq, &area, sizeof(area), 0, PLOG_RSEQ_SIG) && errno != EBUSY)
		return PLOG_RSEQ_NONE;
	return &area;
}

/* Not so where the library's registration failed. */
static bool usable(const struct plog_rseq *rs)
{
	return (int)__atomic_load_n(&rs->cpu_id, __ATOMIC_RELAXED) >= 0;
}

struct plog_rseq *plog_rseq_meet(void)
{
	struct plog_rseq *rs = PLOG_RSEQ_NONE;
	int err = errno;

	if (plog_load(&unwanted))
		return rs;
	if (libc_has_area())
		rs = (struct plog_rseq *)((char *)thread_pointer() + __rseq_offset);
	else
		rs = own_area();
	if (rs != PLOG_RSEQ_NONE && !usable(rs))
		rs = PLOG_RSEQ_NONE;
	errno = err;
	return rs;
}

/* What a signal handler cannot do: ask the environment, make a key. */
__attribute__((constructor)) static void prepare(void)
{
	const char *lanes = getenv("PLOG_LANES");

	plog_store(&unwanted, lanes && lanes[0] == 's'); /* "shared", for tests */
	if (libc_has_area() || unwanted || pthread_key_create(&exit_key, unregister))
		return;
	if (exit_key < KEY_MAX)
		exit_key_made = true;
	else
		pthread_key_delete(exit_key);
}

#else

struct plog_rseq *plog_rseq_meet(void)
{
	return PLOG_RSEQ_NONE;
}

#endif
