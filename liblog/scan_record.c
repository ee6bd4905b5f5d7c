// SPDX-License-Identifier: BSD-2-Clause
/*
 * Records. Validity is all there is: a record is what carries the right CRC for
 * this generation of this chunk at this offset. Nothing is reached by a length
 * of a record that is not valid, so hostile lengths cost nothing.
 */
#include "scan_fix.h"

u32 plog_scan_seed(u32 salt, u64 gen)
{
	plog_le64 le = plog_set64(gen);

	return plog_crc32c(salt, &le, sizeof(le));
}

static inline u32 align_up(u32 n, u32 to)
{
	return (n + to - 1) & ~(to - 1);
}

static inline u32 check_fold(u32 crc)
{
	return (crc ^ crc >> 16) & 0xffff;
}

bool plog_scan_begun(struct scan_record *rec, const u8 *chunk, u32 size, u32 off, u32 seed)
{
	const u8 *p = chunk + off;
	u32 len, padded, ctx_attr;
	u64 head[2];

	if (off > size || size - off < PLOG_RECORD_HEAD + 2)
		return false;
	len = scan_get16(p + 4);
	padded = align_up(len, PLOG_RECORD_ALIGN);
	if (len < PLOG_RECORD_HEAD || padded > size - off)
		return false;
	scan_head(head, p, len);
	rec->crc = plog_crc32c(seed ^ off, head, sizeof(head));
	if (check_fold(rec->crc) != scan_get16(p + 6))
		return false;
	ctx_attr = scan_get32(p + 12);
	rec->payload = p + PLOG_RECORD_HEAD;
	rec->payload_len = (u16)(len - PLOG_RECORD_HEAD);
	rec->dt = scan_get64(p + 16) & 0xffffffffffffULL;
	rec->off = off;
	rec->site = scan_get32(p + 8);
	rec->ctx = ctx_attr & PLOG_CTX_MASK;
	rec->attr = (u8)(ctx_attr >> PLOG_ATTR_SHIFT);
	rec->stride =
		align_up(off + len, rec->attr & PLOG_ATTR_CLOSED ? PLOG_LINE : PLOG_RECORD_ALIGN) -
		off;
	return true;
}

bool plog_scan_record(struct scan_record *rec, const u8 *chunk, u32 size, u32 off, u32 seed)
{
	u32 rest;

	if (!plog_scan_begun(rec, chunk, size, off, seed))
		return false;
	rest = align_up(PLOG_RECORD_HEAD + rec->payload_len, PLOG_RECORD_ALIGN) - PLOG_RECORD_HEAD;
	return plog_crc32c(rec->crc, rec->payload, rest) == scan_get32(chunk + off);
}

bool plog_scan_next(struct scan_record *rec, const u8 *chunk, u32 end, u32 off, u32 seed)
{
	for (; off < end && end - off > PLOG_RECORD_HEAD; off += PLOG_RECORD_ALIGN)
		if (plog_scan_record(rec, chunk, end, off, seed))
			return true;
	return false;
}

/* Is it but an unwritten rest? Then no record begins in it, nor one but for a few bits. */
static bool rest_empty(const u8 *chunk, u32 size, u32 off, u32 seed)
{
	const struct scan_evidence seen = { 0, 0, 0 };
	struct scan_flips flips;
	struct scan_record rec;
	u64 budget = size;
	u32 at;

	for (at = off; at < size && size - at >= PLOG_RECORD_HEAD + 2; at += PLOG_RECORD_ALIGN)
		if (plog_scan_begun(&rec, chunk, size, at, seed))
			return false;
	return plog_fix_blank(chunk + off, PLOG_RECORD_HEAD + 2) ||
	       !plog_scan_solve(&flips, chunk + off, size - off, seed ^ off, true, &seen, &budget);
}

bool plog_scan_walk(struct scan_walk *walk, const u8 *chunk, u32 size, u32 seed)
{
	u32 off = sizeof(struct plog_chunk);
	struct scan_record rec;

	memset(walk, 0, sizeof(*walk));
	for (; off < size && size - off > PLOG_RECORD_HEAD; off += rec.stride) {
		if (!plog_scan_record(&rec, chunk, size, off, seed))
			return size - off < PLOG_RECORD_HEAD + 2 ||
			       rest_empty(chunk, size, off, seed);
		plog_scan_count(walk, &rec);
	}
	return true;
}
