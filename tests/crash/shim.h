/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the instrumented writer and the window: each store is noted. */
#ifndef PLOG_CRASH_SHIM_H
#define PLOG_CRASH_SHIM_H

#include "trace.h"

/**
 * struct shim - what is watched
 * @t:		trace, NULL: nothing is noted
 * @base:	window
 * @shadow:	the window as the noted stores made it
 * @pending:	word whose store is under way; its value is there afterwards, + 1
 * @now:	the clock
 * @kill_store:	end this process at its nth store, 0 never
 * @kill_word:	or when this word of the control plane is stored
 */
struct shim {
	struct trace *t;
	u8 *base;
	u64 *shadow;
	u32 pending;
	u64 now;
	u32 kill_store;
	const void *kill_word;
};

extern struct shim shim;

/* Notes an event. */
void shim_event(u32 kind, u32 at, u64 value);

/* Notes the store that is under way. */
void shim_settle(void);

/* Notes what the boot table holds; called at each fence, for a later store may hide it. */
void shim_boots(void);

#endif
