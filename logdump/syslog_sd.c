// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <string.h>

#include "deliver_line.h"
#include "out.h"
#include "out_line.h"

static void text_put(FILE *f, const char *name, struct plog_text text)
{
	struct out_line line;

	if (!text.text)
		return;
	fprintf(f, " %s=\"", name);
	out_line_begin(&line, f);
	out_line_sd(&line, text);
	out_line_end(&line);
	fputc('"', f);
}

static void word_put(FILE *f, const char *name, const char *word)
{
	if (word && *word)
		text_put(f, name, (struct plog_text){ word, strlen(word) });
}

static void number_put(FILE *f, const char *name, int64_t value)
{
	if (value != PLOG_READER_UNKNOWN)
		fprintf(f, " %s=\"%" PRId64 "\"", name, value);
}

static void boot_put(FILE *f, const struct deliver_about *about)
{
	char id[33] = "";

	if (about->boot->ident)
		out_id_hex(id, about->boot->boot_id);
	word_put(f, "boot_id", id);
	word_put(f, "machine_id", about->origin->machine_id);
	word_put(f, "end", about->boot->verdict);
	word_put(f, "crash", about->crash);
}

/* The tag, where APP-NAME could not hold it. */
static void tag_put(FILE *f, struct plog_text tag)
{
	bool same = tag.len && tag.len <= 48;
	size_t i;

	for (i = 0; i < tag.len && same; i++)
		same = tag.text[i] > ' ' && tag.text[i] <= '~';
	if (!same)
		text_put(f, "tag", tag);
}

void syslog_sd_put(FILE *f, const struct plog_reader_record *rec, const struct deliver_about *about)
{
	fputs("[plog@32473", f);
	boot_put(f, about);
	fprintf(f, " seq=\"%" PRIu64 "\"", rec->seq);
	word_put(f, "verdict", out_verdict_name(rec->verdict));
	word_put(f, "source", rec->source);
	fprintf(f, " mono_ns=\"%" PRIu64 "\"", rec->mono);
	tag_put(f, rec->tag);
	text_put(f, "comm", rec->comm);
	number_put(f, "tid", rec->tid);
	number_put(f, "cpu", rec->cpu);
	text_put(f, "file", rec->file);
	number_put(f, "line", rec->line);
	text_put(f, "func", rec->func);
	if (rec->cut)
		word_put(f, "cut", "1");
	if (about->last)
		word_put(f, "last", "1");
	fputc(']', f);
}
