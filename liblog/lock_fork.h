/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Am I still who I was? What a thread caches of itself (its id, its robust list)
 * is good while the fork generation stays the same.
 */
#ifndef PLOG_LIBLOG_LOCK_FORK_H
#define PLOG_LIBLOG_LOCK_FORK_H

#include "core/port.h"
#include "core/barrier.h"

/* Full barrier: what a lock guards must not be touched before it is taken. */
#ifndef plog_cas32
#define plog_cas32(p, old, new)                                                                    \
	__extension__({                                                                            \
		u32 plog_cas_old = (old);                                                          \
		__atomic_compare_exchange_n(p, &plog_cas_old, new, 0, __ATOMIC_SEQ_CST,            \
					    __ATOMIC_SEQ_CST);                                     \
	})
#endif

/* The page that a fork wipes; points to @plog_fork_count where there is no such page. */
extern u32 *plog_fork_page;
extern u32 plog_fork_count;

/**
 * plog_fork_page_make() - map the page, once; any context
 */
void plog_fork_page_make(void);

/**
 * plog_fork_generation_new() - the page was wiped: this is a child
 */
u32 plog_fork_generation_new(void);

/**
 * plog_fork_generation() - never 0, never the same before and after a fork
 */
static inline u32 plog_fork_generation(void)
{
	u32 gen = plog_load(plog_load_acquire(&plog_fork_page));

	return __builtin_expect(gen != 0, 1) ? gen : plog_fork_generation_new();
}

#endif
