// SPDX-License-Identifier: BSD-2-Clause
/*
 * The salt of a window without a superblock. A chunk's head holds its CRC and
 * all bytes under it, and each step of a CRC can be undone: what is left after
 * undoing them is the seed. Heads that are damaged each give another number,
 * good ones all the same.
 */
#include "scan.h"

#define POLY 0x82f63b78u
#define BALLOTS 8

struct ballot {
	u32 salt;
	u32 votes;
};

u32 plog_scan_crc_back(u32 crc, const u8 *p, size_t n)
{
	u32 bit, top;

	while (n--) {
		for (bit = 0; bit < 8; bit++) {
			/* The polynomial's top bit is set, so the top bit tells. */
			top = crc >> 31;
			crc = (top ? crc ^ POLY : crc) << 1 | top;
		}
		crc ^= p[n];
	}
	return crc;
}

static u32 head_salt(const u8 *p)
{
	struct plog_chunk head;

	memcpy(&head, p, sizeof(head));
	if (!scan_near(plog_get64(head.magic), PLOG_MAGIC_CHUNK_KEY))
		return 0;
	head.magic = plog_set64(PLOG_MAGIC_CHUNK_KEY ^ PLOG_MAGIC_MASK);
	return plog_scan_crc_back(plog_get32(head.crc), (const u8 *)&head,
				  offsetof(struct plog_chunk, crc));
}

/* Misra and Gries' frequent items: whoever has a ninth of the votes stays in. */
static void ballot_cast(struct ballot *box, u32 salt)
{
	u32 i, empty = BALLOTS;

	for (i = 0; i < BALLOTS; i++) {
		if (box[i].votes && box[i].salt == salt) {
			box[i].votes++;
			return;
		}
		if (!box[i].votes)
			empty = i;
	}
	if (empty < BALLOTS) {
		box[empty] = (struct ballot){ salt, 1 };
		return;
	}
	for (i = 0; i < BALLOTS; i++)
		box[i].votes--;
}

static void ballot_count(struct ballot *box, u32 salt)
{
	u32 i;

	for (i = 0; i < BALLOTS; i++)
		if (box[i].salt == salt)
			box[i].votes++;
}

u32 plog_scan_salt(const u8 *mem, u64 size, u32 *votes)
{
	struct ballot box[BALLOTS] = { { 0, 0 } };
	u32 i, salt, best = 0;
	u64 off;

	for (off = 0; off + PLOG_CHUNK_MIN <= size; off += PLOG_PAGE) {
		salt = head_salt(mem + off);
		if (salt)
			ballot_cast(box, salt);
	}
	for (i = 0; i < BALLOTS; i++)
		box[i].votes = 0;
	for (off = 0; off + PLOG_CHUNK_MIN <= size; off += PLOG_PAGE) {
		salt = head_salt(mem + off);
		if (salt)
			ballot_count(box, salt);
	}
	for (i = 1; i < BALLOTS; i++)
		if (box[i].votes > box[best].votes)
			best = i;
	*votes = box[best].votes;
	return *votes ? box[best].salt : 0;
}
