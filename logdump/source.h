/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the bytes come from that are read: a window, an image, or an archive of one. */
#ifndef LOGDUMP_SOURCE_H
#define LOGDUMP_SOURCE_H

#include "archive.h"
#include "dump.h"
#include "plog_reader.h"
#include "window.h"

/**
 * struct source - bytes to read
 * @map:	the window, or the file that holds it
 * @archive:	its contents, where it is compressed
 * @packed:	it is
 * @dump:	windows in it, when it is not one window; none otherwise
 * @made:	a window that had to be put together
 * @made_size:	its size
 * @offset:	of what is read, in the file or in the machine's memory
 * @base:	first byte of what is read
 * @size:	how many
 * @why:	one line: why it cannot be read, or what of it is not there; or ""
 */
struct source {
	struct plog_map map;
	struct archive archive;
	bool packed;
	struct dump dump;
	void *made;
	uint64_t made_size;
	uint64_t offset;
	const uint8_t *base;
	uint64_t size;
	const char *why;
	char text[192];
};

/**
 * source_open() - get the bytes of a window spec, unpacked, and a reader on them
 * @source: filled in; source_close() it in any case, behind the reader
 * @reader: receives the reader, NULL on failure
 * @spec: window spec, "-" and archives too
 *
 * Return: 0 or negative errno, with @source->why set but for -ENOMEM.
 */
int source_open(struct source *source, struct plog_reader **reader, const char *spec);

/**
 * source_open_nth() - the same, one of several windows in a dump
 * @nth: from 1; 0: the first, whatever there is
 */
int source_open_nth(struct source *source, struct plog_reader **reader, const char *spec,
		    unsigned int nth);

void source_close(struct source *source);

#endif
