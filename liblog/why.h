/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * DOC: why nothing survived
 *
 * What is in memory where a window, or a part of one, should be. The pages that
 * hold what they should are known from the scan; of the others the content tells
 * who was there: firmware that cleared them, a memory test, a boot loader, decay.
 *
 * A page is judged only when the layout and the generations that were handed out
 * say that something has been written there. The rest of a window may hold
 * anything, for formatting clears nothing.
 */
#ifndef PLOG_LIBLOG_WHY_H
#define PLOG_LIBLOG_WHY_H

#include "reader.h"

/**
 * enum why_kind - what a page looks like
 * @WHY_ZEROS:		zeros, or all but a few bits
 * @WHY_ONES:		likewise ones
 * @WHY_REPEATED:	16 bytes or less, over and over
 * @WHY_WALKING:	words of one set bit, or of one clear bit
 * @WHY_ADDRESSES:	words that count up or down by their own size
 * @WHY_TEXT:		printable
 * @WHY_TABLES:		page table entries or kernel addresses
 * @WHY_BIASED:		independent bits, more of one value than of the other
 * @WHY_NOISE:		independent bits, as many of one value as of the other
 * @WHY_DATA:		anything else
 * @WHY_WORN:		plog's own, with bits that are wrong
 */
enum why_kind {
	WHY_ZEROS,
	WHY_ONES,
	WHY_REPEATED,
	WHY_WALKING,
	WHY_ADDRESSES,
	WHY_TEXT,
	WHY_TABLES,
	WHY_BIASED,
	WHY_NOISE,
	WHY_DATA,
	WHY_WORN,
	WHY_KINDS,
};

/**
 * struct why_type - a format that is known by its beginning
 * @name:	what it is called
 * @advice:	what to do with such a file that is no window; NULL: nothing
 */
struct why_type {
	const char *name;
	const char *advice;
};

/**
 * struct why_look - a page, classified
 * @kind:	what it looks like
 * @type:	what begins in it, NULL: nothing that is known
 * @word:	WHY_REPEATED: its first 8 bytes
 */
struct why_look {
	enum why_kind kind;
	const struct why_type *type;
	u64 word;
};

/* why_page.c */

/**
 * plog_why_page() - what do these bytes look like?
 * @look: filled in
 * @p: bytes, any alignment
 * @n: how many, PLOG_PAGE at most
 */
void plog_why_page(struct why_look *look, const u8 *p, size_t n);

/**
 * plog_why_blank() - are all of these bytes @byte?
 */
bool plog_why_blank(const u8 *p, size_t n, u8 byte);

/* why_type.c */

/**
 * plog_why_type() - the format that begins here, NULL when none is known
 */
const struct why_type *plog_why_type(const u8 *p, size_t n);

#define WHY_RUNS 8
#define WHY_STRIDES 4 /* 2, 4, 8 and 16 pages */

/**
 * struct why_run - pages in a row that look alike
 * @off:	where, from the start of the window
 * @len:	bytes
 * @kind:	of its first page
 * @type:	what begins in it, NULL when unknown
 */
struct why_run {
	u64 off;
	u64 len;
	enum why_kind kind;
	const struct why_type *type;
};

/**
 * struct why_pages - account of pages
 * @good:	hold what they should
 * @bad:	should hold something, and do not
 * @kind:	bad ones by what they look like; those with a type are in @typed
 * @typed:	bad ones of runs with a known beginning
 * @runs:	runs of bad ones, all of them
 * @run:	the first ones
 * @now:	the run that is growing
 * @word:	of the first WHY_REPEATED page
 * @stride:	good and bad pages by page number modulo 2, 4, 8, 16
 */
struct why_pages {
	u64 good;
	u64 bad;
	u64 kind[WHY_KINDS];
	u64 typed;
	u64 runs;
	struct why_run run[WHY_RUNS];
	struct why_run now;
	u64 word;
	u64 stride[2][WHY_STRIDES][1 << WHY_STRIDES];
};

/* why_pages.c */

/**
 * plog_why_good() - a page holds what it should
 */
void plog_why_good(struct why_pages *pages, u64 off);

/**
 * plog_why_bad() - a page does not; look at it
 * @pages: account
 * @off: where it is in the window
 * @p: its bytes
 * @n: how many
 *
 * Runs grow when pages come in the order of their offsets.
 */
void plog_why_bad(struct why_pages *pages, u64 off, const u8 *p, size_t n);

/**
 * plog_why_worn() - a page is known to be plog's by something that is nearly right in it
 *
 * As plog_why_bad(), but what would be data or noise is WHY_WORN.
 */
void plog_why_worn(struct why_pages *pages, u64 off, const u8 *p, size_t n);

/**
 * struct why_bits - bits compared with what they should be
 * @ones:	that should be 1
 * @ones_lost:	of these, those that are 0
 * @zeros:	that should be 0
 * @zeros_lost:	of these, those that are 1
 */
struct why_bits {
	u64 ones;
	u64 ones_lost;
	u64 zeros;
	u64 zeros_lost;
};

static inline void plog_why_bits_add(struct why_bits *to, const struct why_bits *bits)
{
	to->ones += bits->ones;
	to->ones_lost += bits->ones_lost;
	to->zeros += bits->zeros;
	to->zeros_lost += bits->zeros_lost;
}

/**
 * struct why - findings
 * @pages:	account of pages
 * @bits:	bits of what is not valid, where the right ones are known
 * @stretches:	damaged stretches between valid records
 * @torn:	chunks with such stretches
 * @heads_lost:	heads of chunks that were leased
 * @states:	chunks by enum plog_chunk_state
 * @records:	that are valid
 * @dict_known:	dictionary entries in either copy
 * @dict_good:	and in each
 * @dict_gone:	records name sites, and no entry is left
 * @boots_known: boot table entries in either copy
 * @boots_good:	and in each
 */
struct why {
	struct why_pages pages;
	struct why_bits bits;
	u64 stretches;
	u32 torn;
	u32 heads_lost;
	u32 states[PLOG_CHUNK_STATES];
	u64 records;
	u32 dict_known;
	u32 dict_good[PLOG_TABLE_COPIES];
	bool dict_gone;
	u32 boots_known;
	u32 boots_good[PLOG_TABLE_COPIES];
};

/* why_chunks.c */

/**
 * plog_why_leases() - which chunks have been leased since the window was formatted?
 * @reader: reader
 * @leased: a byte for each of its chunks; set where that is certain, to 2 where it
 *          may have happened while the snapshot was taken
 *
 * Return: 0 or -ENOMEM.
 */
int plog_why_leases(const struct plog_reader *reader, u8 *leased);

/**
 * plog_why_chunk() - the state of a chunk
 * @why: what is found is added
 * @reader: reader
 * @index: chunk, one of those that are there
 * @leased: what plog_why_leases() says of it
 */
enum plog_chunk_state plog_why_chunk(struct why *why, const struct plog_reader *reader, u32 index,
				     u8 leased);

/* why_window.c */

/**
 * plog_why_window() - look at all of a window
 * @why: filled in
 * @reader: reader that has found one
 *
 * Return: 0 or -ENOMEM.
 */
int plog_why_window(struct why *why, const struct plog_reader *reader);

/* why_none.c */

/**
 * struct why_none - memory in which no window was found
 * @pages:	all of its pages, as bad ones
 * @swapped:	bits of the words whose bytes are reversed, 0: none
 * @swaps:	magic words found with those of 16, 32 and 64 bits reversed
 * @before:	a window starts so many bytes before the memory, 0: none
 * @major:	of a superblock of a later format, 0: none
 * @bits:	against the superblocks of a window of this size, those that are
 *		so near to them that they were superblocks
 */
struct why_none {
	struct why_pages pages;
	u32 swapped;
	u32 swaps[3];
	u64 before;
	u32 major;
	struct why_bits bits;
};

/**
 * plog_why_hidden() - is there a window that the scan could not take?
 * @none: swapped, before and major are filled in
 */
void plog_why_hidden(struct why_none *none, const u8 *mem, u64 size);

/**
 * plog_why_none() - look at all of the memory
 */
void plog_why_none(struct why_none *none, const u8 *mem, u64 size);

/**
 * plog_why_super() - compare bytes with what a superblock of a layout must hold
 * @bits: what is found is added
 * @p: 512 bytes
 * @lay: layout
 * @copy: which one
 */
void plog_why_super(struct why_bits *bits, const u8 *p, const struct scan_layout *lay, u32 copy);

/**
 * plog_why_near() - do so few bits differ that it was the same once?
 *
 * Zeros, ones and noise are not near to anything that has bits of both kinds.
 */
bool plog_why_near(const struct why_bits *bits);

/* why.c */

/**
 * plog_why_line() - one line on what is wrong with a window, "" when nothing is
 */
void plog_why_line(const struct plog_reader *reader, char *buf, size_t size);

/**
 * struct why_text - lines that are being written
 */
struct why_text {
	char *buf;
	size_t size;
	size_t len;
};

/**
 * plog_why_put() - print into the lines; what has no room is left out
 */
void plog_why_put(struct why_text *text, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* why_text.c */

/**
 * plog_why_say_pages() - a line for each cause of bad pages
 */
void plog_why_say_pages(struct why_text *text, const struct why_pages *pages);

/**
 * plog_why_say_hidden() - what hid a window from the scan
 *
 * Return: false, and nothing is said, when nothing did.
 */
bool plog_why_say_hidden(struct why_text *text, const struct why_none *none);

/**
 * plog_why_say_none() - what memory without a window is
 */
void plog_why_say_none(struct why_text *text, const struct plog_reader *reader);

/**
 * plog_why_say_rate() - "about 1 bit in 1200 is wrong"
 * @bits: bits compared
 * @flips: others that were repaired
 * @checked: of how many
 * @least: there are more that could be neither
 */
void plog_why_say_rate(struct why_text *text, const struct why_bits *bits, u64 flips, u64 checked,
		       bool least);

#endif
