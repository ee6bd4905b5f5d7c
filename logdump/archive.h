/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Archives: all bytes of a window in one zstd frame, so that `zstd -dc` gives the
 * window back. Without libzstd at build time they are written as they are.
 */
#ifndef LOGDUMP_ARCHIVE_H
#define LOGDUMP_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of the files that archive_write() makes. */
extern const char archive_suffix[];

/**
 * struct archive - an archive's contents in memory
 * @mem:	the bytes, page aligned; NULL for none
 * @size:	how many
 * @room:	how many are mapped
 * @why:	one line when less than all is there, "" otherwise
 */
struct archive {
	void *mem;
	size_t size;
	size_t room;
	char why[192];
};

/**
 * archive_is() - does this begin as an archive does?
 */
bool archive_is(const void *bytes, size_t n);

/**
 * archive_unpack() - decompress
 * @out: filled in; archive_free() it, also on failure
 * @bytes: the archive
 * @n: how many
 * @name: for @why
 * @limit: bytes that come out of it at most; 0: what this machine can spare
 *
 * What is in front of damage, of a cut or of the limit is kept: then @why says so.
 * Takes no more memory than comes out, whatever the archive says of its size.
 * Return: 0; -ENOMEM; -ENOSYS without libzstd; -EBADMSG when nothing came out. @why
 * is set on all of these.
 */
int archive_unpack(struct archive *out, const void *bytes, size_t n, const char *name,
		   uint64_t limit);

void archive_free(struct archive *out);

/**
 * archive_write() - compress into a file
 * @fd: where to
 *
 * Return: 0 or negative errno.
 */
int archive_write(int fd, const void *bytes, size_t n);

#endif
