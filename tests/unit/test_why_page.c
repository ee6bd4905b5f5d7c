// SPDX-License-Identifier: BSD-2-Clause
/* What pages look like, and what formats begin in them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "why.h"

#define PAGE 4096u

static u8 page[PAGE];

static u64 random64(void)
{
	static u64 state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void noise(u8 *p, size_t n)
{
	while (n--)
		*p++ = (u8)(random64() >> 24);
}

static enum why_kind kind(void)
{
	struct why_look look;

	plog_why_page(&look, page, PAGE);
	return look.kind;
}

/* Each bit set with a probability of @per in 1000. */
static void biased(u32 per)
{
	u32 i, k;

	for (i = 0; i < PAGE; i++)
		for (k = 0, page[i] = 0; k < 8; k++)
			page[i] |= (u8)((random64() >> 20) % 1000 < per) << k;
}

static void words32(u32 (*word)(u32 i))
{
	u32 i, v;

	for (i = 0; i < PAGE / 4; i++) {
		v = plog_set32(word(i));
		memcpy(page + 4 * i, &v, 4);
	}
}

static void words64(u64 (*word)(u32 i))
{
	u64 v;
	u32 i;

	for (i = 0; i < PAGE / 8; i++) {
		v = plog_set64(word(i));
		memcpy(page + 8 * i, &v, 8);
	}
}

static u32 walk32(u32 i)
{
	return 1u << i % 32;
}

static u64 walk64_zero(u32 i)
{
	return ~(1ULL << i % 64);
}

static u32 address32(u32 i)
{
	return 0x5f00000 + 4 * i;
}

static u64 address64(u32 i)
{
	return 0x100000000ULL + 8 * i;
}

static u32 address_not(u32 i)
{
	return ~(0x5f00000 + 4 * i);
}

static u64 entry_x86(u32 i)
{
	return i % 5 == 3 ? 0 : (0x12345000ULL + 0x1000ULL * (i * 7)) | 0x063 | 1ULL << 63;
}

static u64 entry_arm(u32 i)
{
	return (0x80000000ULL + 0x200000ULL * i) | 0x711 | 3ULL << 53;
}

static u64 pointer(u32 i)
{
	return i % 3 == 2 ? 0 : 0xffff888012340000ULL + 0x140 * i * (i % 7 + 1);
}

static u64 symbol(u32 i)
{
	return 0xffffffff81000000ULL + 0x40 * i * (i % 11 + 1);
}

START_TEST(kinds)
{
	u32 i;

	memset(page, 0, PAGE);
	ck_assert_int_eq(kind(), WHY_ZEROS);
	page[77] = 0x10;
	ck_assert_int_eq(kind(), WHY_ZEROS);
	memset(page, 0xff, PAGE);
	ck_assert_int_eq(kind(), WHY_ONES);
	page[78] = 0xfe;
	ck_assert_int_eq(kind(), WHY_ONES);
	for (i = 0; i < PAGE; i++)
		page[i] = i & 4 ? 0xaa : 0x55;
	ck_assert_int_eq(kind(), WHY_REPEATED);
	memset(page, 0x5a, PAGE);
	ck_assert_int_eq(kind(), WHY_REPEATED);
	words32(walk32);
	ck_assert_int_eq(kind(), WHY_WALKING);
	words64(walk64_zero);
	ck_assert_int_eq(kind(), WHY_WALKING);
	words32(address32);
	ck_assert_int_eq(kind(), WHY_ADDRESSES);
	words64(address64);
	ck_assert_int_eq(kind(), WHY_ADDRESSES);
	words32(address_not);
	ck_assert_int_eq(kind(), WHY_ADDRESSES);
	for (i = 0; i < PAGE; i++)
		page[i] = (u8) "A line of text, and another one.\n"[i * (i / 33 % 3 + 1) % 33];
	ck_assert_int_eq(kind(), WHY_TEXT);
	memset(page + 500, 0, PAGE - 500);
	ck_assert_int_eq(kind(), WHY_TEXT);
}
END_TEST

START_TEST(tables_and_addresses)
{
	words64(entry_x86);
	ck_assert_int_eq(kind(), WHY_TABLES);
	words64(entry_arm);
	ck_assert_int_eq(kind(), WHY_TABLES);
	words64(pointer);
	ck_assert_int_eq(kind(), WHY_TABLES);
	words64(symbol);
	ck_assert_int_eq(kind(), WHY_TABLES);
}
END_TEST

START_TEST(noise_and_decay)
{
	static const u32 pers[] = { 5, 20, 50, 100, 200, 350, 430, 570, 700, 900, 980, 995 };
	u32 i, k, wrong = 0;

	for (k = 0; k < 2000; k++) {
		noise(page, PAGE);
		wrong += kind() != WHY_NOISE;
	}
	ck_assert_uint_le(wrong, 1);
	for (i = 0; i < sizeof(pers) / sizeof(pers[0]); i++)
		for (k = 0, wrong = 0; k < 50; k++) {
			biased(pers[i]);
			wrong += kind() != WHY_BIASED;
			ck_assert_msg(wrong <= 1, "%u of 1000: %d", pers[i], kind());
		}
}
END_TEST

/* Programs are neither noise nor decay nor anything that a memory test leaves. */
START_TEST(programs_are_data)
{
	u32 pages = 0, data = 0, k[WHY_KINDS] = { 0 };
	FILE *f = fopen("/proc/self/exe", "rb");

	ck_assert_ptr_nonnull(f);
	while (fread(page, 1, PAGE, f) == PAGE && pages < 2000) {
		k[kind()]++;
		pages++;
	}
	fclose(f);
	data = k[WHY_DATA] + k[WHY_TEXT];
	ck_assert_uint_gt(pages, 20);
	ck_assert_uint_eq(k[WHY_BIASED], 0);
	ck_assert_uint_eq(k[WHY_WALKING], 0);
	ck_assert_uint_le(k[WHY_NOISE], pages / 10); /* compressed debug information */
	ck_assert_msg(data >= pages / 4 * 3, "%u of %u", data, pages);
}
END_TEST

/* Tables of small numbers, and sparse ones. */
START_TEST(tables_of_numbers_are_data)
{
	u32 i, per;

	for (i = 0; i < PAGE; i++)
		page[i] = i % 4 ? 0 : (u8)(random64() >> 9);
	ck_assert_int_eq(kind(), WHY_DATA);
	for (per = 10; per < 400; per *= 2) {
		for (i = 0; i < PAGE; i++)
			page[i] = random64() >> 13 & 0x1ff && per ? 0 : (u8)random64();
		for (i = 0; i < per; i++)
			page[(random64() >> 11) % PAGE] = (u8)(1 + (random64() >> 7) % 250);
		ck_assert_int_ne(kind(), WHY_BIASED);
		ck_assert_int_ne(kind(), WHY_NOISE);
	}
}
END_TEST

#define AT(off, text)                       \
	{                                   \
		off, sizeof(text) - 1, text \
	}

/* Beginnings by hand; what is between is noise, as it is behind them. */
static const struct beginning {
	const char *name;
	struct {
		u32 off;
		u32 len;
		const char *bytes;
	} part[4];
} beginnings[] = {
	{ "ELF core",
	  { AT(0, "\x7f"
		  "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x04\0\x3e\0") } },
	{ "ELF core",
	  { AT(0, "\x7f"
		  "ELF\x01\x02\x01\0\0\0\0\0\0\0\0\0\0\x04\0\x08") } },
	{ "ELF program",
	  { AT(0, "\x7f"
		  "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\xb7\0") } },
	{ "gzip", { AT(0, "\x1f\x8b\x08\0\0\0\0\0\0\x03") } },
	{ "xz",
	  { AT(0, "\xfd"
		  "7zXZ\0\0\x04") } },
	{ "zstd", { AT(0, "\x28\xb5\x2f\xfd") } },
	{ "bzip2", { AT(0, "BZh91AY&SY") } },
	{ "lz4", { AT(0, "\x04\x22\x4d\x18") } },
	{ "lz4", { AT(0, "\x02\x21\x4c\x18") } },
	{ "lzma", { AT(0, "\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff") } },
	{ "tar", { AT(257, "ustar\0") } },
	{ "makedumpfile", { AT(0, "KDUMP   ") } },
	{ "qcow2", { AT(0, "QFI\xfb\0\0\0\x03") } },
	{ "squashfs", { AT(0, "hsqs"), AT(28, "\x04\0\0\0") } },
	{ "device tree blob", { AT(0, "\xd0\x0d\xfe\xed\0\0\x0f\0"), AT(20, "\0\0\0\x11") } },
	{ "U-Boot image", { AT(0, "\x27\x05\x19\x56") } },
	{ "arm64 kernel Image", { AT(0, "MZ"), AT(56, "ARM\x64") } },
	{ "RISC-V kernel Image", { AT(0, "MZ"), AT(56, "RSC\x05") } },
	{ "Arm zImage", { AT(36, "\x18\x28\x6f\x01") } },
	{ "bzImage", { AT(0, "MZ"), AT(0x1fe, "\x55\xaa"), AT(0x202, "HdrS") } },
	{ "EFI program", { AT(0, "MZ"), AT(60, "\x80\0\0\0"), AT(0x80, "PE\0\0") } },
	{ "cpio", { AT(0, "07070100000301000081a4000000000000000000000001") } },
	{ "ext4",
	  { AT(0x400, "\0\x10\0\0"), AT(0x418, "\x02\0\0\0"), AT(0x438, "\x53\xef"),
	    AT(0x44c, "\x01\0\0\0") } },
};

static void begin(const struct beginning *b)
{
	u32 i;

	noise(page, PAGE);
	for (i = 0; i < 4 && b->part[i].bytes; i++)
		memcpy(page + b->part[i].off, b->part[i].bytes, b->part[i].len);
}

START_TEST(beginnings_are_known)
{
	const struct why_type *type;
	size_t i;

	for (i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		begin(&beginnings[i]);
		type = plog_why_type(page, PAGE);
		ck_assert_msg(type && !strcmp(type->name, beginnings[i].name), "%s is %s",
			      beginnings[i].name, type ? type->name : "nothing");
	}
}
END_TEST

START_TEST(short_magics_are_not_believed_alone)
{
	const struct why_type *type;
	u32 i, found = 0;

	for (i = 0; i < 20000; i++) {
		noise(page, 2048);
		/* of the short ones, two or three bytes */
		memcpy(page, i % 3 == 0 ? "MZ" : i % 3 == 1 ? "\x5d\0\0" : "BZh", i % 3 ? 3 : 2);
		page[0x438] = 0x53;
		page[0x439] = 0xef;
		type = plog_why_type(page, 2048);
		found += type != NULL;
	}
	ck_assert_msg(found <= 4, "%u", found);
}
END_TEST

/* Exactly so many bytes, so that ASan sees one read too many. */
START_TEST(lengths)
{
	struct why_look look;
	size_t i, n;
	u8 *p;

	for (i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		for (n = 1; n < 1200; n += n < 100 ? 1 : 37) {
			begin(&beginnings[i]);
			p = malloc(n);
			memcpy(p, page, n);
			plog_why_page(&look, p, n);
			ck_assert_int_lt(look.kind, WHY_KINDS);
			free(p);
		}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("why_page");
	TCase *tc = tcase_create("why_page");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, kinds);
	tcase_add_test(tc, tables_and_addresses);
	tcase_add_test(tc, noise_and_decay);
	tcase_add_test(tc, programs_are_data);
	tcase_add_test(tc, tables_of_numbers_are_data);
	tcase_add_test(tc, beginnings_are_known);
	tcase_add_test(tc, short_magics_are_not_believed_alone);
	tcase_add_test(tc, lengths);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
