/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows in a dump of memory: all bytes as they were, one after the other, or an ELF
 * core (/proc/vmcore, QEMU's dump-guest-memory) whose segments say which addresses
 * they are of.
 */
#ifndef LOGDUMP_DUMP_H
#define LOGDUMP_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DUMP_WINDOWS 64 /* that are told apart in one dump */
#define DUMP_SEGMENTS 1024

/**
 * struct dump_segment - a stretch of memory in a dump
 * @address:	of its first byte: physical, or in the file
 * @size:	bytes of it that are there
 * @bytes:	these
 */
struct dump_segment {
	uint64_t address;
	uint64_t size;
	const uint8_t *bytes;
};

/**
 * struct dump_window - a window in a dump
 * @address:	of its first byte
 * @size:	bytes that it was made for
 * @uuid:	its name
 */
struct dump_window {
	uint64_t address;
	uint64_t size;
	uint8_t uuid[16];
};

/**
 * struct dump - a dump and what is in it
 * @core:	it is an ELF core: addresses are physical
 * @segment:	its memory, by address
 * @segments:	how many
 * @window:	found windows, by address
 * @windows:	how many
 */
struct dump {
	bool core;
	struct dump_segment segment[DUMP_SEGMENTS];
	uint32_t segments;
	struct dump_window window[DUMP_WINDOWS];
	uint32_t windows;
};

/**
 * dump_single() - is it one window, from the first byte to the last?
 */
bool dump_single(const uint8_t *bytes, uint64_t size);

/**
 * dump_scan() - find the windows of which a superblock is left
 * @dump: filled in
 * @bytes: the dump; nothing in it is trusted
 * @size: how many
 * @name: for the line that shows how far it is
 */
void dump_scan(struct dump *dump, const uint8_t *bytes, uint64_t size, const char *name);

/**
 * dump_bytes() - the bytes of a window
 * @dump: dump
 * @index: which
 * @bytes: receives them, in the dump where they are in one piece
 * @size: receives how many are there
 * @made: receives what munmap() is to be given with @size of the window, NULL for nothing
 *
 * Return: 0 or -ENOMEM.
 */
int dump_bytes(const struct dump *dump, uint32_t index, const uint8_t **bytes, uint64_t *size,
	       void **made);

/* dump_core.c */

/**
 * dump_core_read() - the segments of an ELF core
 *
 * Return: false when it is none.
 */
bool dump_core_read(struct dump *dump, const uint8_t *bytes, uint64_t size);

#endif
