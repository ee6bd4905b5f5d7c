// SPDX-License-Identifier: BSD-2-Clause
/*
 * Robust locks without a mutex.
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
 * At every instant a kill leaves one of these, where pending is the list's
 * list_op_pending:
 *
 *	at			word	in list	pending	what the kernel does
 *	before the CAS		other	no	node	nothing: not our id
 *	CAS .. head stored	tid	no	node	OWNER_DIED, by pending
 *	held			tid	yes	before	OWNER_DIED, by the list
 *	unlinked .. word 0	tid	no	node	OWNER_DIED, by pending
 *	after that		0	no	node	nothing that matters
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
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/barrier.h"
#include "lock.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

/* Full barrier: what the lock guards must not be touched before it is taken. */
#ifndef plog_cas32
#define plog_cas32(p, old, new)                                                                    \
	__extension__({                                                                            \
		u32 plog_cas_old = (old);                                                          \
		__atomic_compare_exchange_n(p, &plog_cas_old, new, 0, __ATOMIC_SEQ_CST,            \
					    __ATOMIC_SEQ_CST);                                     \
	})
#endif

/* Order against this thread's own signal handlers and its own death: the compiler's. */
#define order() __asm__ volatile("" ::: "memory")

/* include/uapi/linux/futex.h */
#define WORD_DIED 0x40000000u
#define WORD_TID  0x3fffffffu

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
#define HELD_MAX 8    /* nested locks of a thread */
#define WALK_MAX 2048 /* the kernel's ROBUST_LIST_LIMIT */

/* struct robust_list_head of the kernel */
struct robust {
	uintptr_t list;
	long offset;
	uintptr_t pending;
};

/*
 * A lock that this thread holds, and what linking it changed. Private, so that
 * nobody else can tell a release what to write where.
 */
struct held {
	struct plog_lock *lock;
	struct robust *robust;
	uintptr_t node;
	uintptr_t next;
	uintptr_t prev;
};

/* @own_prev: a library that keeps a `prev' before its head writes there. */
struct thread {
	u32 gen;
	u32 tid;
	u32 depth;
	bool own;
	struct robust *robust;
	uintptr_t own_prev;
	struct robust own_list;
	struct held held[HELD_MAX];
};

/* initial-exec: the first access must not allocate, it may be in a handler. */
static __thread struct thread self __attribute__((tls_model("initial-exec")));

/*
 * Fork generation: what a thread cached is good while it has not changed. The
 * page reads 0 after any fork, also one that ran no atfork handler.
 */
static u32 fork_count = 1;
static u32 *fork_page;
static u32 fork_page_none;

typedef uintptr_t link_t __attribute__((may_alias, aligned(4)));

static inline uintptr_t link_get(uintptr_t at)
{
	return *(const volatile link_t *)at;
}

static inline void link_set(uintptr_t at, uintptr_t value)
{
	*(volatile link_t *)at = value;
}

static u32 fork_count_up(void)
{
	u32 old;

	do {
		old = plog_load(&fork_count);
	} while (!plog_cas32(&fork_count, old, old + 1));
	return old + 1;
}

static inline u32 fork_generation(void)
{
	u32 *page = plog_load_acquire(&fork_page);
	u32 gen;

	if (!page || page == &fork_page_none)
		return plog_load(&fork_count);
	gen = plog_load(page);
	if (__builtin_expect(gen == 0, 0)) {
		gen = fork_count_up();
		if (!plog_cas32(page, 0, gen))
			gen = plog_load(page);
	}
	return gen;
}

static void fork_page_make(void)
{
	long size = sysconf(_SC_PAGESIZE);
	u32 *page, *none = NULL;

	if (plog_load(&fork_page))
		return;
	page = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page != MAP_FAILED && madvise(page, (size_t)size, MADV_WIPEONFORK)) {
		munmap(page, (size_t)size);
		page = MAP_FAILED;
	}
	if (page == MAP_FAILED) {
		plog_store_release(&fork_page, &fork_page_none);
		return;
	}
	plog_store(page, plog_load(&fork_count));
	if (!__atomic_compare_exchange_n(&fork_page, &none, page, 0, __ATOMIC_SEQ_CST,
					 __ATOMIC_SEQ_CST))
		munmap(page, (size_t)size);
}

void plog_lock_forked(void)
{
	u32 *page = plog_load(&fork_page);
	u32 gen = fork_count_up();

	if (page && page != &fork_page_none)
		plog_store(page, gen);
}

static struct robust *robust_of_kernel(void)
{
	struct robust *robust = NULL;
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

static struct robust *robust_of_own(struct thread *t)
{
	t->own_list.list = (uintptr_t)&t->own_list;
	t->own_list.offset = OWN_OFFSET;
	t->own_list.pending = 0;
	t->own_prev = (uintptr_t)&t->own_list;
	if (syscall(SYS_set_robust_list, &t->own_list, sizeof(t->own_list)))
		return NULL;
	return &t->own_list;
}

static void thread_find_list(struct thread *t)
{
	struct robust *robust = robust_of_kernel();

	if (!robust) {
		robust_of_libc();
		robust = robust_of_kernel();
	}
	if (!robust)
		robust = robust_of_own(t);
	t->own = robust == &t->own_list;
	t->robust = robust;
}

/*
 * A fork in the middle of a held lock leaves the child a list that begins with
 * nodes of its parent. musl does not clear it: take them out of the child's
 * head, and leave the nodes alone, for they are the parent's.
 */
static void thread_disown(struct thread *t)
{
	while (t->depth > 0) {
		struct held *h = &t->held[--t->depth];

		if (h->robust && h->robust->list == h->node)
			h->robust->list = h->next;
	}
}

static void thread_fill(struct thread *t, u32 gen)
{
	int saved = errno;

	fork_page_make();
	thread_disown(t);
	t->tid = (u32)syscall(SYS_gettid);
	thread_find_list(t);
	order();
	t->gen = gen;
	errno = saved;
}

static inline struct thread *thread_self(void)
{
	struct thread *t = &self;
	u32 gen = fork_generation();

	if (__builtin_expect(t->gen != gen, 0))
		thread_fill(t, gen);
	return t;
}

u32 plog_thread_id(void)
{
	return thread_self()->tid;
}

/* The library may register its list after we registered ours: then ours is dead. */
static void thread_recheck(struct thread *t)
{
	int saved = errno;

	if (robust_of_kernel() != t->robust)
		thread_find_list(t);
	errno = saved;
}

static int node_of(const struct robust *robust, struct plog_lock *lock, uintptr_t *node)
{
	long word = offsetof(struct plog_lock, word);
	long at = word - robust->offset;
	long first = at - (NODE_HAS_PREV ? (long)LINK : 0);

	if (robust->offset > word || robust->offset < -(long)sizeof(*lock) || at % 4 != 0)
		return -ENOSYS;
	if (first < 0 || at + (long)LINK > (long)sizeof(*lock))
		return -ENOSYS;
	if (first < word + 4 && at + (long)LINK > word)
		return -ENOSYS;
	*node = (uintptr_t)lock + (uintptr_t)at;
	return 0;
}

static inline bool has_prev(const struct robust *robust, uintptr_t node)
{
	return NODE_HAS_PREV && (HEAD_HAS_PREV || node != (uintptr_t)robust);
}

/* At the front; a single store makes it so for the kernel. */
static void node_link(struct held *h)
{
	struct robust *robust = h->robust;
	uintptr_t next = plog_load(&robust->list);
	uintptr_t neighbour = next & ~NODE_PI;

	h->next = next;
	h->prev = (uintptr_t)robust;
	if (NODE_HAS_PREV)
		link_set(h->node - LINK, (uintptr_t)robust);
	link_set(h->node, next);
	order();
	if (has_prev(robust, neighbour)) {
		h->prev = link_get(neighbour - LINK);
		order();
		link_set(neighbour - LINK, h->node);
	}
	order();
	plog_store(&robust->list, h->node);
}

/*
 * What follows the node now. It is what followed it when it was linked, unless
 * the library has removed that one since; then the new one points back at us.
 */
static uintptr_t successor(const struct held *h)
{
	uintptr_t next = link_get(h->node);
	uintptr_t neighbour = next & ~NODE_PI;

	if (next == h->next || neighbour == (uintptr_t)h->robust || !NODE_HAS_PREV)
		return next;
	return link_get(neighbour - LINK) == h->node ? next : h->next;
}

/* Address of the pointer to the node; 0 when it is not in the list. */
static uintptr_t predecessor(const struct held *h)
{
	uintptr_t at = (uintptr_t)h->robust;
	int i;

	for (i = 0; i < WALK_MAX; i++) {
		uintptr_t next = link_get(at) & ~NODE_PI;

		if (next == h->node)
			return at;
		if (next == (uintptr_t)h->robust)
			break;
		at = next;
	}
	return 0;
}

static void node_unlink(const struct held *h)
{
	uintptr_t next = successor(h);
	uintptr_t neighbour = next & ~NODE_PI;
	uintptr_t at = predecessor(h);

	if (!at)
		return;
	link_set(at, next);
	order();
	if (has_prev(h->robust, neighbour) && link_get(neighbour - LINK) == h->node)
		link_set(neighbour - LINK, at == (uintptr_t)h->robust ? h->prev : at);
}

int plog_lock_try(struct plog_lock *lock)
{
	struct thread *t = thread_self();
	struct robust *robust;
	uintptr_t node, pending;
	struct held *h;
	u32 word;
	bool got;

	if (t->own)
		thread_recheck(t);
	robust = t->robust;
	if (!robust || node_of(robust, lock, &node))
		return -ENOSYS;
	/* Before pending names it: a holder of another pid namespace may have our id. */
	word = plog_load(&lock->word);
	if (word & WORD_TID || t->depth >= HELD_MAX)
		return -EBUSY;

	/* The entry is ours before it is filled: a handler uses the one above. */
	h = &t->held[t->depth];
	h->lock = NULL;
	h->robust = NULL;
	order();
	t->depth++;
	order();
	pending = plog_load(&robust->pending);
	plog_store(&robust->pending, node);
	order();
	got = plog_cas32(&lock->word, word, t->tid);
	if (got) {
		h->lock = lock;
		h->node = node;
		h->robust = robust;
		order();
		node_link(h);
	} else {
		t->depth--;
	}
	order();
	plog_store(&robust->pending, pending);
	if (!got)
		return -EBUSY;
	return word & WORD_DIED ? 1 : 0;
}

static struct held *held_find(struct thread *t, const struct plog_lock *lock)
{
	u32 i;

	for (i = t->depth; i > 0; i--)
		if (t->held[i - 1].lock == lock)
			return &t->held[i - 1];
	return NULL;
}

/* Out of the stack; what was linked before the entry loses a neighbour. */
static void held_drop(struct thread *t, struct held *h)
{
	struct held *top = &t->held[t->depth - 1];
	uintptr_t node = h->node, next = h->next;

	for (; h < top; h++) {
		*h = h[1];
		if (h->next == node)
			h->next = next;
	}
	order();
	t->depth--;
}

void plog_lock_release(struct plog_lock *lock)
{
	struct thread *t = thread_self();
	struct held *h = held_find(t, lock);
	struct robust *robust;
	uintptr_t pending;

	/* A child that forked in the middle holds nothing: its parent does. */
	if (!h)
		return;
	robust = h->robust;
	pending = plog_load(&robust->pending);
	plog_store(&robust->pending, h->node);
	order();
	node_unlink(h);
	order();
	if ((plog_load(&lock->word) & WORD_TID) == t->tid)
		plog_store_release(&lock->word, 0);
	order();
	plog_store(&robust->pending, pending);
	order();
	held_drop(t, h);
}
