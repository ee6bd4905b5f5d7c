// SPDX-License-Identifier: BSD-2-Clause
/* CRC, geometry, superblock, records: the law, byte by byte. */
#include <check.h>
#include <stdlib.h>

#include "crc32c.h"
#include "rig.h"

/* The vectors of RFC 3720, appendix B.4, which inverts before and after. */
START_TEST(crc_vectors)
{
	u8 zeros[32] = { 0 }, ones[32], up[32], down[32];

	memset(ones, 0xff, sizeof(ones));
	for (int i = 0; i < 32; i++) {
		up[i] = (u8)i;
		down[i] = (u8)(31 - i);
	}
	ck_assert_uint_eq(~plog_crc32c(~0u, zeros, 32), 0x8a9136aa);
	ck_assert_uint_eq(~plog_crc32c(~0u, ones, 32), 0x62a8ab43);
	ck_assert_uint_eq(~plog_crc32c(~0u, up, 32), 0x46dd794e);
	ck_assert_uint_eq(~plog_crc32c(~0u, down, 32), 0x113fdb5c);
	ck_assert_uint_eq(~plog_crc32c(~0u, "123456789", 9), 0xe3069283);
}
END_TEST

START_TEST(crc_table_is_the_instruction)
{
	u8 buf[300];

	for (size_t i = 0; i < sizeof(buf); i++)
		buf[i] = (u8)(i * 131 + 7);
	for (size_t n = 0; n < 200; n++)
		for (size_t from = 0; from < 9; from++)
			ck_assert_uint_eq(plog_crc32c(0x12345678, buf + from, n),
					  plog_crc32c_table(0x12345678, buf + from, n));
}
END_TEST

START_TEST(geometry_of_every_size)
{
	for (u64 size = PLOG_WINDOW_MIN; size <= 80ULL << 20; size += size < (2 << 20) ? 4096 : 1 << 20) {
		struct plog_geometry geo;

		ck_assert_int_eq(plog_geometry_make(&geo, size), 0);
		ck_assert_uint_ge(geo.chunk_count, 8);
		ck_assert_uint_ge(geo.boot_slots, 7);
		ck_assert_uint_le(plog_chunk_offset(&geo, geo.chunk_count - 1) + geo.chunk_size,
				  geo.super_off[2]);
		ck_assert_uint_eq(plog_chunk_offset(&geo, geo.chunk_split) % PLOG_PAGE, 0);
	}
}
END_TEST

START_TEST(geometry_refuses)
{
	struct plog_geometry geo;

	ck_assert_int_eq(plog_geometry_make(&geo, 0), -ERANGE);
	ck_assert_int_eq(plog_geometry_make(&geo, PLOG_WINDOW_MIN - 1), -ERANGE);
	ck_assert_int_eq(plog_geometry_make(&geo, 1ULL << 41), -ERANGE);
	ck_assert_int_eq(plog_geometry_make(&geo, PLOG_WINDOW_MIN + 4095), 0);
	ck_assert_uint_eq(geo.size, PLOG_WINDOW_MIN);
}
END_TEST

/* Every number of a superblock, bent, with a good CRC: refused or harmless. */
START_TEST(super_with_bent_numbers)
{
	struct rig rig;
	struct plog_super *s;
	static const u64 bend[] = { 0, 1, 63, 4095, 65536, 1ULL << 31, 1ULL << 40, ~0ULL };

	rig_make(&rig, 1 << 20);
	ck_assert_int_eq(rig_boot(&rig, 1), 0);
	s = (struct plog_super *)rig.base;
	for (size_t at = 40; at < 156; at += 4) {
		for (size_t k = 0; k < sizeof(bend) / sizeof(bend[0]); k++) {
			struct plog_super bad = *s;
			struct plog_geometry geo;

			memcpy((u8 *)&bad + at, &bend[k], at < 64 || at >= 80 ? 8 : 4);
			bad.crc = plog_crc32c(~0u, &bad, 508);
			if (plog_super_check(&bad, rig.size, &geo))
				continue;
			ck_assert_uint_le(plog_chunk_offset(&geo, geo.chunk_count - 1) +
					  geo.chunk_size, rig.size);
			ck_assert_uint_le(geo.dict_off[1] + geo.dict_size, rig.size);
			ck_assert_uint_le(geo.boot_off[1] + geo.boot_slots * 512ULL, rig.size);
		}
	}
	rig_free(&rig);
}
END_TEST

static u32 sealed(void *buf, u32 payload, u32 seed)
{
	struct plog_head head = { .site = 0x11223344, .ctx = 0x556677, .attr = 0x26,
				  .dt = 0x112233445566ULL };

	memset(buf, 0xee, 4096);
	for (u32 i = 0; i < payload; i++)
		((u8 *)buf)[PLOG_RECORD_HEAD + i] = (u8)i;
	return plog_record_seal(buf, PLOG_RECORD_HEAD + payload, &head, seed);
}

START_TEST(record_of_every_length)
{
	u64 buf[512];

	for (u32 n = 0; n < 2000; n++) {
		u32 total = sealed(buf, n, 0xabcd1234);

		ck_assert_uint_eq(total % 8, 0);
		ck_assert_uint_eq(plog_record_check(buf, total, 0xabcd1234), PLOG_RECORD_HEAD + n);
		ck_assert_uint_eq(plog_record_check(buf, total, 0xabcd1235), 0);
		ck_assert_uint_eq(plog_record_check(buf, total - 8, 0xabcd1234), 0);
	}
}
END_TEST

START_TEST(record_with_any_bit_flipped)
{
	u64 buf[512];
	u32 total = sealed(buf, 40, 99);

	for (u32 bit = 0; bit < total * 8; bit++) {
		((u8 *)buf)[bit / 8] ^= (u8)(1 << bit % 8);
		ck_assert_uint_eq(plog_record_check(buf, total, 99), 0);
		((u8 *)buf)[bit / 8] ^= (u8)(1 << bit % 8);
	}
	ck_assert_uint_ne(plog_record_check(buf, total, 99), 0);
}
END_TEST

/* The test vector of docs/format.md. */
START_TEST(record_vector)
{
	static const u8 want[] = {
#include "record_vector.inc"
	};
	u64 buf[512];
	struct plog_head head = { .site = 0, .ctx = 0, .attr = PLOG_ATTR_TEXT | 6, .dt = 1000 };
	static const char payload[] = "\x2a\0\0\0\x2b\0\0\0\x02sh\x07\0\0\0\x01t\0\0hello";
	u32 n = sizeof(payload) - 1, total;

	memcpy((u8 *)buf + PLOG_RECORD_HEAD, payload, n);
	total = plog_record_seal(buf, PLOG_RECORD_HEAD + n, &head,
				 plog_seed(0x12345678, 130) ^ 64);
	ck_assert_uint_eq(total, sizeof(want));
	ck_assert_mem_eq(buf, want, sizeof(want));
}
END_TEST

START_TEST(stride_closes_lines)
{
	ck_assert_uint_eq(plog_record_stride(64, 22, 0), 24);
	ck_assert_uint_eq(plog_record_stride(64, 24, 0), 24);
	ck_assert_uint_eq(plog_record_stride(64, 22, PLOG_ATTR_CLOSED), 64);
	ck_assert_uint_eq(plog_record_stride(88, 40, PLOG_ATTR_CLOSED), 40);
	ck_assert_uint_eq(plog_record_stride(88, 41, PLOG_ATTR_CLOSED), 104);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("format");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_test(t, crc_vectors);
	tcase_add_test(t, crc_table_is_the_instruction);
	tcase_add_test(t, geometry_of_every_size);
	tcase_add_test(t, geometry_refuses);
	tcase_add_test(t, super_with_bent_numbers);
	tcase_add_test(t, record_of_every_length);
	tcase_add_test(t, record_with_any_bit_flipped);
	tcase_add_test(t, record_vector);
	tcase_add_test(t, stride_closes_lines);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
