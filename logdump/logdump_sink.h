/* SPDX-License-Identifier: BSD-2-Clause */
/* Where records go that are printed: standard output in a format, or a directory. */
#ifndef LOGDUMP_SINK_H
#define LOGDUMP_SINK_H

#include "out.h"

/**
 * struct logdump_sink - a way out
 * @name:	what messages call it
 * @put:	take a record; 0 or negative errno
 * @finish:	see to it that all of it arrived; 0 or negative errno
 * @close:	give everything back
 */
struct logdump_sink {
	const char *name;
	int (*put)(struct logdump_sink *sink, const struct plog_reader_record *rec,
		   const struct plog_reader_boot *boot);
	int (*finish)(struct logdump_sink *sink);
	void (*close)(struct logdump_sink *sink);
};

/**
 * logdump_sink_stdout() - a format, to standard output
 * @format: one that prints records
 * @many: of several boots: with a line between them where the format has one
 *
 * The one sink of its kind; each call begins anew. Never NULL.
 */
struct logdump_sink *logdump_sink_stdout(const struct out_format *format, bool many);

/**
 * logdump_sink_ctf() - traces in CTF 1.8
 * @dir: directory to make; it may exist when it is empty
 * @many: of several boots: a trace in a directory of its own for each
 *
 * Made with the first record. Return: NULL when there is no memory.
 */
struct logdump_sink *logdump_sink_ctf(const char *dir, bool many);

#endif
