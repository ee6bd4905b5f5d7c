/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A walk over the states that memory may be in at a step.
 *
 * Each has a name, by which it can be made again, whatever bounds it was found with:
 *
 *   xN	all combinations of versions, by number
 *   nN	all units in their newest version, but for one or two
 *   oN	the same from the oldest versions
 *   rN	drawn by lot; N is the seed
 */
#ifndef PLOG_CRASH_WALK_H
#define PLOG_CRASH_WALK_H

#include "model.h"

/**
 * struct bounds - which states of a step are walked
 * @all:	all of them if there are no more than this; else
 * @near:	so many with up to two units that deviate, from each side,
 * @drawn:	and so many drawn by lot
 * @steps:	in about so many steps of a scenario
 * @next:	and of so many states one is attached to
 */
struct bounds {
	u32 all;
	u32 near;
	u32 drawn;
	u32 steps;
	u32 next;
};

/**
 * struct walk - where the walk is
 * @t:		trace
 * @step:	step
 * @model:	memory at the step
 * @mem:	memory in the state
 * @choice:	versions of the units
 * @hash:	of @mem
 * @class:	first letter of the state's name
 * @number:	the rest of it
 * @check:	called for each state
 * @arg:	for it
 */
struct walk {
	const struct trace *t;
	u32 step;
	struct model model;
	u8 *mem;
	u32 choice[MODEL_UNITS];
	u64 hash;
	char class;
	u64 number;
	void (*check)(struct walk *w);
	void *arg;
};

/* To a step; @mem becomes the oldest of its states. */
void walk_to(struct walk *w, const struct trace *t, u32 step);

/* To one state; false when there is none of that name. */
bool walk_make(struct walk *w, char class, u64 number);

/* Over the states of the step. */
void walk_step(struct walk *w, const struct bounds *bounds);

/* Was the step's memory examined in all combinations? */
bool walk_all(const struct walk *w, const struct bounds *bounds);

#endif
