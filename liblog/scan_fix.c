// SPDX-License-Identifier: BSD-2-Clause
/* Repair of whatever has a CRC over all of its bytes: from itself, or from its copy. */
#include "scan_fix.h"

#define MERGE_MAX 12 /* bits that differ: 4096 trials, one in a million of which may err */

static void flip_apply(u8 *p, u32 n, u32 *crc, int place)
{
	u32 bit = (u32)(place - 1);

	if (place <= 0)
		*crc ^= 1u << -place;
	else
		p[n - 1 - bit / 8] ^= (u8)(0x80 >> bit % 8);
}

int plog_fix(u8 *p, u32 n, u32 *crc, u32 seed, u32 most)
{
	u32 syndrome = plog_crc32c(seed, p, n) ^ *crc;
	int place[FLIP_MAX];

	if (!syndrome)
		return 0;
	if (plog_flip_one(syndrome, 8 * n, place)) {
		flip_apply(p, n, crc, place[0]);
		return 1;
	}
	if (most < FLIP_MAX || n > FLIP_BYTES || !plog_flip_two(syndrome, 8 * n, place))
		return -EBADMSG;
	flip_apply(p, n, crc, place[0]);
	flip_apply(p, n, crc, place[1]);
	return 2;
}

/* The bits where two copies differ, from the first byte on; more than MERGE_MAX: too many. */
static u32 bits_differ(u32 *bit, const u8 *a, const u8 *b, u32 n)
{
	u32 i, count = 0;
	u8 diff;

	for (i = 0; i < n; i++)
		for (diff = a[i] ^ b[i]; diff; diff &= (u8)(diff - 1)) {
			if (count == MERGE_MAX)
				return MERGE_MAX + 1;
			bit[count++] = 8 * i + (u32)__builtin_ctz(diff);
		}
	return count;
}

int plog_fix_merge(u8 *p, const u8 *other, u32 n, u32 crc, u32 seed)
{
	u32 bit[MERGE_MAX], adds[MERGE_MAX], count = bits_differ(bit, p, other, n);
	u32 i, trial, sum = plog_crc32c(seed, p, n) ^ crc, choice = 0;

	if (!count || count > MERGE_MAX)
		return -EBADMSG;
	for (i = 0; i < count; i++) {
		u32 left = n - 1 - bit[i] / 8;

		adds[i] = plog_flip_ahead(plog_flip_at(8 - (int)(bit[i] % 8)), left);
	}
	/* Gray code: each choice differs from the one before in one bit. */
	for (trial = 1; sum; trial++) {
		if (trial == 1u << count)
			return -EBADMSG;
		i = (u32)__builtin_ctz(trial);
		choice ^= 1u << i;
		sum ^= adds[i];
	}
	for (i = 0; i < count; i++)
		if (choice >> i & 1)
			p[bit[i] / 8] ^= (u8)(1u << bit[i] % 8);
	return __builtin_popcount(choice);
}

bool plog_fix_alike(const u8 *a, const u8 *b, u32 n)
{
	u32 bit[MERGE_MAX];

	return bits_differ(bit, a, b, n) <= MERGE_MAX;
}

int plog_fix_copies(u8 *p, const u8 *other, u32 n, u32 *crc, u32 seed)
{
	int flips = plog_fix(p, n, crc, seed, 1);

	if (flips < 0 && other)
		flips = plog_fix_merge(p, other, n, *crc, seed);
	return flips < 0 ? plog_fix(p, n, crc, seed, FLIP_MAX) : flips;
}

bool plog_fix_blank(const u8 *p, u32 n)
{
	while (n && !p[n - 1])
		n--;
	return !n;
}
