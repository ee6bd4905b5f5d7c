// SPDX-License-Identifier: BSD-2-Clause
/*
 * Repair of a record, whose length may be what is wrong.
 *
 * The head's own check tells flips in the head from flips in the payload: its
 * syndrome is the sum of what the flips in the head add to it, and of the flipped
 * bits of the check itself. So flips of the head are guessed by it first, a length
 * among them, and each guess leaves at most two flips of the payload to find, by
 * the CRC. Both have to fit: 48 bits decide, not 32.
 */
#include <pthread.h>

#include "scan_fix.h"

#define HASHED 16u          /* bytes under the check */
#define PLACES (8 * HASHED) /* 1 to 128: bits of the head, counted from its end */
#define CHECKS 16           /* 129 to 144: bits of the check */
#define LEN_PLACES 16       /* 1 to 16 are the length: it comes last */
#define LEN_AT 4u           /* where it is in a record, and behind it the check */
#define IDS_AT 8u

/* Places by what they add to the check. */
static struct {
	u8 first[65536];
	u8 next[PLACES + CHECKS + 1];
	u16 adds[PLACES + CHECKS + 1];
} tab;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static u16 fold(u32 crc)
{
	return (u16)(crc ^ crc >> 16);
}

static void tables_make(void)
{
	u32 place;

	plog_flip_init();
	for (place = 1; place <= PLACES + CHECKS; place++) {
		u16 adds = place <= PLACES ? fold(plog_flip_at((int)place))
					   : (u16)(1u << (place - PLACES - 1));

		tab.adds[place] = adds;
		tab.next[place] = tab.first[adds];
		tab.first[adds] = (u8)place;
	}
}

/**
 * struct search - a record that is looked for
 * @p:		its bytes
 * @room:	how many are there
 * @crc:	running CRC after the head as it stands
 * @len:	length as it stands
 * @budget:	bytes that may be read
 * @seen:	how much two flips can be trusted
 * @best:	the nearest solution
 * @several:	there are others as near
 */
struct search {
	const u8 *p;
	u32 room;
	u32 crc;
	u32 len;
	u64 *budget;
	const struct scan_evidence *seen;
	struct scan_flips best;
	bool several;
};

/* A place of the head or its check, as a bit of the record. */
static u32 head_bit(u32 place)
{
	u32 byte, bit = place - 1;

	if (place > PLACES)
		return 8 * (LEN_AT + 2) + place - PLACES - 1;
	byte = HASHED - 1 - bit / 8;
	byte = byte < HASHED - 2 ? IDS_AT + byte : LEN_AT + byte - (HASHED - 2);
	return 8 * byte + 7 - bit % 8;
}

/* A place under the CRC behind the head, or in the CRC. */
static u32 payload_bit(int place, u32 padded)
{
	u32 bit = (u32)(place - 1);

	if (place <= 0)
		return (u32)-place;
	return 8 * (padded - 1 - bit / 8) + 7 - bit % 8;
}

static void solution(struct search *s, const u32 *head, u32 heads, const int *place, u32 places,
		     u32 padded)
{
	struct scan_flips found = { .count = 0 };
	u32 i;

	for (i = 0; i < heads; i++)
		found.bit[found.count++] = head_bit(head[i]);
	for (i = 0; i < places; i++)
		found.bit[found.count++] = payload_bit(place[i], padded);
	if (s->best.count && found.count > s->best.count)
		return;
	s->several = s->best.count == found.count;
	s->best = found;
}

/* Given what is flipped in the head: is it one with the rest? */
static void guess_try(struct search *s, const u32 *head, u32 heads)
{
	u32 i, padded, tail, crc = s->crc, len = s->len;
	int place[FLIP_MAX];

	for (i = 0; i < heads; i++) {
		if (head[i] > PLACES)
			continue;
		crc ^= plog_flip_at((int)head[i]);
		if (head[i] <= LEN_PLACES)
			len ^= 1u << (head_bit(head[i]) - 8 * LEN_AT);
	}
	padded = (len + PLOG_RECORD_ALIGN - 1) & ~(PLOG_RECORD_ALIGN - 1);
	if (len < PLOG_RECORD_HEAD || padded > s->room || padded > *s->budget)
		return;
	*s->budget -= padded;
	tail = padded - PLOG_RECORD_HEAD;
	crc = plog_crc32c(crc, s->p + PLOG_RECORD_HEAD, tail) ^ scan_get32(s->p);
	if (!crc)
		solution(s, head, heads, NULL, 0, padded);
	else if (heads < FLIP_MAX && plog_flip_one(crc, 8 * tail, place))
		solution(s, head, heads, place, 1, padded);
	else if (!heads && plog_flip_trust(s->seen, 8 * tail) &&
		 plog_flip_two(crc, 8 * tail, place))
		solution(s, head, heads, place, 2, padded);
}

bool plog_scan_solve(struct scan_flips *flips, const u8 *p, u32 room, u32 seed, bool sure,
		     const struct scan_evidence *seen, u64 *budget)
{
	struct search s = { .p = p, .room = room, .budget = budget, .seen = seen };
	u32 head[FLIP_MAX];
	u64 hashed[2];
	u16 wrong;

	pthread_once(&once, tables_make);
	if (room < PLOG_RECORD_HEAD + 2)
		return false;
	s.len = scan_get16(p + 4);
	scan_head(hashed, p, s.len);
	s.crc = plog_crc32c(seed, hashed, sizeof(hashed));
	wrong = fold(s.crc) ^ scan_get16(p + 6);
	if (!wrong)
		guess_try(&s, NULL, 0);
	for (head[0] = tab.first[wrong]; head[0]; head[0] = tab.next[head[0]])
		guess_try(&s, head, 1);
	/* Two in the head: one record in many, and many guesses. */
	for (head[0] = 1; sure && head[0] <= PLACES + CHECKS; head[0]++)
		for (head[1] = tab.first[wrong ^ tab.adds[head[0]]]; head[1];
		     head[1] = tab.next[head[1]])
			if (head[1] < head[0])
				guess_try(&s, head, 2);
	*flips = s.best;
	return s.best.count && !s.several;
}
