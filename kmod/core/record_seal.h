/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sealing, for whoever brings the CRC: the library's hot path inlines it with the
 * CPU's instruction, everybody else calls plog_record_seal().
 */
#ifndef PLOG_CORE_RECORD_SEAL_H
#define PLOG_CORE_RECORD_SEAL_H

#include "core.h"

typedef u32 (*plog_crc_fn)(u32 crc, const void *p, size_t n);

static inline u32 plog_record_padded(u32 len)
{
	return (len + PLOG_RECORD_ALIGN - 1) & ~(PLOG_RECORD_ALIGN - 1);
}

/* The running CRC after the head, folded to the head check. */
static inline u16 plog_record_fold(u32 crc)
{
	return (u16)(crc ^ crc >> 16);
}

/* Zeros behind a record's last byte, by one aligned word. */
static inline void plog_record_pad(void *rec, u32 len, u32 total)
{
	u8 *last = (u8 *)rec + total - sizeof(plog_le64);
	plog_le64 word;

	if (len == total)
		return;
	memcpy(&word, last, sizeof(word));
	word &= plog_set64(~0ULL >> 8 * (total - len));
	memcpy(last, &word, sizeof(word));
}

static __always_inline u32 plog_record_seal_by(void *rec, u32 len, const struct plog_head *head,
					       u32 seed, plog_crc_fn crc32c)
{
	u32 total = plog_record_padded(len), crc;
	u64 ids = head->site | (u64)((head->ctx & PLOG_CTX_MASK) |
				     head->attr << PLOG_ATTR_SHIFT) << 32;
	/* As the CRC sees them: ids, then time stamp and length. */
	plog_le64 v[2] = { plog_set64(ids), plog_set64(head->dt | (u64)len << 48) };
	plog_le64 word;

	plog_record_pad(rec, len, total);
	crc = crc32c(seed, v, sizeof(v));
	memcpy((u8 *)rec + offsetof(struct plog_record, site), &v[0], sizeof(v[0]));
	memcpy((u8 *)rec + offsetof(struct plog_record, dt), &v[1], 6);
	word = plog_set64((u64)len << 32 | (u64)plog_record_fold(crc) << 48 |
			  crc32c(crc, (u8 *)rec + PLOG_RECORD_HEAD, total - PLOG_RECORD_HEAD));
	memcpy(rec, &word, sizeof(word));
	return total;
}

#endif
