/* SPDX-License-Identifier: BSD-2-Clause */
/* A number for each of some generations: a hash table. */
#ifndef LOGDUMP_MARKS_H
#define LOGDUMP_MARKS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct mark - of a chunk
 * @gen:	its generation
 * @offset:	in it, not 0; 0: a free place of the table
 */
struct mark {
	uint64_t gen;
	uint32_t offset;
};

/**
 * struct marks - a table; zeros: an empty one
 * @place:	places, open addressing
 * @room:	how many, a power of two
 * @count:	how many are taken
 */
struct marks {
	struct mark *place;
	size_t room;
	size_t count;
};

/**
 * marks_get() - the offset of a generation, or 0
 */
uint32_t marks_get(const struct marks *marks, uint64_t gen);

/**
 * marks_set() - change it
 *
 * Return: 0 or -ENOMEM.
 */
int marks_set(struct marks *marks, uint64_t gen, uint32_t offset);

void marks_free(struct marks *marks);

#endif
