// SPDX-License-Identifier: BSD-2-Clause
/* Another thread of killstep, which has locks that a call wants. */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

#include "killstep.h"
#include "lock.h"

#define HELD_LOCKS 8u /* a thread cannot have more */

static struct {
	pthread_t id;
	sem_t has, enough;
	struct plog_lock *lock[HELD_LOCKS];
	u32 n;
} holder;

static void *holder_run(void *arg)
{
	u32 i;

	for (i = 0; i < holder.n; i++)
		if (plog_lock_try(holder.lock[i]) < 0)
			exit(3);
	sem_post(&holder.has);
	while (sem_wait(&holder.enough))
		;
	for (i = 0; i < holder.n; i++)
		plog_lock_release(holder.lock[i]);
	return arg;
}

void holder_start(const struct trial *t)
{
	u32 i;

	holder.n = 0;
	holder.lock[holder.n++] = &plog_window_lane(win, cpu)->lock;
	holder.lock[holder.n++] = &plog_window_lane(win, shared_lane())->lock;
	for (i = 0; t->what == BUSY && i < win->shared_lanes; i++)
		if (win->cpu_lanes + i != shared_lane() && holder.n < HELD_LOCKS)
			holder.lock[holder.n++] = &plog_window_lane(win, win->cpu_lanes + i)->lock;
	if (pthread_create(&holder.id, NULL, holder_run, NULL))
		exit(3);
	while (sem_wait(&holder.has))
		;
}

void holder_stop(void)
{
	sem_post(&holder.enough);
	pthread_join(holder.id, NULL);
}

bool holder_prepare(void)
{
	return !sem_init(&holder.has, 0, 0) && !sem_init(&holder.enough, 0, 0);
}
