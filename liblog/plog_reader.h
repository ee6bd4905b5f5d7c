/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * DOC: reading plog windows
 *
 * A reader takes a snapshot of a window, finds what is valid in it, and gives
 * the boots and, merged by time, the records. It writes nothing, and no content
 * of a window makes it crash, loop or take memory without bound.
 *
 * One reader belongs to one thread at a time.
 */
#ifndef PLOG_READER_H
#define PLOG_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
/* Some functions are called as the structures that they fill in. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#endif
#pragma GCC visibility push(default)

#define PLOG_READER_UNKNOWN INT64_MIN /* a time or number that nobody knows */

/**
 * enum plog_condition - in what state a window was found
 * @PLOG_CONDITION_GOOD:	superblock found
 * @PLOG_CONDITION_DAMAGED:	no superblock; layout and salt were deduced
 * @PLOG_CONDITION_NEWER:	of a later format; not read
 * @PLOG_CONDITION_EMPTY:	no bytes
 * @PLOG_CONDITION_ZERO:	zeros: never written, or cleared by firmware
 * @PLOG_CONDITION_ONES:	all bits set: never written, or no memory there
 * @PLOG_CONDITION_SHORT:	too short for a window
 * @PLOG_CONDITION_FOREIGN:	nothing of plog's in it
 */
enum plog_condition {
	PLOG_CONDITION_GOOD,
	PLOG_CONDITION_DAMAGED,
	PLOG_CONDITION_NEWER,
	PLOG_CONDITION_EMPTY,
	PLOG_CONDITION_ZERO,
	PLOG_CONDITION_ONES,
	PLOG_CONDITION_SHORT,
	PLOG_CONDITION_FOREIGN,
};

/**
 * enum plog_verdict - how far a record can be believed
 * @PLOG_VERDICT_INTACT:	every bit of it is as it was written
 * @PLOG_VERDICT_REPAIRED:	one or two flipped bits were found from its CRC, and corrected
 * @PLOG_VERDICT_DAMAGED:	it does not validate: best effort, only shown on request
 */
enum plog_verdict {
	PLOG_VERDICT_INTACT,
	PLOG_VERDICT_REPAIRED,
	PLOG_VERDICT_DAMAGED,
};

/**
 * struct plog_text - text in the window or in the reader, not NUL-terminated
 * @text:	any bytes: escape them before showing; NULL when unknown
 * @len:	how many
 */
struct plog_text {
	const char *text;
	size_t len;
};

/**
 * struct plog_reader_boot - a boot and the account of what is left of it
 * @boot:	boot counter of the window
 * @index:	0 the running boot, -1 the one before it, ...
 * @boot_id:	the kernel's boot_id; zeros when @ident is false
 * @ident:	the boot table knows it: @boot_id, @kernel, @start
 * @verdict:	"running", "panic", "oops", "reboot", "poweroff", "reset"; NULL unknown
 * @reason:	text behind the verdict, may be empty
 * @kernel:	release
 * @start:	CLOCK_REALTIME ns when it attached, or PLOG_READER_UNKNOWN
 * @end:	likewise, when it was last seen alive or wrote its last record
 * @complete_since: likewise; from here on no record was overwritten
 * @start_mono:	the same on CLOCK_MONOTONIC
 * @end_mono:	the same on CLOCK_MONOTONIC
 * @complete_mono: the same on CLOCK_MONOTONIC; 0: complete from its start
 * @records:	intact records
 * @repaired:	records repaired
 * @damaged:	damaged stretches, each of one or more records
 * @unfinished:	chunks whose last record begins and does not validate: it was being
 *		written when the boot ended, or is damaged
 * @dropped:	records that its writers could not write
 * @overwritten: chunks of it known to be overwritten
 * @chunks:	chunks of it that hold records
 * @harvested:	its log was delivered
 */
struct plog_reader_boot {
	uint32_t boot;
	int32_t index;
	uint8_t boot_id[16];
	bool ident;
	const char *verdict;
	struct plog_text reason;
	struct plog_text kernel;
	int64_t start;
	int64_t end;
	int64_t complete_since;
	int64_t start_mono;
	int64_t end_mono;
	int64_t complete_mono;
	uint64_t records;
	uint64_t repaired;
	uint64_t damaged;
	uint64_t unfinished;
	uint64_t dropped;
	uint64_t overwritten;
	uint32_t chunks;
	bool harvested;
};

/**
 * struct plog_reader_record - a record, decoded
 * @boot:	which boot; index for plog_reader_boot() is @boot_at
 * @boot_at:	position of the boot in the reader's list
 * @seq:	generation * 65536 + offset: never repeats in a window
 * @source:	"app", "kernel" or "msg"
 * @mono:	CLOCK_MONOTONIC of its boot, ns
 * @real:	CLOCK_REALTIME, ns since 1970, or PLOG_READER_UNKNOWN
 * @level:	syslog severity, 0 to 7
 * @verdict:	enum plog_verdict
 * @cut:	it was longer than a record may be
 * @pid:	or PLOG_READER_UNKNOWN; likewise @tid, @cpu and @line
 * @tid:	thread
 * @cpu:	processor
 * @line:	in @file
 * @tag:	what the program calls itself
 * @comm:	name of the thread
 * @file:	source file
 * @func:	function
 * @msg:	the message; never NULL
 *
 * Texts are good until the next call on the reader.
 */
struct plog_reader_record {
	uint32_t boot;
	uint32_t boot_at;
	uint64_t seq;
	const char *source;
	uint64_t mono;
	int64_t real;
	uint8_t level;
	uint8_t verdict;
	bool cut;
	int64_t pid;
	int64_t tid;
	int64_t cpu;
	int64_t line;
	struct plog_text tag;
	struct plog_text comm;
	struct plog_text file;
	struct plog_text func;
	struct plog_text msg;
};

/**
 * struct plog_reader_window - what was found of the window as a whole
 * @size:	bytes that it was made for
 * @avail:	bytes of it that are there
 * @offset:	where in the memory or file it starts
 * @uuid:	its name
 * @supers:	good superblock copies, 0 to 3
 * @chunks:	chunks
 * @chunk_size:	bytes of one
 * @chunks_good: with a valid head
 * @chunks_headless: without one, but with records
 * @dict_entries: dictionary entries found
 * @supers_repaired: 1: no superblock copy was good, and one was made of them
 * @heads_repaired: chunk heads of @chunks_good with flipped bits
 * @boots_repaired: boot table entries of which no copy was good
 * @dict_repaired: likewise dictionary entries
 * @bits_flipped: bits that were wrong in all that was repaired, records too
 * @bits_checked: bits of all that is valid or was repaired: what the flips are of
 */
struct plog_reader_window {
	uint64_t size;
	uint64_t avail;
	uint64_t offset;
	uint8_t uuid[16];
	uint32_t supers;
	uint32_t chunks;
	uint32_t chunk_size;
	uint32_t chunks_good;
	uint32_t chunks_headless;
	uint32_t dict_entries;
	uint32_t supers_repaired;
	uint32_t heads_repaired;
	uint32_t boots_repaired;
	uint32_t dict_repaired;
	uint64_t bits_flipped;
	uint64_t bits_checked;
};

struct plog_reader;

/**
 * plog_reader_open() - read a window
 * @reader: receives the reader, also on failure (for plog_reader_why()), except
 *          for -ENOMEM, where it receives NULL
 * @spec: device, file, "mem:ADDR,SIZE", "-"; NULL for the default window
 *
 * Return: 0, also for memory that holds no window (see plog_reader_condition()),
 * or a negative errno.
 */
int plog_reader_open(struct plog_reader **reader, const char *spec);

/**
 * plog_reader_open_memory() - read a window that is in memory
 * @reader: as for plog_reader_open()
 * @mem: bytes, any alignment; must stay, unchanged, until the reader is closed
 * @size: how many
 *
 * Return: 0 or -ENOMEM.
 */
int plog_reader_open_memory(struct plog_reader **reader, const void *mem, size_t size);

/**
 * plog_reader_close() - give everything back
 * @reader: reader; NULL is fine
 */
void plog_reader_close(struct plog_reader *reader);

/**
 * plog_reader_why() - one line on what is wrong
 * @reader: reader
 *
 * Return: "" when nothing is.
 */
const char *plog_reader_why(const struct plog_reader *reader);

/**
 * plog_reader_condition() - in what state the window was found
 * @reader: reader
 */
enum plog_condition plog_reader_condition(const struct plog_reader *reader);

/**
 * plog_reader_window() - the window as a whole
 * @reader: reader
 * @out: filled in
 */
void plog_reader_window(const struct plog_reader *reader, struct plog_reader_window *out);

/**
 * plog_reader_running() - which boot is the running one
 * @reader: reader
 * @boot_id: 16 bytes instead of this machine's; NULL: none of the window's
 *
 * Indexes and verdicts follow. For images of other machines, and for tests.
 */
void plog_reader_running(struct plog_reader *reader, const uint8_t *boot_id);

/**
 * plog_reader_boots() - boots in the window, oldest first
 * @reader: reader
 * @boots: receives the list, good until the reader is closed; may be NULL
 *
 * Return: how many.
 */
uint32_t plog_reader_boots(const struct plog_reader *reader, const struct plog_reader_boot **boots);

/**
 * plog_reader_select() - begin to read records
 * @reader: reader
 * @first: position of the first boot in the list
 * @count: boots; those that are not there are left out
 */
void plog_reader_select(struct plog_reader *reader, uint32_t first, uint32_t count);

/**
 * plog_reader_next() - the next record, in order of boots and of time in a boot
 * @reader: reader
 * @record: filled in
 *
 * Records of one time keep the order of their chunks. Without a selection, all
 * boots are read. Return: false at the end.
 */
bool plog_reader_next(struct plog_reader *reader, struct plog_reader_record *record);

/**
 * plog_reader_damaged() - give damaged records, too
 * @reader: reader
 * @show: whether; not at first
 *
 * Then each damaged or unfinished stretch is one record of verdict
 * PLOG_VERDICT_DAMAGED. Where its head is legible, it says what a record says;
 * otherwise its message is the bytes of the stretch, of the time of the record
 * before. To be called before plog_reader_select().
 */
void plog_reader_damaged(struct plog_reader *reader, bool show);

/**
 * plog_reader_at() - the record of a sequence number
 * @reader: reader
 * @seq: of a record that plog_reader_next() gave
 * @record: filled in
 *
 * Does not disturb plog_reader_next(). Return: false when it is not there.
 */
bool plog_reader_at(struct plog_reader *reader, uint64_t seq, struct plog_reader_record *record);

/**
 * enum plog_chunk_state - what became of a chunk
 * @PLOG_CHUNK_BLANK:	zeros; not used since the window was formatted, as far as known
 * @PLOG_CHUNK_UNUSED:	likewise, and holds other bytes, from before that
 * @PLOG_CHUNK_WHOLE:	its head is valid, and all between its first and last record
 * @PLOG_CHUNK_PARTLY:	records, and damage; or so much damage that none is left
 * @PLOG_CHUNK_HEADLESS: records, but no head: which boot and what time they are of
 *			is known from them and from other chunks
 * @PLOG_CHUNK_ZEROED:	it was used, and holds zeros
 * @PLOG_CHUNK_ONES:	it was used, and all bits are set
 * @PLOG_CHUNK_FOREIGN:	it was used, and holds something else
 * @PLOG_CHUNK_UNREAD:	it is not there: the image was cut
 */
enum plog_chunk_state {
	PLOG_CHUNK_BLANK,
	PLOG_CHUNK_UNUSED,
	PLOG_CHUNK_WHOLE,
	PLOG_CHUNK_PARTLY,
	PLOG_CHUNK_HEADLESS,
	PLOG_CHUNK_ZEROED,
	PLOG_CHUNK_ONES,
	PLOG_CHUNK_FOREIGN,
	PLOG_CHUNK_UNREAD,
};

#define PLOG_CHUNK_STATES 9

/**
 * struct plog_reader_chunk - a chunk of the window
 * @offset:	where, from the start of the window
 * @gen:	its generation, 0 when nobody knows
 * @boot_at:	position of its boot in the list; ~0 when it has none
 * @records:	that are valid, or were repaired
 * @repaired:	of these, those that were repaired
 * @damaged:	stretches that are not
 * @state:	enum plog_chunk_state
 */
struct plog_reader_chunk {
	uint64_t offset;
	uint64_t gen;
	uint32_t boot_at;
	uint32_t records;
	uint32_t repaired;
	uint32_t damaged;
	uint8_t state;
};

/**
 * struct plog_reader_survey - how much of a window is as it was written
 * @created:	CLOCK_REALTIME ns when it was formatted, 0 without a superblock
 * @phys_addr:	physical address that it was made for, 0 for a file
 * @super_off:	where the superblocks are, from the start of the window
 * @super_good: bit n: copy n is valid
 * @boot_off:	where the two copies of the boot table are
 * @boot_slots: entries of one
 * @boots_known: entries that are valid in one copy or both
 * @boots_good:	entries that are valid in each
 * @dict_off:	where the two copies of the dictionary are
 * @dict_size:	bytes of one
 * @dict_known:	as @boots_known
 * @dict_good:	as @boots_good
 * @chunk_off:	where chunk 0 and chunk @chunk_split are
 * @chunk_split: chunks before the middle
 * @chunks:	chunks by enum plog_chunk_state, those that are not there included
 * @heads_lost:	chunks that were used and have no valid head
 * @pages_good:	pages of 4096 bytes that hold what they should
 * @pages_bad:	pages that should hold something, and do not
 * @bits_wrong:	bits that were repaired, or are known to be wrong
 * @bits_compared: bits of all that is valid or was compared: what @bits_wrong is of
 * @damage:	something is not as it was written
 */
struct plog_reader_survey {
	uint64_t created;
	uint64_t phys_addr;
	uint64_t super_off[3];
	uint32_t super_good;
	uint32_t boot_slots;
	uint64_t boot_off[2];
	uint32_t boots_known;
	uint32_t boots_good[2];
	uint64_t dict_off[2];
	uint32_t dict_size;
	uint32_t dict_known;
	uint32_t dict_good[2];
	uint64_t chunk_off[2];
	uint32_t chunk_split;
	uint32_t chunks[PLOG_CHUNK_STATES];
	uint32_t heads_lost;
	uint64_t pages_good;
	uint64_t pages_bad;
	uint64_t bits_wrong;
	uint64_t bits_compared;
	bool damage;
};

/**
 * plog_reader_diagnose() - what is wrong, and what it looks like
 * @reader: reader
 * @text: receives a line for each cause, what matters most first; "" when all is well
 * @size: room there; lines that have none are left out
 *
 * Reads what is not valid once more. Return: how many lines.
 */
uint32_t plog_reader_diagnose(const struct plog_reader *reader, char *text, size_t size);

/**
 * plog_reader_survey() - count what is as it was written
 * @reader: reader
 * @out: filled in
 *
 * Return: 0; -ENOENT when there is no window; -ENOMEM.
 */
int plog_reader_survey(const struct plog_reader *reader, struct plog_reader_survey *out);

/**
 * plog_reader_map() - the state of each chunk
 * @reader: reader
 * @map: receives the first @count chunks
 * @count: how many there is room for
 *
 * Return: how many were filled in; chunks that are not there are left out. 0 when
 * there is no window or no memory.
 */
uint32_t plog_reader_map(const struct plog_reader *reader, struct plog_reader_chunk *map,
			 uint32_t count);

#pragma GCC visibility pop
#ifdef __cplusplus
#pragma GCC diagnostic pop
}
#endif

#endif
