// SPDX-License-Identifier: BSD-2-Clause
/* --list-boots */
#include <inttypes.h>
#include <string.h>

#include "out.h"

static void time_print(FILE *f, int64_t ns)
{
	char time[OUT_TIME] = "-";

	if (ns != PLOG_READER_UNKNOWN)
		out_time_local(time, "%Y-%m-%d %H:%M:%S", ns, false);
	fprintf(f, " %-19s", time);
}

void out_boots_table(FILE *f, const struct plog_reader_boot *boots, uint32_t count)
{
	char id[33];
	uint32_t i;

	fprintf(f, "%4s %-32s %-19s %-19s %-19s %-8s %8s %8s %7s %7s  %s\n", "IDX", "BOOT ID",
		"START", "END", "COMPLETE SINCE", "VERDICT", "RECORDS", "REPAIRED", "DAMAGED",
		"DROPPED", "KERNEL, REASON");
	for (i = 0; i < count; i++) {
		const struct plog_reader_boot *b = &boots[i];

		out_id_hex(id, b->boot_id);
		fprintf(f, "%4d %-32s", b->index, b->ident ? id : "-");
		time_print(f, b->start);
		time_print(f, b->end);
		time_print(f, b->complete_since);
		fprintf(f, " %-8s %8" PRIu64 " %8" PRIu64 " %7" PRIu64 " %7" PRIu64 "  ",
			b->verdict ? b->verdict : "-", b->records, b->repaired, b->damaged,
			b->dropped);
		out_text(f, b->kernel);
		if (b->reason.len)
			fputs(", ", f);
		out_text(f, b->reason);
		putc('\n', f);
	}
}

static void time_json(FILE *f, const char *name, int64_t ns)
{
	char time[OUT_TIME];

	if (ns == PLOG_READER_UNKNOWN) {
		fprintf(f, ",\"%s\":null", name);
		return;
	}
	out_time_rfc3339(time, ns);
	fprintf(f, ",\"%s\":\"%s\"", name, time);
}

static void text_json(FILE *f, const char *name, const char *text, size_t len)
{
	fprintf(f, ",\"%s\":", name);
	out_json_text(f, (struct plog_text){ len ? text : NULL, len });
}

static void boot_json(FILE *f, const struct plog_reader_boot *b)
{
	char id[33];

	out_id_hex(id, b->boot_id);
	fprintf(f, "{\"boot\":%d", b->index);
	text_json(f, "boot_id", id, b->ident ? 32 : 0);
	time_json(f, "start", b->start);
	time_json(f, "end", b->end);
	time_json(f, "complete_since", b->complete_since);
	text_json(f, "verdict", b->verdict, b->verdict ? strlen(b->verdict) : 0);
	text_json(f, "reason", b->reason.text, b->reason.len);
	text_json(f, "kernel", b->kernel.text, b->kernel.len);
	fprintf(f,
		",\"records\":%" PRIu64 ",\"repaired\":%" PRIu64 ",\"damaged\":%" PRIu64
		",\"overwritten\":%" PRIu64 ",\"dropped\":%" PRIu64 ",\"harvested\":%s}\n",
		b->records, b->repaired, b->damaged, b->overwritten, b->dropped,
		b->harvested ? "true" : "false");
}

void out_boots_json(FILE *f, const struct plog_reader_boot *boots, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		boot_json(f, &boots[i]);
}
