/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of memory that loses its power, its refresh or its owner. */
#ifndef PLOG_TEST_DAMAGE_H
#define PLOG_TEST_DAMAGE_H

#include "core/core.h"
#include "dice.h"

/**
 * enum damage_kind - how a window is spoiled
 * @DAMAGE_FLIPS:	each bit alone, with a probability
 * @DAMAGE_DECAY_0:	the same, but bits only ever become 0
 * @DAMAGE_DECAY_1:	bits only ever become 1
 * @DAMAGE_DATA_LINE:	one bit of each 64 reads as 1 half of the time
 * @DAMAGE_LINES:	runs of cache lines are overwritten
 * @DAMAGE_PAGES:	whole pages are overwritten
 * @DAMAGE_META:	superblocks are overwritten, and every second chunk head
 * @DAMAGE_META_FLIPS:	the same, and bits as with DAMAGE_FLIPS
 * @DAMAGE_HEADS:	superblocks and all chunk heads
 * @DAMAGE_ALL_META:	superblocks, boot tables and all chunk heads
 */
enum damage_kind {
	DAMAGE_FLIPS,
	DAMAGE_DECAY_0,
	DAMAGE_DECAY_1,
	DAMAGE_DATA_LINE,
	DAMAGE_LINES,
	DAMAGE_PAGES,
	DAMAGE_META,
	DAMAGE_META_FLIPS,
	DAMAGE_HEADS,
	DAMAGE_ALL_META,
};

/* @p: probability for a bit; for lines and pages that one is hit */
void damage(enum damage_kind kind, double p, u8 *mem, const struct plog_geometry *geo,
	    struct dice *dice);

#endif
