// SPDX-License-Identifier: BSD-2-Clause
/*
 * Locks that survive their holder.
 *
 * A lock's word holds the id of the thread that has it. The kernel marks it with
 * FUTEX_OWNER_DIED when that thread dies, for the lock is in the thread's robust
 * list; lock_robust.c says how it gets in there. Threads that have no robust list
 * are told apart by their word, and whoever wants the lock looks after them; see
 * lock_frail.c.
 *
 *	word				who has it
 *	0				nobody
 *	id				a thread that the kernel looks after
 *	FUTEX_OWNER_DIED		nobody: it died
 *	FRAIL | namespace | id		a thread that nobody looks after; nobody, if
 *					it does not exist
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
 * A frail word is stored by one CAS and taken back by one store; whoever comes
 * between the two dies with the word as it is.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/barrier.h"
#include "lock.h"
#include "lock_fork.h"
#include "lock_frail.h"
#include "lock_robust.h"

/* include/uapi/linux/futex.h */
#define WORD_DIED 0x40000000u
#define WORD_TID  0x3fffffffu

#define HELD_MAX 8 /* nested locks of a thread */

/* A lock that this thread holds; @node.robust is NULL for a frail one. */
struct held {
	struct plog_lock *lock;
	u32 word;
	struct plog_robust_node node;
};

/* @own is in use when @robust points to it. */
struct thread {
	u32 gen;
	u32 tid;
	u32 depth;
	struct plog_robust *robust;
	struct plog_robust_own own;
	struct held held[HELD_MAX];
};

static __thread struct thread self PLOG_TLS;

/*
 * A fork in the middle of a held lock leaves the child a list that begins with
 * nodes of its parent. musl does not clear it: take them out of the child's
 * head, and leave the nodes alone, for they are the parent's.
 */
static void thread_disown(struct thread *t)
{
	while (t->depth > 0) {
		const struct plog_robust_node *n = &t->held[--t->depth].node;

		if (n->robust && n->robust->list == n->node)
			n->robust->list = n->next;
	}
}

static void thread_fill(struct thread *t, u32 gen)
{
	int saved = errno;

	plog_fork_page_make();
	thread_disown(t);
	t->tid = (u32)syscall(SYS_gettid);
	t->robust = plog_robust_find(&t->own);
	plog_order();
	t->gen = gen;
	errno = saved;
}

static inline struct thread *thread_self(void)
{
	struct thread *t = &self;
	u32 gen = plog_fork_generation();

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

	if (plog_robust_kernel() != t->robust)
		t->robust = plog_robust_find(&t->own);
	errno = saved;
}

/* The word names us only while pending names the node. */
static bool take_robust(struct held *h, struct plog_robust *robust, uintptr_t node,
			struct plog_lock *lock, u32 word)
{
	uintptr_t pending = plog_load(&robust->pending);
	bool got;

	plog_store(&robust->pending, node);
	plog_order();
	got = plog_cas32(&lock->word, word, h->word);
	if (got) {
		h->lock = lock;
		h->node.node = node;
		h->node.robust = robust;
		plog_order();
		plog_robust_link(&h->node);
	}
	plog_order();
	plog_store(&robust->pending, pending);
	return got;
}

static bool take_frail(struct held *h, struct plog_lock *lock, u32 word)
{
	bool got = plog_cas32(&lock->word, word, h->word);

	if (got)
		h->lock = lock;
	return got;
}

/* The entry is ours before it is filled: a handler uses the one above. */
static struct held *held_push(struct thread *t)
{
	struct held *h = &t->held[t->depth];

	h->lock = NULL;
	h->node.robust = NULL;
	plog_order();
	t->depth++;
	plog_order();
	return h;
}

int plog_lock_try(struct plog_lock *lock)
{
	struct thread *t = thread_self();
	struct plog_robust *robust;
	uintptr_t node;
	struct held *h;
	u32 word;
	bool got;

	if (t->robust == &t->own.head)
		thread_recheck(t);
	robust = t->robust;
	/* Before pending names it: a holder of another pid namespace may have our id. */
	word = plog_load(&lock->word);
	if (t->depth >= HELD_MAX || (word & WORD_TID && !plog_frail_dead(word)))
		return -EBUSY;

	h = held_push(t);
	if (__builtin_expect(robust && plog_robust_place(robust, lock, &node), 1)) {
		h->word = t->tid;
		got = take_robust(h, robust, node, lock, word);
	} else {
		h->word = plog_frail_word(t->tid);
		got = take_frail(h, lock, word);
	}
	if (!got) {
		t->depth--;
		return -EBUSY;
	}
	return word ? 1 : 0;
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
	uintptr_t node = h->node.node, next = h->node.next;
	bool linked = h->node.robust != NULL;

	for (; h < top; h++) {
		*h = h[1];
		if (linked && h->node.next == node)
			h->node.next = next;
	}
	plog_order();
	t->depth--;
}

/* A word that is not ours any more was written over by somebody; leave it. */
static void word_clear(const struct held *h)
{
	if ((plog_load(&h->lock->word) & WORD_TID) == h->word)
		plog_store_release(&h->lock->word, 0);
}

static void give_robust(const struct held *h)
{
	struct plog_robust *robust = h->node.robust;
	uintptr_t pending = plog_load(&robust->pending);

	plog_store(&robust->pending, h->node.node);
	plog_order();
	plog_robust_unlink(&h->node);
	plog_order();
	word_clear(h);
	plog_order();
	plog_store(&robust->pending, pending);
}

void plog_lock_release(struct plog_lock *lock)
{
	struct thread *t = thread_self();
	struct held *h = held_find(t, lock);

	/* A child that forked in the middle holds nothing: its parent does. */
	if (!h)
		return;
	if (h->node.robust)
		give_robust(h);
	else
		word_clear(h);
	plog_order();
	held_drop(t, h);
}
