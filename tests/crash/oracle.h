/* SPDX-License-Identifier: BSD-2-Clause */
/* What has to hold for memory after a reset. */
#ifndef PLOG_CRASH_ORACLE_H
#define PLOG_CRASH_ORACLE_H

#include "view.h"
#include "walk.h"

/**
 * struct counts - of the states that were examined
 * @states:	different contents of memory
 * @checks:	times that a reader read one
 * @faults:	times that it was not as it has to be
 * @repaired:	records that the reader repaired
 * @misrepaired: states in which it made one that was never logged
 * @headless:	records that it did not tell because their chunk has another owner by now,
 *		whose head is not whole, but is told by what the reader says is overwritten
 * @twice:	states in which one call's record stands at two places
 * @attached:	states to which the next boot attached
 * @logged:	of those, with some laps logged afterwards
 */
struct counts {
	u64 states;
	u64 checks;
	u64 faults;
	u64 repaired;
	u64 misrepaired;
	u64 headless;
	u64 twice;
	u64 attached;
	u64 logged;
};

/**
 * struct oracle - a process that examines states
 * @w:		the state
 * @mem:	its memory, as a reader gets it: writing there is a fault
 * @copy:	memory for the next boot
 * @control:	its control plane
 * @counts:	of the trace
 * @every:	of so many states one is attached to
 * @loud:	all faults are printed, not the first ones only
 * @faulty:	the state at hand is not as it has to be
 * @now:	what the reader found
 * @later:	and after an attach
 */
struct oracle {
	struct walk w;
	const u8 *mem;
	u8 *copy;
	u8 *control;
	struct counts *counts;
	u32 every;
	bool loud;
	bool faulty;
	struct view now;
	struct view later;
};

/* The state that @o->w is at. */
void oracle_check(struct oracle *o);

/* Notes a fault. */
void oracle_fault(void *arg, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* oracle_next.c: the next boot attaches to the state. */
void oracle_next(struct oracle *o);

/* Of a window over which a new one is made: nobody has promised to keep it. */
bool oracle_given_up(const struct oracle *o, const struct entry *e);

/* Does the reader claim a boot to be complete that is not? */
void oracle_complete(struct oracle *o, const struct view *v, const struct entry *e);

#endif
