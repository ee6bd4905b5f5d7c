/* SPDX-License-Identifier: BSD-2-Clause */
/* A window, and everything that was ever logged to it, to judge damaged copies by. */
#ifndef PLOG_TEST_TRUTH_H
#define PLOG_TEST_TRUTH_H

#include "plog_reader.h"
#include "story.h"

/**
 * struct truth_record - a record as the undamaged window gave it
 * @rec:	decoded, with texts of its own
 * @site:	id, 0 when the record carries it
 * @ctx:	likewise
 * @attr:	PLOG_ATTR_*
 * @args:	raw arguments, from the record's end; bytes
 * @bytes:	of the record with its padding
 * @stride:	to where the next one starts
 * @last:	it is in the finished window; else a later lap is over it
 * @seen:	number of the last judgement that it came back in
 */
struct truth_record {
	struct plog_reader_record rec;
	u32 site;
	u32 ctx;
	u32 args;
	u32 bytes;
	u32 stride;
	u32 seen;
	u8 attr;
	bool last;
};

#define TRUTH_BOOTS 16u

struct truth {
	struct maker m;
	u8 *damaged; /* room for a copy */
	struct truth_record *record;
	u32 count;
	u32 room;
	u32 last;   /* of them in the finished window */
	u32 *index; /* by seq, one more than the place in @record */
	u32 index_mask;
	u32 judged;
	int boot_slot[TRUTH_BOOTS]; /* by boot counter */
};

void truth_make(struct truth *t, u64 size, u32 seed);
void truth_free(struct truth *t);

/* NULL: nothing was ever logged there. */
struct truth_record *truth_find(const struct truth *t, u64 seq);

/* Offset in the window. */
u64 truth_offset(const struct truth *t, u64 seq);

/* A copy to be spoiled. */
u8 *truth_copy(struct truth *t);

#endif
