// SPDX-License-Identifier: BSD-2-Clause
/* --list-boots */
#include <inttypes.h>
#include <string.h>

#include "out.h"

#define DAY_AND_TIME "%Y-%m-%d %H:%M:%S"
#define INDENT 14 /* what is left of START */

/* The day only when it is another one than that of @beside. */
static void time_text(char buf[OUT_TIME], int64_t ns, int64_t beside)
{
	char day[OUT_TIME], other[OUT_TIME] = "";

	if (ns == PLOG_READER_UNKNOWN) {
		strcpy(buf, "-");
		return;
	}
	out_time_local(day, "%Y-%m-%d", ns, false);
	if (beside != PLOG_READER_UNKNOWN)
		out_time_local(other, "%Y-%m-%d", beside, false);
	out_time_local(buf, strcmp(day, other) ? DAY_AND_TIME : "%H:%M:%S", ns, false);
}

/* The running boot was last seen alive just now: that is no end. */
static void ended_text(char buf[OUT_TIME], const struct plog_reader_boot *b)
{
	time_text(buf, b->index ? b->end : PLOG_READER_UNKNOWN, b->start);
}

static void note_next(FILE *f, const char **separator, const char *next)
{
	if (*separator)
		fputs(*separator, f);
	else
		fprintf(f, "%*s", INDENT, "");
	*separator = next;
}

static void note_count(FILE *f, const char **separator, uint64_t n, const char *what)
{
	if (!n)
		return;
	note_next(f, separator, ", ");
	fprintf(f, "%" PRIu64 " %s", n, what);
}

/* A second line, for what is not as one would wish it. */
static void notes_print(FILE *f, const struct plog_reader_boot *b,
			const struct plog_reader_boot *newest)
{
	const char *separator = NULL;
	char since[OUT_TIME];

	if (b->complete_mono) {
		time_text(since, b->complete_since, b->start);
		note_next(f, &separator, "; ");
		fprintf(f, "complete since %s", since);
	} else {
		note_count(f, &separator, b->overwritten, "chunks overwritten");
	}
	note_count(f, &separator, b->repaired, "repaired");
	note_count(f, &separator, b->damaged, "damaged");
	note_count(f, &separator, b->unfinished, "unfinished");
	note_count(f, &separator, b->dropped, "dropped");
	if (b->kernel.len && (b->kernel.len != newest->kernel.len ||
			      memcmp(b->kernel.text, newest->kernel.text, b->kernel.len))) {
		if (separator)
			separator = "; ";
		note_next(f, &separator, "");
		fputs("kernel ", f);
		out_text(f, b->kernel);
	}
	if (separator)
		putc('\n', f);
}

/* What is in archives only has no number: numbers count what the window has. */
static void index_text(char buf[12], const struct plog_reader_boot *b, enum out_where where,
		       const char *none)
{
	if (where == OUT_WHERE_ARCHIVE)
		strcpy(buf, none);
	else
		snprintf(buf, 12, "%d", b->index);
}

static void boot_print(FILE *f, const struct plog_reader_boot *b, enum out_where where,
		       int ended_width)
{
	static const char *const column[] = { "", "RAM      ", "archive  ", "both     " };
	char id[33] = "-", start[OUT_TIME], ended[OUT_TIME], index[12];

	index_text(index, b, where, "-");
	if (b->ident)
		out_id_hex(id, b->boot_id);
	time_text(start, b->start, PLOG_READER_UNKNOWN);
	ended_text(ended, b);
	fprintf(f, "%4s %-8.8s %-19s  %-*s %8" PRIu64 "  %s%s", index, id, start, ended_width,
		ended, b->records + b->repaired, column[where],
		b->verdict ? b->verdict : "unknown");
	if (b->reason.len)
		fputs(": ", f);
	out_text(f, b->reason);
	fputs(b->harvested ? " [harvested]\n" : "\n", f);
}

static enum out_where where_of(const struct out_crash *about, uint32_t i)
{
	return about ? about[i].where : OUT_WHERE_UNTOLD;
}

void out_boots_table(FILE *f, const struct plog_reader_boot *boots, const struct out_crash *crash,
		     uint32_t count)
{
	char ended[OUT_TIME];
	int width = 8;
	uint32_t i;

	for (i = 0; i < count; i++) {
		ended_text(ended, &boots[i]);
		if (strlen(ended) > (size_t)width)
			width = (int)strlen(ended);
	}
	fprintf(f, "%4s %-8s %-19s  %-*s %8s  %s%s\n", "IDX", "BOOT", "START", width, "ENDED",
		"RECORDS", count && where_of(crash, 0) ? "WHERE    " : "", "HOW");
	for (i = 0; i < count; i++) {
		boot_print(f, &boots[i], where_of(crash, i), width);
		notes_print(f, &boots[i], &boots[count - 1]);
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

static void boot_json(FILE *f, const struct plog_reader_boot *b, const char *crash,
		      enum out_where where)
{
	static const char *const field[] = { "", ",\"where\":\"ram\"", ",\"where\":\"archive\"",
					     ",\"where\":\"both\"" };
	char id[33], index[12];

	out_id_hex(id, b->boot_id);
	index_text(index, b, where, "null");
	fprintf(f, "{\"boot\":%s", index);
	text_json(f, "boot_id", id, b->ident ? 32 : 0);
	time_json(f, "start", b->start);
	time_json(f, "end", b->end);
	time_json(f, "complete_since", b->complete_since);
	text_json(f, "verdict", b->verdict, b->verdict ? strlen(b->verdict) : 0);
	text_json(f, "reason", b->reason.text, b->reason.len);
	text_json(f, "kernel", b->kernel.text, b->kernel.len);
	text_json(f, "crash", crash, strlen(crash));
	fprintf(f,
		",\"records\":%" PRIu64 ",\"repaired\":%" PRIu64 ",\"damaged\":%" PRIu64
		",\"overwritten\":%" PRIu64 ",\"dropped\":%" PRIu64 ",\"harvested\":%s%s}\n",
		b->records, b->repaired, b->damaged, b->overwritten, b->dropped,
		b->harvested ? "true" : "false", field[where]);
}

void out_boots_json(FILE *f, const struct plog_reader_boot *boots, const struct out_crash *crash,
		    uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		boot_json(f, &boots[i], crash ? crash[i].hex : "", where_of(crash, i));
}
