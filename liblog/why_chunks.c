// SPDX-License-Identifier: BSD-2-Clause
/*
 * Chunks: which have been used, and what is left of them.
 *
 * Generations are handed out one by one, so between two of a boot each chunk has
 * been leased, or was somebody's already. But an attach goes on more than two laps
 * above what it found, and the same boot may attach again: between generations
 * that far apart nothing is certain. What has not been leased since the window was
 * formatted may hold anything.
 */
#include <stdlib.h>

#include "why.h"

#define LAPS_PLAUSIBLE 60000u /* an attach that missed heads goes on further above */
#define NEAR_FLIPS 16
#define CERTAIN 1
#define RECENT 2 /* leased while the snapshot was taken, perhaps */

/**
 * struct point - a generation of a boot
 * @gen:	generation
 * @boot:	position of the boot
 * @leased:	it was leased; otherwise the boot began with it
 */
struct point {
	u64 gen;
	u32 boot;
	bool leased;
};

static int point_compare(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	if (x->boot != y->boot)
		return x->boot < y->boot ? -1 : 1;
	return (x->gen > y->gen) - (x->gen < y->gen);
}

static u64 first_gen(const struct reader_boot *boot)
{
	return plog_get64(boot->scan.entry.ident.first_gen);
}

/* Where boots began; the next one, two laps above the greatest generation it found. */
static u32 points_of_table(const struct plog_reader *reader, struct point *point)
{
	u64 laps = 2ULL * reader->win.layout.chunk_count, first, next;
	u32 i, n = 0;

	for (i = 0; i < reader->boot_count; i++) {
		const struct reader_boot *boot = &reader->boots[i];

		if (!boot->scan.known)
			continue;
		first = first_gen(boot);
		point[n++] = (struct point){ first, i, false };
		if (i + 1 == reader->boot_count || !boot[1].scan.known ||
		    boot[1].scan.boot != boot->scan.boot + 1)
			continue;
		next = first_gen(boot + 1);
		/* When they are equal, it may be the table's number and no chunk's. */
		if (next > first + laps + 1 && (next - first) / laps < LAPS_PLAUSIBLE)
			point[n++] = (struct point){ next - laps - 1, i, true };
	}
	return n;
}

static u32 points_of_chunks(const struct plog_reader *reader, struct point *point)
{
	u32 i, n = 0;

	for (i = 0; i < reader->chunk_count; i++) {
		const struct reader_chunk *chunk = &reader->chunks[i];

		if ((chunk->head || chunk->walk.records) && chunk->boot_at < reader->boot_count)
			point[n++] = (struct point){ chunk->gen, chunk->boot_at, true };
	}
	return n;
}

/* Chunks @from to @to, those of them that are there. */
static void range_mark(int *delta, u32 there, u64 from, u64 to)
{
	if (from >= there)
		return;
	delta[from]++;
	delta[to + 1 < there ? to + 1 : there]--;
}

static void span_mark(int *delta, u32 there, u64 first, u64 last, u64 count)
{
	u64 from = first % count, to = last % count;

	if (last - first >= count - 1) {
		range_mark(delta, there, 0, there - 1);
	} else if (from <= to) {
		range_mark(delta, there, from, to);
	} else {
		range_mark(delta, there, from, count - 1);
		range_mark(delta, there, 0, to);
	}
}

static void points_mark(int *delta, u32 there, const struct point *point, u32 n, u64 count)
{
	u32 i;

	for (i = 0; i < n; i++) {
		if (point[i].leased)
			span_mark(delta, there, point[i].gen, point[i].gen, count);
		if (i && point[i].leased && point[i - 1].boot == point[i].boot &&
		    point[i].gen - point[i - 1].gen <= 2 * count)
			span_mark(delta, there, point[i - 1].gen, point[i].gen, count);
	}
}

/* The newest boot's last leases, as many as there may be lanes. */
static void recent_mark(const struct plog_reader *reader, const struct point *last, u8 *leased)
{
	u32 count = reader->win.layout.chunk_count, i, at;

	for (i = 0; last->leased && i <= count / 8 && i <= last->gen; i++) {
		at = (u32)((last->gen - i) % count);
		if (at < reader->chunk_count && leased[at])
			leased[at] = RECENT;
	}
}

int plog_why_leases(const struct plog_reader *reader, u8 *leased)
{
	u32 there = reader->chunk_count, i, n;
	size_t room = 2 * (size_t)reader->boot_count + there + 1;
	struct point *point = calloc(room, sizeof(*point));
	int *delta = calloc((size_t)there + 1, sizeof(*delta)), depth = 0;
	int err = -ENOMEM;

	if (point && delta && there) {
		n = points_of_table(reader, point);
		n += points_of_chunks(reader, point + n);
		qsort(point, n, sizeof(*point), point_compare);
		points_mark(delta, there, point, n, reader->win.layout.chunk_count);
		for (i = 0; i < there; i++) {
			depth += delta[i];
			leased[i] = depth > 0 ? CERTAIN : 0;
		}
		if (n)
			recent_mark(reader, &point[n - 1], leased);
		err = 0;
	}
	free(point);
	free(delta);
	return err;
}

/* --- a chunk --- */

struct piece {
	struct why *why;
	const u8 *p;
	u64 off;     /* in the window */
	u32 size;    /* that is there */
	u32 covered; /* a bit a page: a valid record is in it */
};

static u32 page_room(const struct piece *piece, u32 page)
{
	u32 left = piece->size - page * PLOG_PAGE;

	return left < PLOG_PAGE ? left : PLOG_PAGE;
}

static void page_bad(const struct piece *piece, u32 page)
{
	u32 from = page * PLOG_PAGE;

	plog_why_bad(&piece->why->pages, piece->off + from, piece->p + from,
		     page_room(piece, page));
}

static void page_worn(const struct piece *piece, u32 page)
{
	u32 from = page * PLOG_PAGE;

	plog_why_worn(&piece->why->pages, piece->off + from, piece->p + from,
		      page_room(piece, page));
}

static void page_good(const struct piece *piece, u32 page)
{
	plog_why_good(&piece->why->pages, piece->off + page * PLOG_PAGE);
}

static u32 pages_between(u32 from, u32 to)
{
	return (2u << to / PLOG_PAGE) - (1u << from / PLOG_PAGE);
}

/* Repaired records are valid in the reader's bytes. */
static void cover(struct piece *piece, const struct reader_chunk *chunk)
{
	u32 off = sizeof(struct plog_chunk);
	struct scan_record rec;

	while (off < chunk->size &&
	       plog_scan_next(&rec, chunk->bytes, chunk->size, off, chunk->seed)) {
		piece->covered |=
			pages_between(rec.off, rec.off + PLOG_RECORD_HEAD + rec.payload_len - 1);
		off = rec.off + rec.stride;
	}
}

static bool nobody_s(const struct why_look *look)
{
	return look->type || (look->kind != WHY_DATA && look->kind != WHY_TEXT);
}

/*
 * A record whose head is valid and that goes on in a page which is none of
 * plog's: with that page, records of this chunk are lost. The page, or 0.
 */
static u32 cut_off(const struct piece *piece, const struct reader_chunk *chunk, u32 off)
{
	u32 next = (off / PLOG_PAGE + 1) * PLOG_PAGE;
	struct scan_record rec;
	struct why_look look;

	if (next >= piece->size ||
	    !plog_scan_begun(&rec, chunk->bytes, chunk->size, off, chunk->seed) ||
	    off + PLOG_RECORD_HEAD + rec.payload_len <= next)
		return 0;
	plog_why_page(&look, piece->p + next, page_room(piece, next / PLOG_PAGE));
	return nobody_s(&look) ? next / PLOG_PAGE : 0;
}

static u32 end_is_cut(const struct piece *piece, const struct reader_chunk *chunk)
{
	u32 page;

	u32 end = chunk->walk.end ? chunk->walk.end : (u32)sizeof(struct plog_chunk);
	u32 line = (end + PLOG_LINE - 1) & ~(PLOG_LINE - 1);

	page = cut_off(piece, chunk, end);
	return page || line == end ? page : cut_off(piece, chunk, line);
}

/* It was followed by records, for another chunk was leased since. */
static void rest_bad(const struct piece *piece, u32 page)
{
	struct why_look look;

	for (; page * PLOG_PAGE < piece->size; page++) {
		plog_why_page(&look, piece->p + page * PLOG_PAGE, page_room(piece, page));
		if (!nobody_s(&look))
			return;
		page_bad(piece, page);
	}
}

static enum plog_chunk_state state_of_records(struct piece *piece, const struct reader_chunk *chunk,
					      bool recent)
{
	u32 page, end = chunk->walk.end ? chunk->walk.end - 1 : 0;
	u32 cut = recent ? 0 : end_is_cut(piece, chunk);

	if (chunk->walk.damaged || cut)
		cover(piece, chunk);
	else
		piece->covered = pages_between(0, end);
	if (chunk->head)
		piece->covered |= 1;
	for (page = 0; page * PLOG_PAGE <= end; page++) {
		if (piece->covered >> page & 1)
			page_good(piece, page);
		else
			page_bad(piece, page);
	}
	if (cut)
		rest_bad(piece, cut);
	piece->why->stretches += chunk->walk.damaged;
	piece->why->torn += chunk->walk.damaged || cut;
	if (!chunk->head) {
		piece->why->heads_lost++;
		return PLOG_CHUNK_HEADLESS;
	}
	return chunk->walk.damaged || cut ? PLOG_CHUNK_PARTLY : PLOG_CHUNK_WHOLE;
}

/* Is what should be the magic word nearly that? */
static bool magic_near(struct why *why, const u8 *p)
{
	u64 key = PLOG_MAGIC_CHUNK_KEY ^ PLOG_MAGIC_MASK, word = scan_get64(p);
	u32 flips = (u32)__builtin_popcountll(word ^ key);

	if (flips > NEAR_FLIPS)
		return false;
	why->bits.ones += (u64)__builtin_popcountll(key);
	why->bits.ones_lost += (u64)__builtin_popcountll(key & ~word);
	why->bits.zeros += (u64)__builtin_popcountll(~key);
	why->bits.zeros_lost += (u64)__builtin_popcountll(~key & word);
	return true;
}

static enum plog_chunk_state state_of_nothing(struct piece *piece, u8 leased)
{
	bool zeros = plog_why_blank(piece->p, piece->size, 0), worn;
	u32 page;

	if (!leased || (leased == RECENT && zeros))
		return zeros ? PLOG_CHUNK_BLANK : PLOG_CHUNK_UNUSED;
	worn = magic_near(piece->why, piece->p);
	piece->why->heads_lost++;
	for (page = 0; page * PLOG_PAGE < piece->size; page++) {
		if (worn)
			page_worn(piece, page);
		else
			page_bad(piece, page);
	}
	if (zeros)
		return PLOG_CHUNK_ZEROED;
	if (plog_why_blank(piece->p, piece->size, 0xff))
		return PLOG_CHUNK_ONES;
	return worn ? PLOG_CHUNK_PARTLY : PLOG_CHUNK_FOREIGN;
}

enum plog_chunk_state plog_why_chunk(struct why *why, const struct plog_reader *reader, u32 index,
				     u8 leased)
{
	const struct reader_chunk *chunk = &reader->chunks[index];
	struct piece piece = { .why = why };

	/* Of a cut image the last chunk may be there in part. */
	piece.p = plog_scan_chunk_at(&reader->win, index, &piece.size);

	if (!piece.p)
		return PLOG_CHUNK_UNREAD;
	piece.off = (u64)(piece.p - reader->win.base);
	why->records += chunk->walk.records;
	if (chunk->head || chunk->walk.records)
		return state_of_records(&piece, chunk, leased == RECENT);
	return state_of_nothing(&piece, leased);
}
