/* SPDX-License-Identifier: BSD-2-Clause */
/* CRC32C by the CPU's instruction, inlined; elsewhere bit by bit. */
#ifndef PLOG_BENCH_FLOOR_CRC_H
#define PLOG_BENCH_FLOOR_CRC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#define FLOOR_TARGET __attribute__((target("sse4.2")))
#define FLOOR_CRC8(crc, v) ((uint32_t)__builtin_ia32_crc32di(crc, v))
#define FLOOR_CRC4(crc, v) __builtin_ia32_crc32si(crc, v)
#elif defined(__aarch64__)
#define FLOOR_TARGET __attribute__((target("+crc")))
#define FLOOR_CRC8(crc, v) __builtin_aarch64_crc32cx(crc, v)
#define FLOOR_CRC4(crc, v) __builtin_aarch64_crc32cw(crc, v)
#else
#define FLOOR_TARGET
#define FLOOR_CRC8(crc, v) floor_crc_bits(floor_crc_bits(crc, (uint32_t)(v)), (uint32_t)((v) >> 32))
#define FLOOR_CRC4(crc, v) floor_crc_bits(crc, v)

static inline uint32_t floor_crc_bits(uint32_t crc, uint32_t v)
{
	int i;

	crc ^= v;
	for (i = 0; i < 32; i++)
		crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
	return crc;
}
#endif

/* @n: a multiple of 4 */
FLOOR_TARGET static inline uint32_t floor_crc(const uint8_t *p, size_t n)
{
	uint32_t crc = 0xffffffffu, word;
	uint64_t two;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&two, p, 8);
		crc = FLOOR_CRC8(crc, two);
	}
	if (n) {
		memcpy(&word, p, 4);
		crc = FLOOR_CRC4(crc, word);
	}
	return ~crc;
}

#endif
