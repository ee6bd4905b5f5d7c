/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread's robust list (set_robust_list(2)), and our nodes in it.
 */
#ifndef PLOG_LIBLOG_LOCK_ROBUST_H
#define PLOG_LIBLOG_LOCK_ROBUST_H

#include "core/core.h"

/* Order against this thread's own signal handlers and its own death: the compiler's. */
#define plog_order() __asm__ volatile("" ::: "memory")

/**
 * struct plog_robust - struct robust_list_head of the kernel
 */
struct plog_robust {
	uintptr_t list;
	long offset;
	uintptr_t pending;
};

/**
 * struct plog_robust_own - a list for a thread whose C library registered none
 * @prev: a library that keeps a `prev' before its head writes there
 */
struct plog_robust_own {
	uintptr_t prev;
	struct plog_robust head;
};

/**
 * struct plog_robust_node - a node of ours, and what linking it changed
 * @robust:	list that it is in, NULL for none
 * @node:	address of the node
 * @next:	what followed it
 * @prev:	the `prev' of what followed it
 *
 * Private, so that nobody else can tell a release what to write where.
 */
struct plog_robust_node {
	struct plog_robust *robust;
	uintptr_t node;
	uintptr_t next;
	uintptr_t prev;
};

/**
 * plog_robust_kernel() - the list that the kernel walks when this thread dies
 *
 * Return: the list, or NULL: none, or an emulator that has no such thing.
 */
struct plog_robust *plog_robust_kernel(void);

/**
 * plog_robust_find() - the C library's list, or else @own, registered
 *
 * Return: the list, or NULL where the kernel takes none. May change errno.
 */
struct plog_robust *plog_robust_find(struct plog_robust_own *own);

/**
 * plog_robust_place() - where a lock's node is in such a list
 *
 * Return: false when the library's distance is none that the lock has room for.
 */
bool plog_robust_place(const struct plog_robust *robust, struct plog_lock *lock, uintptr_t *node);

/**
 * plog_robust_link() - put @n->node into @n->robust, at the front
 * plog_robust_unlink() - take it out
 *
 * list_op_pending names the node meanwhile; the caller sees to it.
 */
void plog_robust_link(struct plog_robust_node *n);
void plog_robust_unlink(const struct plog_robust_node *n);

#endif
