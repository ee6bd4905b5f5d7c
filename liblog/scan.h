/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * DOC: plog scan
 *
 * The second reading of the format: finds what is valid in a stretch of memory,
 * by what plog_format.h says and by nothing of the code that wrote it. It shares
 * with the writers that header and the CRC only, so that each side catches the
 * other's mistakes.
 *
 * Nothing here writes to the memory, allocates, or believes a number before it
 * is checked; every byte may be hostile and every function is linear in what it
 * is given. The memory need not be aligned, but it must not change meanwhile.
 */
#ifndef PLOG_LIBLOG_SCAN_H
#define PLOG_LIBLOG_SCAN_H

#include "core/port.h"
#include "plog_format.h"

/**
 * struct scan_layout - where things are in a window, checked; bytes from its start
 * @size:	of the window that it was made for; less may be there
 * @super_off:	superblock copies
 * @boot_off:	boot table copies
 * @dict_off:	dictionary copies
 * @chunk_off:	chunk 0 and chunk @chunk_split
 * @chunk_size:	bytes of a chunk
 * @chunk_count: chunks
 * @chunk_split: chunks before the middle metadata
 * @boot_slots:	entries of a boot table copy
 * @dict_size:	bytes of a dictionary copy
 */
struct scan_layout {
	u64 size;
	u64 super_off[PLOG_SUPER_COPIES];
	u64 boot_off[PLOG_TABLE_COPIES];
	u64 dict_off[PLOG_TABLE_COPIES];
	u64 chunk_off[2];
	u32 chunk_size;
	u32 chunk_count;
	u32 chunk_split;
	u32 boot_slots;
	u32 dict_size;
};

/**
 * struct scan_window - a window found in memory
 * @base:	its first byte
 * @avail:	bytes that are there; less than layout.size for an image that was cut
 * @layout:	where things are
 * @salt:	of its CRCs
 * @supers:	bit n: superblock copy n is good; 0: layout and salt are deduced
 * @super_flips: bits that were wrong in the copy that was used
 * @votes:	without a superblock: structures that agree on the salt
 * @uuid:	name of the window, zeros without a superblock
 * @phys_addr:	that it was made for
 * @created:	CLOCK_REALTIME ns when it was formatted
 */
struct scan_window {
	const u8 *base;
	u64 avail;
	struct scan_layout layout;
	u32 salt;
	u32 supers;
	u32 super_flips;
	u32 votes;
	u8 uuid[16];
	u64 phys_addr;
	u64 created;
};

/**
 * enum scan_found - what a stretch of memory turned out to be
 * @SCAN_WINDOW:	a window with a good superblock
 * @SCAN_NO_SUPER:	a window all of whose superblock copies are lost
 * @SCAN_NEWER:		a window of a later major version
 * @SCAN_EMPTY:		no bytes at all
 * @SCAN_ZERO:		zeros
 * @SCAN_ONES:		all bits set
 * @SCAN_SHORT:		too short for a window, and none's beginning
 * @SCAN_FOREIGN:	something else
 */
enum scan_found {
	SCAN_WINDOW,
	SCAN_NO_SUPER,
	SCAN_NEWER,
	SCAN_EMPTY,
	SCAN_ZERO,
	SCAN_ONES,
	SCAN_SHORT,
	SCAN_FOREIGN,
};

/**
 * struct scan_chunk - head of a chunk, in native order
 * @flips:	bits that were wrong, and are corrected here
 */
struct scan_chunk {
	u64 gen;
	u64 base;
	u64 base_mono;
	u64 lost_until;
	u64 lost_other;
	u32 lost_boot;
	u32 boot;
	int flips;
	u16 lane;
	u8 clock;
};

/**
 * struct scan_record - a valid record
 * @payload:	in the window
 * @dt:		counter minus the chunk's base
 * @crc:	running CRC behind its head
 * @off:	of the record in its chunk
 * @stride:	to where the next record starts
 * @site:	dictionary id, 0 when in the payload
 * @ctx:	dictionary id, 0 when in the payload
 * @payload_len: bytes of the payload
 * @attr:	PLOG_ATTR_*
 */
struct scan_record {
	const u8 *payload;
	u64 dt;
	u32 crc;
	u32 off;
	u32 stride;
	u32 site;
	u32 ctx;
	u16 payload_len;
	u8 attr;
};

/**
 * struct scan_walk - account of a chunk's records
 * @first:	offset of the first valid one, 0 when there is none
 * @end:	offset behind the last valid one
 * @records:	valid ones
 * @repaired:	of these, those that had flipped bits
 * @damaged:	stretches that hold none, though one behind them is valid
 * @unfinished:	1: behind the last one another begins, and does not validate
 * @first_dt:	time of the first, relative to the chunk's base
 * @last_dt:	greatest time
 */
struct scan_walk {
	u32 first;
	u32 end;
	u32 records;
	u32 repaired;
	u32 damaged;
	u32 unfinished;
	u64 first_dt;
	u64 last_dt;
};

/**
 * struct scan_dict - a dictionary entry
 * @used:	the last boot that used it, 0 when that is not legible
 * @args:	site: @nargs bytes, PLOG_ARG_*
 * @text:	site: format, tag, file, function; context: comm, executable;
 *		NUL-terminated in the window
 * @text_len:	their lengths
 */
struct scan_dict {
	u32 id;
	u32 line;
	u32 pid;
	u32 tid;
	u32 used;
	u8 type;
	u8 level;
	u8 nargs;
	const u8 *args;
	const char *text[4];
	u16 text_len[4];
};

/**
 * struct scan_boot - a boot as its table says
 * @boot:	boot counter
 * @known:	@entry.ident is valid
 * @state:	@entry.state is valid
 * @flips:	bits that were wrong in what was found, and are corrected here
 * @entry:	copy of what was found, zeros where nothing was
 */
struct scan_boot {
	u32 boot;
	bool known;
	bool state;
	u32 flips;
	struct plog_boot entry;
};

#define SCAN_MAGIC_FLIPS 8 /* bits of a magic word that may be wrong */

/**
 * scan_near() - a magic word, but for a few flipped bits?
 */
static inline bool scan_near(u64 word, u64 key)
{
	return __builtin_popcountll(word ^ key ^ PLOG_MAGIC_MASK) <= SCAN_MAGIC_FLIPS;
}

/**
 * scan_at() - a part of the window, or NULL when it is not all there
 */
static inline const u8 *scan_at(const struct scan_window *win, u64 off, u64 n)
{
	return off <= win->avail && n <= win->avail - off ? win->base + off : NULL;
}

static inline u16 scan_get16(const void *p)
{
	u16 v;

	memcpy(&v, p, sizeof(v));
	return plog_get16(v);
}

static inline u32 scan_get32(const void *p)
{
	u32 v;

	memcpy(&v, p, sizeof(v));
	return plog_get32(v);
}

static inline u64 scan_get64(const void *p)
{
	u64 v;

	memcpy(&v, p, sizeof(v));
	return plog_get64(v);
}

/**
 * scan_head() - the bytes of a record's head under its check, in their order
 * @out: site, ctx_attr, dt, then len
 * @p: record, 24 bytes
 * @len: its length
 *
 * By two words: smaller stores would stall the CRC that loads them.
 */
static inline void scan_head(u64 out[2], const u8 *p, u32 len)
{
	u64 tail = scan_get64(p + 16) & 0xffffffffffffULL;

	memcpy(out, p + 8, sizeof(out[0]));
	out[1] = plog_set64(tail | (u64)len << 48);
}

/* scan_find.c */

/**
 * plog_scan_find() - find the window in a stretch of memory
 * @win: filled in for SCAN_WINDOW and SCAN_NO_SUPER
 * @mem: bytes, any
 * @size: how many
 *
 * Looks where a window that fills the memory has its superblocks, then for a
 * superblock anywhere on a line of 64 bytes (a RAM dump), then for chunk heads.
 */
enum scan_found plog_scan_find(struct scan_window *win, const void *mem, u64 size);

/* scan_super.c */

/**
 * plog_scan_super() - is there a superblock?
 * @win: layout, salt and identity filled in on success
 * @copy: its copy number
 * @p: 512 bytes
 *
 * Return: 0; -ENOENT; -EPROTONOSUPPORT for a later major version.
 */
int plog_scan_super(struct scan_window *win, u32 *copy, const u8 *p);

/**
 * plog_scan_super_mend() - a superblock from three copies none of which is good
 * @win: filled in as by plog_scan_super(), with super_flips
 * @copy: the copy number of the place that the result is for
 * @p: the copies, 512 bytes each; NULL when they are not there
 *
 * Each copy alone, then two of them, then the majority of their bits.
 * Return: as plog_scan_super().
 */
int plog_scan_super_mend(struct scan_window *win, u32 *copy, const u8 *p[PLOG_SUPER_COPIES]);

/* scan_layout.c */

/**
 * plog_scan_layout_check() - does every area lie in the window, over no other?
 */
bool plog_scan_layout_check(const struct scan_layout *lay);

/**
 * plog_scan_layout_default() - the layout that a window of this size is given
 *
 * Return: false when the size is out of range.
 */
bool plog_scan_layout_default(struct scan_layout *lay, u64 size);

/**
 * plog_scan_chunk_at() - bytes of a chunk
 * @room: how many of them are there: an image may end in the middle of it
 *
 * Return: NULL when not even its head is there.
 */
const u8 *plog_scan_chunk_at(const struct scan_window *win, u32 index, u32 *room);

/* scan_salt.c */

/**
 * plog_scan_crc_back() - run the CRC backwards
 * @crc: value after the bytes
 *
 * Return: the value before them.
 */
u32 plog_scan_crc_back(u32 crc, const u8 *p, size_t n);

/**
 * plog_scan_salt() - the salt that most chunk heads and boot table entries agree on
 * @win: base, avail and layout; votes is filled in
 *
 * Return: the salt, 0 when nobody knows.
 */
u32 plog_scan_salt(struct scan_window *win);

/* scan_chunk.c */

/**
 * plog_scan_chunk() - read a chunk's head
 *
 * Return: false when it is not valid there.
 */
bool plog_scan_chunk(const struct scan_window *win, u32 index, struct scan_chunk *out);

#define SCAN_GUESSES 32

/**
 * struct scan_guess - generations that a chunk with a lost head may have
 * @count:	how many
 * @known:	they are around generations that were seen
 * @laps:	gen / chunk_count, greatest first
 */
struct scan_guess {
	u32 count;
	bool known;
	u64 laps[SCAN_GUESSES];
};

/**
 * plog_scan_lost() - which generation do the records of a headless chunk have?
 *
 * Return: the newest one of which there is a valid record, ~0 when there is none.
 */
u64 plog_scan_lost(const struct scan_window *win, u32 index, const struct scan_guess *guess);

/* scan_record.c */

/**
 * plog_scan_seed() - seed of the records of a generation
 */
u32 plog_scan_seed(u32 salt, u64 gen);

/**
 * plog_scan_record() - is there a valid record?
 * @rec: filled in when there is
 * @chunk: bytes of the chunk
 * @size: how many
 * @off: where in it, a multiple of PLOG_RECORD_ALIGN
 * @seed: plog_scan_seed() of its generation
 */
bool plog_scan_record(struct scan_record *rec, const u8 *chunk, u32 size, u32 off, u32 seed);

/**
 * plog_scan_begun() - does the head's check fit, and its length the room?
 * @rec: filled in when they do
 *
 * Then a record was begun here, even if the rest is not valid. Parameters as for
 * plog_scan_record(), which is never true when this is false.
 */
bool plog_scan_begun(struct scan_record *rec, const u8 *chunk, u32 size, u32 off, u32 seed);

/**
 * plog_scan_next() - the first valid record at or behind an offset, below @end
 */
bool plog_scan_next(struct scan_record *rec, const u8 *chunk, u32 end, u32 off, u32 seed);

/**
 * plog_scan_count() - add a record to the account of its chunk
 */
static inline void plog_scan_count(struct scan_walk *walk, const struct scan_record *rec)
{
	u32 len = PLOG_RECORD_HEAD + rec->payload_len;

	if (!walk->records++) {
		walk->first = rec->off;
		walk->first_dt = rec->dt;
	}
	if (rec->dt > walk->last_dt)
		walk->last_dt = rec->dt;
	walk->end = rec->off + ((len + PLOG_RECORD_ALIGN - 1) & ~(PLOG_RECORD_ALIGN - 1));
}

/**
 * plog_scan_walk() - account of the records of a chunk, up to the first that is not valid
 *
 * Return: false when something is behind that one, or might be made of it: see
 * plog_scan_mend().
 */
bool plog_scan_walk(struct scan_walk *walk, const u8 *chunk, u32 size, u32 seed);

/* scan_dict.c */

/**
 * plog_scan_dict() - is there a valid dictionary entry?
 * @out: filled in when there is
 * @p: bytes
 * @room: how many are there
 * @salt: of the window
 *
 * Return: slots that it fills, or 0.
 */
u32 plog_scan_dict(struct scan_dict *out, const u8 *p, u64 room, u32 salt);

/**
 * plog_scan_dict_end() - where the texts of what may be an entry end
 * @p: bytes
 * @room: how many are there
 *
 * That is how long it is. Return: bytes, 0 when it is none.
 */
u32 plog_scan_dict_end(const u8 *p, u64 room);

/**
 * plog_scan_dict_mend() - an entry from two copies none of which is good
 * @fixed: receives the corrected entry, PLOG_DICT_MAX bytes
 * @a: bytes of the slot in the one copy
 * @b: in the other; NULL when it is not there
 * @room: how many bytes are there in both
 * @salt: of the window
 * @budget: bytes that may still be read; reduced
 *
 * Return: bits that were wrong in @a, 0 when it cannot be corrected.
 */
u32 plog_scan_dict_mend(u8 *fixed, const u8 *a, const u8 *b, u64 room, u32 salt, u64 *budget);

/* scan_boot.c */

/**
 * plog_scan_boot() - read a slot of the boot table
 *
 * Return: false when neither copy holds anything valid.
 */
bool plog_scan_boot(struct scan_boot *out, const struct scan_window *win, u32 slot);

#endif
