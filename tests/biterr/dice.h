/* SPDX-License-Identifier: BSD-2-Clause */
/* Random numbers that are the same in every run with the same seed. */
#ifndef PLOG_TEST_DICE_H
#define PLOG_TEST_DICE_H

#include <stdint.h>

struct dice {
	uint64_t state;
};

static inline uint64_t dice_next(struct dice *d)
{
	uint64_t z = d->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/* 0 .. n-1 */
static inline uint32_t dice_below(struct dice *d, uint32_t n)
{
	return (uint32_t)((dice_next(d) >> 32) * n >> 32);
}

/* Above 0, up to 1. */
static inline double dice_unit(struct dice *d)
{
	return (double)((dice_next(d) >> 11) + 1) / 9007199254740992.0;
}

#endif
