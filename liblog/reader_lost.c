// SPDX-License-Identifier: BSD-2-Clause
/*
 * Chunks that lost their heads. Their records tell the generation; generations
 * are handed out in order of time over the whole window, so the neighbours in
 * that order tell the boot, and the time to within a chunk's span.
 */
#include <stdlib.h>

#include "reader.h"

#define NO_GEN (~0ULL)
#define GEN_MAX (1ULL << 48)
#define LAPS_BEHIND 4u /* laps tried though nobody was seen in them */

/* A generation, and the chunk or boot that it belongs to. */
struct near {
	u64 gen;
	u32 at;
};

/* Both in order of generations: chunks with a head, and where boots begin. */
struct known {
	struct near *chunks;
	struct near *boots;
	u32 chunk_count;
	u32 boot_count;
};

static int near_compare(const void *a, const void *b)
{
	const struct near *x = a, *y = b;

	return (x->gen > y->gen) - (x->gen < y->gen);
}

static void lap_add(struct scan_guess *guess, u64 lap)
{
	u32 i, at;

	for (at = 0; at < guess->count && guess->laps[at] >= lap; at++)
		if (guess->laps[at] == lap)
			return;
	if (at == SCAN_GUESSES)
		return;
	if (guess->count < SCAN_GUESSES)
		guess->count++;
	for (i = guess->count - 1; i > at; i--)
		guess->laps[i] = guess->laps[i - 1];
	guess->laps[at] = lap;
}

/*
 * An attach goes on two laps above the greatest generation it has found, so the
 * laps of a boot none of whose heads is left are up to three above the rest.
 */
static void guess_make(struct scan_guess *guess, const struct plog_reader *reader,
		       const struct known *known)
{
	u64 lap, laps = reader->win.layout.chunk_count;
	u32 i;

	memset(guess, 0, sizeof(*guess));
	for (i = 0; i < known->boot_count; i++)
		if (known->boots[i].gen < GEN_MAX - 4 * laps)
			lap_add(guess, known->boots[i].gen / laps);
	for (i = 0; i < known->chunk_count; i++)
		if (known->chunks[i].gen < GEN_MAX - 4 * laps)
			lap_add(guess, known->chunks[i].gen / laps);
	guess->known = guess->count;
	lap = guess->known ? guess->laps[0] : 0;
	for (i = 1; i <= 3; i++)
		lap_add(guess, lap + i);
	for (i = 0; i <= LAPS_BEHIND && i <= lap; i++)
		lap_add(guess, lap - i);
}

/* How many are below a generation, by bisection. */
static u32 near_below(const struct near *near, u32 count, u64 gen)
{
	u32 lo = 0, hi = count, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (near[mid].gen < gen)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The boot in whose span of generations it lies. */
static u32 boot_by_table(const struct known *known, u64 gen)
{
	u32 n = near_below(known->boots, known->boot_count, gen + 1);

	return n ? known->boots[n - 1].at : READER_NO_BOOT;
}

static void place_beside(struct reader_chunk *chunk, const struct reader_chunk *beside)
{
	chunk->base = beside->base;
	chunk->base_mono = beside->base_mono;
	chunk->clock = beside->clock;
}

static void place(struct plog_reader *reader, struct reader_chunk *chunk, u32 at,
		  const struct reader_chunk *below, const struct reader_chunk *above)
{
	const struct plog_boot_ident *ident;

	if (below && above && below->boot == above->boot)
		at = below->boot_at;
	else if (at == READER_NO_BOOT)
		at = below ? below->boot_at : above ? above->boot_at : 0;
	chunk->boot_at = at;
	chunk->boot = reader->boots[at].scan.boot;
	ident = &reader->boots[at].scan.entry.ident;
	if (above && above->boot == chunk->boot) {
		/* Most likely it was full when the one above was leased. */
		place_beside(chunk, above);
		chunk->ends = true;
		if (below && below->boot == chunk->boot) {
			chunk->floor = below->base_mono;
			chunk->floor_base = below->base;
		}
	} else if (below && below->boot == chunk->boot) {
		place_beside(chunk, below);
	} else if (reader->boots[at].scan.known) {
		chunk->base = plog_get64(ident->start.counter);
		chunk->base_mono = plog_get64(ident->start.mono);
		chunk->clock = (u8)plog_get16(ident->clock);
	}
}

/* A lap that nobody thought of: others may be of it, too. */
static bool lap_learn(struct scan_guess *guess, u64 lap)
{
	u32 i;

	for (i = 0; i < guess->count; i++)
		if (guess->laps[i] == lap)
			return false;
	lap_add(guess, lap);
	return true;
}

/* All that are not found yet; says whether another look might find more. */
static bool lost_look(struct plog_reader *reader, const struct known *known,
		      struct scan_guess *guess)
{
	bool learned = false;
	u32 i, n;

	for (i = 0; i < reader->chunk_count; i++) {
		struct reader_chunk *chunk = &reader->chunks[i];

		if (chunk->head || chunk->boot_at != READER_NO_BOOT)
			continue;
		chunk->gen = plog_scan_lost(&reader->win, i, guess);
		if (chunk->gen == NO_GEN)
			continue;
		n = near_below(known->chunks, known->chunk_count, chunk->gen);
		place(reader, chunk, boot_by_table(known, chunk->gen),
		      n ? &reader->chunks[known->chunks[n - 1].at] : NULL,
		      n < known->chunk_count ? &reader->chunks[known->chunks[n].at] : NULL);
		reader->heads_lost++;
		learned |= lap_learn(guess, chunk->gen / reader->win.layout.chunk_count);
	}
	return learned;
}

static void lost_find(struct plog_reader *reader, const struct known *known)
{
	struct scan_guess guess;

	guess_make(&guess, reader, known);
	if (!lost_look(reader, known, &guess))
		return;
	guess.known = true;
	lost_look(reader, known, &guess);
}

static void known_gather(struct known *known, const struct plog_reader *reader)
{
	u32 i;

	for (i = 0; i < reader->chunk_count; i++)
		if (reader->chunks[i].head)
			known->chunks[known->chunk_count++] =
				(struct near){ reader->chunks[i].gen, i };
	for (i = 0; i < reader->boot_count; i++)
		if (reader->boots[i].scan.known)
			known->boots[known->boot_count++] = (struct near){
				plog_get64(reader->boots[i].scan.entry.ident.first_gen), i
			};
	qsort(known->chunks, known->chunk_count, sizeof(*known->chunks), near_compare);
	qsort(known->boots, known->boot_count, sizeof(*known->boots), near_compare);
}

int plog_reader_load_lost(struct plog_reader *reader)
{
	struct known known = { .chunks = calloc(reader->heads_good + 1, sizeof(struct near)),
			       .boots = calloc(reader->boot_count + 1, sizeof(struct near)) };
	int err = -ENOMEM;

	if (known.chunks && known.boots) {
		known_gather(&known, reader);
		lost_find(reader, &known);
		err = 0;
	}
	free(known.chunks);
	free(known.boots);
	return err;
}
