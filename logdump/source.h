/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the bytes come from that are read: a window, an image, or an archive of one. */
#ifndef LOGDUMP_SOURCE_H
#define LOGDUMP_SOURCE_H

#include "archive.h"
#include "plog_reader.h"
#include "window.h"

/**
 * struct source - bytes to read
 * @map:	the window, or the file that holds it
 * @archive:	its contents, where it is compressed
 * @packed:	it is
 * @base:	first byte of what is read
 * @size:	how many
 * @why:	one line: why it cannot be read, or what of it is not there; or ""
 */
struct source {
	struct plog_map map;
	struct archive archive;
	bool packed;
	const uint8_t *base;
	uint64_t size;
	const char *why;
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

void source_close(struct source *source);

#endif
