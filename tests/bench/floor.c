// SPDX-License-Identifier: BSD-2-Clause
/*
 * The floor: what a record of 40 bytes cannot do without. A time stamp, its
 * fields, a CRC32C, and a copy to a ring that belongs to the thread alone: no
 * sharing, no dictionary, no window, nothing that survives.
 */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "bench_ticks.h"
#include "floor_crc.h"

#define RECORD 40

struct ring {
	uint8_t *base;
	uint32_t at;
};

/* 4 CRC, 4 site and level, 8 time, 4 + 4 numbers, 16 text with its length */
struct record {
	uint32_t crc;
	uint32_t site;
	uint64_t time;
	int32_t i;
	int32_t us;
	char text[16];
};
_Static_assert(sizeof(struct record) == RECORD, "the reference record's size");

/* The compiler must not see through the loop: the arguments are the caller's. */
FLOOR_TARGET static inline void put(struct ring *ring, uint64_t now, int i, const char *from,
				    int us)
{
	struct record r = { .site = 0x6001, .time = now, .i = i, .us = us };
	size_t n = strlen(from);

	__asm__ volatile("" : "+r"(from), "+r"(n));
	memcpy(r.text, from, n < sizeof(r.text) ? n : sizeof(r.text));
	r.crc = floor_crc((const uint8_t *)&r + 4, RECORD - 4);
	memcpy(ring->base + ring->at, &r, RECORD);
	ring->at = ring->at + 2 * RECORD > BENCH_RING ? 0 : ring->at + RECORD;
	__asm__ volatile("" ::: "memory");
}

FLOOR_TARGET static void loop_tsc(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		put(t->own, bench_ticks(), (int)t->i, BENCH_FROM, BENCH_US(t->i));
}

FLOOR_TARGET static void loop_vdso(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		put(t->own, bench_ns(), (int)t->i, BENCH_FROM, BENCH_US(t->i));
}

static void loop_empty(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		__asm__ volatile("" ::: "memory");
}

static int floor_open(const char *variant, unsigned int threads)
{
	(void)variant;
	(void)threads;
	return 0;
}

static void floor_thread(struct bench_thread *t)
{
	struct ring *ring = calloc(1, sizeof(*ring));

	ring->base = aligned_alloc(64, BENCH_RING);
	memset(ring->base, 1, BENCH_RING);
	t->own = ring;
}

static const struct bench_variant variants[] = {
	{ "tsc", loop_tsc },
	{ "vdso", loop_vdso },
	{ "empty", loop_empty },
	{ 0 },
};

const struct bench_subject bench_subject = {
	.variants = variants,
	.open = floor_open,
	.thread = floor_thread,
};
