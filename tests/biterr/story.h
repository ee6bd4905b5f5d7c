/* SPDX-License-Identifier: BSD-2-Clause */
/* Windows with some life in them: boots, laps, lanes, all kinds of records. */
#ifndef PLOG_TEST_STORY_H
#define PLOG_TEST_STORY_H

#include "../golden/maker.h"

/*
 * Tells a story into a window that maker_init() made; the same for the same seed.
 */
void story_tell(struct maker *m, u32 seed);

#endif
