/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/**
 * DOC: plog window format, version 1
 *
 * Everything that a reset leaves behind is described here and nowhere else:
 * the module and the library compile this file, docs/format.md explains it
 * byte by byte. A window is little-endian, naturally aligned, made of
 * fixed-size types; reserved fields are written as zero and a reader of this
 * major version ignores what a later minor version put there.
 *
 *   0        meta 0: superblock copy 0, boot table copy 0
 *            dictionary copy 0
 *            chunks 0 .. split-1
 *   middle   meta 1: superblock copy 1, boot table copy 1
 *            dictionary copy 1
 *            chunks split .. count-1
 *   end-4096 superblock copy 2
 *
 * No pointer, lock, cursor or counter that a writer depends on lives here: that
 * is the control plane (plog_control.h), which a reset erases.
 */
#ifndef PLOG_FORMAT_H
#define PLOG_FORMAT_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>
typedef __u8 plog_u8;
typedef __le16 plog_le16;
typedef __le32 plog_le32;
typedef __le64 plog_le64;
#else
#include <stddef.h>
#include <stdint.h>
typedef uint8_t plog_u8;
typedef uint16_t plog_le16;
typedef uint32_t plog_le32;
typedef uint64_t plog_le64;
#endif

/* Compatibility: a reader refuses a greater major, and reads any minor. */
#define PLOG_FORMAT_MAJOR 1
#define PLOG_FORMAT_MINOR 0

/*
 * A magic word is stored as KEY ^ MASK and never occurs as such in a program's
 * own data, so that a search through a RAM dump finds windows and not the tool
 * that looks for them. A reader accepts a few flipped bits in a magic word and
 * lets the CRC decide.
 */
#define PLOG_MAGIC_MASK		0xa5c396e17b2d4f88ULL
#define PLOG_MAGIC_SUPER_KEY	0x34ae1b0de6f2709bULL
#define PLOG_MAGIC_CHUNK_KEY	0x5be8d7624c91a03fULL

#define PLOG_PAGE		4096u	/* metadata areas and chunks start on this */
#define PLOG_LINE		64u	/* what "closes its line" means, on every CPU */
#define PLOG_WINDOW_MIN		65536u	/* smallest window, bytes */
#define PLOG_CHUNK_MIN		4096u
#define PLOG_CHUNK_MAX		65536u
#define PLOG_SUPER_COPIES	3
#define PLOG_TABLE_COPIES	2	/* boot table, dictionary */

/**
 * struct plog_super - what the window is; three copies, far apart
 * @magic:	PLOG_MAGIC_SUPER_KEY ^ PLOG_MAGIC_MASK
 * @major:	PLOG_FORMAT_MAJOR of the writer
 * @minor:	PLOG_FORMAT_MINOR of the writer
 * @size:	bytes of this structure, 512
 * @uuid:	name of this window, made when it was formatted
 * @salt:	seed of every CRC in the window; never 0
 * @copy:	0, 1 or 2: which of the three copies this is
 * @window_size: bytes of the window, a multiple of PLOG_PAGE
 * @phys_addr:	physical address that it was made for, 0 for a file
 * @created:	CLOCK_REALTIME when it was formatted, ns
 * @chunk_size:	bytes of a chunk, a power of two, 4 to 64 KiB
 * @chunk_count: chunks in the window
 * @chunk_split: chunks that lie before the middle metadata
 * @boot_slots:	entries of a boot table copy
 * @super_off:	offsets of the three superblock copies, bytes from the start
 * @boot_off:	offsets of the two boot table copies
 * @dict_off:	offsets of the two dictionary copies
 * @chunk_off:	offset of chunk 0 and of chunk @chunk_split
 * @dict_size:	bytes of a dictionary copy
 * @reserved:	zero
 * @crc:	CRC32C of the bytes before it, initial value 0xffffffff
 *
 * Written when the window is formatted and never changed: any valid copy is
 * believed, and an attach rewrites the copies that are not valid.
 */
struct plog_super {
	plog_le64 magic;
	plog_le16 major;
	plog_le16 minor;
	plog_le32 size;
	plog_u8 uuid[16];
	plog_le32 salt;
	plog_le32 copy;
	plog_le64 window_size;
	plog_le64 phys_addr;
	plog_le64 created;
	plog_le32 chunk_size;
	plog_le32 chunk_count;
	plog_le32 chunk_split;
	plog_le32 boot_slots;
	plog_le64 super_off[PLOG_SUPER_COPIES];
	plog_le64 boot_off[PLOG_TABLE_COPIES];
	plog_le64 dict_off[PLOG_TABLE_COPIES];
	plog_le64 chunk_off[2];
	plog_le32 dict_size;
	plog_u8 reserved[352];
	plog_le32 crc;
};

/**
 * enum plog_clock - what the counter of a time stamp counts
 * @PLOG_CLOCK_MONOTONIC: CLOCK_MONOTONIC, nanoseconds
 * @PLOG_CLOCK_TSC:	x86 time stamp counter
 * @PLOG_CLOCK_CNTVCT:	Arm generic timer, virtual count
 * @PLOG_CLOCK_RDTIME:	RISC-V time CSR
 */
enum plog_clock {
	PLOG_CLOCK_MONOTONIC = 0,
	PLOG_CLOCK_TSC = 1,
	PLOG_CLOCK_CNTVCT = 2,
	PLOG_CLOCK_RDTIME = 3,
};

/**
 * enum plog_boot_verdict - how a boot ended, as far as it could say
 * @PLOG_BOOT_RUNNING:	nothing was noted: it runs, or it was reset without a word
 * @PLOG_BOOT_PANIC:	kernel panic
 * @PLOG_BOOT_OOPS:	an oops that was not followed by a panic's note
 * @PLOG_BOOT_REBOOT:	orderly reboot, or kexec
 * @PLOG_BOOT_POWEROFF:	orderly power-off or halt
 * @PLOG_BOOT_EMERGENCY: emergency restart (sysrq-b) without a panic
 */
enum plog_boot_verdict {
	PLOG_BOOT_RUNNING = 0,
	PLOG_BOOT_PANIC = 1,
	PLOG_BOOT_OOPS = 2,
	PLOG_BOOT_REBOOT = 3,
	PLOG_BOOT_POWEROFF = 4,
	PLOG_BOOT_EMERGENCY = 5,
};

/**
 * enum plog_harvest - has this boot's log been delivered?
 * @PLOG_HARVEST_NONE:	no: its newest chunks are protected
 * @PLOG_HARVEST_DONE:	yes: its chunks may be overwritten
 */
enum plog_harvest {
	PLOG_HARVEST_NONE = 0,
	PLOG_HARVEST_DONE = 1,
};

/**
 * struct plog_anchor - one instant on four clocks
 * @counter:	the clock of the records' time stamps (enum plog_clock)
 * @mono:	CLOCK_MONOTONIC, ns
 * @boottime:	CLOCK_BOOTTIME, ns
 * @real:	CLOCK_REALTIME, ns
 */
struct plog_anchor {
	plog_le64 counter;
	plog_le64 mono;
	plog_le64 boottime;
	plog_le64 real;
};

/**
 * struct plog_boot_ident - who a boot was; written once, when it attaches
 * @boot:	boot counter of this window, from 1; 0 marks an unused slot
 * @clock:	enum plog_clock of the boot's records
 * @flags:	zero
 * @boot_id:	the kernel's /proc/sys/kernel/random/boot_id, as 16 bytes
 * @first_gen:	every chunk of this boot has this generation or a greater one
 * @counter_hz:	counts of @clock in a second
 * @phys_addr:	physical address of the window in this boot, 0 for a file
 * @start:	clocks when the boot attached
 * @kernel:	kernel release (uname -r), cut, padded with NUL
 * @machine:	machine name (uname -m), cut, padded with NUL
 * @reserved:	zero
 * @crc:	CRC32C of the bytes before it, seeded with the salt
 */
struct plog_boot_ident {
	plog_le32 boot;
	plog_le16 clock;
	plog_le16 flags;
	plog_u8 boot_id[16];
	plog_le64 first_gen;
	plog_le64 counter_hz;
	plog_le64 phys_addr;
	struct plog_anchor start;
	char kernel[64];
	char machine[16];
	plog_u8 reserved[92];
	plog_le32 crc;
};

/**
 * struct plog_boot_state - what became of a boot; rewritten while it lives
 * @boot:	same as in the ident
 * @seq:	grows with each rewrite: of two valid copies the greater one counts
 * @verdict:	enum plog_boot_verdict
 * @harvest:	enum plog_harvest
 * @flags:	zero
 * @reserved0:	zero
 * @alive:	clocks when the boot was last seen alive
 * @lost_until:	newest CLOCK_MONOTONIC time, ns, of this boot's chunks that
 *		later boots are known to have overwritten, 0 when none
 * @dropped:	records that its writers could not write
 * @overwritten: chunks of this boot that were overwritten, at least so many
 * @reason:	text behind the verdict (a panic message), cut, padded with NUL
 * @reserved:	zero
 * @crc:	CRC32C of the bytes before it, seeded with the salt
 *
 * The two copies are rewritten one after the other, each cleaned to memory
 * before the next is touched, so that one of them is whole at every instant.
 */
struct plog_boot_state {
	plog_le32 boot;
	plog_le32 seq;
	plog_u8 verdict;
	plog_u8 harvest;
	plog_le16 flags;
	plog_le32 reserved0;
	struct plog_anchor alive;
	plog_le64 lost_until;
	plog_le64 dropped;
	plog_le64 overwritten;
	char reason[160];
	plog_u8 reserved[20];
	plog_le32 crc;
};

/**
 * struct plog_boot - a slot of the boot table
 * @ident:	who
 * @state:	what became of it
 */
struct plog_boot {
	struct plog_boot_ident ident;
	struct plog_boot_state state;
};

/**
 * struct plog_chunk - head of a chunk, one cache line
 * @magic:	PLOG_MAGIC_CHUNK_KEY ^ PLOG_MAGIC_MASK
 * @gen:	generation: chunk number that never repeats over laps and boots;
 *		@gen % chunk_count is the chunk's index; 48 bits
 * @boot:	boot counter of the boot that leased the chunk
 * @lane:	lane that it was leased to
 * @clock:	enum plog_clock of its records
 * @flags:	zero
 * @base:	counter when it was leased: records' time stamps add to it
 * @base_mono:	CLOCK_MONOTONIC at the same instant, ns
 * @lost_until:	newest CLOCK_MONOTONIC time, ns, that this lease overwrote of
 *		its own boot, 0 when it overwrote nothing of it
 * @lost_other:	the same of the earlier boot @lost_boot
 * @lost_boot:	boot counter of an earlier boot that lost the chunk, 0 for none
 * @crc:	CRC32C of the bytes before it, seeded with the salt
 */
struct plog_chunk {
	plog_le64 magic;
	plog_le64 gen;
	plog_le32 boot;
	plog_le16 lane;
	plog_u8 clock;
	plog_u8 flags;
	plog_le64 base;
	plog_le64 base_mono;
	plog_le64 lost_until;
	plog_le64 lost_other;
	plog_le32 lost_boot;
	plog_le32 crc;
};

/**
 * struct plog_record - head of a record
 * @crc:	the running CRC32C after the whole record, see below
 * @len:	bytes of head and payload, without the padding behind it
 * @check:	the running CRC32C after the head, folded to 16 bits
 * @site:	dictionary id of the call site, 0 when the record carries it
 * @ctx_attr:	bits 0-23 dictionary id of the context, 0 when the record
 *		carries it; bits 24-31 attributes (PLOG_ATTR_*)
 * @dt:		48 bits, least significant byte first: counter minus the chunk's base
 *
 * A record starts on an 8-byte boundary of its chunk and is padded with zeros
 * to the next one. The record behind it starts there, or on the next PLOG_LINE
 * when PLOG_ATTR_CLOSED is set.
 *
 * The CRC runs over the following, from the seed
 * crc32c(salt, gen as 8 bytes) ^ offset of the record in its chunk:
 *
 *   @site, @ctx_attr, @dt, @len		16 bytes; then
 *   @check = (crc ^ crc >> 16) & 0xffff	and on over
 *   payload and padding			the rest, from byte 22
 *
 * So a record is valid in one generation of one chunk at one offset only.
 */
struct plog_record {
	plog_le32 crc;
	plog_le16 len;
	plog_le16 check;
	plog_le32 site;
	plog_le32 ctx_attr;
	plog_u8 dt[6];
} __attribute__((packed, aligned(2)));

#define PLOG_RECORD_HEAD	22u
#define PLOG_RECORD_ALIGN	8u
#define PLOG_CTX_MASK		0x00ffffffu
#define PLOG_ATTR_SHIFT		24
#define PLOG_ATTR_LEVEL		0x07u	/* syslog severity, 0 emerg .. 7 debug */
#define PLOG_ATTR_SOURCE	0x18u	/* enum plog_source << PLOG_ATTR_SOURCE_SHIFT */
#define PLOG_ATTR_SOURCE_SHIFT	3
#define PLOG_ATTR_TEXT		0x20u	/* payload ends in text, else in raw arguments */
#define PLOG_ATTR_CUT		0x40u	/* it was longer than a record may be */
#define PLOG_ATTR_CLOSED	0x80u	/* the next record starts on a new line */

/**
 * enum plog_source - who wrote a record
 * @PLOG_SOURCE_APP:	a process, through the library
 * @PLOG_SOURCE_KERNEL:	the kernel's own log
 * @PLOG_SOURCE_MSG:	a process, through /dev/plogmsgN
 * @PLOG_SOURCE_SELF:	plog itself
 */
enum plog_source {
	PLOG_SOURCE_APP = 0,
	PLOG_SOURCE_KERNEL = 1,
	PLOG_SOURCE_MSG = 2,
	PLOG_SOURCE_SELF = 3,
};

/*
 * Payload: [inline context][inline site](text | arguments)
 *
 * Inline context, when the context id is 0:
 *   u32 pid, u32 tid, u8 length, comm of that length
 * Inline site, when the site id is 0:
 *   u32 line, then three times u8 length and that many bytes: tag, file, func
 * Neither is NUL terminated. Text is what is left, without a NUL or newline.
 */
#define PLOG_INLINE_CTX_MIN	9u
#define PLOG_INLINE_SITE_MIN	7u

#define PLOG_DICT_SLOT		64u	/* entries start on this and fill whole slots */

/**
 * enum plog_dict_type - what a dictionary entry describes
 * @PLOG_DICT_SITE:	a place in a program that logs
 * @PLOG_DICT_CTX:	a thread that logs
 */
enum plog_dict_type {
	PLOG_DICT_SITE = 1,
	PLOG_DICT_CTX = 2,
};

/**
 * struct plog_dict - head of a dictionary entry, at the same place in both copies
 * @crc:	CRC32C of the bytes from @len to the end of the entry's @len bytes,
 *		@used left out, seeded with the salt
 * @len:	bytes of head and body, at most 2048
 * @type:	enum plog_dict_type
 * @level:	site: level of its records
 * @id:		what records call it; unique in the window for its @type, never 0
 * @line:	site: line in its file; context: zero
 * @used:	the last boot that used it, in the low 32 bits, its complement in the
 *		high ones: stored whole, outside the CRC
 * @pid:	context: process id; site: bits 0-7 number of arguments
 * @tid:	context: thread id; site: zero
 *
 * Body of a site: one byte per argument (PLOG_ARG_*), then format, tag, file,
 * function, each ended by a NUL. Body of a context: comm, then executable,
 * each ended by a NUL.
 */
struct plog_dict {
	plog_le32 crc;
	plog_le16 len;
	plog_u8 type;
	plog_u8 level;
	plog_le32 id;
	plog_le32 line;
	plog_le64 used;
	plog_le32 pid;
	plog_le32 tid;
};

#define PLOG_DICT_MAX		2048u	/* bytes of an entry */
#define PLOG_ARGS_MAX		16u	/* arguments of a site */

/*
 * Types of raw arguments, in the order of a record's payload: that of printf's
 * va_list, so a '*' is an I32 of its own in front of what it is for, and %m is a
 * STR, the text of errno, at its place. Integers and floating point are stored
 * little-endian at their own size, without padding between arguments; a string
 * is a u8 length and that many bytes, or 0xff, a u16 length and that many bytes;
 * length 0xff followed by 0xffff is NULL.
 *
 * char and short are stored as the int that printf is given. A long double is
 * stored as what it is on the writer's machine: a double there is F64.
 */
#define PLOG_ARG_I32		1
#define PLOG_ARG_I64		2
#define PLOG_ARG_F64		3
#define PLOG_ARG_STR		4
#define PLOG_ARG_PTR		5	/* 8 bytes */
#define PLOG_ARG_X87		6	/* x87 extended: ten bytes, then six zeros */
#define PLOG_ARG_BLOB		7	/* u16 length and that many bytes, shown in hex */
#define PLOG_ARG_F128		8	/* IEEE binary128: 16 bytes */

#ifdef __cplusplus
#define PLOG_STATIC_ASSERT static_assert
#else
#define PLOG_STATIC_ASSERT _Static_assert
#endif
#define PLOG_ASSERT_OFFSET(type, field, off) \
	PLOG_STATIC_ASSERT(offsetof(struct type, field) == (off), #type "." #field " moved")
#define PLOG_ASSERT_SIZE(type, size) \
	PLOG_STATIC_ASSERT(sizeof(struct type) == (size), #type " changed its size")

PLOG_ASSERT_SIZE(plog_super, 512);
PLOG_ASSERT_OFFSET(plog_super, uuid, 16);
PLOG_ASSERT_OFFSET(plog_super, salt, 32);
PLOG_ASSERT_OFFSET(plog_super, window_size, 40);
PLOG_ASSERT_OFFSET(plog_super, phys_addr, 48);
PLOG_ASSERT_OFFSET(plog_super, created, 56);
PLOG_ASSERT_OFFSET(plog_super, chunk_size, 64);
PLOG_ASSERT_OFFSET(plog_super, boot_slots, 76);
PLOG_ASSERT_OFFSET(plog_super, super_off, 80);
PLOG_ASSERT_OFFSET(plog_super, boot_off, 104);
PLOG_ASSERT_OFFSET(plog_super, dict_off, 120);
PLOG_ASSERT_OFFSET(plog_super, chunk_off, 136);
PLOG_ASSERT_OFFSET(plog_super, dict_size, 152);
PLOG_ASSERT_OFFSET(plog_super, crc, 508);
PLOG_ASSERT_SIZE(plog_anchor, 32);
PLOG_ASSERT_SIZE(plog_boot_ident, 256);
PLOG_ASSERT_OFFSET(plog_boot_ident, boot_id, 8);
PLOG_ASSERT_OFFSET(plog_boot_ident, first_gen, 24);
PLOG_ASSERT_OFFSET(plog_boot_ident, start, 48);
PLOG_ASSERT_OFFSET(plog_boot_ident, kernel, 80);
PLOG_ASSERT_OFFSET(plog_boot_ident, machine, 144);
PLOG_ASSERT_OFFSET(plog_boot_ident, crc, 252);
PLOG_ASSERT_SIZE(plog_boot_state, 256);
PLOG_ASSERT_OFFSET(plog_boot_state, alive, 16);
PLOG_ASSERT_OFFSET(plog_boot_state, lost_until, 48);
PLOG_ASSERT_OFFSET(plog_boot_state, reason, 72);
PLOG_ASSERT_OFFSET(plog_boot_state, crc, 252);
PLOG_ASSERT_SIZE(plog_boot, 512);
PLOG_ASSERT_SIZE(plog_chunk, 64);
PLOG_ASSERT_OFFSET(plog_chunk, boot, 16);
PLOG_ASSERT_OFFSET(plog_chunk, base, 24);
PLOG_ASSERT_OFFSET(plog_chunk, lost_until, 40);
PLOG_ASSERT_OFFSET(plog_chunk, lost_boot, 56);
PLOG_ASSERT_OFFSET(plog_chunk, crc, 60);
PLOG_ASSERT_SIZE(plog_record, 22);
PLOG_ASSERT_OFFSET(plog_record, site, 8);
PLOG_ASSERT_OFFSET(plog_record, ctx_attr, 12);
PLOG_ASSERT_OFFSET(plog_record, dt, 16);
PLOG_ASSERT_SIZE(plog_dict, 32);
PLOG_ASSERT_OFFSET(plog_dict, used, 16);
PLOG_ASSERT_OFFSET(plog_dict, tid, 28);

#endif
