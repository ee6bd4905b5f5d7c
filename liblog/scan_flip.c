// SPDX-License-Identifier: BSD-2-Clause
/*
 * From a syndrome to the places of flipped bits.
 *
 * What a flip adds is looked up in a hash table of all places that are near the
 * end. Further away, the syndrome is moved back by as many places as the table
 * holds, again and again (Shanks' baby steps and giant steps).
 */
#include <pthread.h>

#include "scan_fix.h"

#define POLY 0x82f63b78u
#define COLUMNS (FLIP_BITS + FLIP_CRC)
#define HASH_BITS 14
#define HASH_MASK ((1u << HASH_BITS) - 1)
#define NONE 0xffffu
#define POWERS 16

/* A linear map of 32 bits, by bytes. */
struct linear {
	u32 of[4][256];
};

/* Column i is what a flip at place i - 31 adds. */
static struct {
	u32 column[COLUMNS];
	u16 hash[1u << HASH_BITS];
	struct linear ahead[POWERS]; /* by 2^i zero bytes */
	struct linear back;          /* by COLUMNS zero bits, backwards */
} tab;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static u32 map(const struct linear *lin, u32 v)
{
	return lin->of[0][v & 0xff] ^ lin->of[1][v >> 8 & 0xff] ^ lin->of[2][v >> 16 & 0xff] ^
	       lin->of[3][v >> 24];
}

static u32 bit_ahead(u32 v)
{
	return v >> 1 ^ (v & 1 ? POLY : 0);
}

static u32 bit_back(u32 v)
{
	u32 top = v >> 31;

	/* The polynomial's top bit is set, so the top bit tells. */
	return (top ? v ^ POLY : v) << 1 | top;
}

static u32 bits_move(u32 v, u32 n, u32 (*step)(u32))
{
	while (n--)
		v = step(v);
	return v;
}

/* From what becomes of each single bit to what becomes of each byte. */
static void linear_make(struct linear *lin, const u32 basis[32])
{
	u32 byte, v;

	for (byte = 0; byte < 4; byte++) {
		lin->of[byte][0] = 0;
		for (v = 1; v < 256; v++)
			lin->of[byte][v] = lin->of[byte][v & (v - 1)] ^
					   basis[8 * byte + (u32)__builtin_ctz(v)];
	}
}

static u32 hash_of(u32 v)
{
	return (v * 0x9e3779b1u) >> (32 - HASH_BITS);
}

static void tables_make(void)
{
	u32 basis[32];
	u32 i, j, at, v = bits_move(1, FLIP_CRC - 1, bit_back);

	memset(tab.hash, 0xff, sizeof(tab.hash));
	for (i = 0; i < COLUMNS; i++, v = bit_ahead(v)) {
		tab.column[i] = v;
		for (at = hash_of(v); tab.hash[at] != NONE; at = (at + 1) & HASH_MASK)
			;
		tab.hash[at] = (u16)i;
	}
	for (j = 0; j < 32; j++)
		basis[j] = bits_move(1u << j, COLUMNS, bit_back);
	linear_make(&tab.back, basis);
	for (j = 0; j < 32; j++)
		basis[j] = bits_move(1u << j, 8, bit_ahead);
	linear_make(&tab.ahead[0], basis);
	for (i = 1; i < POWERS; i++) {
		for (j = 0; j < 32; j++)
			basis[j] = map(&tab.ahead[i - 1], map(&tab.ahead[i - 1], 1u << j));
		linear_make(&tab.ahead[i], basis);
	}
}

void plog_flip_init(void)
{
	pthread_once(&once, tables_make);
}

u32 plog_flip_ahead(u32 crc, u32 bytes)
{
	u32 i;

	for (i = 0; bytes >> i; i++)
		if (bytes >> i & 1)
			crc = map(&tab.ahead[i], crc);
	return crc;
}

u32 plog_flip_at(int place)
{
	return tab.column[place + FLIP_CRC - 1];
}

/* The column of this value, or NONE. */
static u32 column_find(u32 v)
{
	u32 at;

	for (at = hash_of(v); tab.hash[at] != NONE; at = (at + 1) & HASH_MASK)
		if (tab.column[tab.hash[at]] == v)
			return tab.hash[at];
	return NONE;
}

bool plog_flip_one(u32 syndrome, u32 bits, int *place)
{
	u32 passed, at, columns = bits + FLIP_CRC;

	for (passed = 0; passed < columns; passed += COLUMNS) {
		at = column_find(syndrome);
		if (at != NONE) {
			*place = (int)(passed + at) - (FLIP_CRC - 1);
			return passed + at < columns;
		}
		syndrome = map(&tab.back, syndrome);
	}
	return false;
}

bool plog_flip_two(u32 syndrome, u32 bits, int place[2])
{
	u32 i, at, columns = bits + FLIP_CRC;

	for (i = 0; i < columns; i++) {
		at = column_find(syndrome ^ tab.column[i]);
		if (at == NONE || at <= i)
			continue;
		place[0] = (int)i - (FLIP_CRC - 1);
		place[1] = (int)at - (FLIP_CRC - 1);
		return at < columns;
	}
	return false;
}
