/* SPDX-License-Identifier: BSD-2-Clause */
/* --verify: how much of a window is as it was written. */
#ifndef LOGDUMP_VERIFY_H
#define LOGDUMP_VERIFY_H

#include "logdump_print.h"

#define VERIFY_LINES 4096 /* bytes of a diagnosis */

/**
 * struct verify - what there is to show
 * @dump:	run
 * @found:	there is a window; otherwise only @lines is filled in
 * @win:	the window as a whole
 * @survey:	what is as it was written
 * @map:	chunks that are there
 * @mapped:	how many
 * @lines:	diagnosis, a line for each cause
 * @code:	exit code
 */
struct verify {
	struct logdump *dump;
	bool found;
	struct plog_reader_window win;
	struct plog_reader_survey survey;
	struct plog_reader_chunk *map;
	uint32_t mapped;
	char lines[VERIFY_LINES];
	int code;
};

/**
 * logdump_verify() - the whole of it, from opening the window on
 *
 * Return: exit code.
 */
int logdump_verify(struct logdump *dump);

/**
 * verify_look() - find out
 * @v: filled in; its map is to be freed
 * @dump: run, with an open reader
 *
 * Return: 0 or -ENOMEM.
 */
int verify_look(struct verify *v, struct logdump *dump);

/**
 * verify_state() - name of an enum plog_chunk_state
 */
const char *verify_state(uint8_t state);

/* verify_map.c */

/**
 * verify_map() - the window as a picture, a cell a chunk
 */
void verify_map(const struct verify *v);

/* verify_json.c */

/**
 * verify_json() - the same facts as one JSON object and a newline
 */
void verify_json(FILE *f, const struct verify *v);

#endif
