// SPDX-License-Identifier: BSD-2-Clause
/*
 * CRC-32C by the CPU's instruction where there is one, by tables elsewhere.
 *
 * Polynomial and bit order: RFC 3720, appendix B.4. The tables are the
 * slicing-by-8 method of Kounavis and Berry ("Novel Table Lookup-Based
 * Algorithms for High-Performance CRC Generation", 2008).
 */
#include "core/port.h"
#include "crc32c.h"

#define POLY 0x82f63b78u

static u32 table[8][256];
static u32 (*crc32c_best)(u32 crc, const void *p, size_t n) = plog_crc32c_table;

u32 plog_crc32c_table(u32 crc, const void *p, size_t n)
{
	const u8 *b = p;

	while (n >= 8) {
		u64 v;

		memcpy(&v, b, 8);
		v = plog_get64(v) ^ crc;
		crc = table[7][v & 0xff] ^ table[6][v >> 8 & 0xff] ^ table[5][v >> 16 & 0xff] ^
		      table[4][v >> 24 & 0xff] ^ table[3][v >> 32 & 0xff] ^
		      table[2][v >> 40 & 0xff] ^ table[1][v >> 48 & 0xff] ^ table[0][v >> 56];
		b += 8;
		n -= 8;
	}
	while (n--)
		crc = crc >> 8 ^ table[0][(crc ^ *b++) & 0xff];
	return crc;
}

#if defined(__x86_64__)

#include <cpuid.h>

__attribute__((target("sse4.2"))) static u32 crc32c_hw(u32 crc, const void *p, size_t n)
{
	const u8 *b = p;
	u64 c = crc;

	for (; n >= 8; n -= 8, b += 8) {
		u64 v;

		memcpy(&v, b, 8);
		c = __builtin_ia32_crc32di(c, v);
	}
	for (; n; n--)
		c = __builtin_ia32_crc32qi((u32)c, *b++);
	return (u32)c;
}

bool plog_crc32c_instruction(void)
{
	u32 a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) && c & bit_SSE4_2;
}

#elif defined(__aarch64__) && defined(__GNUC__)

#include <sys/auxv.h>

#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif

static u32 crc32c_hw(u32 crc, const void *p, size_t n)
{
	const u8 *b = p;

	for (; n >= 8; n -= 8, b += 8) {
		u64 v;

		memcpy(&v, b, 8);
		__asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(crc) : "r"(v));
	}
	for (; n; n--, b++)
		__asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(crc) : "r"((u32)*b));
	return crc;
}

bool plog_crc32c_instruction(void)
{
	return getauxval(AT_HWCAP) & HWCAP_CRC32;
}

#else

#define crc32c_hw plog_crc32c_table

bool plog_crc32c_instruction(void)
{
	return false;
}

#endif

static void table_fill(void)
{
	for (u32 i = 0; i < 256; i++) {
		u32 c = i;

		for (int bit = 0; bit < 8; bit++)
			c = c >> 1 ^ (c & 1 ? POLY : 0);
		table[0][i] = c;
	}
	for (u32 i = 0; i < 256; i++)
		for (int t = 1; t < 8; t++)
			table[t][i] = table[t - 1][i] >> 8 ^ table[0][table[t - 1][i] & 0xff];
}

/* A constructor, so that no call ever finds an empty table or has to ask. */
__attribute__((constructor(101))) static void crc32c_init(void)
{
	table_fill();
	if (plog_crc32c_instruction())
		crc32c_best = crc32c_hw;
}

u32 plog_crc32c(u32 crc, const void *p, size_t n)
{
	return crc32c_best(crc, p, n);
}
