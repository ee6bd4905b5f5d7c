/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What memory may hold when the machine is reset at a step.
 *
 *   wb	each cache line holds some prefix of the stores to it, never less than what a
 *	clean that was followed by a fence has brought to memory; lines are
 *	independent of each other
 *   wc	each word of 8 bytes that was stored since the last fence holds its old
 *	or a new value, independently; everything older is in memory
 *
 * So both are: units (lines, words), each in one of its versions.
 */
#ifndef PLOG_CRASH_MODEL_H
#define PLOG_CRASH_MODEL_H

#include "trace.h"

#define MODEL_UNITS (CRASH_SIZE / 8)

/**
 * struct unit - a part of memory of which nobody knows which version it holds
 * @off:	where
 * @count:	versions, 2 or more
 * @first:	the oldest one; the last is the newest
 */
struct unit {
	u32 off;
	u32 count;
	u32 first;
};

/**
 * struct model - memory at a step
 * @bytes:	of a unit
 * @units:	how many are uncertain
 * @unit:	those
 * @newest:	unit that was stored to in this very step, or CRASH_NEVER: all states in
 *		which it is older were states of a step before
 * @content:	versions, @bytes each
 * @hash:	of each version in its place
 * @rest:	hash of all other memory
 * @least:	memory with every unit in its oldest version
 */
struct model {
	u32 bytes;
	u32 units;
	u32 newest;
	struct unit unit[MODEL_UNITS];
	u8 *content;
	u64 *hash;
	u64 rest;
	u8 least[CRASH_SIZE];
};

/* Memory of which only what is certain at a step is there. */
void model_least(const struct trace *t, u32 step, u8 *mem);

/* All that memory may hold after a step. */
void model_make(struct model *m, const struct trace *t, u32 step);

/* A hash of bytes in their place; those of all parts of memory are xored. */
u64 model_hash(u32 off, const u8 *p, u32 bytes);

#endif
