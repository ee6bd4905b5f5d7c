/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the core needs from where it is compiled: the kernel or a C library.
 *
 * The core writes the window through plog_put() and the two cleaning calls
 * only, so that a test can stand between them and the memory.
 */
#ifndef PLOG_CORE_PORT_H
#define PLOG_CORE_PORT_H

#ifdef __KERNEL__

#include <linux/errno.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>

#define plog_get16(v) le16_to_cpu(v)
#define plog_get32(v) le32_to_cpu(v)
#define plog_get64(v) le64_to_cpu(v)
#define plog_set16(v) cpu_to_le16(v)
#define plog_set32(v) cpu_to_le32(v)
#define plog_set64(v) cpu_to_le64(v)

/* 32-bit kernels have no 64-bit division operator */
#define plog_div64(n, d) div64_u64(n, d)

static inline u32 plog_mod64(u64 n, u32 d)
{
	u32 rest;

	div_u64_rem(n, d, &rest);
	return rest;
}

#else

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define plog_get16(v) ((u16)(v))
#define plog_get32(v) ((u32)(v))
#define plog_get64(v) ((u64)(v))
#else
#define plog_get16(v) __builtin_bswap16(v)
#define plog_get32(v) __builtin_bswap32(v)
#define plog_get64(v) __builtin_bswap64(v)
#endif
#define plog_set16(v) plog_get16(v)
#define plog_set32(v) plog_get32(v)
#define plog_set64(v) plog_get64(v)

#define plog_div64(n, d) ((n) / (d))
#define plog_mod64(n, d) ((u32)((n) % (d)))

#endif

/**
 * plog_crc32c() - CRC-32C (Castagnoli, reflected, polynomial 0x82f63b78)
 * @crc: running value; nothing is inverted before or after
 * @p: bytes
 * @n: how many
 *
 * The kernel's crc32c() has the same convention. Any context.
 */
u32 plog_crc32c(u32 crc, const void *p, size_t n);

/**
 * plog_clean() - bring cache lines to memory, without waiting for them
 * @p: start
 * @n: bytes
 *
 * Nothing on a mapping that is not cached. Any context.
 */
void plog_clean(const void *p, size_t n);

/**
 * plog_fence() - wait until what was stored or cleaned before is in memory
 */
void plog_fence(void);

#endif
