// SPDX-License-Identifier: BSD-2-Clause
/*
 * One line for people, as journalctl's without the host: time, who, message.
 * Where the time of day is unknown, the time since boot in brackets.
 */
#include <inttypes.h>

#include "out.h"

static void mono_print(FILE *f, uint64_t mono)
{
	fprintf(f, "[%5" PRIu64 ".%06u]", mono / 1000000000, (unsigned)(mono % 1000000000 / 1000));
}

static void rest_print(FILE *f, const struct plog_reader_record *rec)
{
	putc(' ', f);
	out_text(f, out_identifier(rec));
	if (rec->pid > 0)
		fprintf(f, "[%" PRId64 "]", rec->pid);
	fputs(": ", f);
	out_text(f, rec->msg);
	if (rec->cut)
		fputs(" [cut]", f);
	if (rec->verdict != PLOG_VERDICT_INTACT)
		fputs(rec->verdict == PLOG_VERDICT_REPAIRED ? " [repaired]" : " [damaged]", f);
	putc('\n', f);
}

static void short_record(FILE *f, const struct plog_reader_record *rec,
			 const struct plog_reader_boot *boot)
{
	char time[OUT_TIME];

	(void)boot;
	if (rec->real == PLOG_READER_UNKNOWN) {
		mono_print(f, rec->mono);
	} else {
		out_time_local(time, "%b %d %H:%M:%S", rec->real, true);
		fputs(time, f);
	}
	rest_print(f, rec);
}

static void iso_record(FILE *f, const struct plog_reader_record *rec,
		       const struct plog_reader_boot *boot)
{
	char time[OUT_TIME], zone[OUT_TIME];

	(void)boot;
	if (rec->real == PLOG_READER_UNKNOWN) {
		mono_print(f, rec->mono);
	} else {
		out_time_local(zone, "%z", rec->real, false);
		out_time_local(time, "%Y-%m-%dT%H:%M:%S", rec->real, true);
		fputs(time, f);
		fputs(zone, f);
	}
	rest_print(f, rec);
}

static void monotonic_record(FILE *f, const struct plog_reader_record *rec,
			     const struct plog_reader_boot *boot)
{
	(void)boot;
	mono_print(f, rec->mono);
	rest_print(f, rec);
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
