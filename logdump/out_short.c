// SPDX-License-Identifier: BSD-2-Clause
/*
 * One line for people, as journalctl's without the host: time, who, message.
 * Where the time of day is unknown, the time since boot in brackets.
 */
#include <inttypes.h>

#include "out.h"
#include "out_line.h"
#include "out_terminal.h"
#include "reader_digits.h"

static void mono_put(struct out_line *line, uint64_t mono)
{
	char *to = out_line_piece(line), second[READER_DIGITS], micro[8];
	int n = (int)(reader_unsigned(second, mono / 1000000000) - second), i;

	*to++ = '[';
	for (i = n; i < 5; i++)
		*to++ = ' ';
	memcpy(to, second, (size_t)n);
	to += n;
	*to++ = '.';
	reader_eight(micro, (uint32_t)(mono % 1000000000 / 1000));
	memcpy(to, micro + 2, 6);
	to[6] = ']';
	out_line_filled(line, to + 7);
}

static void time_put(struct out_line *line, const char *format, int64_t ns, bool micro)
{
	out_line_filled(line, out_local(out_line_piece(line), format, ns, micro));
}

static void rest_put(struct out_line *line, const struct plog_reader_record *rec)
{
	char *to;

	out_line_byte(line, ' ');
	out_line_text(line, out_identifier(rec));
	to = out_line_piece(line);
	if (rec->pid > 0) {
		*to++ = '[';
		to = reader_signed(to, rec->pid);
		*to++ = ']';
	}
	*to++ = ':';
	*to++ = ' ';
	out_line_filled(line, to);
	out_line_message(line, rec);
	if (rec->cut)
		OUT_LINE_CONST(line, " [cut]");
	if (rec->verdict == PLOG_VERDICT_REPAIRED)
		OUT_LINE_CONST(line, " [repaired]");
	else if (rec->verdict != PLOG_VERDICT_INTACT)
		OUT_LINE_CONST(line, " [damaged]");
	out_line_byte(line, '\n');
	out_line_end(line);
}

static void short_record(FILE *f, const struct plog_reader_record *rec,
			 const struct plog_reader_boot *boot)
{
	struct out_line line;

	(void)boot;
	out_line_begin(&line, f);
	if (rec->real == PLOG_READER_UNKNOWN)
		mono_put(&line, rec->mono);
	else
		time_put(&line, "%b %d %H:%M:%S", rec->real, true);
	rest_put(&line, rec);
}

static void iso_record(FILE *f, const struct plog_reader_record *rec,
		       const struct plog_reader_boot *boot)
{
	struct out_line line;

	(void)boot;
	out_line_begin(&line, f);
	if (rec->real == PLOG_READER_UNKNOWN) {
		mono_put(&line, rec->mono);
	} else {
		time_put(&line, "%Y-%m-%dT%H:%M:%S", rec->real, true);
		time_put(&line, "%z", rec->real, false);
	}
	rest_put(&line, rec);
}

static void monotonic_record(FILE *f, const struct plog_reader_record *rec,
			     const struct plog_reader_boot *boot)
{
	struct out_line line;

	(void)boot;
	out_line_begin(&line, f);
	mono_put(&line, rec->mono);
	rest_put(&line, rec);
}

static void boot_line(FILE *f, const struct plog_reader_boot *boot)
{
	char id[33];

	out_id_hex(id, boot->boot_id);
	fprintf(f, "-- Boot %d %s (%s) --\n", boot->index, id, boot->verdict ? boot->verdict : "?");
}

const struct out_format out_short = {
	.name = "short",
	.record = short_record,
	.boot = boot_line,
	.boots = out_boots_table,
};

const struct out_format out_short_iso = {
	.name = "short-iso",
	.record = iso_record,
	.boot = boot_line,
	.boots = out_boots_table,
};

const struct out_format out_short_monotonic = {
	.name = "short-monotonic",
	.record = monotonic_record,
	.boot = boot_line,
	.boots = out_boots_table,
};
