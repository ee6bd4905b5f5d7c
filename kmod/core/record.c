// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A record: sealed in private memory, copied into the window whole. */
#include "core.h"
#include "record_seal.h"

u32 plog_seed(u32 salt, u64 gen)
{
	plog_le64 le = plog_set64(gen);

	return plog_crc32c(salt, &le, sizeof(le));
}

/* The sixteen bytes that the head check covers, in the order of the CRC. */
static u32 head_crc(const struct plog_record *rec, u32 seed)
{
	plog_le64 v[2];

	memcpy(&v[0], (const u8 *)rec + offsetof(struct plog_record, site), 8);
	memcpy(&v[1], rec->dt, 6);
	memcpy((u8 *)&v[1] + 6, &rec->len, 2);
	return plog_crc32c(seed, v, sizeof(v));
}

u32 plog_record_seal(void *rec, u32 len, const struct plog_head *head, u32 seed)
{
	u32 total = plog_record_padded(len);

	plog_record_pad(rec, len, total);
	plog_record_seal_by(rec, len, plog_record_ids(head), head->dt, seed, plog_crc32c);
	return total;
}

u32 plog_record_begun(const void *rec, u32 room, u32 seed)
{
	const struct plog_record *r = rec;
	u32 len;

	if (room < sizeof(*r))
		return 0;
	len = plog_get16(r->len);
	if (len < PLOG_RECORD_HEAD || plog_record_padded(len) > room)
		return 0;
	return plog_record_fold(head_crc(r, seed)) == plog_get16(r->check) ? len : 0;
}

u32 plog_record_check(const void *rec, u32 room, u32 seed)
{
	const struct plog_record *r = rec;
	u32 len = plog_record_begun(rec, room, seed), crc;

	if (!len)
		return 0;
	crc = plog_crc32c(head_crc(r, seed), (const u8 *)rec + PLOG_RECORD_HEAD,
			  plog_record_padded(len) - PLOG_RECORD_HEAD);
	return crc == plog_get32(r->crc) ? len : 0;
}
