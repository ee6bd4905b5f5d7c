/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * DOC: plogctl qualify
 *
 * What does a reset of this board do to the window? A pattern is put into chunks
 * of it that are free, the board is reset, and what is left is compared with what
 * was there.
 *
 * The pattern's chunks are leased like any others and never written to by their
 * lane, so the window stays a valid one all the time: the module attaches to it
 * at the next boot as to any other, the log goes on beside the pattern, and no
 * door into the module is needed that a locked down kernel would have to trust.
 *
 * A page of the pattern has one class: how its lines were brought to memory.
 * All of them were written once before, as round 0, and brought there; so a line
 * of round 0 that is found where a later one was written is what a cache held
 * back, and not damage.
 *
 *   line 0		the chunk's head in its first page; else as the others
 *   line 1		struct qualify_head, always cleaned and fenced
 *   others		a word with the round, 56 bytes that follow from seed and place
 */
#ifndef PLOG_LOGDUMP_QUALIFY_H
#define PLOG_LOGDUMP_QUALIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/core.h"
#include "why.h"

/**
 * enum qualify_class - how lines were brought to memory
 * @QUALIFY_FENCED:	cleaned, and the clean waited for
 * @QUALIFY_CLEANED:	cleaned
 * @QUALIFY_DIRTY:	left in the cache, and written again and again
 */
enum qualify_class {
	QUALIFY_FENCED,
	QUALIFY_CLEANED,
	QUALIFY_DIRTY,
	QUALIFY_CLASSES,
};

#define QUALIFY_SPANS 64
#define QUALIFY_LABEL 24
#define QUALIFY_LINES (PLOG_PAGE / PLOG_LINE)

/**
 * struct qualify_span - generations in a row whose chunks hold the pattern
 */
struct qualify_span {
	u64 first;
	u64 last;
};

/**
 * struct qualify_plan - what was armed, and where
 * @seed:	of the pattern
 * @phys:	address of the window, 0 for a file
 * @size:	bytes of the window
 * @cache:	enum plog_cache
 * @boot_id:	of the boot that armed it
 * @time:	CLOCK_REALTIME, s
 * @geo:	of the window; chunks only
 * @spans:	which chunks
 * @count:	spans
 * @label:	kind of reset, as the user says; "" to be found out
 */
struct qualify_plan {
	u64 seed;
	u64 phys;
	u64 size;
	u32 cache;
	u8 boot_id[16];
	u64 time;
	struct plog_geometry geo;
	struct qualify_span spans[QUALIFY_SPANS];
	u32 count;
	char label[QUALIFY_LABEL];
};

/**
 * struct qualify_page - a page of the pattern
 * @off:	where it is in the window
 * @chunk:	where its chunk is
 * @gen:	generation of its chunk
 * @first:	its line 0 is the chunk's head
 * @class:	enum qualify_class
 */
struct qualify_page {
	u64 off;
	u64 chunk;
	u64 gen;
	bool first;
	u32 class;
};

/* qualify_pattern.c */

/**
 * qualify_pages() - pages of the pattern
 */
u64 qualify_pages(const struct qualify_plan *plan);

/**
 * qualify_page() - the @k-th page
 *
 * Return: false behind the last one.
 */
bool qualify_page(const struct qualify_plan *plan, u64 k, struct qualify_page *page);

/**
 * qualify_stride() - one in so many pages is QUALIFY_DIRTY, from page 2 on
 */
u64 qualify_stride(const struct qualify_plan *plan);

/**
 * struct qualify_head - line 1 of a page
 * @magic:	PLOG_MAGIC_MASK ^ QUALIFY_MAGIC_KEY
 * @seed:	pattern's
 * @phys:	address of this page when it was armed, 0 in a file
 * @off:	its offset in the window
 * @boot_id:	boot that armed it
 * @round:	all lines of the page are of this round or a later one
 * @class:	enum qualify_class
 * @zero:	zero
 * @crc:	CRC32C of what is before it
 */
struct qualify_head {
	u64 magic;
	u64 seed;
	u64 phys;
	u64 off;
	u8 boot_id[16];
	u32 round;
	u32 class;
	u32 zero;
	u32 crc;
};

#define QUALIFY_MAGIC_KEY 0x9d7733c05ea8164bULL

void qualify_head_make(const struct qualify_plan *plan, const struct qualify_page *page, u32 round,
		       struct qualify_head *head);

/**
 * qualify_head_check() - is it one? hostile bytes, any alignment
 */
bool qualify_head_check(const u8 *p, struct qualify_head *head);

/**
 * qualify_line_make() - a line of the pattern
 * @line: 8 words
 */
void qualify_line_make(u64 seed, u64 off, u32 round, u64 line[PLOG_LINE / 8]);

/**
 * qualify_round_word() - the first word of a line: the round, thrice
 */
u64 qualify_round_word(u32 round);

/**
 * qualify_line_read() - compare a line with what it should be
 * @seed: pattern's
 * @off: its place in the window
 * @p: what was found
 * @round: receives the round that most of its bits tell
 * @bits: its bits are added, if it is the pattern's
 *
 * Return: is it the pattern's line, give or take a quarter of its bits?
 */
bool qualify_line_read(u64 seed, u64 off, const u8 *p, u32 *round, struct why_bits *bits);

/**
 * struct qualify_count - what became of the lines of a class
 * @lines:	that were armed, but for those in pages that plog uses again
 * @kept:	found as they were last written
 * @stale:	found as they were before: a cache did not give them out
 * @lost:	not found
 */
struct qualify_count {
	u64 lines;
	u64 kept;
	u64 stale;
	u64 lost;
};

/**
 * struct qualify_result - what a reset did
 * @label:	kind of reset
 * @verdict:	what the boot table says of its end, "" when it says nothing
 * @time:	when it was looked at, s
 * @cache:	enum plog_cache
 * @count:	by class
 * @bits:	of kept and stale lines
 * @pages:	account of pages; lost ones as bad, with what they look like
 * @reused:	pages that plog itself has used since
 * @moved:	where the window is now, when that is another address than at arming
 * @phys:	where it was
 * @shift:	how far the pattern is from its place in the window
 * @stray:	lost lines in pages that are there otherwise
 * @best_off:	the longest stretch without a lost page, from the start of the window
 * @best_len:	bytes
 */
struct qualify_result {
	char label[QUALIFY_LABEL];
	char verdict[QUALIFY_LABEL];
	u64 time;
	u32 cache;
	struct qualify_count count[QUALIFY_CLASSES];
	struct why_bits bits;
	struct why_pages pages;
	u64 reused;
	u64 moved;
	u64 phys;
	int64_t shift;
	u64 stray;
	u64 best_off;
	u64 best_len;
};

/* qualify_judge.c */

/**
 * qualify_judge() - compare a window with the plan
 * @plan: what was armed
 * @mem: the window
 * @size: bytes
 * @result: count, bits, pages, reused, shift and best_* are filled in
 */
void qualify_judge(const struct qualify_plan *plan, const u8 *mem, u64 size,
		   struct qualify_result *result);

/* qualify_cause.c */

/**
 * enum qualify_cause - what did it, as far as it can be guessed; bits of a set
 */
enum qualify_cause {
	QUALIFY_KEPT = 0,
	QUALIFY_MOVED = 1,        /* window or pattern are at another address */
	QUALIFY_CLEARED = 2,      /* all zeros or ones */
	QUALIFY_NOISE = 4,        /* memory encryption, scrambler */
	QUALIFY_POWER = 8,        /* more bits of one value: it lost its charge */
	QUALIFY_OVERWRITTEN = 16, /* some pages are somebody else's */
	QUALIFY_WIPED = 32,       /* some pages are zeros or ones */
	QUALIFY_FLIPPED = 64,     /* single bits */
	QUALIFY_CACHE = 128,      /* what was not cleaned is lost */
	QUALIFY_CLEAN = 256,      /* what was cleaned is lost, too */
	QUALIFY_STRAY = 512,      /* single lines are somebody else's */
};

#define QUALIFY_CAUSES 10

u32 qualify_causes(const struct qualify_result *result);

/**
 * qualify_cause_name() - a word for the matrix
 * @bit: 0 .. QUALIFY_CAUSES - 1
 */
const char *qualify_cause_name(u32 bit);

/**
 * qualify_explain() - what happened and what to do, a line each
 */
void qualify_explain(const struct qualify_result *result, struct why_text *text);

/* qualify_state.c */

#define QUALIFY_RESULTS 64

/**
 * struct qualify_row - a result as the state file keeps it
 */
struct qualify_row {
	char label[QUALIFY_LABEL];
	u64 time;
	u32 cache;
	struct qualify_count count[QUALIFY_CLASSES];
	u64 bits;
	u64 wrong;
	u64 pages;
	u64 pages_lost;
	u32 causes;
};

/**
 * struct qualify_state - what is remembered over resets
 * @armed:	@plan is waiting for a reset
 * @plan:	it
 * @rows:	results, oldest first; the oldest ones are forgotten
 * @count:	how many
 */
struct qualify_state {
	bool armed;
	struct qualify_plan plan;
	struct qualify_row rows[QUALIFY_RESULTS];
	u32 count;
};

/**
 * qualify_state_load() - read the file; none is an empty state
 *
 * Return: 0; -EBADMSG for a file that is not such a state; or a negative errno.
 */
int qualify_state_load(struct qualify_state *state, const char *path);

/**
 * qualify_state_save() - write it, and see that it survives a reset that comes next
 *
 * Makes the folder. Return: 0 or a negative errno.
 */
int qualify_state_save(const struct qualify_state *state, const char *path);

void qualify_state_add(struct qualify_state *state, const struct qualify_result *result);

/* qualify_arm.c */

struct plog_map;

/**
 * qualify_take() - lease chunks for the pattern
 * @map: window, open for writing
 * @plan: geo, spans and count are filled in
 * @force: also chunks whose log nobody has read, and what this boot has logged
 * @kept: receives how many chunks were left alone for that reason
 *
 * Return: chunks taken; 0: none is free; or a negative errno.
 */
int qualify_take(struct plog_map *map, struct qualify_plan *plan, bool force, u32 *kept);

/**
 * qualify_write() - write the pattern
 */
void qualify_write(struct plog_map *map, const struct qualify_plan *plan);

/**
 * qualify_dirty() - write the lines of QUALIFY_DIRTY once more
 * @round: 2, 3, ...
 */
void qualify_dirty(struct plog_map *map, const struct qualify_plan *plan, u32 round);

/**
 * qualify_wipe() - zeros instead of the pattern, and chunks that are free
 *
 * Of chunks that still are the pattern's; others have been leased meanwhile.
 */
void qualify_wipe(struct plog_map *map, const struct qualify_plan *plan);

/* qualify_report.c */

void qualify_print(FILE *f, const struct qualify_result *result);
void qualify_matrix(FILE *f, const struct qualify_state *state);

#endif
