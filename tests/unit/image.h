/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second writer, for the reader's tests: windows made byte by byte after
 * plog_format.h, so that they can also be made wrong. Shares with the product
 * the header and the CRC, and the core's default geometry.
 */
#ifndef PLOG_TEST_IMAGE_H
#define PLOG_TEST_IMAGE_H

#include "core/core.h"

#define IMAGE_SALT 0x5eed1234u

struct image {
	u8 *mem;
	u64 size;
	struct plog_geometry geo;
	u32 salt;
	u32 slots; /* dictionary slots used */
};

/* Where writing stands in a chunk. */
struct image_chunk {
	struct image *img;
	u8 *at;
	u64 gen;
	u32 off;
	u32 last; /* offset of the last record */
};

void image_make(struct image *img, u64 size);
void image_free(struct image *img);

/* Boot @boot with boot_id of sixteen bytes @boot, in a slot; times are CLOCK_MONOTONIC. */
void image_boot(struct image *img, u32 slot, u32 boot, u64 first_gen, u8 verdict);

struct image_chunk image_chunk(struct image *img, u64 gen, u32 boot, u64 base_mono);
/* The head again, with what it overwrote. */
void image_chunk_lost(struct image_chunk *c, u32 boot, u64 base_mono, u64 own, u32 other_boot,
		      u64 other);

void image_record(struct image_chunk *c, u32 site, u32 ctx, u32 attr, u64 dt, const void *payload,
		  u32 n);
/* Text of pid 42, thread 43 "comm", tag "tag", "file.c":7 "func". */
void image_text(struct image_chunk *c, u64 dt, u32 attr, const char *text);

/* Dictionary entry in both copies; @body ends with its NUL. Returns its offset in a copy. */
u32 image_dict(struct image *img, u8 type, u32 id, u32 pid, u32 tid, u32 line, const void *body,
	       u32 n);

/* Boot times on the image's clocks: real = mono + this. */
#define IMAGE_EPOCH 1700000000000000000ULL

#endif
