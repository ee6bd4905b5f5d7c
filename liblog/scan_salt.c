// SPDX-License-Identifier: BSD-2-Clause
/*
 * The salt of a window without a superblock. A chunk's head, or an entry of the
 * boot table, holds its CRC and all bytes under it, and each step of a CRC can be
 * undone: what is left after undoing them is the seed. Those that are damaged each
 * give another number, good ones all the same.
 */
#include "scan_fix.h"

#define POLY 0x82f63b78u
#define BALLOTS 8
#define VOTES_MIN 2 /* what is damaged votes as well: one witness is none */
#define VOUCH_BYTES 1024
#define HALF (sizeof(struct plog_boot) / 2)

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

typedef void (*vote_fn)(struct ballot *box, u32 salt);

static void vote(struct ballot *box, u32 salt, vote_fn fn)
{
	if (salt)
		fn(box, salt);
}

static const u8 *half_at(const struct scan_window *win, u32 copy, u32 index)
{
	return scan_at(win, win->layout.boot_off[copy] + (u64)index * HALF, HALF);
}

/* What stands in another place, too, is a copy or a pattern, and no second witness. */
static bool half_seen(const struct scan_window *win, u32 copy, u32 index, const u8 *half)
{
	u32 i, k, halves = 2 * win->layout.boot_slots;
	const u8 *p;

	for (i = 0; i <= copy; i++)
		for (k = 0; k < (i < copy ? halves : index); k++) {
			p = half_at(win, i, k);
			if (p && !memcmp(p, half, HALF))
				return true;
		}
	return false;
}

/* One copy of the boot table. */
static void votes_table(struct ballot *box, const struct scan_window *win, u32 copy, vote_fn fn)
{
	const u32 body = HALF - sizeof(plog_le32);
	const u8 *p;
	u32 i;

	for (i = 0; i < 2 * win->layout.boot_slots; i++) {
		p = half_at(win, copy, i);
		if (p && !plog_fix_blank(p, HALF) && !half_seen(win, copy, i, p))
			vote(box, plog_scan_crc_back(scan_get32(p + body), p, body), fn);
	}
}

/*
 * Do records say so, too? Their seed is made of the salt and the head's generation.
 * Heads that were torn alike can agree on a wrong salt, but no record agrees with them.
 */
static bool head_vouched(const u8 *p, u32 room, u32 salt)
{
	u64 gen = scan_get64(p + offsetof(struct plog_chunk, gen));
	struct scan_record rec;

	return plog_scan_next(&rec, p, room < VOUCH_BYTES ? room : VOUCH_BYTES,
			      sizeof(struct plog_chunk), plog_scan_seed(salt, gen));
}

static void votes_gather(struct ballot *box, const struct scan_window *win, vote_fn fn)
{
	u32 i, room, salt;
	const u8 *p;

	for (i = 0; i < win->layout.chunk_count; i++) {
		p = plog_scan_chunk_at(win, i, &room);
		salt = p ? head_salt(p) : 0;
		if (!salt || !head_vouched(p, room, salt))
			continue;
		/* Two witnesses: the head, and the record. */
		vote(box, salt, fn);
		vote(box, salt, fn);
	}
	for (i = 0; i < PLOG_TABLE_COPIES; i++)
		votes_table(box, win, i, fn);
}

u32 plog_scan_salt(struct scan_window *win)
{
	struct ballot box[BALLOTS] = { { 0, 0 } };
	u32 i, best = 0;

	/* Who may have won, then how many votes each of them really has. */
	votes_gather(box, win, ballot_cast);
	for (i = 0; i < BALLOTS; i++)
		box[i].votes = 0;
	votes_gather(box, win, ballot_count);
	for (i = 1; i < BALLOTS; i++)
		if (box[i].votes > box[best].votes)
			best = i;
	win->votes = box[best].votes;
	return win->votes >= VOTES_MIN ? box[best].salt : 0;
}
