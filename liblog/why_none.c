// SPDX-License-Identifier: BSD-2-Clause
/*
 * Memory in which no window was found: every page is looked at, and whatever
 * could have hidden a window from the scan is tried.
 */
#include "why.h"

#define SWAPS_MIN 2

/* A word of the window as a dump shows it whose bytes are reversed in @bits. */
static u64 reversed(u64 word, u32 bits)
{
	if (bits == 64)
		return __builtin_bswap64(word);
	if (bits == 32)
		return (u64)__builtin_bswap32((u32)(word >> 32)) << 32 |
		       __builtin_bswap32((u32)word);
	return (word & 0x00ff00ff00ff00ffULL) << 8 | (word >> 8 & 0x00ff00ff00ff00ffULL);
}

/* One such word may be chance, in much memory; a window has its superblocks thrice. */
static void swapped_count(struct why_none *none, u64 word)
{
	u32 bits, i;

	for (bits = 16, i = 0; bits <= 64; bits *= 2, i++) {
		if (!scan_near(reversed(word, bits), PLOG_MAGIC_SUPER_KEY) &&
		    !scan_near(reversed(word, bits), PLOG_MAGIC_CHUNK_KEY))
			continue;
		if (++none->swaps[i] == SWAPS_MIN && !none->swapped)
			none->swapped = bits;
	}
}

/* A superblock that is valid, of a window that is not all there, or of another version. */
static void super_at(struct why_none *none, const u8 *p, u64 off)
{
	struct scan_window win;
	u32 copy;
	int err = plog_scan_super(&win, &copy, p);

	if (err == -EPROTONOSUPPORT)
		none->major = scan_get16(p + offsetof(struct plog_super, major));
	else if (!err && !none->before && win.layout.super_off[copy] > off)
		none->before = win.layout.super_off[copy] - off;
}

void plog_why_hidden(struct why_none *none, const u8 *mem, u64 size)
{
	u64 off, word;

	memset(none, 0, sizeof(*none));
	for (off = 0; off + sizeof(struct plog_super) <= size; off += PLOG_LINE) {
		word = scan_get64(mem + off);
		if (scan_near(word, PLOG_MAGIC_SUPER_KEY))
			super_at(none, mem + off, off);
		else
			swapped_count(none, word);
	}
}

/* Where a window of this size has its superblocks: what is left of them? */
static void rate_measure(struct why_none *none, const u8 *mem, u64 size)
{
	struct why_bits copy;
	struct scan_layout lay;
	u32 i;

	if (!plog_scan_layout_default(&lay, size))
		return;
	for (i = 0; i < PLOG_SUPER_COPIES; i++) {
		memset(&copy, 0, sizeof(copy));
		plog_why_super(&copy, mem + lay.super_off[i], &lay, i);
		if (!plog_why_near(&copy))
			continue;
		plog_why_bits_add(&none->bits, &copy);
	}
}

void plog_why_none(struct why_none *none, const u8 *mem, u64 size)
{
	u64 off, left;

	plog_why_hidden(none, mem, size);
	for (off = 0; off < size; off += PLOG_PAGE) {
		left = size - off;
		plog_why_bad(&none->pages, off, mem + off,
			     left < PLOG_PAGE ? (size_t)left : PLOG_PAGE);
	}
	rate_measure(none, mem, size);
}
