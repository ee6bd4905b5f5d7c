/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLOG_LIBLOG_CRC32C_H
#define PLOG_LIBLOG_CRC32C_H

#include "core/port.h"

/**
 * plog_crc32c_table() - plog_crc32c() without the CPU's instruction
 */
u32 plog_crc32c_table(u32 crc, const void *p, size_t n);

/**
 * plog_crc32c_instruction() - does this CPU have the instruction that
 * plog_crc32c_inline() uses?
 */
bool plog_crc32c_instruction(void);

#if defined(__x86_64__)

/**
 * plog_crc32c_inline() - plog_crc32c() without a call, for the hot path
 * @crc: running value
 * @p: 8-byte aligned, or two bytes before that
 * @n: bytes; from the aligned address on a multiple of 8
 *
 * Only where plog_crc32c_instruction() says so.
 */
static __always_inline u32 plog_crc32c_inline(u32 crc, const void *p, size_t n)
{
	const u8 *b = p, *end = b + n;
	u64 c = crc, v;

	if (n & 2) {
		u16 w;

		memcpy(&w, b, sizeof(w));
		__asm__("crc32w %1, %k0" : "+r"(c) : "r"(w));
		b += sizeof(w);
	}
	for (; b < end; b += sizeof(v)) {
		memcpy(&v, b, sizeof(v));
		__asm__("crc32q %1, %0" : "+r"(c) : "rm"(v));
	}
	return (u32)c;
}

#elif defined(__aarch64__)

static __always_inline u32 plog_crc32c_inline(u32 crc, const void *p, size_t n)
{
	const u8 *b = p, *end = b + n;
	u64 v;

	if (n & 2) {
		u16 w;

		memcpy(&w, b, sizeof(w));
		__asm__(".arch_extension crc\n\tcrc32ch %w0, %w0, %w1" : "+r"(crc) : "r"((u32)w));
		b += sizeof(w);
	}
	for (; b < end; b += sizeof(v)) {
		memcpy(&v, b, sizeof(v));
		__asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(crc) : "r"(v));
	}
	return crc;
}

#else

static inline u32 plog_crc32c_inline(u32 crc, const void *p, size_t n)
{
	return plog_crc32c(crc, p, n);
}

#endif

#endif
