// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a page looks like, by its bytes alone.
 *
 * Noise and decay are told by statistics of 4096 bytes; the limits are some six
 * standard deviations, so that one page in many millions is mistaken.
 */
#include "why.h"

#define FEW_BITS 16
#define STATISTICS_MIN 1024u /* bytes */

bool plog_why_blank(const u8 *p, size_t n, u8 byte)
{
	return !n || (p[0] == byte && !memcmp(p, p + 1, n - 1));
}

static bool repeated(const u8 *p, size_t n)
{
	return n > 64 && !memcmp(p, p + 16, n - 16);
}

/* Words of 4 or 8 bytes, all with one bit that differs from the rest. */
static bool walking(const u8 *p, size_t n, u32 bytes)
{
	u32 want = 0, bits;
	size_t i;

	for (i = 0; i + bytes <= n; i += bytes) {
		bits = bytes == 8 ? (u32)__builtin_popcountll(scan_get64(p + i))
				  : (u32)__builtin_popcount(scan_get32(p + i));
		if (bits != 1 && bits != 8 * bytes - 1)
			return false;
		if (want && bits != want)
			return false;
		want = bits;
	}
	return want;
}

/* Each word is the one before, and its size more or less; one in eight may be wrong. */
static bool counting(const u8 *p, size_t n, u32 bytes)
{
	u64 mask = bytes == 8 ? ~0ULL : 0xffffffffULL, last = 0, word, up = 0, down = 0, all = 0;
	size_t i;

	for (i = 0; i + bytes <= n; i += bytes, all++) {
		word = bytes == 8 ? scan_get64(p + i) : scan_get32(p + i);
		up += i && ((word - last) & mask) == bytes;
		down += i && ((last - word) & mask) == bytes;
		last = word;
	}
	return all > 64 && (up > all / 8 * 7 || down > all / 8 * 7);
}

/*
 * Page tables have the same attributes in their low and high twelve bits, over and over;
 * kernel addresses, ones on top. Empty entries say nothing.
 */
static bool tables(const u8 *p, size_t n)
{
	u32 filled = 0, kernel = 0, attributes = 0, present = 0, distinct = 0;
	u64 word, last = 0;
	size_t i;

	for (i = 0; i + 8 <= n; i += 8) {
		word = scan_get64(p + i);
		if (!word)
			continue;
		filled++;
		kernel += word >> 48 == 0xffff && word >> 40 != 0xffffff;
		kernel += word >> 40 == 0xffffff && word >> 31 == 0x1ffffffffULL;
		present += (word & 1) && (word & 0xfff) != 0xfff;
		attributes += (word & 0xfff) == (last & 0xfff) && word >> 52 == last >> 52;
		distinct += word >> 12 != last >> 12;
		last = word;
	}
	if (filled < 32 || distinct < filled / 4 * 3)
		return false;
	return kernel > filled / 4 * 3 || (present > filled / 8 * 7 && attributes > filled / 4 * 3);
}

static bool text_like(const u32 *count, size_t n)
{
	u32 c, printable = count['\n'] + count['\t'] + count['\r'];

	for (c = ' '; c < 0x7f; c++)
		printable += count[c];
	/* The last page of a text ends in zeros. */
	return printable >= 64 && printable >= (n - count[0]) / 20 * 19;
}

/**
 * struct bits - how often each of the eight bits of a byte is set
 */
struct bits {
	u32 set[8];
	u32 weight[9]; /* bytes by number of set bits */
	u32 ones;
};

static void bits_count(struct bits *bits, const u32 *count)
{
	u32 c, k;

	memset(bits, 0, sizeof(*bits));
	for (c = 0; c < 256; c++) {
		for (k = 0; k < 8; k++)
			bits->set[k] += c >> k & 1 ? count[c] : 0;
		bits->weight[__builtin_popcount(c)] += count[c];
	}
	for (k = 0; k < 8; k++)
		bits->ones += bits->set[k];
}

static double square(double x)
{
	return x * x;
}

/* Are the bits of each byte independent, each set with the same probability? */
static bool independent(const struct bits *bits, size_t n)
{
	static const u32 choose[9] = { 1, 8, 28, 56, 70, 56, 28, 8, 1 };
	double d = bits->ones / (8.0 * (double)n), chi = 0, power, expect;
	u32 k, i;

	for (k = 0; k < 8; k++)
		chi += square(bits->set[k] - d * (double)n) / ((double)n * d * (1 - d));
	if (chi > 60)
		return false;
	for (k = 0, chi = 0; k <= 8; k++) {
		for (i = 0, power = (double)n * choose[k]; i < 8; i++)
			power *= i < k ? d : 1 - d;
		expect = power < 1 ? 1 : power;
		chi += square(bits->weight[k] - power) / expect;
	}
	return chi < 70;
}

/* Pearson's test of the 256 counts: 255, give or take 23, when all are as likely. */
static bool uniform(const u32 *count, size_t n)
{
	double sum = 0;
	u32 c;

	for (c = 0; c < 256; c++)
		sum += square(count[c]);
	sum = sum * 256 / (double)n - (double)n;
	return sum > 120 && sum < 395;
}

static enum why_kind statistics(const u8 *p, size_t n)
{
	u32 count[256] = { 0 };
	struct bits bits;
	size_t i;

	for (i = 0; i < n; i++)
		count[p[i]]++;
	bits_count(&bits, count);
	if (bits.ones <= FEW_BITS)
		return WHY_ZEROS;
	if (bits.ones >= 8 * n - FEW_BITS)
		return WHY_ONES;
	if (n < STATISTICS_MIN)
		return text_like(count, n) ? WHY_TEXT : WHY_DATA;
	if (uniform(count, n))
		return WHY_NOISE;
	if (text_like(count, n))
		return WHY_TEXT;
	/* Too few to tell decay from a page with little in it. */
	if (bits.ones < 4 * FEW_BITS || bits.ones > 8 * n - 4 * FEW_BITS)
		return WHY_DATA;
	return independent(&bits, n) ? WHY_BIASED : WHY_DATA;
}

void plog_why_page(struct why_look *look, const u8 *p, size_t n)
{
	memset(look, 0, sizeof(*look));
	look->kind = WHY_DATA;
	if (plog_why_blank(p, n, 0)) {
		look->kind = WHY_ZEROS;
	} else if (plog_why_blank(p, n, 0xff)) {
		look->kind = WHY_ONES;
	} else if (repeated(p, n)) {
		look->kind = WHY_REPEATED;
		look->word = scan_get64(p);
	} else if (walking(p, n, 4) || walking(p, n, 8)) {
		look->kind = WHY_WALKING;
	} else if (counting(p, n, 4) || counting(p, n, 8)) {
		look->kind = WHY_ADDRESSES;
	} else {
		look->type = plog_why_type(p, n);
		look->kind = tables(p, n) ? WHY_TABLES : statistics(p, n);
	}
}
