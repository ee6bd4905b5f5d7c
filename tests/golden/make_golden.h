/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLOG_TEST_MAKE_GOLDEN_H
#define PLOG_TEST_MAKE_GOLDEN_H

#include "maker.h"

/*
 * Seven boots: each verdict, each clock, each type of argument and conversion,
 * names in the dictionary and in the record, bytes that are no text.
 */
void golden_clean(struct maker *m);

/* Three boots, laps: complete since, dropped, overwritten. */
void golden_wrapped(struct maker *m);

#endif
