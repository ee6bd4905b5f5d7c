// SPDX-License-Identifier: BSD-2-Clause
/*
 * Who is logging.
 *
 * A signal handler may interrupt any of this and do the same: what it writes is
 * what is written here, and @known is stored last.
 */
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "site.h"
#include "thread.h"

__thread struct plog_thread plog_thread PLOG_TLS = {
	.where = PLOG_NOWHERE,
	.rseq = &plog_rseq_unmet,
};
bool plog_thread_short_lived;

static void thread_identify(struct plog_thread *me)
{
	char comm[PLOG_COMM_MAX] = "";

	prctl(PR_GET_NAME, comm);
	comm[PLOG_COMM_MAX - 1] = 0;
	memcpy(me->comm, comm, sizeof(comm));
	me->pid = (u32)getpid();
	me->tid = plog_thread_id();
	me->lane = me->tid; /* threads that start one after the other spread out */
}

/* Apart, because of its buffer. */
__attribute__((noinline)) static int ctx_insert(struct plog_instance *in,
						const struct plog_thread *me, u32 *id)
{
	u64 room[48] = { 0 };
	struct plog_dict *entry = (struct plog_dict *)room;

	entry->type = PLOG_DICT_CTX;
	entry->len = plog_set16(sizeof(*entry));
	entry->pid = plog_set32(me->pid);
	entry->tid = plog_set32(me->tid);
	plog_dict_text(entry, me->comm, PLOG_COMM_MAX);
	plog_dict_text(entry, plog_instance_executable(), 255);
	return plog_dict_insert(in, entry, id);
}

void plog_thread_meet(struct plog_instance *in)
{
	struct plog_thread *me = &plog_thread;
	u32 id = 0;
	int ret = 0;

	if (!me->known || me->tid != plog_thread_id())
		thread_identify(me);
	me->last = 0; /* another window may go by another clock */
	plog_store(&me->where, PLOG_NOWHERE);
	if (!plog_thread_short_lived)
		ret = ctx_insert(in, me, &id);
	plog_store(&me->ctx, ret ? 0 : id);
	me->born = plog_fork_generation();
	if (ret != -EBUSY)
		plog_store(&me->known, in->number);
}

void plog_thread_forked(void)
{
	plog_thread.known = 0;
}
