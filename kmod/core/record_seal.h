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

/* Both ids and the attributes, as they stand in a record. */
static inline u64 plog_record_ids(const struct plog_head *head)
{
	u32 ctx_attr = (head->ctx & PLOG_CTX_MASK) | head->attr << PLOG_ATTR_SHIFT;

	return head->site | (u64)ctx_attr << 32;
}

/**
 * plog_record_seal_by() - plog_record_seal() after padding
 * @words: the record, zeros behind its last byte
 * @len: bytes of head and payload
 * @ids: plog_record_ids()
 * @dt: 48 bits
 * @seed: as there
 * @crc32c: plog_crc32c(), or what does the same
 *
 * Stores whole words, also where two bytes of payload follow the head: what is
 * stored in parts and then loaded whole, for the copy, would wait until the
 * stores have retired.
 */
static __always_inline void plog_record_seal_by(plog_le64 *words, u32 len, u64 ids, u64 dt,
						u32 seed, plog_crc_fn crc32c)
{
	/* As the CRC sees them: ids, then time stamp and length. */
	plog_le64 head[2] = { plog_set64(ids), plog_set64(dt | (u64)len << 48) };
	u32 crc = crc32c(seed, head, sizeof(head));

	words[1] = head[0];
	words[2] = (words[2] & plog_set64(~0ULL << 48)) | plog_set64(dt);
	words[0] = plog_set64((u64)len << 32 | (u64)plog_record_fold(crc) << 48 |
			      crc32c(crc, (u8 *)words + PLOG_RECORD_HEAD,
				     plog_record_padded(len) - PLOG_RECORD_HEAD));
}

#endif
