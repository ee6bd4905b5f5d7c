/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines under construction. A line goes to its stream in one piece, or in a few
 * when it is long: a call into stdio for each of its twenty parts would cost
 * more than the parts.
 */
#ifndef LOGDUMP_OUT_LINE_H
#define LOGDUMP_OUT_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "plog_reader.h"

#define OUT_LINE_BYTES 4096
#define OUT_LINE_PIECE 512 /* most bytes that are put at once without looking */

/**
 * struct out_line - a line, or the part of it that is not in the stream yet
 * @f:		where it goes
 * @len:	bytes in @buf
 * @buf:	with room for a piece behind OUT_LINE_BYTES
 */
struct out_line {
	FILE *f;
	size_t len;
	char buf[OUT_LINE_BYTES + OUT_LINE_PIECE];
};

static inline void out_line_begin(struct out_line *line, FILE *f)
{
	line->f = f;
	line->len = 0;
}

/**
 * out_line_end() - hand what there is to the stream, which remembers errors
 */
static inline void out_line_end(struct out_line *line)
{
	fwrite(line->buf, 1, line->len, line->f);
	line->len = 0;
}

/**
 * out_line_piece() - room for OUT_LINE_PIECE bytes
 *
 * Filled through a pointer that out_line_filled() takes back: a count in memory
 * that each part waits for is what a line would otherwise take its time with.
 */
static inline char *out_line_piece(struct out_line *line)
{
	if (line->len > OUT_LINE_BYTES)
		out_line_end(line);
	return line->buf + line->len;
}

static inline void out_line_filled(struct out_line *line, const char *end)
{
	line->len = (size_t)(end - line->buf);
}

static inline void out_line_byte(struct out_line *line, char c)
{
	*out_line_piece(line) = c;
	line->len++;
}

/**
 * out_line_put() - bytes as they are, at most OUT_LINE_PIECE
 */
static inline void out_line_put(struct out_line *line, const char *text, size_t n)
{
	memcpy(out_line_piece(line), text, n);
	line->len += n;
}

/**
 * out_line_bytes() - any number of bytes as they are
 */
static inline void out_line_bytes(struct out_line *line, struct plog_text text)
{
	size_t done, n;

	for (done = 0; done < text.len; done += n) {
		n = text.len - done < OUT_LINE_PIECE ? text.len - done : OUT_LINE_PIECE;
		out_line_put(line, text.text + done, n);
	}
}

/* Of a size that the compiler knows: a few stores. */
#define OUT_LINE_CONST(line, text) out_line_put(line, text, sizeof(text) - 1)
#define OUT_CONST(to, text) ((char *)memcpy(to, text, sizeof(text) - 1) + sizeof(text) - 1)

/* out_escape.c */

/**
 * out_line_text() - as out_text()
 */
void out_line_text(struct out_line *line, struct plog_text text);

/**
 * out_line_message() - the message, in the colour of its level when colours are wanted
 */
void out_line_message(struct out_line *line, const struct plog_reader_record *rec);

/**
 * out_line_json() - as out_json_text()
 */
void out_line_json(struct out_line *line, struct plog_text text);

/**
 * out_line_sd() - as out_text(), for a value of RFC 5424's structured data
 */
void out_line_sd(struct out_line *line, struct plog_text text);

/* out_time.c */

/**
 * out_rfc3339() - as out_time_rfc3339(), without a NUL
 * @to: room for OUT_TIME bytes
 *
 * Return: its end.
 */
char *out_rfc3339(char *to, int64_t ns);

/**
 * out_local() - as out_time_local(), likewise
 */
char *out_local(char *to, const char *format, int64_t ns, bool micro);

#endif
