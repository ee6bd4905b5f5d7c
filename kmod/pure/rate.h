/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How much each of many users may do: so much at once, and so much a second. */
#ifndef PLOG_PURE_RATE_H
#define PLOG_PURE_RATE_H

#include "../core/port.h"

#define PLOG_RATE_BITS 4

/**
 * struct plog_rate - what users have done lately; zeros at first
 * @paid: when all that they did will have been paid for, ns; one for several
 *        users, where their numbers collide
 */
struct plog_rate {
	u64 paid[1 << PLOG_RATE_BITS];
};

/**
 * plog_rate_allows() - may the user do one more?
 * @rate: whose users
 * @user: number
 * @now: ns, of a clock that does not step back
 * @step: ns that one costs
 * @burst: how many at once
 *
 * One call at a time.
 */
bool plog_rate_allows(struct plog_rate *rate, u32 user, u64 now, u64 step, u32 burst);

#endif
