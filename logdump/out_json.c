// SPDX-License-Identifier: BSD-2-Clause
/* One JSON object a line. What is not known is null; only "cut" is left out where it is not so. */
#include <string.h>

#include "out.h"
#include "out_line.h"
#include "reader_digits.h"

/* Names of plog's own, in quotes, which need no escapes; copied at a fixed size. */
struct word {
	char text[15];
	uint8_t len;
};

#define WORD(name)                                \
	{                                         \
		"\"" name "\"", sizeof(name) + 1, \
	}

static const struct word level_name[] = { WORD("emerg"), WORD("alert"),   WORD("crit"),
					  WORD("err"),   WORD("warning"), WORD("notice"),
					  WORD("info"),  WORD("debug") };
static const struct word verdict_name[] = { WORD("intact"), WORD("repaired"), WORD("damaged") };

static char *word_put(char *to, const struct word *word)
{
	memcpy(to, word->text, sizeof(word->text));
	return to + word->len;
}

static char *number_put(char *to, int64_t value)
{
	return value == PLOG_READER_UNKNOWN ? OUT_CONST(to, "null") : reader_signed(to, value);
}

/* The hex digits are those of the boot before, but once in a boot. */
static char *boot_put(char *to, const struct plog_reader_boot *boot)
{
	static uint8_t id[16];
	static char hex[33];

	to = reader_signed(OUT_CONST(to, "{\"boot\":"), boot->index);
	to = OUT_CONST(to, ",\"boot_id\":");
	if (!boot->ident)
		return OUT_CONST(to, "null");
	if (!hex[0] || memcmp(id, boot->boot_id, sizeof(id))) {
		memcpy(id, boot->boot_id, sizeof(id));
		out_id_hex(hex, id);
	}
	*to++ = '"';
	memcpy(to, hex, 32);
	to[32] = '"';
	return to + 33;
}

static char *time_put(char *to, const struct plog_reader_record *rec)
{
	to = OUT_CONST(to, ",\"time\":");
	if (rec->real == PLOG_READER_UNKNOWN) {
		to = OUT_CONST(to, "null");
	} else {
		*to++ = '"';
		to = out_rfc3339(to, rec->real);
		*to++ = '"';
	}
	return reader_unsigned(OUT_CONST(to, ",\"monotonic_ns\":"), rec->mono);
}

/* All of a record before its first text: less than a piece. */
static void head_put(struct out_line *line, const struct plog_reader_record *rec,
		     const struct plog_reader_boot *boot)
{
	char *to = boot_put(out_line_piece(line), boot);
	size_t n = strlen(rec->source);

	to = reader_unsigned(OUT_CONST(to, ",\"seq\":"), rec->seq);
	to = OUT_CONST(to, ",\"source\":\"");
	memcpy(to, rec->source, n);
	to = OUT_CONST(to + n, "\"");
	to = time_put(to, rec);
	to = word_put(OUT_CONST(to, ",\"level\":"), &level_name[rec->level & 7]);
	out_line_filled(line, OUT_CONST(to, ",\"tag\":"));
}

static void middle_put(struct out_line *line, const struct plog_reader_record *rec)
{
	char *to = out_line_piece(line);

	to = number_put(OUT_CONST(to, ",\"pid\":"), rec->pid);
	to = number_put(OUT_CONST(to, ",\"tid\":"), rec->tid);
	to = number_put(OUT_CONST(to, ",\"cpu\":"), rec->cpu);
	out_line_filled(line, OUT_CONST(to, ",\"file\":"));
}

static void tail_put(struct out_line *line, const struct plog_reader_record *rec)
{
	char *to = OUT_CONST(out_line_piece(line), ",\"verdict\":");

	to = word_put(to, &verdict_name[rec->verdict]);
	if (rec->cut)
		to = OUT_CONST(to, ",\"cut\":true");
	out_line_filled(line, OUT_CONST(to, "}\n"));
}

static void json_record(FILE *f, const struct plog_reader_record *rec,
			const struct plog_reader_boot *boot)
{
	struct out_line line;
	char *to;

	out_line_begin(&line, f);
	head_put(&line, rec, boot);
	out_line_json(&line, rec->tag);
	OUT_LINE_CONST(&line, ",\"comm\":");
	out_line_json(&line, rec->comm);
	middle_put(&line, rec);
	out_line_json(&line, rec->file);
	to = OUT_CONST(out_line_piece(&line), ",\"line\":");
	to = number_put(to, rec->line);
	out_line_filled(&line, OUT_CONST(to, ",\"func\":"));
	out_line_json(&line, rec->func);
	OUT_LINE_CONST(&line, ",\"msg\":");
	out_line_json(&line, rec->msg);
	tail_put(&line, rec);
	out_line_end(&line);
}

const struct out_format out_json = {
	.name = "json",
	.record = json_record,
	.boots = out_boots_json,
};
