// SPDX-License-Identifier: BSD-2-Clause
/*
 * All records of a chunk that is not whole. What is valid as it is comes first;
 * repairs are for the gaps in between, where the next record begins right behind
 * the one before, so that a place is known to hold one.
 */
#include "scan_fix.h"

#define LONG 1024u /* from here on a CRC is taken from the prefixes */
#define BUDGET 4u  /* times the chunk's size may be read for repairs */

/**
 * struct mend - a chunk in repair
 * @chunk:	its bytes; the scratch's copy once something was repaired
 * @summed:	the scratch's prefix CRCs are there
 * @budget:	bytes that repairs may still read
 */
struct mend {
	struct scan_walk *walk;
	struct scan_marks *marks;
	struct scan_scratch *scratch;
	struct scan_evidence *seen;
	const u8 *chunk;
	u32 size;
	u32 seed;
	bool summed;
	u64 budget;
};

static void mark(u64 *marks, u32 off)
{
	u32 bit = off / PLOG_RECORD_ALIGN;

	marks[bit / 64] |= 1ULL << bit % 64;
}

u32 plog_marks_next(const u64 *a, const u64 *b, u32 off, u32 size)
{
	u32 bit = (off + PLOG_RECORD_ALIGN - 1) / PLOG_RECORD_ALIGN;
	u32 end = size / PLOG_RECORD_ALIGN;
	u64 word;

	while (bit < end) {
		word = (a[bit / 64] | b[bit / 64]) >> bit % 64;
		if (word) {
			bit += (u32)__builtin_ctzll(word);
			break;
		}
		bit = (bit / 64 + 1) * 64;
	}
	return bit < end ? bit * PLOG_RECORD_ALIGN : size;
}

/* The CRC of every beginning of the chunk. */
static void prefixes_sum(struct mend *m)
{
	u32 i, n = m->size / PLOG_RECORD_ALIGN;
	u32 *sum = m->scratch->prefix;

	sum[0] = 0;
	for (i = 0; i < n; i++)
		sum[i + 1] =
			plog_crc32c(sum[i], m->chunk + i * PLOG_RECORD_ALIGN, PLOG_RECORD_ALIGN);
	m->summed = true;
}

/*
 * plog_scan_record(), but in constant time, so that hostile lengths at every
 * offset cost no more than honest ones: the CRC of a stretch is the difference of
 * the CRCs of two beginnings, the shorter one moved on by the stretch.
 */
static bool intact(struct mend *m, struct scan_record *rec, u32 off)
{
	const u8 *p = m->chunk + off;
	u32 from, to, crc;

	if (scan_get16(p + 4) < LONG)
		return plog_scan_record(rec, m->chunk, m->size, off, m->seed);
	if (!plog_scan_begun(rec, m->chunk, m->size, off, m->seed))
		return false;
	if (!m->summed)
		prefixes_sum(m);
	from = (off + PLOG_RECORD_HEAD + 2) / PLOG_RECORD_ALIGN;
	to = (off + PLOG_RECORD_HEAD + rec->payload_len + PLOG_RECORD_ALIGN - 1) /
	     PLOG_RECORD_ALIGN;
	crc = plog_crc32c(rec->crc, rec->payload, 2) ^ m->scratch->prefix[from];
	crc = plog_flip_ahead(crc, (to - from) * PLOG_RECORD_ALIGN) ^ m->scratch->prefix[to];
	return crc == scan_get32(p);
}

static void intact_find(struct mend *m)
{
	u32 off = sizeof(struct plog_chunk);
	struct scan_record rec;

	while (off + PLOG_RECORD_HEAD + 2 <= m->size) {
		if (intact(m, &rec, off)) {
			mark(m->marks->start, off);
			m->seen->checked += 8 * (PLOG_RECORD_HEAD + (u64)rec.payload_len);
			off += rec.stride;
		} else {
			off += PLOG_RECORD_ALIGN;
		}
	}
}

static void flips_apply(u8 *p, const struct scan_flips *flips)
{
	u32 i;

	for (i = 0; i < flips->count; i++)
		p[flips->bit[i] / 8] ^= (u8)(1u << flips->bit[i] % 8);
}

/* A record at @off that ends before @end, but for a bit or two. */
static bool repair(struct mend *m, struct scan_record *rec, u32 off, u32 end, bool sure)
{
	u32 room = end - off;
	struct scan_flips flips;

	if (plog_fix_blank(m->chunk + off, PLOG_RECORD_HEAD + 2))
		return false;
	/* Where it is a guess that one begins, the many solutions of long ones do not count. */
	if (!sure && room > FLIP_BYTES)
		room = FLIP_BYTES & ~(PLOG_RECORD_ALIGN - 1);
	if (!plog_scan_solve(&flips, m->chunk + off, room, m->seed ^ off, sure, m->seen,
			     &m->budget))
		return false;
	if (m->chunk != m->scratch->copy) {
		memcpy(m->scratch->copy, m->chunk, m->size);
		m->chunk = m->scratch->copy;
	}
	flips_apply(m->scratch->copy + off, &flips);
	if (!plog_scan_record(rec, m->chunk, end, off, m->seed)) {
		flips_apply(m->scratch->copy + off, &flips);
		return false;
	}
	mark(m->marks->start, off);
	mark(m->marks->repaired, off);
	m->walk->repaired++;
	m->seen->flipped += flips.count;
	m->seen->checked += 8 * (PLOG_RECORD_HEAD + (u64)rec->payload_len);
	return true;
}

static void damage_note(struct mend *m, u32 off)
{
	mark(m->marks->damaged, off);
	m->walk->damaged++;
	m->seen->ruined++;
}

/* Between two valid records, or before the first, nothing is unwritten. */
static void gap_mend(struct mend *m, u32 from, u32 end)
{
	struct scan_record rec;
	bool sure = true;
	u32 off = from;

	while (off < end && end - off >= PLOG_RECORD_HEAD + 2) {
		if (repair(m, &rec, off, end, sure)) {
			sure = true;
			off += rec.stride;
			continue;
		}
		if (sure) {
			damage_note(m, off);
			sure = plog_scan_begun(&rec, m->chunk, end, off, m->seed);
		}
		off += sure ? rec.stride : PLOG_RECORD_ALIGN;
	}
	if (off == from)
		damage_note(m, off);
}

/*
 * Behind the last valid record: mostly an unwritten rest. It is searched only
 * where a record goes on, or where one was begun.
 */
static void tail_mend(struct mend *m, u32 from)
{
	u32 off = from, begun = 0, lost = 0;
	struct scan_record rec;

	while (off < m->size && m->size - off >= PLOG_RECORD_HEAD + 2) {
		if (repair(m, &rec, off, m->size, !lost)) {
			if (lost)
				damage_note(m, lost);
			lost = begun = 0;
			off += rec.stride;
			continue;
		}
		if (!lost) {
			begun = plog_scan_begun(&rec, m->chunk, m->size, off, m->seed) ? off : 0;
			if (!begun && !m->walk->damaged && !m->walk->repaired)
				return;
			lost = off;
		}
		off += PLOG_RECORD_ALIGN;
	}
	if (begun) {
		mark(m->marks->damaged, begun);
		m->walk->unfinished = 1;
	}
}

static void marks_count(struct mend *m)
{
	struct scan_walk *walk = m->walk;
	struct scan_record rec;
	u32 off = 0;

	for (;;) {
		off = plog_marks_next(m->marks->start, m->marks->start, off, m->size);
		if (off == m->size)
			return;
		if (plog_scan_record(&rec, m->chunk, m->size, off, m->seed))
			plog_scan_count(walk, &rec);
		off += PLOG_RECORD_ALIGN;
	}
}

void plog_scan_mend(struct scan_walk *walk, struct scan_marks *marks, struct scan_scratch *scratch,
		    struct scan_evidence *seen, const u8 *chunk, u32 size, u32 seed)
{
	struct mend m = {
		.walk = walk,
		.marks = marks,
		.scratch = scratch,
		.seen = seen,
		.chunk = chunk,
		.size = size,
		.seed = seed,
		.budget = (u64)size * BUDGET,
	};
	u32 off = sizeof(struct plog_chunk), next;
	struct scan_record rec;

	plog_flip_init();
	memset(walk, 0, sizeof(*walk));
	memset(marks, 0, sizeof(*marks));
	intact_find(&m);
	for (;;) {
		next = plog_marks_next(marks->start, marks->start, off, size);
		if (next == size)
			break;
		if (next > off)
			gap_mend(&m, off, next);
		if (plog_scan_begun(&rec, m.chunk, size, next, seed))
			off = next + rec.stride;
	}
	if (off < size)
		tail_mend(&m, off);
	marks_count(&m);
}
