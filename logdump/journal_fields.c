// SPDX-License-Identifier: BSD-2-Clause
/* A record as fields of the journal (systemd.journal-fields(7)). */
#include <string.h>

#include "journal_fields.h"
#include "out.h"
#include "reader_digits.h"

/* Escaped, or where its bytes are wanted: as they are, behind their number if need be. */
static void found_put(struct out_line *line, const char *name, struct plog_text text, bool binary)
{
	uint64_t len = htole64(text.len);

	if (!text.text)
		return;
	out_line_put(line, name, strlen(name));
	if (!binary) {
		out_line_byte(line, '=');
		out_line_text(line, text);
	} else if (out_text_plain(text)) {
		out_line_byte(line, '=');
		out_line_bytes(line, text);
	} else {
		out_line_byte(line, '\n');
		out_line_put(line, (const char *)&len, sizeof(len));
		out_line_bytes(line, text);
	}
	out_line_byte(line, '\n');
}

static void text_put(struct out_line *line, const char *name, struct plog_text text)
{
	found_put(line, name, text, false);
}

static void word_put(struct out_line *line, const char *name, const char *word)
{
	text_put(line, name, (struct plog_text){ word, strlen(word) });
}

static void number_put(struct out_line *line, const char *name, int64_t value)
{
	char digits[READER_DIGITS + 1];

	if (value != PLOG_READER_UNKNOWN)
		text_put(line, name,
			 (struct plog_text){ digits,
					     (size_t)(reader_signed(digits, value) - digits) });
}

static void count_put(struct out_line *line, const char *name, uint64_t value)
{
	char digits[READER_DIGITS + 1];

	text_put(line, name,
		 (struct plog_text){ digits, (size_t)(reader_unsigned(digits, value) - digits) });
}

static void times_put(struct out_line *line, const struct plog_reader_record *rec)
{
	char time[OUT_TIME];

	if (rec->real != PLOG_READER_UNKNOWN) {
		out_time_rfc3339(time, rec->real);
		word_put(line, "PLOG_TIME", time);
	}
	count_put(line, "PLOG_MONOTONIC_NS", rec->mono);
}

static void boot_put(struct out_line *line, const struct plog_reader_boot *boot, const char *crash)
{
	char id[33];

	if (boot->ident) {
		out_id_hex(id, boot->boot_id);
		word_put(line, "PLOG_BOOT_ID", id);
	}
	if (boot->verdict)
		word_put(line, "PLOG_END", boot->verdict);
	if (*crash)
		word_put(line, "PLOG_CRASH", crash);
}

static void all_put(struct out_line *line, const struct plog_reader_record *rec,
		    const struct plog_reader_boot *boot, const char *crash, bool binary)
{
	found_put(line, "MESSAGE", rec->msg, binary);
	number_put(line, "PRIORITY", rec->level & 7);
	found_put(line, "SYSLOG_IDENTIFIER", out_identifier(rec), binary);
	number_put(line, "SYSLOG_PID", rec->pid);
	found_put(line, "CODE_FILE", rec->file, binary);
	number_put(line, "CODE_LINE", rec->line);
	found_put(line, "CODE_FUNC", rec->func, binary);
	times_put(line, rec);
	boot_put(line, boot, crash);
	count_put(line, "PLOG_SEQ", rec->seq);
	word_put(line, "PLOG_VERDICT", out_verdict_name(rec->verdict));
	word_put(line, "PLOG_SOURCE", rec->source);
	found_put(line, "PLOG_COMM", rec->comm, binary);
	number_put(line, "PLOG_TID", rec->tid);
	number_put(line, "PLOG_CPU", rec->cpu);
	if (rec->cut)
		word_put(line, "PLOG_CUT", "1");
}

void journal_fields_put(struct out_line *line, const struct plog_reader_record *rec,
			const struct plog_reader_boot *boot, const char *crash)
{
	all_put(line, rec, boot, crash, false);
}

void journal_fields_binary(struct out_line *line, const struct plog_reader_record *rec,
			   const struct plog_reader_boot *boot, const char *crash)
{
	all_put(line, rec, boot, crash, true);
}
