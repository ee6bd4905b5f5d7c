// SPDX-License-Identifier: BSD-2-Clause
/*
 * Records. Validity is all there is: a record is what carries the right CRC for
 * this generation of this chunk at this offset. Nothing is reached by a length
 * of a record that is not valid, so hostile lengths cost nothing.
 */
#include "scan.h"

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

bool plog_scan_record(struct scan_record *rec, const u8 *chunk, u32 size, u32 off, u32 seed)
{
	const u8 *p = chunk + off;
	u64 head[2];
	u32 word, len, padded, crc, ctx_attr;

	if (size - off < PLOG_RECORD_HEAD + 2)
		return false;
	word = scan_get32(p + 4);
	len = word & 0xffff;
	padded = align_up(len, PLOG_RECORD_ALIGN);
	if (len < PLOG_RECORD_HEAD || padded > size - off)
		return false;
	scan_head(head, p, len);
	crc = plog_crc32c(seed ^ off, head, sizeof(head));
	if (check_fold(crc) != word >> 16)
		return false;
	crc = plog_crc32c(crc, p + PLOG_RECORD_HEAD, padded - PLOG_RECORD_HEAD);
	if (crc != scan_get32(p))
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

bool plog_scan_next(struct scan_record *rec, const u8 *chunk, u32 end, u32 off, u32 seed)
{
	for (; off < end && end - off > PLOG_RECORD_HEAD; off += PLOG_RECORD_ALIGN)
		if (plog_scan_record(rec, chunk, end, off, seed))
			return true;
	return false;
}

void plog_scan_walk(struct scan_walk *walk, const u8 *chunk, u32 size, u32 seed)
{
	u32 off = sizeof(struct plog_chunk);
	struct scan_record rec;

	memset(walk, 0, sizeof(*walk));
	while (off < size && plog_scan_next(&rec, chunk, size, off, seed)) {
		/* Between two valid records, or before the first, nothing is unwritten. */
		walk->damaged += rec.off != off;
		if (!walk->records++) {
			walk->first = rec.off;
			walk->first_dt = rec.dt;
		}
		if (rec.dt > walk->last_dt)
			walk->last_dt = rec.dt;
		off = rec.off + rec.stride;
		walk->end =
			rec.off + align_up(PLOG_RECORD_HEAD + rec.payload_len, PLOG_RECORD_ALIGN);
	}
}
