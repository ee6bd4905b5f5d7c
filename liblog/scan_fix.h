/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * DOC: plog repair
 *
 * A CRC is linear: what a flipped bit does to it depends on the bit's place only.
 * The difference between a stored CRC and the computed one, the syndrome, is the
 * sum of what each flipped bit adds, so the place of one or two of them can be
 * computed. Nothing was stored for it, and writing costs nothing.
 *
 * Places are counted in bits from the end: what a flip adds to the CRC at place k
 * is 1, moved on by k zero bits. Places 1 to 8 n are the bits of n bytes, with 1
 * the top bit of the last byte; places 0 down to -31 are the bits of the stored
 * CRC itself, with 0 its lowest.
 *
 * CRC-32C tells any five flipped bits from none up to 5243 bits of data (Hamming
 * distance 6; P. Koopman, "32-Bit Cyclic Redundancy Codes for Internet
 * Applications", DSN 2002). There, one or two flips have one solution, and three
 * are never taken for one or two. Two flips are not looked for beyond.
 */
#ifndef PLOG_LIBLOG_SCAN_FIX_H
#define PLOG_LIBLOG_SCAN_FIX_H

#include "scan.h"

#define FLIP_BYTES 655u /* under one CRC: as far as two flips are looked for */
#define FLIP_BITS (8 * FLIP_BYTES)
#define FLIP_CRC 32 /* places of the stored CRC */
#define FLIP_MAX 2
#define FLIP_EVIDENCE 14      /* bits of 2^14: bits flip here */
#define FLIP_BITS_ALONE 1024u /* as far as two flips are believed in without */

/**
 * struct scan_evidence - how often bits are wrong here, as far as known by now
 * @flipped:	bits that were wrong in what was repaired
 * @checked:	bits of what is valid or was repaired
 * @ruined:	stretches that could not be repaired: at least three bits each
 */
struct scan_evidence {
	u64 flipped;
	u64 checked;
	u64 ruined;
};

/**
 * plog_flip_trust() - may two flips be believed in?
 * @bits: bits of data in which they are
 *
 * Of four and more flips, one in 2^33 / bits^2 looks like two. At a bit error rate
 * p, for few errors, there are (bits p)^2 / 12 times as many of them as of two; less
 * than one in about 50000 solutions is to be a wrong one. Where nothing else says
 * that bits flip here, damage is more likely a record of which half reached memory,
 * and one in 8000 of those may be taken for two flips.
 */
static inline bool plog_flip_trust(const struct scan_evidence *seen, u64 bits)
{
	u64 wrong = seen->flipped + 3 * seen->ruined;

	if (seen->flipped << FLIP_EVIDENCE <= seen->checked)
		return bits <= FLIP_BITS_ALONE;
	return bits <= FLIP_BITS && bits * bits * wrong <= 1200 * seen->checked;
}

/* scan_flip.c */

/**
 * plog_flip_init() - compute the tables, once in a process
 *
 * All functions below need it. About 0.2 ms the first time.
 */
void plog_flip_init(void);

/**
 * plog_flip_ahead() - move a CRC on by zero bytes
 * @crc: value before them
 * @bytes: how many, below 65536
 */
u32 plog_flip_ahead(u32 crc, u32 bytes);

/**
 * plog_flip_at() - what a flip at a place adds to the CRC
 * @place: -31 to 128
 */
u32 plog_flip_at(int place);

/**
 * plog_flip_one() - the place of a single flip
 * @syndrome: stored CRC ^ computed CRC, not 0
 * @bits: bits of data under the CRC
 * @place: filled in
 *
 * Return: false when no single flip explains it.
 */
bool plog_flip_one(u32 syndrome, u32 bits, int *place);

/**
 * plog_flip_two() - the places of two flips
 * @bits: at most FLIP_BITS
 */
bool plog_flip_two(u32 syndrome, u32 bits, int place[2]);

/* scan_fix.c */

/**
 * plog_fix() - correct one or two flipped bits
 * @p: bytes under the CRC, corrected in place
 * @n: how many
 * @crc: stored CRC, in native order; corrected as well
 * @seed: what the CRC starts from
 * @most: flips to look for, 1 or 2
 *
 * Return: bits flipped, 0 when it is valid as it is, -EBADMSG when that is not it.
 */
int plog_fix(u8 *p, u32 n, u32 *crc, u32 seed, u32 most);

/**
 * plog_fix_merge() - correct a copy where another copy of it differs
 * @p: bytes under the CRC, corrected in place
 * @other: the same bytes of the other copy
 * @n: how many
 * @crc: stored CRC
 * @seed: what the CRC starts from
 *
 * For copies that differ in a few bits, each of which is right in one of them.
 * Return: bits that differed from the result in @p, or -EBADMSG.
 */
int plog_fix_merge(u8 *p, const u8 *other, u32 n, u32 crc, u32 seed);

/**
 * plog_fix_alike() - do two copies differ in so few bits that each vouches for the other?
 */
bool plog_fix_alike(const u8 *a, const u8 *b, u32 n);

/**
 * plog_fix_copies() - correct a copy by itself or by the other one
 * @p: bytes under the CRC, corrected in place
 * @other: the same bytes of the other copy, NULL when there is none
 * @n: how many
 * @crc: stored CRC of @p, corrected as well
 * @seed: what the CRC starts from
 *
 * What is least likely to err comes first: one flip, then the copy, then two flips.
 * Return: as plog_fix().
 */
int plog_fix_copies(u8 *p, const u8 *other, u32 n, u32 *crc, u32 seed);

/**
 * plog_fix_blank() - is all of it zero?
 */
bool plog_fix_blank(const u8 *p, u32 n);

/* scan_mend.c */

#define SCAN_MARKS (PLOG_CHUNK_MAX / PLOG_RECORD_ALIGN / 64)

/**
 * struct scan_marks - where the records of a chunk are; a bit for each 8 bytes
 * @start:	a record that validates, as it is or repaired, begins here
 * @repaired:	and was repaired
 * @damaged:	a stretch begins here that is none and ought to be
 */
struct scan_marks {
	u64 start[SCAN_MARKS];
	u64 repaired[SCAN_MARKS];
	u64 damaged[SCAN_MARKS];
};

/**
 * plog_marks_next() - the first mark at or behind an offset
 * @a: marks
 * @b: other marks, may be @a
 * @size: of the chunk
 *
 * Return: offset, @size when there is none.
 */
u32 plog_marks_next(const u64 *a, const u64 *b, u32 off, u32 size);

static inline bool plog_marks_get(const u64 *marks, u32 off)
{
	u32 bit = off / PLOG_RECORD_ALIGN;

	return marks[bit / 64] >> bit % 64 & 1;
}

/**
 * struct scan_scratch - room to repair a chunk in
 * @copy:	its bytes with the repairs, if there were any
 * @prefix:	for internal use
 */
struct scan_scratch {
	u8 copy[PLOG_CHUNK_MAX];
	u32 prefix[PLOG_CHUNK_MAX / PLOG_RECORD_ALIGN + 1];
};

/**
 * plog_scan_mend() - find, and repair, all records of a chunk
 * @walk: filled in, as plog_scan_walk() does, with what was repaired
 * @marks: filled in
 * @seen: how much two flips can be trusted; what is found is added
 * @scratch: holds the repaired chunk if there were repairs
 * @chunk: bytes of the chunk
 * @size: how many
 * @seed: plog_scan_seed() of its generation
 *
 * Repairs are tried where a record ought to be: between two that are intact, and
 * behind the last one. Linear in @size, whatever the bytes are.
 */
void plog_scan_mend(struct scan_walk *walk, struct scan_marks *marks, struct scan_scratch *scratch,
		    struct scan_evidence *seen, const u8 *chunk, u32 size, u32 seed);

/* scan_mend_record.c */

/**
 * struct scan_flips - the bits of a record that are wrong
 * @count:	how many
 * @bit:	from the record's first byte; bit 0 is the lowest of byte 0
 */
struct scan_flips {
	u32 count;
	u32 bit[FLIP_MAX];
};

/**
 * plog_scan_solve() - which bits make a record of these bytes?
 * @flips: filled in
 * @p: bytes; it is not valid as it is
 * @room: how many
 * @seed: of its place: seed of the generation ^ offset
 * @sure: a record begins here; otherwise two flips in the head are not considered
 * @seen: for plog_flip_trust()
 * @budget: bytes that may still be read; reduced
 *
 * Return: false when no solution, or more than one, is nearest.
 */
bool plog_scan_solve(struct scan_flips *flips, const u8 *p, u32 room, u32 seed, bool sure,
		     const struct scan_evidence *seen, u64 *budget);

#endif
