/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of a reader; plog_reader.h is what it is for. */
#ifndef PLOG_LIBLOG_READER_H
#define PLOG_LIBLOG_READER_H

#include "plog_reader.h"
#include "scan_fix.h"

#define READER_NO_BOOT (~0u)
#define READER_RAW (~0u)   /* as a context: damaged bytes of which not even the head is legible */
#define READER_RAW_LEVEL 4 /* warning: seen where problems are looked for */

/**
 * struct reader_chunk - what is known of a chunk
 * @rec:	where the merge stands in it
 * @bytes:	its bytes: the window's, or @fixed
 * @size:	how many are there
 * @marks:	where its records are, NULL when each begins where the one before ends
 * @fixed:	a copy of it, with repairs; NULL without
 * @gen:	generation
 * @base:	counter that records add to
 * @base_mono:	time that records add to, CLOCK_MONOTONIC ns
 * @hz:		counts a second of its clock, 0 when it counts nanoseconds
 * @ns_mult:	nanoseconds of a count, times 2^40
 * @key:	place of @rec in the order of its boot, never less than of the record before;
 *		see plog_reader_key()
 * @start:	the same of its first record
 * @seed:	of its records' CRCs
 * @boot:	boot counter, 0 when nobody knows
 * @boot_at:	position of the boot
 * @walk:	its records
 * @clock:	enum plog_clock
 * @verdict:	of @rec
 * @head:	its head is valid
 * @ends:	without a head: its last record is taken to be as old as @base_mono
 * @floor:	and its first one not older than this
 * @floor_base:	the same as a counter
 */
struct reader_chunk {
	struct scan_record rec;
	const u8 *bytes;
	struct scan_marks *marks;
	u8 *fixed;
	u64 gen;
	u64 base;
	u64 base_mono;
	u64 hz;
	u64 ns_mult;
	u64 key;
	u64 start;
	struct scan_walk walk;
	u32 size;
	u32 seed;
	u32 boot;
	u32 boot_at;
	u64 floor;
	u64 floor_base;
	u8 clock;
	u8 verdict;
	bool head;
	bool ends;
};

/**
 * struct reader_boot - a boot, and where its chunks are in the order
 */
struct reader_boot {
	struct scan_boot scan;
	u64 hz;
	u64 lost_until;
	u64 last;  /* time of its last record */
	u32 first; /* position of its first chunk in the order */
	u32 count;
	bool written; /* @last is known */
	bool counted; /* its chunks agree on the counter: that is the order */
	bool anchored;
	u64 anchor_mono;
	u64 anchor_real;
};

/* A chunk in the merge's heap. */
struct reader_front {
	u64 key;
	u64 gen;
	u32 chunk;
};

#define READER_SITES 256 /* entries kept parsed, a power of two */

struct reader_dict_slot {
	u32 id;
	bool known;
	struct scan_dict entry;
};

struct plog_reader {
	struct scan_window win;
	enum scan_found found;
	const u8 *mem;
	u64 mem_size;
	char why[320];
	void *map; /* reader_open.c's */
	void (*unmap)(void *map);

	struct reader_chunk *chunks;
	u32 chunk_count; /* that are there; the window may have been cut */
	u32 *order;      /* chunks with records, by boot and time */
	u32 ordered;
	struct reader_boot *boots;
	struct plog_reader_boot *list; /* the same, as shown */
	u32 boot_count;
	u8 running[16];
	bool running_known;
	u32 heads_good;
	u32 heads_lost;
	u32 heads_repaired;
	u32 boots_repaired; /* entries of the boot table */
	struct scan_evidence bits; /* how many of those that were read are wrong */

	u64 *dict; /* where an entry is | its type, hashed by id */
	u32 dict_mask;
	u32 dict_count;
	u32 dict_repaired;
	u64 dict_budget; /* bytes that may be read to repair it */
	u8 *dict_fixed;	 /* repaired entries, each at its place; NULL when there are none */
	struct reader_dict_slot cache[2][READER_SITES];

	bool show_damaged;
	struct reader_front *heap;
	u32 heaped;
	u32 pending; /* next chunk in the order to join the heap */
	u32 pending_end;
	u32 boot_now; /* boot being merged */
	u32 boot_end;
	bool selected;

	char *text; /* formatted message */
};

#define READER_TEXT 65536u

/* reader.c */

/**
 * plog_reader_new() - an empty reader, NULL when there is no memory
 */
struct plog_reader *plog_reader_new(void);

/**
 * plog_reader_load() - find the window in reader->mem and take stock of it
 *
 * Return: 0 or -ENOMEM.
 */
int plog_reader_load(struct plog_reader *reader);

/* reader_chunks.c */

/**
 * plog_reader_load_chunks() - read all heads
 */
int plog_reader_load_chunks(struct plog_reader *reader);

/* reader_lost.c */

/**
 * plog_reader_load_lost() - find generation, boot and time of the headless chunks
 *
 * Boots must be known.
 */
int plog_reader_load_lost(struct plog_reader *reader);

/* reader_chunks.c */

/**
 * plog_reader_walk_chunks() - take stock of all records; boots must be known
 *
 * Repairs what can be. Return: 0 or -ENOMEM.
 */
int plog_reader_walk_chunks(struct plog_reader *reader);

/**
 * plog_reader_key() - where a record is in the order of its boot
 *
 * By the counter that it was stamped with, which is one for all CPUs. The clock that
 * each chunk was anchored to was read beside it, and is off by some nanoseconds: by
 * its times, records of a thread that changed its CPU could change their order.
 * Where the chunks of a boot contradict each other (a machine that was restored from
 * a snapshot), by time all the same.
 */
u64 plog_reader_key(const struct plog_reader *reader, const struct reader_chunk *chunk, u64 dt);

/**
 * plog_reader_step() - the next record of a chunk
 * @reader: says whether damaged ones are wanted
 * @off: where to go on
 *
 * Return: false at its end, else chunk->rec and chunk->verdict are set.
 */
bool plog_reader_step(const struct plog_reader *reader, struct reader_chunk *chunk, u32 off);

/**
 * plog_reader_peek() - the record at an offset of a chunk
 * @verdict: enum plog_verdict, filled in
 */
bool plog_reader_peek(const struct plog_reader *reader, const struct reader_chunk *chunk, u32 off,
		      struct scan_record *rec, u8 *verdict);

/**
 * plog_reader_mono() - time of a record
 */
u64 plog_reader_mono(const struct reader_chunk *chunk, u64 dt);

/* reader_boots.c */

/**
 * plog_reader_load_boots() - the list of boots, from their table and the chunks
 */
int plog_reader_load_boots(struct plog_reader *reader);

/**
 * plog_reader_account() - fill in the shown list from what was counted
 */
void plog_reader_account(struct plog_reader *reader);

/**
 * plog_reader_find_boot() - position of a boot counter, or READER_NO_BOOT
 */
u32 plog_reader_find_boot(const struct plog_reader *reader, u32 boot);

/**
 * plog_reader_real() - CLOCK_REALTIME of an instant of a boot
 */
int64_t plog_reader_real(const struct reader_boot *boot, u64 mono);

/* reader_dict.c */

int plog_reader_load_dict(struct plog_reader *reader);

/**
 * plog_reader_lookup() - a dictionary entry, NULL when it is lost
 */
const struct scan_dict *plog_reader_lookup(struct plog_reader *reader, u8 type, u32 id);

/* reader_decode.c */

/**
 * plog_reader_decode() - from a record to what it says
 * @verdict: enum plog_verdict
 */
void plog_reader_decode(struct plog_reader *reader, const struct reader_chunk *chunk,
			const struct scan_record *rec, u8 verdict, struct plog_reader_record *out);

/* reader_merge.c */

/**
 * plog_reader_sort() - order the chunks by boot and time, give each boot its part
 */
int plog_reader_sort(struct plog_reader *reader);

/* reader_format.c */

/**
 * plog_format_args() - the message of a record with raw arguments
 * @site: its site: format and types of the arguments; NULL when that is lost
 * @id: its site's id, for the message when that is lost
 * @args: arguments
 * @n: bytes of them
 * @buf: receives the message, not NUL-terminated
 * @size: room there
 * @cut: set when it did not fit
 *
 * The format is data out of the window: it is read here, never given to printf.
 * Return: length of the message.
 */
size_t plog_format_args(const struct scan_dict *site, u32 id, const u8 *args, size_t n, char *buf,
			size_t size, bool *cut);

#endif
