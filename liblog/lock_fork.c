// SPDX-License-Identifier: BSD-2-Clause
/*
 * Fork generation: a counter in a page that the kernel wipes in every child
 * (MADV_WIPEONFORK, Linux 4.14), also of a fork that ran no atfork handler.
 * Without such a page the atfork handler alone counts.
 *
 * A child that shares its parent's memory is not told apart: vfork(), and clone()
 * with CLONE_VM but without thread-local storage of its own. Such a child must
 * not log before it calls exec.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/mman.h>
#include <unistd.h>

#include "lock.h"
#include "lock_fork.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

u32 plog_fork_count = 1;
u32 *plog_fork_page = &plog_fork_count;

/* Looked for and not found: do not look again. */
static u32 page_none;

static u32 count_up(void)
{
	u32 old;

	do {
		old = plog_load(&plog_fork_count);
	} while (!plog_cas32(&plog_fork_count, old, old + 1));
	return old + 1;
}

u32 plog_fork_generation_new(void)
{
	u32 *page = plog_load_acquire(&plog_fork_page);
	u32 gen = count_up();

	return plog_cas32(page, 0, gen) ? gen : plog_load(page);
}

void plog_fork_page_make(void)
{
	long size = sysconf(_SC_PAGESIZE);
	u32 *page, *none = &plog_fork_count;

	if (plog_load(&page_none) || plog_load(&plog_fork_page) != none)
		return;
	page = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page != MAP_FAILED && madvise(page, (size_t)size, MADV_WIPEONFORK)) {
		munmap(page, (size_t)size);
		page = MAP_FAILED;
	}
	if (page == MAP_FAILED) {
		plog_store(&page_none, 1);
		return;
	}
	plog_store(page, plog_load(&plog_fork_count));
	if (!__atomic_compare_exchange_n(&plog_fork_page, &none, page, 0, __ATOMIC_SEQ_CST,
					 __ATOMIC_SEQ_CST))
		munmap(page, (size_t)size);
}

void plog_lock_forked(void)
{
	u32 *page = plog_load(&plog_fork_page);
	u32 gen = count_up();

	if (page != &plog_fork_count)
		plog_store(page, gen);
}
