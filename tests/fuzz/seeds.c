// SPDX-License-Identifier: BSD-2-Clause
/*
 * seeds TARGET DIR - small inputs to start from, the same ones each time: windows
 * with everything in them, whole, cut, without superblocks, without heads.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../unit/image.h"
#include "image_map.h"

#define PREFIX 32 /* fuzz_core's and fuzz_pure's */

static const char *dir;
static u8 front[PREFIX];
static u32 prefix;

static void save(const char *name, const void *p, size_t n)
{
	char path[512];
	FILE *f;

	/* What the prefix decides by chance is another thing each time. */
	front[8]++;
	snprintf(path, sizeof(path), "%s/%s-%u", dir, name, front[0]);
	f = fopen(path, "wb");
	if (!f || fwrite(front, 1, prefix, f) != prefix || fwrite(p, 1, n, f) != n || fclose(f)) {
		perror(path);
		exit(1);
	}
}

/* A layout of one's own: offsets of superblocks, boot tables, dictionaries, chunks. */
struct layout {
	u64 off[9];
	u32 chunks;
};

/* Two chunks, two boots, and both copies of all tables in 16 KiB. */
static const struct layout layout_small = {
	{ 0, 0x3000, 0xf000, 0x200, 0x3200, 0x600, 0x3600, 0x1000, 0x2000 }, 2
};

/* The last chunk ends where the window does. */
static const struct layout layout_full = {
	{ 0, 0x3000, 0x3e00, 0x200, 0x3200, 0x600, 0x3600, 0x1000, 0x4000 }, 13
};

static void layout_set(struct image *img, const struct layout *lay)
{
	struct image_map map = { .p = img->mem, .n = img->size };
	u32 copy, i;

	img->geo.chunk_count = lay->chunks;
	img->geo.chunk_split = 1;
	img->geo.boot_slots = 2;
	img->geo.dict_size = 0x800;
	memcpy(img->geo.super_off, lay->off, 24);
	memcpy(img->geo.boot_off, lay->off + 3, 16);
	memcpy(img->geo.dict_off, lay->off + 5, 16);
	memcpy(img->geo.chunk_off, lay->off + 7, 16);
	memset(img->mem + 512, 0, img->size - 512);
	for (copy = 3; copy--;) {
		u8 *p = img->mem + lay->off[copy];

		memmove(p, img->mem, 512);
		image_put(p + 36, copy, 4);
		image_put(p + 68, lay->chunks, 4);
		image_put(p + 72, 1, 4);
		image_put(p + 76, 2, 4);
		for (i = 0; i < 9; i++)
			image_put(p + 80 + 8 * i, lay->off[i], 8);
		image_put(p + 152, 0x800, 4);
		image_fix(&map, &(struct image_item){ .kind = IMAGE_SUPER, .at = lay->off[copy] });
	}
}

static const char site_types[] = { 1, 2, 3, 4, 5, 6, 7, 8, 4, 1, 3 };
static const char site_body[] = "%5d|%-20llx|%.3f|%s|%p|%Lg|%s|%La|%.*s %% %c\n\0tag\0file.c\0func";

/* One argument of each type, as format.md stores them. */
static u32 arguments(u8 *p)
{
	u8 *from = p;

	image_put(p, (u64)-5, 4);
	image_put(p + 4, 0x123456789abcULL, 8);
	image_put(p + 12, 0x400921fb54442d18ULL, 8);
	p += 20;
	memcpy(p, "\x05short", 6);
	image_put(p + 6, 0x7f0011223344ULL, 8);
	image_put(p + 14, 0xd000000000000000ULL, 8);
	image_put(p + 22, 0x4000, 8);
	p += 30;
	memcpy(p, "\x03\0\xc0\xff\xee", 5);
	image_put(p + 5, 0, 8);
	image_put(p + 13, 0xbffe800000000000ULL, 8);
	p += 21;
	memcpy(p, "\xff\x05\0long!\xff\xff\xff", 11);
	image_put(p + 11, 'c', 4);
	return (u32)(p + 15 - from);
}

static void dictionary(struct image *img)
{
	static const char ctx[] = "pumpd\0/usr/sbin/pumpd";
	static const char plain[] = "plain\0t\0f.c\0g";
	static const char counts[] = "\1\4%d of %s\0tag\0\0";
	u8 body[256];

	memcpy(body, site_types, sizeof(site_types));
	memcpy(body + sizeof(site_types), site_body, sizeof(site_body));
	image_dict(img, 2, 9, 1234, 1235, 0, ctx, sizeof(ctx));
	image_dict(img, 1, 7, sizeof(site_types), 0, 41, body,
		   sizeof(site_types) + sizeof(site_body));
	image_dict(img, 1, 8, 0, 0, 42, plain, sizeof(plain));
	image_dict(img, 1, 0x1234567, 2, 0, 43, counts, sizeof(counts));
}

/* DEL, C1, a surrogate, what is longer than it need be, beyond the last one, cut short. */
static const char not_utf8[] = "\x7f \xc2\x9b"
			       "31m \xed\xa0\x80 \xc0\xaf \xe0\x9f\xbf "
			       "\xf0\x8f\xbf\xbf \xf4\x90\x80\x80 \xf0\x9f\x98 \xe2\x82 \xc3";

static void records(struct image *img, u64 gen, u32 boot)
{
	struct image_chunk c = image_chunk(img, gen, boot, 1000 * gen);
	u8 payload[512];
	u32 n;

	image_chunk_lost(&c, boot, 1000 * gen, 900 * gen, boot - 1, 800 * gen);
	image_text(&c, 10, 6,
		   "hello \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \x1b[31m \xff \"\\\n\t");
	image_text(&c, 15, 6, not_utf8);
	n = arguments(payload);
	image_record(&c, 7, 9, 4 | 0x80, 20, payload, n);
	image_record(&c, 0x1234567, 9, 3, 30,
		     "\x05\0\0\0\x03"
		     "abc",
		     8);
	image_record(&c, 8, 9, 2 | 1 << 3, 25, "", 0);
	image_record(&c, 99, 98, 1 | 2 << 3, 40, "\1\2\3", 3);
	image_record(&c, 8, 9, 0x20 | 3 << 3 | 0x40, 50, "text of a known site\r\n", 22);
	c.off += 16;
	image_text(&c, 60, 7, "behind a gap");
}

static void image_fill(struct image *img, u32 chunks)
{
	u32 i;

	image_boot(img, 0, 1, 1, PLOG_BOOT_PANIC);
	image_boot(img, 1, 2, img->geo.chunk_count + 1, 0);
	dictionary(img);
	for (i = 0; i < chunks; i++)
		records(img, i % 2 ? img->geo.chunk_count + i : img->geo.chunk_count * 2 + i,
			1 + i % 2);
}

/* An entry in the last slot whose length leads out of the dictionary, in one copy. */
static void dict_overrun(struct image *img)
{
	struct image_map map = { .p = img->mem, .n = img->size, .salt = img->salt };
	u64 at = img->geo.dict_off[0] + img->geo.dict_size - 64;
	u8 *p = img->mem + at;

	image_put(p + 4, 200, 2);
	p[6] = PLOG_DICT_CTX;
	image_put(p + 8, 77, 4);
	image_fix(&map, &(struct image_item){ .kind = IMAGE_DICT, .at = at });
}

/* A record at the end of chunk 1 whose length leads out of it, sealed with what is there. */
static void record_overrun(struct image *img)
{
	struct image_map map = { .p = img->mem, .n = img->size, .salt = img->salt };
	u64 at = plog_chunk_offset(&img->geo, 1) + 4096 - 48;

	image_put(img->mem + at + 4, 200, 2);
	image_fix(&map, &(struct image_item){ .kind = IMAGE_RECORD, .at = at, .off = 4096 - 48 });
}

/* One chunk more than there is room for. */
static void layout_overrun(struct image *img)
{
	struct image_map map = { .p = img->mem, .n = img->size };
	u32 i;

	for (i = 0; i < 3; i++) {
		image_put(img->mem + img->geo.super_off[i] + 68, img->geo.chunk_count + 1, 4);
		image_fix(&map,
			  &(struct image_item){ .kind = IMAGE_SUPER, .at = img->geo.super_off[i] });
	}
}

static void heads_lose(struct image *img, u32 chunks)
{
	u32 i;

	for (i = 0; i < chunks; i++)
		memset(img->mem + plog_chunk_offset(&img->geo, i), 0, 64);
}

static void supers_lose(struct image *img)
{
	u32 i;

	for (i = 0; i < 3; i++)
		memset(img->mem + img->geo.super_off[i], 0, 512);
}

static void windows(void)
{
	struct image img;

	image_make(&img, 64 << 10);
	layout_set(&img, &layout_small);
	image_fill(&img, 2);
	save("small-12k", img.mem, 12 << 10);
	save("small-16k", img.mem, 16 << 10);
	record_overrun(&img);
	save("small-record", img.mem, 12 << 10);
	heads_lose(&img, 1);
	save("small-headless", img.mem, 12 << 10);
	memset(img.mem, 0xff, 64);
	save("small-super1", img.mem, 16 << 10);
	image_free(&img);

	image_make(&img, 64 << 10);
	layout_set(&img, &layout_full);
	image_fill(&img, 13);
	save("full", img.mem, 64 << 10);
	dict_overrun(&img);
	save("full-dict", img.mem, 64 << 10);
	layout_overrun(&img);
	save("full-chunks", img.mem, 64 << 10);
	image_free(&img);

	image_make(&img, 64 << 10);
	image_fill(&img, 11);
	save("default-cut", img.mem, 16 << 10);
	save("default", img.mem, 64 << 10);
	supers_lose(&img);
	save("default-superless", img.mem, 64 << 10);
	heads_lose(&img, 5);
	save("default-wreck", img.mem, 64 << 10);
	memset(img.mem, 0, 64 << 10);
	save("zeros", img.mem, 4096);
	memset(img.mem, 0xff, 64 << 10);
	save("ones", img.mem, 4096);
	image_free(&img);
}

static void texts(const char *const *list, u32 n)
{
	char name[16];
	u32 i;

	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "seed-%02u", i);
		save(name, list[i], strlen(list[i]));
	}
}

/* For fuzz_format and fuzz_writer: a format's length, the format, bytes for arguments. */
static const char *const formats[] = {
	"\x0e%d %5d %-5d %05d\1\2\3\4\5\6\7\x8\x9",
	"\x10%lld %zu %#x %#o\1\2\3\4\5\6\7\x8",
	"\x11%s|%10s|%-.3s|%.*s\5abcdefghijklmnop",
	"\x14%f %g %e %a %.10f %G abcdefghijklmnop",
	"\x0c%Lf %Lg %.3Le0123456789abcdef0123456789abcdef",
	"\x0b%p %c %m %% abcdefgh",
	"\x13%+d % d %hhd %hd %x1234567890abcdef",
	"\x08%*.*d %n12345678",
	"\x0a%ls %1$d %y%",
	"\x0f%-+ #0*.*lld|%jd3333333333333333333",
	"\x04%.5s\xff",
	"\x04%.6s\xff",
	"\x06%9.3s|\xff",
	"\x02%p",
};

#define TAGS_8 "-ta\n-tb\n-tc\n-td\n-te\n-tf\n-tg\n-th\n"
#define TAGS_64 TAGS_8 TAGS_8 TAGS_8 TAGS_8 TAGS_8 TAGS_8 TAGS_8 TAGS_8

static const char *const options[] = {
	"-b\n-1\n-o\njson\nfile",
	"-b\nall\n-p\nwarning..err\n-t\ntag\n-t\nother",
	"--boot=7da42896\n-n\n50\n-r\n-k",
	"--list-boots\n--stats\n--pid=42\nmem:0xf000000,1M",
	"--syslog=/dev/log\n-n\nall",
	"-h\n-V\n--help\n--version",
	"64K\n0x10000\n1g\nwarning\npump=err",
	"mem:0x5f00000,1M\n/dev/plog0\ntag=\ndebug\n7",
	"-b\n01234567-89ab-cdef-0123-456789abcdef",
	TAGS_64,
	TAGS_64 "-ti",
};

/* For fuzz_pure: what the module reads as text, and who does things when. */
static const char *const pure_texts[] = {
	"1M",
	"0x100000",
	"1024K",
	"17179869184G",
	"0xfffffffffffffffff",
	"18446744073709551615",
	"<6>[   12.345678] eth0: link is up",
	"<4294967295>[8589934592.000001]x",
	"<8>level 8",
	"[    0.000000] Linux",
	"<12>[1.23456] not six",
	"<>[.]",
	"nokaslr",
	"nokaslr\nquiet nokaslr memmap=1M",
	"quiet  nokaslr\n",
	"xnokaslr nokaslrx nokaslr",
	"01234567abcdefgh01234567ABCDEFGH",
};

/* Memory at @address that begins some pages before or behind the window, made at @made. */
static void moved(const char *name, int pages, u64 made, u64 address)
{
	size_t by = 4096 * (size_t)(pages < 0 ? -pages : pages);
	struct image_map map;
	struct image img;
	u32 i;

	image_make(&img, 64 << 10);
	image_fill(&img, 11);
	map = (struct image_map){ .p = img.mem, .n = img.size };
	for (i = 0; i < 3; i++) {
		image_put(img.mem + img.geo.super_off[i] + 48, made, 8);
		image_fix(&map,
			  &(struct image_item){ .kind = IMAGE_SUPER, .at = img.geo.super_off[i] });
	}
	image_put(front + 16, address, 8);
	if (pages > 0)
		memmove(img.mem, img.mem + by, img.size - by);
	else
		memmove(img.mem + by, img.mem, img.size - by);
	save(name, img.mem, img.size);
	image_free(&img);
}

static void pure(void)
{
	struct image img;

	for (front[0] = 0; front[0] < 2; front[0]++)
		texts(pure_texts, sizeof(pure_texts) / sizeof(pure_texts[0]));
	front[1] = 15; /* pages less one */
	front[4] = 24; /* notes */
	for (; front[0] < 6; front[0]++) {
		front[2] = 0;
		windows();
		front[2] = 2;
		texts(formats, sizeof(formats) / sizeof(formats[0]));
	}
	front[0] = 5;
	front[2] = 0;
	moved("moved-up", 1, 0x1000000, 0x1001000);
	moved("moved-far", 8, 0x1000000, 0x1008000);
	moved("moved-down", -1, 0x1000000, 0xfff000);
	/* Made where no window can be: its second superblock is here, by an address below 0. */
	image_make(&img, 64 << 10);
	moved("moved-around", 0, 0x1000 - img.geo.super_off[1], 0x1000);
	image_free(&img);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return fputs("usage: seeds TARGET DIR\n", stderr), 2;
	dir = argv[2];
	if (!strcmp(argv[1], "core") || !strcmp(argv[1], "pure"))
		prefix = PREFIX;
	if (!strcmp(argv[1], "core"))
		front[4] = 6; /* the control plane is spoiled as well */
	if (!strcmp(argv[1], "reader") || !strcmp(argv[1], "core"))
		windows();
	else if (!strcmp(argv[1], "pure"))
		pure();
	else if (!strcmp(argv[1], "options"))
		texts(options, sizeof(options) / sizeof(options[0]));
	else
		texts(formats, sizeof(formats) / sizeof(formats[0]));
	return 0;
}
