// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A chunk: its head, and a walk over its records. */
#include "core.h"

#define WALK_BUDGET 8u	/* times its size may be read for what only begins like a record */

bool plog_chunk_check(const struct plog_chunk *head, const struct plog_geometry *geo, u32 salt,
		      u32 index)
{
	struct plog_chunk h = *head;
	u64 gen = plog_get64(h.gen);

	if (!plog_magic_like(plog_get64(h.magic), PLOG_MAGIC_CHUNK_KEY))
		return false;
	h.magic = plog_set64(PLOG_MAGIC_CHUNK_KEY ^ PLOG_MAGIC_MASK);
	if (plog_crc32c(salt, &h, offsetof(struct plog_chunk, crc)) != plog_get32(h.crc))
		return false;
	return h.boot && gen && gen >> 48 == 0 && plog_mod64(gen, geo->chunk_count) == index;
}

static u64 record_dt(const struct plog_record *rec)
{
	plog_le64 dt = 0;

	memcpy(&dt, rec->dt, sizeof(rec->dt));
	return plog_get64(dt);
}

void plog_chunk_walk(const void *chunk, u32 size, u32 seed, struct plog_walk *walk)
{
	u32 off = sizeof(struct plog_chunk), spent = 0;

	memset(walk, 0, sizeof(*walk));
	walk->end = off;
	while (off + sizeof(struct plog_record) <= size && spent <= WALK_BUDGET * size) {
		const struct plog_record *rec = (const void *)((const u8 *)chunk + off);
		u32 begun = plog_record_begun(rec, size - off, seed ^ off);
		u32 len = begun ? plog_record_check(rec, size - off, seed ^ off) : 0;

		if (!len) {
			spent += begun;
			off += PLOG_RECORD_ALIGN;
			continue;
		}
		if (record_dt(rec) > walk->last_dt)
			walk->last_dt = record_dt(rec);
		walk->records++;
		walk->end = off + len;
		off += plog_record_stride(off, len, plog_get32(rec->ctx_attr) >> PLOG_ATTR_SHIFT);
	}
}
