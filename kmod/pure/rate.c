// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "rate.h"

bool plog_rate_allows(struct plog_rate *rate, u32 user, u64 now, u64 step, u32 burst)
{
	/* By the golden ratio, so that neighbours do not share. */
	u64 *paid = &rate->paid[user * 0x61c88647u >> (32 - PLOG_RATE_BITS)];

	if (*paid < now)
		*paid = now;
	if (*paid - now > (burst - 1) * step)
		return false;
	*paid += step;
	return true;
}
