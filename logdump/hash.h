/* SPDX-License-Identifier: BSD-2-Clause */
/* FNV-1a, 64 bits (RFC 9923): for names of things, not against forgery. */
#ifndef LOGDUMP_HASH_H
#define LOGDUMP_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_BASIS 0xcbf29ce484222325ULL

/**
 * hash_bytes() - the hash of what came before and of these bytes
 * @hash: HASH_BASIS at first
 */
static inline uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	while (n--)
		hash = (hash ^ *p++) * 0x100000001b3ULL;
	return hash;
}

#endif
