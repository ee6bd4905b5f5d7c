// SPDX-License-Identifier: BSD-2-Clause
/*
 * The merge. Records of a chunk are in order of time, so a boot's records are a
 * merge of its chunks. A chunk joins when its first record is due, so the heap
 * holds about as many chunks as there were lanes. Equal times are ordered by
 * generation, which keeps a lane's chunks in their order.
 */
#include <stdlib.h>

#include "reader.h"

struct sort_key {
	u64 start;
	u64 gen;
	u32 boot_at;
	u32 chunk;
};

static int sort_compare(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;

	if (x->boot_at != y->boot_at)
		return x->boot_at < y->boot_at ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->gen > y->gen) - (x->gen < y->gen);
}

static u32 sort_gather(const struct plog_reader *reader, struct sort_key *key)
{
	u32 i, n = 0;

	for (i = 0; i < reader->chunk_count; i++) {
		const struct reader_chunk *c = &reader->chunks[i];

		if (c->walk.records || c->walk.damaged || c->walk.unfinished)
			key[n++] = (struct sort_key){ c->start, c->gen, c->boot_at, i };
	}
	return n;
}

int plog_reader_sort(struct plog_reader *reader)
{
	u32 i, n, room = reader->chunk_count;
	struct sort_key *key = calloc(room, sizeof(*key));

	reader->order = calloc(room, sizeof(*reader->order));
	reader->heap = calloc(room, sizeof(*reader->heap));
	if (!key || !reader->order || !reader->heap) {
		free(key);
		return -ENOMEM;
	}
	n = sort_gather(reader, key);
	qsort(key, n, sizeof(*key), sort_compare);
	for (i = 0; i < n; i++) {
		struct reader_boot *boot = &reader->boots[key[i].boot_at];

		if (!boot->count++)
			boot->first = i;
		reader->order[i] = key[i].chunk;
	}
	reader->ordered = n;
	free(key);
	return 0;
}

static bool front_before(const struct reader_front *a, const struct reader_front *b)
{
	return a->key != b->key ? a->key < b->key : a->gen < b->gen;
}

static u32 heap_child(const struct reader_front *heap, u32 n, u32 at)
{
	u32 child = 2 * at + 1;

	return child + (child + 1 < n && front_before(&heap[child + 1], &heap[child]));
}

static void heap_down(struct reader_front *heap, u32 n)
{
	struct reader_front moved;
	u32 at = 0, child;

	/* Mostly the next record is of the same chunk: nothing is copied then. */
	if (n < 2 || !front_before(&heap[heap_child(heap, n, 0)], &heap[0]))
		return;
	moved = heap[0];
	while (2 * at + 1 < n) {
		child = heap_child(heap, n, at);
		if (!front_before(&heap[child], &moved))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = moved;
}

static void heap_push(struct reader_front *heap, u32 at, struct reader_front front)
{
	while (at && front_before(&front, &heap[(at - 1) / 2])) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = front;
}

static bool chunk_step(struct plog_reader *reader, u32 index, u32 off)
{
	struct reader_chunk *chunk = &reader->chunks[index];
	u64 key;

	if (!plog_reader_step(reader, chunk, off))
		return false;
	/* Within a chunk the order is that of writing, whatever the time stamps say. */
	key = plog_reader_key(reader, chunk, chunk->rec.dt);
	if (key > chunk->key)
		chunk->key = key;
	return true;
}

/* Chunks whose first record may be the next one join. */
static void merge_feed(struct plog_reader *reader)
{
	while (reader->pending < reader->pending_end) {
		u32 index = reader->order[reader->pending];
		struct reader_chunk *chunk = &reader->chunks[index];

		if (reader->heaped && chunk->start > reader->heap[0].key)
			return;
		reader->pending++;
		chunk->key = chunk->start;
		chunk->rec.dt = 0;
		if (chunk_step(reader, index, sizeof(struct plog_chunk)))
			heap_push(reader->heap, reader->heaped++,
				  (struct reader_front){ chunk->key, chunk->gen, index });
	}
}

static void boot_begin(struct plog_reader *reader)
{
	const struct reader_boot *boot;

	reader->heaped = 0;
	reader->pending = reader->pending_end = 0;
	if (reader->boot_now >= reader->boot_end)
		return;
	boot = &reader->boots[reader->boot_now];
	reader->pending = boot->first;
	reader->pending_end = boot->first + boot->count;
}

void plog_reader_select(struct plog_reader *reader, uint32_t first, uint32_t count)
{
	reader->boot_now = first < reader->boot_count ? first : reader->boot_count;
	reader->boot_end = reader->boot_count - reader->boot_now < count ? reader->boot_count
									 : reader->boot_now + count;
	reader->selected = true;
	boot_begin(reader);
}

bool plog_reader_next(struct plog_reader *reader, struct plog_reader_record *record)
{
	struct reader_front *top = reader->heap;
	struct reader_chunk *chunk;

	if (!reader->selected)
		plog_reader_select(reader, 0, ~0u);
	for (;;) {
		merge_feed(reader);
		if (reader->heaped)
			break;
		if (reader->boot_now >= reader->boot_end)
			return false;
		reader->boot_now++;
		boot_begin(reader);
	}
	chunk = &reader->chunks[top->chunk];
	plog_reader_decode(reader, chunk, &chunk->rec, chunk->verdict, record);
	if (chunk_step(reader, top->chunk, chunk->rec.off + chunk->rec.stride))
		top->key = chunk->key;
	else
		*top = reader->heap[--reader->heaped];
	heap_down(reader->heap, reader->heaped);
	return true;
}

bool plog_reader_at(struct plog_reader *reader, uint64_t seq, struct plog_reader_record *record)
{
	const struct reader_chunk *chunk;
	u32 index, off = seq & 0xffff;
	struct scan_record rec;
	u8 verdict;

	if (!reader->chunk_count || off % PLOG_RECORD_ALIGN)
		return false;
	index = (u32)((seq >> 16) % reader->win.layout.chunk_count);
	if (index >= reader->chunk_count)
		return false;
	chunk = &reader->chunks[index];
	if (chunk->gen != seq >> 16 || off < sizeof(struct plog_chunk) || off >= chunk->size ||
	    !plog_reader_peek(reader, chunk, off, &rec, &verdict))
		return false;
	plog_reader_decode(reader, chunk, &rec, verdict, record);
	return true;
}
