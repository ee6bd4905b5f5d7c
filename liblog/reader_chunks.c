// SPDX-License-Identifier: BSD-2-Clause
/* All chunks of a window: heads first, records when the boots are known. */
#include <stdlib.h>

#include "reader.h"

#define HZ_MIN 1000 /* no such clock is slower */
#define NS_SHIFT 40
#define HZ_MAX 18000000000ULL /* below, a second's rest times 10^9 fits 64 bits */

int plog_reader_load_chunks(struct plog_reader *reader)
{
	const struct scan_layout *lay = &reader->win.layout;
	u64 room = reader->win.avail / lay->chunk_size + 1;
	struct scan_chunk head;
	u32 i;

	reader->chunk_count = room < lay->chunk_count ? (u32)room : lay->chunk_count;
	reader->chunks = calloc(reader->chunk_count, sizeof(*reader->chunks));
	if (!reader->chunks)
		return -ENOMEM;
	for (i = 0; i < reader->chunk_count; i++) {
		struct reader_chunk *chunk = &reader->chunks[i];

		chunk->boot_at = READER_NO_BOOT;
		if (!plog_scan_chunk(&reader->win, i, &head))
			continue;
		chunk->head = true;
		chunk->gen = head.gen;
		chunk->boot = head.boot;
		chunk->base = head.base;
		chunk->base_mono = head.base_mono;
		chunk->clock = head.clock;
		reader->heads_good++;
	}
	return 0;
}

u64 plog_reader_mono(const struct reader_chunk *chunk, u64 dt)
{
	u64 hz = chunk->hz;

	if (!hz)
		return chunk->base_mono + dt;
#ifdef __SIZEOF_INT128__
	return chunk->base_mono + (u64)((unsigned __int128)dt * chunk->ns_mult >> NS_SHIFT);
#else
	return chunk->base_mono + dt / hz * 1000000000ULL + dt % hz * 1000000000ULL / hz;
#endif
}

static void hz_set(struct reader_chunk *chunk, u64 hz)
{
	chunk->hz = hz = hz < HZ_MIN ? 0 : hz;
#ifdef __SIZEOF_INT128__
	/* Rounded up, so that whole nanoseconds stay whole; good to 1 us over 48 bits. */
	if (hz)
		chunk->ns_mult =
			(u64)((((unsigned __int128)1000000000 << NS_SHIFT) + hz - 1) / hz);
#endif
}

static void boot_note(struct reader_boot *boot, const struct reader_chunk *chunk)
{
	u64 last = plog_reader_mono(chunk, chunk->walk.last_dt);

	if (!boot->written || last > boot->last)
		boot->last = last;
	boot->written = true;
}

/* A lost base: from the time that its last record has at the latest. */
static void base_estimate(struct reader_chunk *chunk)
{
	u64 span = plog_reader_mono(chunk, chunk->walk.last_dt) - chunk->base_mono;
	u64 room = chunk->base_mono > chunk->floor ? chunk->base_mono - chunk->floor : 0;

	chunk->base_mono -= span < room ? span : room;
}

void plog_reader_walk_chunks(struct plog_reader *reader)
{
	u32 i, size = reader->win.layout.chunk_size;

	for (i = 0; i < reader->chunk_count; i++) {
		struct reader_chunk *chunk = &reader->chunks[i];
		struct reader_boot *boot;

		if (chunk->boot_at == READER_NO_BOOT)
			continue;
		boot = &reader->boots[chunk->boot_at];
		if (chunk->clock != PLOG_CLOCK_MONOTONIC && boot->hz <= HZ_MAX)
			hz_set(chunk, boot->hz);
		chunk->seed = plog_scan_seed(reader->win.salt, chunk->gen);
		plog_scan_walk(&chunk->walk, plog_scan_chunk_at(&reader->win, i), size,
			       chunk->seed);
		if (!chunk->walk.records)
			continue;
		if (chunk->ends)
			base_estimate(chunk);
		chunk->start = plog_reader_mono(chunk, chunk->walk.first_dt);
		boot_note(boot, chunk);
	}
}
