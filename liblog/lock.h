/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lock of a lane: a futex word in the control plane that the kernel releases
 * when its holder dies (robust futex, see set_robust_list(2)). Where there are no
 * robust futexes (qemu-user), whoever wants it sees that its holder is dead.
 *
 * It links itself into the list that the C library registered for the thread, at
 * that library's own distance between node and word, so that processes of
 * different libraries and word sizes share one control plane. Safe in signal
 * handlers: what a handler interrupts in the list is as it was when it returns.
 */
#ifndef PLOG_LIBLOG_LOCK_H
#define PLOG_LIBLOG_LOCK_H

#include "core/core.h"

/*
 * glibc gives a shared library's thread-local memory out lazily, with malloc, on
 * the first access: not in a signal handler, please. musl never does, and cannot
 * load a library with the static model by dlopen().
 */
#ifdef __GLIBC__
#define PLOG_TLS __attribute__((tls_model("initial-exec")))
#else
#define PLOG_TLS
#endif

/**
 * plog_lock_try() - take the lock if it is free
 *
 * Never waits. errno is kept.
 * Return: 0; 1 when the holder before died and what the lock guards may be half
 * done; -EBUSY when somebody has it, or the thread has too many.
 */
int plog_lock_try(struct plog_lock *lock);

/**
 * plog_lock_release() - give it back
 */
void plog_lock_release(struct plog_lock *lock);

/**
 * plog_lock_forked() - forget what is cached of the thread; the child calls it
 */
void plog_lock_forked(void);

/**
 * plog_thread_id() - this thread's id, cached, right after fork too
 */
u32 plog_thread_id(void);

#endif
