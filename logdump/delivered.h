/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which records of a boot a receiver has, kept in a file from one run to the next.
 *
 * A lane writes its chunk from front to back, and delivery goes through a chunk in
 * that order, whatever chunks it takes turns with. So a mark for each chunk, the offset
 * of the last record delivered, says it all: also when the next run finds less (chunks
 * were overwritten), more (the boot is still running), or other times.
 */
#ifndef LOGDUMP_DELIVERED_H
#define LOGDUMP_DELIVERED_H

#include <stdbool.h>
#include <stdint.h>

#include "marks.h"

/**
 * struct delivered_key - what is delivered whereto
 * @window:	uuid of the window
 * @boot_id:	of the boot
 * @to:		destination
 * @selection:	hash of the options that select records
 */
struct delivered_key {
	uint8_t window[16];
	uint8_t boot_id[16];
	const char *to;
	uint64_t selection;
};

/**
 * struct delivered - the file, open
 * @key:	what it is about
 * @path:	of the file
 * @dir:	where it is
 * @lock:	descriptor of the file as it is now, locked; -1: nothing is kept
 * @count:	records delivered so far
 * @marks:	of the chunks
 */
struct delivered {
	struct delivered_key key;
	char path[4096];
	char dir[4096];
	int lock;
	uint64_t count;
	struct marks marks;
};

/**
 * delivered_open() - what was delivered before
 * @delivered: filled in
 * @key: @to is kept
 * @forget: begin anew
 *
 * Return: 0; -EBUSY when another process delivers the same; -EBADMSG when the file
 * is not what was written, and nothing is known; another negative errno when nothing can
 * be kept: then delivered_save() does nothing.
 */
int delivered_open(struct delivered *delivered, const struct delivered_key *key, bool forget);

void delivered_close(struct delivered *delivered);

/**
 * delivered_has() - was this record delivered before?
 */
bool delivered_has(struct delivered *delivered, uint64_t seq);

/**
 * delivered_add() - it is delivered now
 *
 * Return: 0 or -ENOMEM.
 */
int delivered_add(struct delivered *delivered, uint64_t seq);

/**
 * delivered_save() - make the file say so; it is on the disk then
 *
 * Return: 0 or a negative errno; the file is as it was then.
 */
int delivered_save(struct delivered *delivered);

/* delivered_file.c */

/**
 * delivered_read() - take what the file says, if it is about the same
 *
 * Return: 0; -ENOENT: nothing was kept; -EBADMSG: it is not what was written.
 */
int delivered_read(struct delivered *delivered, int fd);

/**
 * delivered_write() - write all of it
 */
int delivered_write(const struct delivered *delivered, int fd);

/**
 * delivered_prune() - drop the oldest files of a folder, beyond a thousand
 */
void delivered_prune(const char *dir);

#endif
