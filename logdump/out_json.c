// SPDX-License-Identifier: BSD-2-Clause
/* One JSON object a line. What is not known is null, never left out. */
#include <inttypes.h>

#include "out.h"

static const char *const level_name[] = { "emerg",   "alert",  "crit", "err",
					  "warning", "notice", "info", "debug" };
static const char *const verdict_name[] = { "intact", "repaired", "damaged" };

static void number(FILE *f, const char *name, int64_t value)
{
	if (value == PLOG_READER_UNKNOWN)
		fprintf(f, ",\"%s\":null", name);
	else
		fprintf(f, ",\"%s\":%" PRId64, name, value);
}

static void text(FILE *f, const char *name, struct plog_text value)
{
	fprintf(f, ",\"%s\":", name);
	out_json_text(f, value);
}

static void json_record(FILE *f, const struct plog_reader_record *rec,
			const struct plog_reader_boot *boot)
{
	char id[33], time[OUT_TIME];

	fprintf(f, "{\"boot\":%d", boot->index);
	out_id_hex(id, boot->boot_id);
	text(f, "boot_id", (struct plog_text){ boot->ident ? id : NULL, 32 });
	fprintf(f, ",\"seq\":%" PRIu64 ",\"source\":\"%s\",\"time\":", rec->seq, rec->source);
	if (rec->real == PLOG_READER_UNKNOWN) {
		fputs("null", f);
	} else {
		out_time_rfc3339(time, rec->real);
		fprintf(f, "\"%s\"", time);
	}
	fprintf(f, ",\"monotonic_ns\":%" PRIu64 ",\"level\":\"%s\"", rec->mono,
		level_name[rec->level & 7]);
	text(f, "tag", rec->tag);
	text(f, "comm", rec->comm);
	number(f, "pid", rec->pid);
	number(f, "tid", rec->tid);
	number(f, "cpu", rec->cpu);
	text(f, "file", rec->file);
	number(f, "line", rec->line);
	text(f, "func", rec->func);
	text(f, "msg", rec->msg);
	fprintf(f, ",\"verdict\":\"%s\"}\n", verdict_name[rec->verdict]);
}

const struct out_format out_json = {
	.name = "json",
	.record = json_record,
	.boots = out_boots_json,
};
