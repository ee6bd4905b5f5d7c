/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Outputs: one file per format. A record is one line in every format: what is
 * not printable in a message, a newline included, is escaped.
 */
#ifndef LOGDUMP_OUT_H
#define LOGDUMP_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "crash.h"
#include "origin.h"
#include "plog_reader.h"

/**
 * enum out_where - where the records of a boot are
 * @OUT_WHERE_UNTOLD:	in what was read; there is nothing else
 * @OUT_WHERE_RAM:	in the window
 * @OUT_WHERE_ARCHIVE:	in an archive only
 * @OUT_WHERE_BOTH:	in the window, and as many of them in an archive
 */
enum out_where {
	OUT_WHERE_UNTOLD,
	OUT_WHERE_RAM,
	OUT_WHERE_ARCHIVE,
	OUT_WHERE_BOTH,
};

/**
 * struct out_crash - what there is to tell of a boot besides its account
 * @boot:	its number in the window
 * @where:	enum out_where; told of all boots of a list, or of none
 * @hex:	fingerprint of its crash, "" none
 */
struct out_crash {
	uint32_t boot;
	enum out_where where;
	char hex[CRASH_HEX];
};

/**
 * struct out_format - how records are shown
 * @name:	for -o
 * @binary:	bytes that a terminal might obey
 * @record:	print one; NULL: not a stream, see logdump_sink.h
 * @boot:	print a line between boots, NULL for none
 * @boots:	print the list of boots; of each its crash, or NULL
 */
struct out_format {
	const char *name;
	bool binary;
	void (*record)(FILE *f, const struct plog_reader_record *rec,
		       const struct plog_reader_boot *boot);
	void (*boot)(FILE *f, const struct plog_reader_boot *boot);
	void (*boots)(FILE *f, const struct plog_reader_boot *boots, const struct out_crash *crash,
		      uint32_t count);
};

extern const struct out_format out_short;
extern const struct out_format out_short_iso;
extern const struct out_format out_short_monotonic;
extern const struct out_format out_json;
extern const struct out_format out_cat;
extern const struct out_format out_export;
extern const struct out_format out_ctf;
extern const struct out_format out_raw;

/**
 * out_format_find() - a format by name, or NULL
 */
const struct out_format *out_format_find(const char *name);

/**
 * out_format_name() - the name of the i-th format, NULL behind the last
 */
const char *out_format_name(size_t i);

/* out_export.c */

/**
 * out_export_about() - what entries tell besides their records; nothing at first
 * @origin: the machine; kept
 * @crash: crashes of boots; kept
 * @count: how many
 */
void out_export_about(const struct origin *origin, const struct out_crash *crash, uint32_t count);

/* out_boots.c */
void out_boots_table(FILE *f, const struct plog_reader_boot *boots, const struct out_crash *crash,
		     uint32_t count);
void out_boots_json(FILE *f, const struct plog_reader_boot *boots, const struct out_crash *crash,
		    uint32_t count);

/* out_escape.c */

/**
 * out_text() - print text for people: control bytes and bytes that are not UTF-8 as \xNN
 */
void out_text(FILE *f, struct plog_text text);

/**
 * out_text_plain() - is it text that needs no escape? tabs are fine
 */
bool out_text_plain(struct plog_text text);

/**
 * out_json_text() - print a JSON string with its quotes, or null
 *
 * Control characters as \u00NN; bytes that are not UTF-8 as \\xNN, which reads
 * as the text \xNN.
 */
void out_json_text(FILE *f, struct plog_text text);

/**
 * out_text_ascii() - is all that out_text() prints ASCII?
 */
bool out_text_ascii(struct plog_text text);

/* out_time.c */

#define OUT_TIME 48 /* bytes of any time printed below */

/**
 * out_time_rfc3339() - "2024-01-31T12:00:00.000000001Z"
 */
void out_time_rfc3339(char buf[OUT_TIME], int64_t ns);

/**
 * out_time_local() - by strftime() in the local zone
 * @micro: append .uuuuuu
 */
void out_time_local(char buf[OUT_TIME], const char *format, int64_t ns, bool micro);

/* out_ident.c */

/**
 * out_identifier() - what the program is called: its tag, else the thread's name
 */
struct plog_text out_identifier(const struct plog_reader_record *rec);

/**
 * out_level_name() - "emerg" to "debug"
 */
const char *out_level_name(uint8_t level);

/**
 * out_id_hex() - 32 hex digits and a NUL
 */
void out_id_hex(char hex[33], const uint8_t id[16]);

/**
 * out_verdict_name() - "intact", "repaired" or "damaged"
 */
const char *out_verdict_name(uint8_t verdict);

#endif
