// SPDX-License-Identifier: BSD-2-Clause
/*
 * Robust locks without a mutex: the list.
 *
 * The kernel walks a thread's robust list when the thread dies and puts
 * FUTEX_OWNER_DIED into every word that still names it. A thread has one such
 * list, and it is the C library's. So a lock joins that list with a node at the
 * distance from its word that the library chose (pthread_mutex_t's):
 *
 *	glibc, 64 bit	node at word + 32, its `prev' one word before
 *	glibc, 32 bit	node at word + 20, no `prev'
 *	musl, 64 bit	node at word + 28, its `prev' one word before
 *	musl, 32 bit	node at word + 12, its `prev' one word before
 *
 * (glibc nptl/descr.h, nptl/pthreadP.h; musl src/internal/pthread_impl.h,
 * src/thread/pthread_mutex_trylock.c.) musl's 64-bit node is at an odd multiple
 * of 4; the kernel and the CPUs in question do not mind, because it does not
 * cross a cache line and only this thread and its own exit look at it.
 *
 * A signal handler may strike anywhere, also between two stores of the C
 * library's own list operation. It puts a node at the front and takes it away
 * before it returns, and it puts back exactly what it found: the head, the
 * neighbour's `prev' (which the library may just have pointed at a node that is
 * not linked yet) and list_op_pending. One gap stays: SIGKILL within these few
 * instructions of a handler that struck within those few of a pthread mutex
 * operation: then that mutex is not marked.
 *
 * Nodes lie in memory that other processes can write. What is written through a
 * pointer read from there is checked first; see successor().
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/barrier.h"
#include "lock_robust.h"

#define LINK sizeof(uintptr_t)
#define NODE_PI ((uintptr_t)1) /* bit 0 of a pointer: that lock is a PI mutex */

/* Does the library's list have a `prev' before each node, and before its head? */
#if defined(__GLIBC__) && (!defined(__PTHREAD_MUTEX_HAVE_PREV) || !__PTHREAD_MUTEX_HAVE_PREV)
#define NODE_HAS_PREV 0
#else
#define NODE_HAS_PREV 1
#endif
#ifdef __GLIBC__
#define HEAD_HAS_PREV NODE_HAS_PREV
#else
#define HEAD_HAS_PREV 0
#endif

#define OWN_OFFSET (-32L)
#define WALK_MAX 2048 /* the kernel's ROBUST_LIST_LIMIT */

typedef uintptr_t link_t __attribute__((may_alias, aligned(4)));

static inline uintptr_t link_get(uintptr_t at)
{
	return *(const volatile link_t *)at;
}

static inline void link_set(uintptr_t at, uintptr_t value)
{
	*(volatile link_t *)at = value;
}

struct plog_robust *plog_robust_kernel(void)
{
	struct plog_robust *robust = NULL;
	size_t size = 0;

	if (syscall(SYS_get_robust_list, 0, &robust, &size) || size != sizeof(*robust))
		return NULL;
	return robust;
}

/*
 * musl registers a list when a thread takes its first process-shared robust mutex,
 * and would replace one of ours then. So take one. (glibc registers one for each
 * thread; what has none there was made by a bare clone() and never gets one.)
 */
static void robust_of_libc(void)
{
#if !defined(__GLIBC__) && !defined(__BIONIC__)
	pthread_mutexattr_t attr;
	pthread_mutex_t mutex;

	if (pthread_mutexattr_init(&attr))
		return;
	if (!pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) &&
	    !pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED) &&
	    !pthread_mutex_init(&mutex, &attr)) {
		if (!pthread_mutex_trylock(&mutex))
			pthread_mutex_unlock(&mutex);
		pthread_mutex_destroy(&mutex);
	}
	pthread_mutexattr_destroy(&attr);
#endif
}

static struct plog_robust *robust_of_own(struct plog_robust_own *own)
{
	own->head.list = (uintptr_t)&own->head;
	own->head.offset = OWN_OFFSET;
	own->head.pending = 0;
	own->prev = (uintptr_t)&own->head;
	if (syscall(SYS_set_robust_list, &own->head, sizeof(own->head)))
		return NULL;
	return &own->head;
}

struct plog_robust *plog_robust_find(struct plog_robust_own *own)
{
	struct plog_robust *robust = plog_robust_kernel();

	if (!robust) {
		robust_of_libc();
		robust = plog_robust_kernel();
	}
	return robust ? robust : robust_of_own(own);
}

bool plog_robust_place(const struct plog_robust *robust, struct plog_lock *lock, uintptr_t *node)
{
	long word = offsetof(struct plog_lock, word);
	long at = word - robust->offset;
	long first = at - (NODE_HAS_PREV ? (long)LINK : 0);

	if (robust->offset > word || robust->offset < -(long)sizeof(*lock) || at % 4 != 0)
		return false;
	if (first < 0 || at + (long)LINK > (long)sizeof(*lock))
		return false;
	if (first < word + 4 && at + (long)LINK > word)
		return false;
	*node = (uintptr_t)lock + (uintptr_t)at;
	return true;
}

static inline bool has_prev(const struct plog_robust *robust, uintptr_t node)
{
	return NODE_HAS_PREV && (HEAD_HAS_PREV || node != (uintptr_t)robust);
}

/* At the front; a single store makes it so for the kernel. */
void plog_robust_link(struct plog_robust_node *n)
{
	struct plog_robust *robust = n->robust;
	uintptr_t next = plog_load(&robust->list);
	uintptr_t neighbour = next & ~NODE_PI;

	n->next = next;
	n->prev = (uintptr_t)robust;
	if (NODE_HAS_PREV)
		link_set(n->node - LINK, (uintptr_t)robust);
	link_set(n->node, next);
	plog_order();
	if (has_prev(robust, neighbour)) {
		n->prev = link_get(neighbour - LINK);
		plog_order();
		link_set(neighbour - LINK, n->node);
	}
	plog_order();
	plog_store(&robust->list, n->node);
}

/*
 * What follows the node now. It is what followed it when it was linked, unless
 * the library has removed that one since; then the new one points back at us.
 */
static uintptr_t successor(const struct plog_robust_node *n)
{
	uintptr_t next = link_get(n->node);
	uintptr_t neighbour = next & ~NODE_PI;

	if (next == n->next || neighbour == (uintptr_t)n->robust || !NODE_HAS_PREV)
		return next;
	return link_get(neighbour - LINK) == n->node ? next : n->next;
}

/* Address of the pointer to the node; 0 when it is not in the list. */
static uintptr_t predecessor(const struct plog_robust_node *n)
{
	uintptr_t at = (uintptr_t)n->robust;
	int i;

	for (i = 0; i < WALK_MAX; i++) {
		uintptr_t next = link_get(at) & ~NODE_PI;

		if (next == n->node)
			return at;
		if (next == (uintptr_t)n->robust)
			break;
		at = next;
	}
	return 0;
}

void plog_robust_unlink(const struct plog_robust_node *n)
{
	uintptr_t next = successor(n);
	uintptr_t neighbour = next & ~NODE_PI;
	uintptr_t at = predecessor(n);

	if (!at)
		return;
	link_set(at, next);
	plog_order();
	if (has_prev(n->robust, neighbour) && link_get(neighbour - LINK) == n->node)
		link_set(neighbour - LINK, at == (uintptr_t)n->robust ? n->prev : at);
}
