/* SPDX-License-Identifier: BSD-2-Clause */
/* Decimal numbers, eight digits at once. In a header: a call would be half of what they cost. */
#ifndef PLOG_LIBLOG_READER_DIGITS_H
#define PLOG_LIBLOG_READER_DIGITS_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define READER_DIGITS 24 /* room for a number: 20 digits, stored by eights */
#define READER_EIGHT 100000000u

/*
 * The digits of a number below 10^8, the first one in the lowest byte: halves of
 * four, then quarters of two, then digits, each in a lane of its own of one word.
 * The multiplications divide by 100 and by 10, exactly for numbers so small.
 */
static inline uint64_t reader_eight_split(uint32_t value)
{
	uint64_t v = value / 10000 | (uint64_t)(value % 10000) << 32;
	uint64_t high = (v * 10486 >> 20) & 0x0000007f0000007fULL;

	v = high | (v - 100 * high) << 16;
	high = (v * 103 >> 10) & 0x000f000f000f000fULL;
	return high | (v - 10 * high) << 8;
}

static inline void reader_eight_put(char *to, uint64_t digits)
{
	digits = htole64(digits | 0x3030303030303030ULL);
	memcpy(to, &digits, sizeof(digits));
}

/**
 * reader_eight() - a number below 10^8 with leading zeros
 */
static inline void reader_eight(char to[8], uint32_t value)
{
	reader_eight_put(to, reader_eight_split(value));
}

/**
 * reader_below_eight() - a number below 10^8
 * @to: room for 8 bytes
 *
 * Return: its end.
 */
static inline char *reader_below_eight(char *to, uint32_t value)
{
	uint64_t digits = reader_eight_split(value);
	int zeros = digits ? __builtin_ctzll(digits) / 8 : 7;

	reader_eight_put(to, digits >> 8 * zeros);
	return to + 8 - zeros;
}

/**
 * reader_unsigned() - any number
 * @to: room for READER_DIGITS bytes
 *
 * Return: its end.
 */
static inline char *reader_unsigned(char *to, uint64_t value)
{
	uint64_t high = value / READER_EIGHT;

	if (!high)
		return reader_below_eight(to, (uint32_t)value);
	if (high >= READER_EIGHT) {
		to = reader_below_eight(to, (uint32_t)(high / READER_EIGHT));
		reader_eight(to, (uint32_t)(high % READER_EIGHT));
		to += 8;
	} else {
		to = reader_below_eight(to, (uint32_t)high);
	}
	reader_eight(to, (uint32_t)(value % READER_EIGHT));
	return to + 8;
}

/**
 * reader_signed() - likewise; room for READER_DIGITS bytes and a sign
 */
static inline char *reader_signed(char *to, int64_t value)
{
	*to = '-';
	return reader_unsigned(to + (value < 0), value < 0 ? -(uint64_t)value : (uint64_t)value);
}

#endif
