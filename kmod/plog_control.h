/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/**
 * DOC: plog control plane and device interface
 *
 * The control plane is the volatile half of a window: cursors, leases, counters
 * and the dictionary's index, in ordinary memory that all writers of a window
 * share (a second mmap of the device, or a file in /dev/shm beside a file
 * window). A reset erases it, so no stale lock or cursor can exist; an attach
 * (core/attach.c) builds it anew from the window.
 *
 * Writers trust each other with it: whoever may map it may also write the
 * window. The module does not: it reads cursors for its sweep only, and checks
 * them against its own copy of the geometry.
 *
 * Native byte order; the same for 32-bit and 64-bit processes.
 */
#ifndef PLOG_CONTROL_H
#define PLOG_CONTROL_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/ioctl.h>
#else
#include <stdint.h>
#include <sys/ioctl.h>
#endif

#include "plog_format.h"

#ifdef __KERNEL__
typedef __u8 plog_n8;
typedef __u16 plog_n16;
typedef __u32 plog_n32;
typedef __u64 plog_n64;
#else
typedef uint8_t plog_n8;
typedef uint16_t plog_n16;
typedef uint32_t plog_n32;
typedef uint64_t plog_n64;
#endif

#define PLOG_CONTROL_MAGIC	0x6c6f72746e6f6370ULL	/* "pcontrol" */
#define PLOG_CONTROL_VERSION	1

/*
 * A cursor: the generation a lane writes, and where the next record goes, in
 * units of PLOG_RECORD_ALIGN from the start of the chunk. 0: no chunk yet.
 */
#define PLOG_CURSOR_BITS	16
#define PLOG_CURSOR(gen, off)	((plog_n64)(gen) << PLOG_CURSOR_BITS | (off) / PLOG_RECORD_ALIGN)
#define PLOG_CURSOR_GEN(cur)	((cur) >> PLOG_CURSOR_BITS)
#define PLOG_CURSOR_OFF(cur)	((plog_n32)((cur) & 0xffff) * PLOG_RECORD_ALIGN)
/* A lease word: who holds a chunk in which generation. 0: nobody in this boot. */
#define PLOG_LEASE(gen, lane)	((plog_n64)(gen) << 16 | (lane))
#define PLOG_LEASE_GEN(word)	((word) >> 16)
#define PLOG_LEASE_LANE(word)	((plog_n32)((word) & 0xffff))

/**
 * enum plog_flush - who brings records from the CPU's cache to memory, and when
 * @PLOG_FLUSH_NONE:	nobody: a plain file, or memory that is not cached
 * @PLOG_FLUSH_LADDER:	by severity: the sweep, at once, or at once and fenced
 * @PLOG_FLUSH_EAGER:	every record at once
 * @PLOG_FLUSH_WC:	write-combined memory: a store fence instead of a clean
 */
enum plog_flush {
	PLOG_FLUSH_NONE = 0,
	PLOG_FLUSH_LADDER = 1,
	PLOG_FLUSH_EAGER = 2,
	PLOG_FLUSH_WC = 3,
};

/**
 * struct plog_lock - lock that the kernel releases when its holder dies
 * @word:	0 free, else thread id of the holder; FUTEX_OWNER_DIED when it died
 * @before:	room for the robust list's node of any C library, whose distance
 *		from @word is the library's choice
 * @after:	likewise
 */
struct plog_lock {
	plog_n8 before[56];
	plog_n32 word;
	plog_n8 after[68];
};

/**
 * struct plog_lane - one writer's place at a time
 * @cursor:	PLOG_CURSOR of the next record; storing it commits the one before
 * @pending:	generation that the lane intends to use next: between this store
 *		and that of @cursor, whoever comes next on the lane finishes
 * @pad:	to a line of its own
 * @lock:	who may write (shared lanes)
 */
struct plog_lane {
	plog_n64 cursor;
	plog_n64 pending;
	plog_n8 pad[112];
	struct plog_lock lock;
};

/**
 * struct plog_slot - volatile side of a chunk
 * @lease:	PLOG_LEASE of who holds it
 * @base:	counter that its records' time stamps add to
 * @end:	CLOCK_MONOTONIC, ns: no record in it is newer; 0 while unknown
 * @lost_until:	as in the chunk's head
 * @lost_other:	as in the chunk's head, of @lost_boot
 * @seed:	seed of the chunk's records, before the offset
 * @boot:	boot counter of what it holds, 0 for nothing
 * @lost_boot:	earlier boot that lost this chunk to the running one
 * @flags:	PLOG_SLOT_*
 * @chunk:	offset of the chunk in the window, spares the hot path a computation
 */
struct plog_slot {
	plog_n64 lease;
	plog_n64 base;
	plog_n64 end;
	plog_n64 lost_until;
	plog_n64 lost_other;
	plog_n32 seed;
	plog_n32 boot;
	plog_n32 lost_boot;
	plog_n32 flags;
	plog_n64 chunk;
};

#define PLOG_SLOT_PROTECTED	1u	/* belongs to an earlier boot, not harvested */

#define PLOG_TAG_LEVELS 16
#define PLOG_LEVEL_BITS 15u	/* of @level, the level */
#define PLOG_LEVEL_STEP 16u	/* one change of @tags */

/**
 * struct plog_tag_level - the level of a tag, of whatever program
 * @tag:	CRC32C of the tag's bytes from ~0, with the lowest bit set; 0: unused
 * @level:	records of that tag and a greater level are not written
 *
 * Stored @level first, and @level of the control plane stepped last.
 */
struct plog_tag_level {
	plog_n32 tag;
	plog_n32 level;
};

/**
 * struct plog_control - head of the control plane
 * @magic:	PLOG_CONTROL_MAGIC, stored last: the control plane is ready
 * @version:	PLOG_CONTROL_VERSION; a library refuses any other
 * @size:	bytes of the control plane
 * @uuid:	the window's
 * @boot_id:	the running kernel's
 * @boot:	boot counter of the running boot
 * @salt:	the window's
 * @clock:	enum plog_clock of all records of this boot
 * @flush:	enum plog_flush
 * @lanes:	all lanes
 * @cpu_lanes:	lanes 0 .. @cpu_lanes-1 belong to the CPU of that number
 * @shared_lanes: the next ones, for any thread that gets the lock
 * @kernel_lanes: the last ones, for the module
 * @lane_off:	offset of lane 0 from the start of the control plane
 * @slot_off:	offset of the slot of chunk 0
 * @index_off:	offset of the dictionary index
 * @index_size:	its u32, a power of two
 * @map_off:	offset of the dictionary's map, one byte a slot: 0 free
 * @level:	bits 0-3: records of a greater level are not written; above: counts
 *		changes of @tags
 * @tags:	levels that hold for a tag instead of @level
 * @next_gen:	next generation to lease
 * @sweeping:	0 when the sweep sleeps and wants PLOG_IOC_KICK
 * @dropped_busy: records lost because every lane was taken
 * @dropped_full: records lost because no chunk could be leased
 * @cut:	records that were longer than a record may be
 * @dict_full:	dictionary entries that found no room
 * @alive_at:	counter when writers last noted the boot alive (windows without module)
 * @pad0:	zeros, as the others; what many write is on lines of its own
 * @pad1:	likewise
 * @pad2:	likewise
 * @pad3:	likewise
 * @dict_lock:	who may insert into the dictionary, or note the boot alive
 */
struct plog_control {
	plog_n64 magic;
	plog_n32 version;
	plog_n32 size;
	plog_n8 uuid[16];
	plog_n8 boot_id[16];
	plog_n32 boot;
	plog_n32 salt;
	plog_n32 clock;
	plog_n32 flush;
	plog_n32 lanes;
	plog_n32 cpu_lanes;
	plog_n32 shared_lanes;
	plog_n32 kernel_lanes;
	plog_n32 lane_off;
	plog_n32 slot_off;
	plog_n32 index_off;
	plog_n32 index_size;
	plog_n32 map_off;
	plog_n32 level;
	struct plog_tag_level tags[PLOG_TAG_LEVELS];
	plog_n8 pad0[24];
	plog_n64 next_gen;
	plog_n8 pad1[120];
	plog_n32 sweeping;
	plog_n8 pad2[60];
	plog_n64 dropped_busy;
	plog_n64 dropped_full;
	plog_n64 cut;
	plog_n64 dict_full;
	plog_n64 alive_at;
	plog_n8 pad3[24];
	struct plog_lock dict_lock;
};

PLOG_ASSERT_SIZE(plog_lock, 128);
PLOG_ASSERT_SIZE(plog_lane, 256);
PLOG_ASSERT_SIZE(plog_slot, 64);
PLOG_ASSERT_OFFSET(plog_control, next_gen, 256);
PLOG_ASSERT_OFFSET(plog_control, sweeping, 384);
PLOG_ASSERT_OFFSET(plog_control, dropped_busy, 448);
PLOG_ASSERT_SIZE(plog_control, 640);

/* mmap offsets on /dev/plogN: the window from 0, the control plane from here. */
#define PLOG_MMAP_CONTROL	(1ULL << 40)

/**
 * enum plog_found - what an attach found in the window
 * @PLOG_FOUND_EMPTY:	nothing: zeros or ones, the window was formatted
 * @PLOG_FOUND_VALID:	a plog window, whole
 * @PLOG_FOUND_DAMAGED:	a plog window of which parts were not valid; what was
 *			valid is kept
 * @PLOG_FOUND_FOREIGN:	something else; it was formatted
 */
enum plog_found {
	PLOG_FOUND_EMPTY = 0,
	PLOG_FOUND_VALID = 1,
	PLOG_FOUND_DAMAGED = 2,
	PLOG_FOUND_FOREIGN = 3,
};

enum plog_cache {
	PLOG_CACHE_WB = 0,
	PLOG_CACHE_WC = 1,
	PLOG_CACHE_UC = 2,
};

/**
 * struct plog_info - answer of PLOG_IOC_INFO
 * @version:	PLOG_CONTROL_VERSION
 * @cache:	enum plog_cache of all mappings
 * @phys_addr:	physical address of the window
 * @window_size: bytes of the window, from mmap offset 0
 * @control_size: bytes of the control plane, from PLOG_MMAP_CONTROL
 * @boot:	boot counter of the running boot
 * @found:	enum plog_found at attach
 * @boots:	earlier boots found at attach
 * @chunks:	valid chunks found at attach
 * @damaged:	chunks whose head was neither valid nor empty
 * @protected_chunks: chunks that are protected
 * @super_bad:	superblock copies that were not valid
 * @reserved:	zero
 */
struct plog_info {
	plog_n32 version;
	plog_n32 cache;
	plog_n64 phys_addr;
	plog_n64 window_size;
	plog_n64 control_size;
	plog_n32 boot;
	plog_n32 found;
	plog_n32 boots;
	plog_n32 chunks;
	plog_n32 damaged;
	plog_n32 protected_chunks;
	plog_n32 super_bad;
	plog_n32 reserved[5];
};
PLOG_ASSERT_SIZE(plog_info, 80);

#define PLOG_IOC_MAGIC	0xf1
#define PLOG_IOC_INFO	_IOR(PLOG_IOC_MAGIC, 1, struct plog_info)
/* Wake the sweep: a writer calls it when it finds @sweeping 0 after a commit. */
#define PLOG_IOC_KICK	_IO(PLOG_IOC_MAGIC, 2)

#endif
