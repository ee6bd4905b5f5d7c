/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/**
 * DOC: plog core
 *
 * The pure C that builds and validates a window's structures. It is compiled
 * into the module and into the library; it allocates nothing, sleeps nowhere
 * and believes nothing that it reads. Functions return 0 or a negative errno.
 */
#ifndef PLOG_CORE_H
#define PLOG_CORE_H

#include "port.h"
#include "../plog_control.h"

/**
 * struct plog_geometry - where things are in a window; bytes from its start
 * @size:	window size in bytes, a multiple of PLOG_PAGE
 * @super_off:	superblock copies
 * @boot_off:	boot table copies, @boot_slots entries each
 * @dict_off:	dictionary copies, @dict_size bytes each
 * @chunk_off:	chunk 0 and chunk @chunk_split
 * @chunk_size:	bytes of a chunk
 * @chunk_count: chunks
 * @chunk_split: chunks before the middle metadata
 * @boot_slots:	entries of a boot table copy
 * @dict_size:	bytes of a dictionary copy
 */
struct plog_geometry {
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
 * struct plog_instant - one instant, as struct plog_anchor but in native order
 * @counter: by the clock of the records
 * @mono: CLOCK_MONOTONIC, ns
 * @boottime: CLOCK_BOOTTIME, ns
 * @real: CLOCK_REALTIME, ns since 1970
 */
struct plog_instant {
	u64 counter;
	u64 mono;
	u64 boottime;
	u64 real;
};

/**
 * struct plog_window - a mapped window and its control plane
 * @base:	first byte of the window
 * @ctl:	control plane, NULL for a reader
 * @ctl_size:	bytes of the control plane
 * @geo:	private copy of the geometry: what is in shared memory is not trusted
 * @salt:	private copy
 * @boot:	boot counter of the running boot
 * @clock:	enum plog_clock of its records
 * @lanes:	private copies of what the control plane says, checked
 * @cpu_lanes:	likewise
 * @shared_lanes: likewise
 * @lane_off:	likewise
 * @slot_off:	likewise
 * @index_off:	likewise
 * @index_size:	likewise
 * @map_off:	likewise
 * @dict_slots:	likewise
 */
struct plog_window {
	u8 *base;
	struct plog_control *ctl;
	u32 ctl_size;
	struct plog_geometry geo;
	u32 salt;
	u32 boot;
	u32 clock;
	u32 lanes;
	u32 cpu_lanes;
	u32 shared_lanes;
	u32 lane_off;
	u32 slot_off;
	u32 index_off;
	u32 index_size;
	u32 map_off;
	u32 dict_slots;
};

/* geometry.c */

/**
 * plog_geometry_make() - the layout of a window of a given size
 * @geo: filled in
 * @size: bytes; rounded down to PLOG_PAGE
 *
 * Return: 0, or -ERANGE when @size is below PLOG_WINDOW_MIN or beyond 2^40.
 */
int plog_geometry_make(struct plog_geometry *geo, u64 size);

/**
 * plog_geometry_read() - take the layout from a superblock and check it
 * @geo: filled in
 * @super: a superblock whose CRC is good
 * @size: bytes that are there
 *
 * Return: 0, or -EINVAL when any area overlaps another or leaves the window.
 */
int plog_geometry_read(struct plog_geometry *geo, const struct plog_super *super, u64 size);

/**
 * plog_chunk_offset() - where a chunk is
 * @geo: layout
 * @index: chunk index, below geo->chunk_count
 */
u64 plog_chunk_offset(const struct plog_geometry *geo, u32 index);

/* super.c */

/**
 * plog_super_check() - is this a superblock of a window that fits here?
 * @super: 512 bytes, hostile
 * @size: bytes that are there from the window's start
 * @geo: filled in on success
 *
 * Return: 0; -ENOENT when the magic is not plog's; -EBADMSG when the CRC is not
 * good; -EPROTONOSUPPORT for another major version; -EINVAL for a bad geometry.
 */
int plog_super_check(const struct plog_super *super, u64 size, struct plog_geometry *geo);

/**
 * struct plog_super_id - what makes a window this window
 * @uuid: random, made when it is formatted
 * @salt: goes into all its CRCs
 * @phys_addr: as in struct plog_super
 * @created: likewise
 */
struct plog_super_id {
	u8 uuid[16];
	u32 salt;
	u64 phys_addr;
	u64 created;
};

/**
 * plog_super_write() - write one of the superblock copies and clean it
 * @base: window
 * @geo: layout
 * @id: the window's
 * @copy: which, below PLOG_SUPER_COPIES
 */
void plog_super_write(u8 *base, const struct plog_geometry *geo,
		      const struct plog_super_id *id, u32 copy);

/* window.c */

/**
 * plog_magic_like() - is it a magic word, give or take a few flipped bits?
 * @stored: as found
 * @key: PLOG_MAGIC_*_KEY
 *
 * The CRC, taken over the right word, decides.
 */
bool plog_magic_like(u64 stored, u64 key);

/**
 * plog_put() - copy into the window
 * @dst: in the window, 8-byte aligned
 * @src: anywhere, 8-byte aligned
 * @n: bytes, a multiple of 8
 *
 * In ascending order with 8-byte stores: good on any kind of mapping.
 */
void plog_put(void *dst, const void *src, size_t n);

/**
 * plog_zero() - clear a part of the window
 * @dst: in the window, 8-byte aligned
 * @n: bytes, a multiple of 8
 */
void plog_zero(void *dst, size_t n);

/* record.c */

/**
 * plog_seed() - seed of the records of a chunk in a generation
 * @salt: of the window
 * @gen: the chunk's
 */
u32 plog_seed(u32 salt, u64 gen);

/**
 * plog_record_stride() - bytes from a record to the next one
 * @off: offset of the record in its chunk
 * @len: its length
 * @attr: its attributes
 */
static inline u32 plog_record_stride(u32 off, u32 len, u32 attr)
{
	u32 align = attr & PLOG_ATTR_CLOSED ? PLOG_LINE : PLOG_RECORD_ALIGN;

	return ((off + len + align - 1) & ~(align - 1)) - off;
}

/**
 * struct plog_head - what goes into a record's head
 * @site: of the dictionary, or 0
 * @ctx: likewise, 24 bits
 * @attr: PLOG_ATTR_*
 * @dt: counts of the clock since the chunk's base, 48 bits
 */
struct plog_head {
	u32 site;
	u32 ctx;
	u32 attr;
	u64 dt;
};

/**
 * plog_record_seal() - complete a record in a private buffer
 * @rec: 8-byte aligned; payload at PLOG_RECORD_HEAD; room up to the next 8 bytes
 * @len: bytes of head and payload
 * @head: the rest of the head
 * @seed: plog_seed() ^ offset of the record in its chunk
 *
 * Pads with zeros. Return: bytes to copy into the window, a multiple of 8.
 */
u32 plog_record_seal(void *rec, u32 len, const struct plog_head *head, u32 seed);

/**
 * plog_record_begun() - does the head of a record fit, whatever follows it?
 * @rec: 8-byte aligned
 * @room: bytes to the end of the chunk
 * @seed: plog_seed() ^ offset of the record in its chunk
 *
 * As plog_record_check(), for the head alone.
 */
u32 plog_record_begun(const void *rec, u32 room, u32 seed);

/**
 * plog_record_check() - is there a valid record?
 * @rec: 8-byte aligned
 * @room: bytes that are there
 * @seed: plog_seed() ^ offset of the record in its chunk
 *
 * Return: its length without padding, or 0.
 */
u32 plog_record_check(const void *rec, u32 room, u32 seed);

/* chunk.c */

/**
 * plog_chunk_check() - is this the head of a chunk, in its place?
 * @head: 64 bytes, hostile
 * @geo: layout
 * @salt: of the window
 * @index: where it was found
 */
bool plog_chunk_check(const struct plog_chunk *head, const struct plog_geometry *geo, u32 salt,
		      u32 index);

/**
 * struct plog_walk - what a walk over a chunk's records found
 * @records:	valid records; behind damage they go on
 * @end:	offset behind the last valid record
 * @last_dt:	greatest time stamp, relative to the chunk's base
 */
struct plog_walk {
	u32 records;
	u32 end;
	u64 last_dt;
};

void plog_chunk_walk(const void *chunk, u32 size, u32 seed, struct plog_walk *walk);

/* boots.c */

/**
 * plog_anchor_set() - an instant as the window has it
 * @to: in the window, or to be copied there
 * @from: the instant
 */
void plog_anchor_set(struct plog_anchor *to, const struct plog_instant *from);

/**
 * plog_boot_read() - read a slot of the boot table, from whichever copy is good
 * @base: window
 * @geo: layout
 * @salt: of the window
 * @slot: below geo->boot_slots
 * @boot: filled in: the ident, and the newest state that belongs to it; a state
 *        that is lost in both copies is returned as zeros with the right counter
 *
 * Return: 0, or -ENOENT when no copy holds a valid ident.
 */
int plog_boot_read(const u8 *base, const struct plog_geometry *geo, u32 salt, u32 slot,
		   struct plog_boot *boot);

/**
 * plog_boot_put_ident() - write a slot's ident, both copies, cleaned
 * @base: window
 * @geo: layout
 * @salt: of the window
 * @slot: below geo->boot_slots
 * @ident: its CRC is computed here
 *
 * One caller at a time for a slot.
 */
void plog_boot_put_ident(u8 *base, const struct plog_geometry *geo, u32 salt, u32 slot,
			 struct plog_boot_ident *ident);

/**
 * plog_boot_put_state() - rewrite a slot's state, copy after copy, cleaned
 * @base: window
 * @geo: layout
 * @salt: of the window
 * @slot: below geo->boot_slots
 * @state: its sequence number and CRC are computed here
 *
 * One caller at a time for a slot.
 */
void plog_boot_put_state(u8 *base, const struct plog_geometry *geo, u32 salt, u32 slot,
			 struct plog_boot_state *state);

/**
 * plog_boot_mend_state() - a state as plog_boot_read() found it, in both copies again
 * @base: window
 * @geo: layout
 * @slot: below geo->boot_slots
 * @state: as it was found
 */
void plog_boot_mend_state(u8 *base, const struct plog_geometry *geo, u32 slot,
			  const struct plog_boot_state *state);

/**
 * plog_boot_find() - slot of a boot counter
 * @base: window
 * @geo: layout
 * @salt: of the window
 * @boot: counter
 * @out: filled in, as by plog_boot_read()
 *
 * Return: slot, or -ENOENT.
 */
int plog_boot_find(const u8 *base, const struct plog_geometry *geo, u32 salt, u32 boot,
		   struct plog_boot *out);

/* dict.c */

/**
 * plog_dict_check() - is there a valid dictionary entry?
 * @entry: 8-byte aligned
 * @room: bytes that are there
 * @salt: of the window
 *
 * Return: slots that it fills, or 0.
 */
u32 plog_dict_check(const struct plog_dict *entry, u32 room, u32 salt);

/**
 * plog_dict_load() - mend, age out and index the dictionary
 * @win: window with its control plane laid out
 * @oldest: entries that no boot from this one on has used are freed
 *
 * Called by attach only.
 */
void plog_dict_load(struct plog_window *win, u32 oldest);

/**
 * plog_dict_put() - find an entry of the same content or insert it
 * @win: window
 * @entry: head and body; type, level, line, pid, tid, len and the body filled in;
 *         padded with zeros to a multiple of 8; crc, id and used are set here
 * @id: its id
 *
 * The caller holds the dictionary's lock.
 * Return: 0; -ENOSPC when the dictionary is full; -EINVAL for a bad length.
 */
int plog_dict_put(struct plog_window *win, struct plog_dict *entry, u32 *id);

/* protect.c */

/**
 * plog_protect() - choose the chunks of earlier boots that may not be overwritten
 * @win: window whose slots are filled in
 * @percent: of all chunks, 0 to 90
 *
 * Return: chunks protected.
 */
u32 plog_protect(struct plog_window *win, u32 percent);

/* harvest.c */

/**
 * plog_harvest() - an earlier boot's log was delivered: mark it, free its chunks
 * @win: window; without a control plane (@ctl NULL) nobody else may have it
 * @boot: boot counter
 *
 * When it returns, the mark is in memory, and leases may take what was protected.
 * Done twice, or by two callers at once, it is as done once.
 * Return: 0; -EBUSY for the running boot; -ENOENT when the boot table has lost the
 * boot: its chunks are free, but the next attach will know of no mark.
 */
int plog_harvest(struct plog_window *win, u32 boot);

/* erase.c */

/**
 * plog_erase() - erase what earlier boots left
 * @win: window with its control plane; others may write it meanwhile
 *
 * One caller at a time in a window, and none of plog_harvest() beside it.
 * Return: chunks zeroed.
 */
u32 plog_erase(struct plog_window *win);

/**
 * plog_wipe() - erase all of a window that nobody else has
 * @win: window with its control plane, neither of which is good any more then
 */
void plog_wipe(struct plog_window *win);

/* attach.c */

/**
 * struct plog_attach - what an attach needs to know of the machine
 * @boot_id:	of the running kernel
 * @random:	fresh random bytes: uuid and salt of a window to be formatted
 * @now:	clocks
 * @clock:	enum plog_clock of this boot's records
 * @counter_hz:	counts a second of that clock
 * @phys_addr:	of the window, 0 for a file
 * @kernel:	release, NUL terminated
 * @machine:	machine name, NUL terminated
 * @cpu_lanes:	lanes wanted for CPUs
 * @shared_lanes: lanes wanted for any thread, at least 1
 * @kernel_lanes: lanes wanted for the module
 * @flush:	enum plog_flush
 * @protect:	percent of the chunks that unharvested boots may keep
 * @format:	make a new window whatever is there
 */
struct plog_attach {
	u8 boot_id[16];
	u8 random[24];
	struct plog_instant now;
	u32 clock;
	u64 counter_hz;
	u64 phys_addr;
	const char *kernel;
	const char *machine;
	u32 cpu_lanes;
	u32 shared_lanes;
	u32 kernel_lanes;
	u32 flush;
	u32 protect;
	bool format;
};

/**
 * struct plog_report - what an attach found, for one log line
 * @found:	enum plog_found
 * @boots:	earlier boots
 * @chunks:	chunks with a valid head
 * @damaged:	chunks whose head is neither valid nor blank
 * @records:	records found intact in them
 * @protected_chunks: chunks that will not be overwritten
 * @super_bad:	superblock copies that were not valid
 * @moved_from:	address that the window was made for when it was another one, else 0
 * @made_size:	size of the window that is here and does not fit, 0 for none
 * @continued:	the same boot attached before
 * @boot:	boot counter of the running boot
 */
struct plog_report {
	u32 found;
	u32 boots;
	u32 chunks;
	u32 damaged;
	u64 records;
	u32 protected_chunks;
	u32 super_bad;
	u64 moved_from;
	u64 made_size;
	bool continued;
	u32 boot;
};

/**
 * plog_control_bytes() - size of the control plane for a window
 * @size: bytes of the window
 *
 * Enough for any geometry and any number of lanes that the window allows.
 * Return: bytes, a multiple of PLOG_PAGE; 0 when @size is out of range.
 */
u32 plog_control_bytes(u64 size);

/**
 * plog_attach() - find or make the window, open this boot in it
 * @win: filled in
 * @base: mapped window, PLOG_LINE aligned
 * @size: bytes
 * @control: zeroed memory of plog_control_bytes(), PLOG_LINE aligned
 * @arg: about the machine
 * @report: filled in
 *
 * Writes superblocks that were not valid, the boot's entry and repaired
 * metadata; no chunk. The caller sees to it that nobody else attaches.
 * Return: 0; -ERANGE for a window too small; -EFBIG when a larger window is here
 * (report->made_size), which is left alone; -EPROTONOSUPPORT when a newer major
 * version owns it.
 */
int plog_attach(struct plog_window *win, void *base, u64 size, void *control,
		const struct plog_attach *arg, struct plog_report *report);

/**
 * plog_window_join() - use a window that another attach has opened
 * @win: filled in
 * @base: mapped window
 * @size: bytes
 * @control: the control plane
 * @control_size: bytes mapped
 *
 * Checks every number of the control plane. Return: 0; -EAGAIN when it is not
 * ready; -EPROTO when it is of another version; -EINVAL when it makes no sense.
 */
int plog_window_join(struct plog_window *win, void *base, u64 size, void *control,
		     u32 control_size);

static inline struct plog_lane *plog_window_lane(const struct plog_window *win, u32 lane)
{
	return (struct plog_lane *)((u8 *)win->ctl + win->lane_off) + lane;
}

static inline struct plog_slot *plog_window_slot(const struct plog_window *win, u32 index)
{
	return (struct plog_slot *)((u8 *)win->ctl + win->slot_off) + index;
}

static inline u8 *plog_window_chunk(const struct plog_window *win, u32 index)
{
	return win->base + plog_chunk_offset(&win->geo, index);
}

/* lease.c */

/**
 * struct plog_lease - a lane that wants its next chunk
 * @lane:	lane; nobody else leases for it at the same time
 * @cursor:	the lane's cursor, read before @now was: no record behind it is newer
 * @now:	the instant; @counter and @mono are used
 * @publish:	moves the cursor from @expect to @next if it is still there, or
 *		returns false; NULL when the caller has the lane to itself
 */
struct plog_lease {
	u32 lane;
	u64 cursor;
	struct plog_instant now;
	bool (*publish)(u32 lane, u64 *cursor, u64 expect, u64 next);
};

/**
 * plog_lease() - give a lane its next chunk
 * @win: window
 * @ask: who wants it
 *
 * Finishes what a killed writer began on the lane. Afterwards the lane's cursor
 * stands behind the head of a chunk that is this lane's alone.
 * Return: 0; -EAGAIN when the cursor could not be moved: look again; -ENOSPC when
 * no chunk is free (all protected or held by lanes).
 */
int plog_lease(struct plog_window *win, const struct plog_lease *ask);

#define PLOG_LEASE_NOBODY 0xffffu /* no lane: in a lease word, of whoever claimed the chunk */

/**
 * plog_lease_claim() - take a chunk that the running boot does not use from the FIFO
 * @win: window
 * @index: chunk
 * @first_gen: of the running boot
 *
 * One caller at a time in a window. Return: true when no lease gets the chunk until
 * plog_lease_return(); false when a lane has it, or the running boot's records are in it.
 */
bool plog_lease_claim(struct plog_window *win, u32 index, u64 first_gen);

/**
 * plog_lease_return() - give a claimed chunk back, empty
 * @win: window
 * @index: chunk, of zeros
 * @ident: of the running boot
 */
void plog_lease_return(struct plog_window *win, u32 index, const struct plog_boot_ident *ident);

#endif
