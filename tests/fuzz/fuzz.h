/* SPDX-License-Identifier: BSD-2-Clause */
/* What the fuzz targets have in common. */
#ifndef PLOG_FUZZ_H
#define PLOG_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* What libFuzzer calls, and what it offers. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
				 size_t size2, uint8_t *out, size_t max_out, unsigned int seed);

/* Not assert(): must hold in every build, and its line must reach the log. */
#define FUZZ_CHECK(cond)                                                                           \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			fprintf(fuzz_err, "fuzz: %s:%d: not so: %s\n", __FILE__, __LINE__, #cond); \
			fflush(fuzz_err);                                                          \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* The real stderr; some targets put another one in its place. */
extern FILE *fuzz_err;

/**
 * fuzz_slow_note() - remember the slowest input, for a line at the end
 * @ns: that it took
 * @bytes: that it has
 */
void fuzz_slow_note(uint64_t ns, size_t bytes);

uint64_t fuzz_now(void);

/**
 * fuzz_guarded() - memory between two pages that cannot be touched
 * @n: bytes, whole pages
 *
 * Return: the page behind.
 */
uint8_t *fuzz_guarded(size_t n);

/**
 * fuzz_bytes_wanted() - a number of bytes such as 64K, by the C library
 * @text: all of it; digits, then at most one unit
 * @v: filled in
 *
 * Return: 0, -EINVAL or -ERANGE.
 */
int fuzz_bytes_wanted(const char *text, uint64_t *v);

/* A small generator: same seed, same numbers. */
struct fuzz_random {
	uint64_t state;
};

static inline uint32_t fuzz_random(struct fuzz_random *r)
{
	r->state ^= r->state << 13;
	r->state ^= r->state >> 7;
	r->state ^= r->state << 17;
	return (uint32_t)(r->state >> 32);
}

static inline uint32_t fuzz_below(struct fuzz_random *r, size_t n)
{
	return n ? (uint32_t)(fuzz_random(r) % n) : 0;
}

static inline struct fuzz_random fuzz_seeded(uint64_t seed)
{
	struct fuzz_random r = { (seed + 1) * 0x9e3779b97f4a7c15ULL };

	fuzz_random(&r);
	return r;
}

#endif
