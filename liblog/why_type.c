// SPDX-License-Identifier: BSD-2-Clause
/*
 * Formats that are found in memory that a boot loader, a kernel or a user put
 * there, by their beginnings. Short magic numbers are not believed alone.
 */
#include "why.h"

static u32 be32(const u8 *p)
{
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

static bool elf_check(const u8 *p, size_t n)
{
	return n >= 20 && (p[4] == 1 || p[4] == 2) && (p[5] == 1 || p[5] == 2) && p[6] == 1;
}

static bool core_check(const u8 *p, size_t n)
{
	return elf_check(p, n) && p[p[5] == 1 ? 16 : 17] == 4;
}

static bool gzip_check(const u8 *p, size_t n)
{
	return n > 10 && !(p[3] & 0xe0);
}

static bool bzip_check(const u8 *p, size_t n)
{
	return n > 10 && p[3] >= '1' && p[3] <= '9' && p[4] == 0x31 && p[5] == 0x41;
}

/* The dictionary's size is a power of two; the length is unknown, or no nonsense. */
static bool lzma_check(const u8 *p, size_t n)
{
	u32 dict = n > 13 ? scan_get32(p + 1) : 0;

	return dict >= 4096 && !(dict & (dict - 1)) &&
	       (scan_get64(p + 5) == ~0ULL || scan_get64(p + 5) >> 40 == 0);
}

static bool squash_check(const u8 *p, size_t n)
{
	return n > 32 && p[28] == 4 && !p[29];
}

static bool tree_check(const u8 *p, size_t n)
{
	return n >= 40 && be32(p + 4) >= 40 && be32(p + 20) >= 16 && be32(p + 20) < 32;
}

static bool pe_check(const u8 *p, size_t n)
{
	u32 at = n >= 64 ? scan_get32(p + 60) : 0;

	return at >= 64 && at < n - 4 && !memcmp(p + at, "PE\0\0", 4);
}

static bool setup_check(const u8 *p, size_t n)
{
	return n > 0x206 && p[0x1fe] == 0x55 && p[0x1ff] == 0xaa;
}

static bool cpio_check(const u8 *p, size_t n)
{
	size_t i;

	for (i = 5; i < 14 && i < n; i++)
		if (!((p[i] >= '0' && p[i] <= '9') ||
		      ((p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'f')))
			return false;
	return n >= 76;
}

static bool ext4_check(const u8 *p, size_t n)
{
	return n >= 0x450 && scan_get32(p + 0x400) && scan_get32(p + 0x418) <= 6 &&
	       scan_get32(p + 0x44c) <= 1;
}

/* More special ones before what is like them. */
static const struct format {
	u32 at;
	u8 len;
	char magic[9];
	bool (*check)(const u8 *p, size_t n);
	struct why_type type;
} formats[] = {
	{ 0,
	  4,
	  "\x7f"
	  "ELF",
	  core_check,
	  { "ELF core",
	    "it holds no window, whole: dump physical memory, with nothing left out" } },
	{ 0,
	  4,
	  "\x7f"
	  "ELF",
	  elf_check,
	  { "ELF program", NULL } },
	{ 0, 3, "\x1f\x8b\x08", gzip_check, { "gzip", "unpack it first: gunzip" } },
	{ 0,
	  6,
	  "\xfd"
	  "7zXZ\0",
	  NULL,
	  { "xz", "unpack it first: unxz" } },
	{ 0, 4, "\x28\xb5\x2f\xfd", NULL, { "zstd", "unpack it first: unzstd" } },
	{ 0, 3, "BZh", bzip_check, { "bzip2", "unpack it first: bunzip2" } },
	{ 0, 4, "\x04\x22\x4d\x18", NULL, { "lz4", "unpack it first: unlz4" } },
	{ 0, 4, "\x02\x21\x4c\x18", NULL, { "lz4", "unpack it first: unlz4" } },
	{ 0, 5, "\x89LZO", NULL, { "lzop", "unpack it first: lzop -d" } },
	{ 0, 1, "\x5d", lzma_check, { "lzma", "unpack it first: unlzma" } },
	{ 0, 4, "PK\x03\x04", NULL, { "zip", "unpack it first: unzip" } },
	{ 257, 5, "ustar", NULL, { "tar", "unpack it first: tar -xf" } },
	{ 0,
	  8,
	  "KDUMP   ",
	  NULL,
	  { "makedumpfile", "it is compressed: save one with makedumpfile -E -d 0" } },
	{ 0, 4, "EMiL", NULL, { "LiME dump", NULL } },
	{ 0, 4, "QFI\xfb", NULL, { "qcow2", "convert it first: qemu-img convert -O raw" } },
	{ 0, 4, "hsqs", squash_check, { "squashfs", NULL } },
	{ 0, 4, "\xd0\x0d\xfe\xed", tree_check, { "device tree blob", NULL } },
	{ 0, 4, "\x27\x05\x19\x56", NULL, { "U-Boot image", NULL } },
	{ 56, 4, "ARM\x64", NULL, { "arm64 kernel Image", NULL } },
	{ 56, 4, "RSC\x05", NULL, { "RISC-V kernel Image", NULL } },
	{ 36, 4, "\x18\x28\x6f\x01", NULL, { "Arm zImage", NULL } },
	{ 0x202, 4, "HdrS", setup_check, { "bzImage", NULL } },
	{ 0, 2, "MZ", pe_check, { "EFI program", NULL } },
	{ 0, 8, "ANDROID!", NULL, { "Android boot image", NULL } },
	{ 0, 5, "07070", cpio_check, { "cpio", NULL } },
	{ 0x438, 2, "\x53\xef", ext4_check, { "ext4", NULL } },
	{ 0, 4, "UBI#", NULL, { "UBI", NULL } },
};

const struct why_type *plog_why_type(const u8 *p, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		const struct format *f = &formats[i];

		if (f->at + f->len <= n && !memcmp(p + f->at, f->magic, f->len) &&
		    (!f->check || f->check(p, n)))
			return &f->type;
	}
	return NULL;
}
