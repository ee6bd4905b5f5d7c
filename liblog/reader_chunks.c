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
	struct scan_chunk head = { .gen = 0 };
	u32 i;

	reader->chunk_count = room < lay->chunk_count ? (u32)room : lay->chunk_count;
	reader->chunks = calloc(reader->chunk_count, sizeof(*reader->chunks));
	if (!reader->chunks)
		return -ENOMEM;
	for (i = 0; i < reader->chunk_count; i++) {
		struct reader_chunk *chunk = &reader->chunks[i];

		chunk->boot_at = READER_NO_BOOT;
		chunk->bytes = plog_scan_chunk_at(&reader->win, i, &chunk->size);
		if (!plog_scan_chunk(&reader->win, i, &head))
			continue;
		chunk->head = true;
		chunk->gen = head.gen;
		chunk->boot = head.boot;
		chunk->base = head.base;
		chunk->base_mono = head.base_mono;
		chunk->clock = head.clock;
		reader->heads_good++;
		reader->heads_repaired += head.flips > 0;
		reader->bits.flipped += (u32)head.flips;
		reader->bits.checked += 8 * sizeof(struct plog_chunk);
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

u64 plog_reader_key(const struct plog_reader *reader, const struct reader_chunk *chunk, u64 dt)
{
	return reader->boots[chunk->boot_at].counted ? chunk->base + dt
						     : plog_reader_mono(chunk, dt);
}

static void hz_set(struct reader_chunk *chunk, u64 hz)
{
	chunk->hz = hz = hz < HZ_MIN ? 0 : hz;
#ifdef __SIZEOF_INT128__
	/* Rounded up, so that whole nanoseconds stay whole; good to 1 us over 48 bits. */
	if (hz)
		chunk->ns_mult = (u64)((((unsigned __int128)1000000000 << NS_SHIFT) + hz - 1) / hz);
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
	u64 counts = chunk->base > chunk->floor_base ? chunk->base - chunk->floor_base : 0;

	chunk->base_mono -= span < room ? span : room;
	chunk->base -= chunk->walk.last_dt < counts ? chunk->walk.last_dt : counts;
}

/* What the fast walk stumbled over. Marks are kept where a record does not follow another. */
static int chunk_mend(struct plog_reader *reader, struct reader_chunk *chunk,
		      struct scan_scratch *scratch)
{
	struct scan_marks *marks = malloc(sizeof(*marks));

	if (!marks)
		return -ENOMEM;
	plog_scan_mend(&chunk->walk, marks, scratch, &reader->bits, chunk->bytes, chunk->size,
		       chunk->seed);
	if (!chunk->walk.repaired && !chunk->walk.damaged && !chunk->walk.unfinished) {
		free(marks);
		return 0;
	}
	chunk->marks = marks;
	if (!chunk->walk.repaired)
		return 0;
	chunk->fixed = malloc(chunk->size);
	if (!chunk->fixed)
		return -ENOMEM;
	memcpy(chunk->fixed, scratch->copy, chunk->size);
	chunk->bytes = chunk->fixed;
	return 0;
}

static int chunk_walk(struct plog_reader *reader, struct reader_chunk *chunk,
		      struct scan_scratch *scratch)
{
	struct reader_boot *boot = &reader->boots[chunk->boot_at];
	int err = 0;

	if (chunk->clock != PLOG_CLOCK_MONOTONIC && boot->hz <= HZ_MAX)
		hz_set(chunk, boot->hz);
	chunk->seed = plog_scan_seed(reader->win.salt, chunk->gen);
	if (!plog_scan_walk(&chunk->walk, chunk->bytes, chunk->size, chunk->seed))
		err = chunk_mend(reader, chunk, scratch);
	else
		reader->bits.checked += 8 * (u64)(chunk->walk.end - chunk->walk.first);
	if (chunk->walk.records && chunk->ends)
		base_estimate(chunk);
	chunk->start = plog_reader_key(reader, chunk, chunk->walk.first_dt);
	if (!chunk->walk.records)
		return err;
	boot_note(boot, chunk);
	return err;
}

int plog_reader_walk_chunks(struct plog_reader *reader)
{
	struct scan_scratch *scratch = malloc(sizeof(*scratch));
	u32 i;
	int err = scratch ? 0 : -ENOMEM;

	for (i = 0; i < reader->chunk_count && !err; i++)
		if (reader->chunks[i].boot_at != READER_NO_BOOT)
			err = chunk_walk(reader, &reader->chunks[i], scratch);
	free(scratch);
	return err;
}

/* Something was written here, and is not valid: what can be shown of it. */
static void damaged_peek(const struct reader_chunk *chunk, u32 off, struct scan_record *rec)
{
	const struct scan_marks *marks = chunk->marks;
	u32 end =
		plog_marks_next(marks->start, marks->damaged, off + PLOG_RECORD_ALIGN, chunk->size);

	if (plog_scan_begun(rec, chunk->bytes, end, off, chunk->seed)) {
		rec->stride = rec->stride < end - off ? rec->stride : end - off;
		return;
	}
	/* Not even its head: a text of nobody, at the time of the record before. */
	*rec = (struct scan_record){ .payload = chunk->bytes + off,
				     .payload_len = (u16)(end - off - (end - off == 65536)),
				     .off = off,
				     .stride = end - off,
				     .dt = chunk->rec.dt,
				     .ctx = READER_RAW,
				     .attr = PLOG_ATTR_TEXT | READER_RAW_LEVEL };
}

bool plog_reader_peek(const struct plog_reader *reader, const struct reader_chunk *chunk, u32 off,
		      struct scan_record *rec, u8 *verdict)
{
	const struct scan_marks *marks = chunk->marks;

	*verdict = PLOG_VERDICT_INTACT;
	if (marks && reader->show_damaged && plog_marks_get(marks->damaged, off)) {
		*verdict = PLOG_VERDICT_DAMAGED;
		damaged_peek(chunk, off, rec);
		return true;
	}
	if (marks && !plog_marks_get(marks->start, off))
		return false;
	if (marks && plog_marks_get(marks->repaired, off))
		*verdict = PLOG_VERDICT_REPAIRED;
	return plog_scan_record(rec, chunk->bytes, chunk->size, off, chunk->seed);
}

bool plog_reader_step(const struct plog_reader *reader, struct reader_chunk *chunk, u32 off)
{
	const struct scan_marks *marks = chunk->marks;

	if (marks)
		off = plog_marks_next(marks->start,
				      reader->show_damaged ? marks->damaged : marks->start, off,
				      chunk->size);
	else if (off >= chunk->walk.end)
		return false;
	return off < chunk->size &&
	       plog_reader_peek(reader, chunk, off, &chunk->rec, &chunk->verdict);
}
