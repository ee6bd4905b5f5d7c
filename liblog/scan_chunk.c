// SPDX-License-Identifier: BSD-2-Clause
/*
 * Chunk heads, and chunks that lost theirs.
 *
 * The generation of a headless chunk is in the CRC of each of its records, and
 * the CRC is linear: the first record, run backwards, gives the generation
 * outright when it is whole. Otherwise every offset is tried for all plausible
 * generations at once: their CRCs over the same 16 bytes differ by constants.
 */
#include "scan_fix.h"

#define NO_GEN (~0ULL)
#define GEN_MAX (1ULL << 48)
#define HASHED 16u
#define BUDGET 8u /* times a chunk's size may be read for its generation */

static bool head_plausible(const struct scan_window *win, u32 index, const struct plog_chunk *head)
{
	u64 gen = plog_get64(head->gen);

	return gen < GEN_MAX && gen % win->layout.chunk_count == index && plog_get32(head->boot);
}

bool plog_scan_chunk(const struct scan_window *win, u32 index, struct scan_chunk *out)
{
	struct plog_chunk head;
	u32 room, crc;
	const u8 *p = plog_scan_chunk_at(win, index, &room);

	if (!p || !scan_near(scan_get64(p), PLOG_MAGIC_CHUNK_KEY))
		return false;
	memcpy(&head, p, sizeof(head));
	head.magic = plog_set64(PLOG_MAGIC_CHUNK_KEY ^ PLOG_MAGIC_MASK);
	crc = plog_get32(head.crc);
	plog_flip_init();
	out->flips =
		plog_fix((u8 *)&head, offsetof(struct plog_chunk, crc), &crc, win->salt, FLIP_MAX);
	if (out->flips < 0 || (out->flips && head.flags) || !head_plausible(win, index, &head))
		return false;
	out->gen = plog_get64(head.gen);
	out->base = plog_get64(head.base);
	out->base_mono = plog_get64(head.base_mono);
	out->lost_until = plog_get64(head.lost_until);
	out->lost_other = plog_get64(head.lost_other);
	out->lost_boot = plog_get32(head.lost_boot);
	out->boot = plog_get32(head.boot);
	out->lane = plog_get16(head.lane);
	out->clock = head.clock;
	return true;
}

/* The seed that makes the bytes at @off a record, if they look like one. */
static bool seed_solve(u32 *seed, const u8 *chunk, u32 size, u32 off)
{
	const u8 *p = chunk + off;
	u32 len = size < off + PLOG_RECORD_HEAD + 2 ? 0 : scan_get16(p + 4);
	u32 padded = (len + PLOG_RECORD_ALIGN - 1) & ~(PLOG_RECORD_ALIGN - 1);
	u64 hashed[2];
	u32 crc;

	if (len < PLOG_RECORD_HEAD || padded > size - off)
		return false;
	crc = plog_scan_crc_back(scan_get32(p), p + PLOG_RECORD_HEAD, padded - PLOG_RECORD_HEAD);
	if (((crc ^ crc >> 16) & 0xffff) != scan_get16(p + 6))
		return false;
	scan_head(hashed, p, len);
	*seed = plog_scan_crc_back(crc, (const u8 *)hashed, HASHED) ^ off;
	return true;
}

/*
 * The generation of the first record, below 2^32. The check, the index and
 * either a neighbouring generation or a second record must agree.
 */
static u64 gen_solve(const struct scan_window *win, const u8 *chunk, u32 size, u32 index,
		     const struct scan_guess *guess)
{
	static const u8 zeros[8];
	u32 off = sizeof(struct plog_chunk);
	struct scan_record rec;
	u32 seed, gen;

	if (!seed_solve(&seed, chunk, size, off))
		return NO_GEN;
	gen = plog_scan_crc_back(seed, zeros, sizeof(zeros)) ^ win->salt;
	if (gen % win->layout.chunk_count != index ||
	    !plog_scan_record(&rec, chunk, size, off, plog_scan_seed(win->salt, gen)))
		return NO_GEN;
	if (guess->known)
		return gen / win->layout.chunk_count <= guess->laps[0] ? gen : NO_GEN;
	off += rec.stride;
	return off < size && plog_scan_record(&rec, chunk, size, off, seed) ? gen : NO_GEN;
}

/**
 * struct trials - the guesses, prepared
 * @count:	how many
 * @seed:	of their records
 * @fold:	what the seed adds to the check of any head; all SCAN_GUESSES are
 *		filled, so that they can be compared at once
 */
struct trials {
	u32 count;
	u32 seed[SCAN_GUESSES];
	u16 fold[SCAN_GUESSES];
};

static void trials_make(struct trials *trials, const struct scan_window *win, u32 index,
			const struct scan_guess *guess)
{
	static const u8 zeros[HASHED];
	u32 i, crc;

	trials->count = guess->count;
	for (i = 0; i < SCAN_GUESSES; i++) {
		u64 lap = guess->laps[i < guess->count ? i : 0];

		trials->seed[i] = plog_scan_seed(win->salt, lap * win->layout.chunk_count + index);
		crc = plog_crc32c(trials->seed[i], zeros, sizeof(zeros));
		trials->fold[i] = (u16)(crc ^ crc >> 16);
	}
}

/* Without a branch in the loop: the compiler makes a few vector instructions of it. */
static bool trials_any(const struct trials *trials, u16 want)
{
	u16 hit = 0;
	u32 i;

	for (i = 0; i < SCAN_GUESSES; i++)
		hit |= trials->fold[i] == want;
	return hit;
}

/* The best guess below @best of which a valid record is at @off, else @best. */
static u32 trials_match(const struct trials *trials, u32 best, const u8 *chunk, u32 size, u32 off,
			u64 *budget)
{
	const u8 *p = chunk + off;
	struct scan_record rec;
	u64 hashed[2];
	u32 i, crc, len = scan_get16(p + 4);
	u16 want;

	if (len < PLOG_RECORD_HEAD || len > size - off)
		return best;
	scan_head(hashed, p, len);
	crc = plog_crc32c(off, hashed, HASHED);
	want = (u16)(crc ^ crc >> 16) ^ scan_get16(p + 6);
	if (!trials_any(trials, want))
		return best;
	for (i = 0; i < best; i++) {
		if (trials->fold[i] != want || *budget < len)
			continue;
		*budget -= len;
		if (plog_scan_record(&rec, chunk, size, off, trials->seed[i]))
			return i;
	}
	return best;
}

u64 plog_scan_lost(const struct scan_window *win, u32 index, const struct scan_guess *guess)
{
	u32 off, size, best = guess->count;
	const u8 *chunk = plog_scan_chunk_at(win, index, &size);
	struct trials trials;
	u64 gen, budget;

	if (!chunk || !guess->count)
		return NO_GEN;
	gen = gen_solve(win, chunk, size, index, guess);
	if (gen != NO_GEN)
		return gen;
	trials_make(&trials, win, index, guess);
	budget = (u64)size * BUDGET;
	/* All of it: behind records of a lap may stand those of the lap before. */
	for (off = sizeof(struct plog_chunk); best && off + PLOG_RECORD_HEAD + 2 <= size;
	     off += PLOG_RECORD_ALIGN)
		best = trials_match(&trials, best, chunk, size, off, &budget);
	if (best == guess->count)
		return NO_GEN;
	return guess->laps[best] * win->layout.chunk_count + index;
}
