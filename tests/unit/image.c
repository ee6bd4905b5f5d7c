// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>

#include "image.h"

static void put16(u8 *p, u32 v)
{
	p[0] = (u8)v;
	p[1] = (u8)(v >> 8);
}

static void put32(u8 *p, u32 v)
{
	put16(p, v);
	put16(p + 2, v >> 16);
}

static void put64(u8 *p, u64 v)
{
	put32(p, (u32)v);
	put32(p + 4, (u32)(v >> 32));
}

static void super_put(struct image *img, u32 copy)
{
	u8 *p = img->mem + img->geo.super_off[copy];
	u32 i;

	memset(p, 0, 512);
	put64(p, PLOG_MAGIC_SUPER_KEY ^ PLOG_MAGIC_MASK);
	put16(p + 8, 1);
	put32(p + 12, 512);
	memset(p + 16, 0xab, 16);
	put32(p + 32, img->salt);
	put32(p + 36, copy);
	put64(p + 40, img->geo.size);
	put64(p + 56, IMAGE_EPOCH);
	put32(p + 64, img->geo.chunk_size);
	put32(p + 68, img->geo.chunk_count);
	put32(p + 72, img->geo.chunk_split);
	put32(p + 76, img->geo.boot_slots);
	for (i = 0; i < 3; i++)
		put64(p + 80 + 8 * i, img->geo.super_off[i]);
	for (i = 0; i < 2; i++) {
		put64(p + 104 + 8 * i, img->geo.boot_off[i]);
		put64(p + 120 + 8 * i, img->geo.dict_off[i]);
		put64(p + 136 + 8 * i, img->geo.chunk_off[i]);
	}
	put32(p + 152, img->geo.dict_size);
	put32(p + 508, plog_crc32c(0xffffffff, p, 508));
}

void image_make(struct image *img, u64 size)
{
	u32 i;

	memset(img, 0, sizeof(*img));
	if (plog_geometry_make(&img->geo, size))
		abort();
	img->size = size;
	img->salt = IMAGE_SALT;
	img->mem = calloc(1, size);
	if (!img->mem)
		abort();
	for (i = 0; i < 3; i++)
		super_put(img, i);
}

void image_free(struct image *img)
{
	free(img->mem);
	img->mem = NULL;
}

static void anchor_put(u8 *p, u64 mono)
{
	put64(p, mono);
	put64(p + 8, mono);
	put64(p + 16, mono);
	put64(p + 24, mono + IMAGE_EPOCH);
}

void image_boot(struct image *img, u32 slot, u32 boot, u64 first_gen, u8 verdict)
{
	u32 copy;

	for (copy = 0; copy < 2; copy++) {
		u8 *p = img->mem + img->geo.boot_off[copy] + 512 * slot;

		memset(p, 0, 512);
		put32(p, boot);
		memset(p + 8, (int)boot, 16);
		put64(p + 24, first_gen);
		put64(p + 32, 1000000000);
		anchor_put(p + 48, 1000);
		strcpy((char *)p + 80, "6.1.0-test");
		put32(p + 252, plog_crc32c(img->salt, p, 252));
		p += 256;
		put32(p, boot);
		put32(p + 4, 1 + copy);
		p[8] = verdict;
		anchor_put(p + 16, 5000);
		strcpy((char *)p + 72, verdict ? "a reason" : "");
		put32(p + 252, plog_crc32c(img->salt, p, 252));
	}
}

void image_chunk_lost(struct image_chunk *c, u32 boot, u64 base_mono, u64 own, u32 other_boot,
		      u64 other)
{
	u8 *p = c->at;

	memset(p, 0, 64);
	put64(p, PLOG_MAGIC_CHUNK_KEY ^ PLOG_MAGIC_MASK);
	put64(p + 8, c->gen);
	put32(p + 16, boot);
	put64(p + 24, base_mono);
	put64(p + 32, base_mono);
	put64(p + 40, own);
	put64(p + 48, other);
	put32(p + 56, other_boot);
	put32(p + 60, plog_crc32c(c->img->salt, p, 60));
}

struct image_chunk image_chunk(struct image *img, u64 gen, u32 boot, u64 base_mono)
{
	u32 index = (u32)(gen % img->geo.chunk_count), half = index >= img->geo.chunk_split;
	struct image_chunk c = { .img = img, .gen = gen, .off = 64 };

	c.at = img->mem + img->geo.chunk_off[half] +
	       (u64)(index - (half ? img->geo.chunk_split : 0)) * img->geo.chunk_size;
	image_chunk_lost(&c, boot, base_mono, 0, 0, 0);
	return c;
}

void image_record(struct image_chunk *c, u32 site, u32 ctx, u32 attr, u64 dt, const void *payload,
		  u32 n)
{
	u32 len = 22 + n, padded = (len + 7) / 8 * 8, crc;
	u8 gen[8], hashed[16], *p = c->at + c->off;

	if (c->off + padded > c->img->geo.chunk_size)
		abort();
	memset(p, 0, padded);
	put64(gen, c->gen);
	put32(hashed, site);
	put32(hashed + 4, ctx | attr << 24);
	put32(hashed + 8, (u32)dt);
	put16(hashed + 12, (u32)(dt >> 32));
	put16(hashed + 14, len);
	crc = plog_crc32c(plog_crc32c(c->img->salt, gen, 8) ^ c->off, hashed, 16);
	memcpy(p + 8, hashed, 14);
	put16(p + 4, len);
	put16(p + 6, crc ^ crc >> 16);
	memcpy(p + 22, payload, n);
	put32(p, plog_crc32c(crc, p + 22, padded - 22));
	c->last = c->off;
	c->off += padded;
	if (attr & 0x80)
		c->off = (c->off + 63) / 64 * 64;
}

void image_text(struct image_chunk *c, u64 dt, u32 attr, const char *text)
{
	static const u8 front[] = "\x2a\0\0\0\x2b\0\0\0\x04"
				  "comm"
				  "\x07\0\0\0\x03"
				  "tag"
				  "\x06"
				  "file.c"
				  "\x04"
				  "func";
	u8 payload[4096];
	u32 n = sizeof(front) - 1, len = (u32)strlen(text);

	memcpy(payload, front, n);
	memcpy(payload + n, text, len);
	image_record(c, 0, 0, attr | 0x20, dt, payload, n + len);
}

u32 image_dict(struct image *img, u8 type, u32 id, u32 pid, u32 tid, u32 line, const void *body,
	       u32 n)
{
	u32 copy, off = img->slots * 64, len = 32 + n, crc;

	for (copy = 0; copy < 2; copy++) {
		u8 *p = img->mem + img->geo.dict_off[copy] + off;

		memset(p, 0, (len + 63) / 64 * 64);
		put16(p + 4, len);
		p[6] = type;
		put32(p + 8, id);
		put32(p + 12, line);
		put64(p + 16, 0xfffffffe00000001ULL);
		put32(p + 24, pid);
		put32(p + 28, tid);
		memcpy(p + 32, body, n);
		crc = plog_crc32c(img->salt, p + 4, 12);
		put32(p, plog_crc32c(crc, p + 24, len - 24));
	}
	img->slots += (len + 63) / 64;
	return off;
}
