/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reader makes of a damaged window, held against what was logged. */
#ifndef PLOG_TEST_JUDGE_H
#define PLOG_TEST_JUDGE_H

#include "truth.h"

/**
 * struct tally - the outcome for all records, over some windows
 * @windows:	judged
 * @records:	records that the undamaged windows hold
 * @intact:	came back, called intact, equal
 * @repaired:	came back, called repaired, equal
 * @damaged:	came back, called damaged
 * @missing:	did not come back
 * @unnamed:	of those back, some without their names: dictionary entries are lost
 * @older:	records of an earlier lap, behind a head that is lost
 * @moved:	of those back, in another time or boot, behind a head that is lost
 * @misrepaired: called repaired, and not what was logged
 * @false_intact: called intact, and not what was logged
 * @untouched:	of the missing, those of which neither a bit nor their chunk's head
 *		nor all superblocks were hit
 * @misplaced:	out of order, or another time or boot though the chunk's head is whole
 * @unbalanced:	accounts of boots that do not agree with their records
 */
struct tally {
	u64 windows;
	u64 records;
	u64 intact;
	u64 repaired;
	u64 damaged;
	u64 missing;
	u64 unnamed;
	u64 older;
	u64 moved;
	u64 misrepaired;
	u64 false_intact;
	u64 untouched;
	u64 misplaced;
	u64 unbalanced;
};

/* Reads @t->damaged and adds to the tally; says on stdout what must not be. */
void judge(struct truth *t, struct tally *tally);

#endif
