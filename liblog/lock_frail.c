// SPDX-License-Identifier: BSD-2-Clause
/*
 * Locks of threads that have no robust list: under qemu-user, which has no such
 * system call, or with a C library whose nodes do not fit into struct plog_lock.
 * The kernel does not mark their words. So who finds one looks whether its holder
 * is there, and takes the lock over when it is not.
 *
 *	bit 29		PLOG_LOCK_FRAIL
 *	bits 28..22	pid namespace that the id belongs to, 1 to 127 from its inode
 *			number; 0: not known (no /proc)
 *	bits 21..0	thread id
 *
 * An id means nothing in another pid namespace: there, and where a namespace is
 * not known, a holder counts as alive. What that leaves:
 *
 *   - a dead holder of another namespace keeps its lane until the last writer of
 *     the window is gone and the control plane is made anew; so does one whose id
 *     was given to somebody else, as long as that lives, and a zombie until it is
 *     reaped. Others use the other lanes meanwhile;
 *   - of two namespaces one in 127 pairs looks alike (neighbours never do); then
 *     a live holder may be robbed, and two records may get mixed up.
 *
 * This is second best, for emulators: nothing of it is ever met by threads that
 * have robust lists, except that they take over from those that have none.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>

#include "lock_fork.h"
#include "lock_frail.h"

#define TID_BITS 22
#define TID_MASK ((1u << TID_BITS) - 1)
#define SPACE_MASK 127u

/* Fork generation << 32 | what was found in it: a child may be in another one. */
static u64 space_known;

static u32 space_read(void)
{
	struct stat st;

	if (stat("/proc/self/ns/pid", &st))
		return 0;
	return 1 + (u32)((u64)st.st_ino % SPACE_MASK);
}

static u32 space_own(void)
{
	u32 gen = plog_fork_generation();
	u64 known = plog_load(&space_known);

	if (known >> 32 != gen) {
		known = (u64)gen << 32 | space_read();
		plog_store(&space_known, known);
	}
	return (u32)known;
}

u32 plog_frail_word(u32 tid)
{
	int saved = errno;
	u32 space = space_own();

	errno = saved;
	return PLOG_LOCK_FRAIL | space << TID_BITS | (tid & TID_MASK);
}

bool plog_frail_dead(u32 word)
{
	u32 space = word >> TID_BITS & SPACE_MASK;
	int saved = errno;
	bool dead = false;

	if (!(word & PLOG_LOCK_FRAIL) || !(word & TID_MASK) || !space)
		return false;
	/* kill() takes the id of any thread, not only of a process. */
	if (space == space_own())
		dead = kill((pid_t)(word & TID_MASK), 0) && errno == ESRCH;
	errno = saved;
	return dead;
}
