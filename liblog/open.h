/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The window that this process logs to: opened once, by whoever comes first.
 */
#ifndef PLOG_LIBLOG_OPEN_H
#define PLOG_LIBLOG_OPEN_H

#include "window.h"
#include "core/barrier.h"

#define PLOG_SPEC_MAX 512

/**
 * struct plog_hot - what the hot path reads of a window, close together
 * @base:	window
 * @lanes:	lane 0
 * @slots:	slot of chunk 0
 * @chunk_size:	bytes
 * @cpu_lanes:	CPUs that have a lane; 0 where the hot path is not for
 * @clock:	enum plog_clock
 * @closing:	records of this level and worse close their line; -1: none do
 */
struct plog_hot {
	u8 *base;
	struct plog_lane *lanes;
	const struct plog_slot *slots;
	u32 chunk_size;
	u32 cpu_lanes;
	u32 clock;
	int closing;
};

/**
 * struct plog_instance - a window that was opened
 * @hot:	what the hot path needs of it
 * @map:	the window
 * @number:	counts the windows of this process from 1: what is cached of a
 *		window carries it, so that nothing cached outlives its window
 * @second:	counts a second of its clock
 * @alive_dt:	a record so long after its chunk's base asks for plog_alive_note();
 *		never, where the module keeps the heartbeat
 * @name:	its spec
 *
 * Never changed after it was published, and never freed while anybody may use it.
 */
struct plog_instance {
	struct plog_hot hot;
	struct plog_map map;
	u32 number;
	u64 second;
	u64 alive_dt;
	char name[PLOG_SPEC_MAX];
};

extern struct plog_instance *plog_instance_current;

/**
 * plog_instance_open() - open the default window unless that failed lately
 *
 * The slow half of plog_instance_get(). Any context.
 * Return: the window, or NULL.
 */
struct plog_instance *plog_instance_open(void);

/**
 * plog_instance_get() - the open window; the first call opens it
 *
 * Return: the window, or NULL when there is none. Any context.
 */
static inline struct plog_instance *plog_instance_get(void)
{
	/* LMM(instance_get:A) pairs with LMM(instance_publish:A) */
	struct plog_instance *in = plog_load_acquire(&plog_instance_current);

	return in ? in : plog_instance_open();
}

/**
 * plog_instance_use() - log to a window that the caller has mapped
 * @map: joined for writing; copied. What it maps must stay for ever
 * @name: what plog_status() calls it
 *
 * For tests, on memory of their own. Return: 0 or -EBUSY.
 */
int plog_instance_use(const struct plog_map *map, const char *name);

/**
 * plog_instance_executable() - path of the running program
 *
 * Read once, when the first window is opened. Return: the path, maybe "".
 */
const char *plog_instance_executable(void);

/**
 * plog_count() - add to a counter of the control plane
 *
 * Not for the hot path: a locked instruction.
 */
static inline void plog_count(u64 *counter, u64 n)
{
	u64 old;

	do
		old = plog_load(counter);
	while (!plog_cas64(counter, old, old + n));
}

#endif
