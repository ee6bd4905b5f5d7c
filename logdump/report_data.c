// SPDX-License-Identifier: BSD-2-Clause
/*
 * The page's data: what --list-boots, --verify and the records' own -o json say,
 * and the counts of the timeline. One object, written piece by piece.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/**
 * struct piece - JSON under construction
 * @f:	memory that it is collected in
 * @text: the same, as text
 * @size: for open_memstream()
 */
struct piece {
	FILE *f;
	char *text;
	size_t size;
};

/* Separators of lines, and what turns the direction of text: U+2028 to U+202e, U+2066 to U+2069. */
static bool unwanted(const unsigned char *p, size_t n)
{
	if (n < 3 || p[0] != 0xe2)
		return false;
	return (p[1] == 0x80 && p[2] >= 0xa8 && p[2] <= 0xae) ||
	       (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9);
}

void report_script_put(FILE *f, const char *json, size_t n)
{
	const unsigned char *p = (const unsigned char *)json, *end = p + n;

	for (; p < end; p++) {
		if (*p == '<' || *p == '>' || *p == '&') {
			fprintf(f, "\\u%04x", *p);
		} else if (unwanted(p, (size_t)(end - p))) {
			fprintf(f, "\\u%04x", 0x2000 | (p[1] & 0x3f) << 6 | (p[2] & 0x3f));
			p += 2;
		} else {
			putc(*p, f);
		}
	}
}

static void piece_out(FILE *f, struct piece *piece)
{
	fflush(piece->f);
	report_script_put(f, piece->text, (size_t)ftell(piece->f));
	rewind(piece->f);
}

static void time_json(FILE *f, const char *name, int64_t ns)
{
	char time[OUT_TIME];

	fprintf(f, ",\"%s\":", name);
	if (ns == PLOG_READER_UNKNOWN) {
		fputs("null", f);
		return;
	}
	out_time_rfc3339(time, ns);
	fprintf(f, "\"%s\"", time);
}

static void process_json(FILE *f, const struct tally_process *p)
{
	fputs("{\"name\":", f);
	out_json_text(f, (struct plog_text){ p->name, p->name_len });
	fputs(",\"comm\":", f);
	out_json_text(f, (struct plog_text){ p->comm_len ? p->comm : NULL, p->comm_len });
	if (p->pid == PLOG_READER_UNKNOWN)
		fputs(",\"pid\":null", f);
	else
		fprintf(f, ",\"pid\":%" PRId64, p->pid);
	fprintf(f, ",\"group\":%u", p->group);
	fprintf(f,
		",\"kernel\":%s,\"records\":%" PRIu64 ",\"recent\":%" PRIu64
		",\"last_mono\":%" PRIu64,
		p->kernel ? "true" : "false", p->records, p->recent, p->last_mono);
	fprintf(f, ",\"worst\":\"%s\"", out_level_name(p->worst));
	time_json(f, "last", p->last_real);
	putc('}', f);
}

static void numbers_json(FILE *f, const uint32_t *number, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		fprintf(f, "%c%u", i ? ',' : '[', number[i]);
	putc(']', f);
}

static void row_json(FILE *f, const struct tally_span *span, uint32_t row)
{
	uint32_t i;

	fputs("{\"records\":", f);
	numbers_json(f, span->rows[row], TALLY_BUCKETS);
	fputs(",\"severe\":", f);
	numbers_json(f, span->severe[row], TALLY_BUCKETS);
	fputs(",\"worst\":", f);
	for (i = 0; i < TALLY_BUCKETS; i++)
		fprintf(f, "%c%u", i ? ',' : '[', span->worst[row][i]);
	fputs("]}", f);
}

/* The last row is of all other processes, and often empty. */
static void span_json(FILE *f, const struct tally *tally, const struct tally_span *span)
{
	uint32_t i, rows = tally->groups < TALLY_ROWS ? tally->groups : TALLY_ROWS;

	fprintf(f, "{\"start\":%" PRIu64 ",\"bucket\":%" PRIu64 ",\"levels\":", span->start,
		span->bucket);
	for (i = 0; i < TALLY_BUCKETS; i++) {
		putc(i ? ',' : '[', f);
		numbers_json(f, span->levels[i], TALLY_LEVELS);
	}
	fputs("],\"rows\":[", f);
	for (i = 0; i < rows; i++) {
		row_json(f, span, i);
		putc(',', f);
	}
	row_json(f, span, TALLY_ROWS);
	fputs("]}", f);
}

static void tally_json(FILE *f, const struct tally *tally)
{
	uint32_t i;

	fprintf(f,
		"{\"seen\":%" PRIu64 ",\"matched\":%" PRIu64 ",\"unnamed\":%" PRIu64
		",\"end_mono\":%" PRIu64 ",\"processes\":[",
		tally->seen, tally->matched, tally->unnamed, tally->end_mono);
	for (i = 0; i < tally->processes; i++) {
		if (i)
			putc(',', f);
		process_json(f, &tally->process[i]);
	}
	fputs("],\"groups\":[", f);
	for (i = 0; i < tally->groups; i++)
		fprintf(f, "%s{\"first\":%u,\"count\":%u}", i ? "," : "", tally->group[i].first,
			tally->group[i].count);
	fputs("],\"spans\":[", f);
	for (i = 0; i < tally->spans; i++) {
		if (i)
			putc(',', f);
		span_json(f, tally, &tally->span[i]);
	}
	fputs("]}", f);
}

/* Seconds east of UTC, as the zone was when the boot ended: 0 when nobody knows when. */
static long zone_offset(const struct plog_reader_boot *boot)
{
	char zone[OUT_TIME];
	long n;

	if (boot->end == PLOG_READER_UNKNOWN)
		return 0;
	out_time_local(zone, "%z", boot->end, false);
	n = strtol(zone, NULL, 10);
	return (n / 100 * 60 + n % 100) * 60;
}

static void boots_json(FILE *f, const struct report *report)
{
	uint32_t i;

	fprintf(f, "{\"at\":%u,\"complete_mono\":%" PRId64 ",\"utc_offset\":%ld,\"boots\":[",
		report->at, report->boot->complete_mono, zone_offset(report->boot));
	for (i = 0; i < report->dump->boot_count; i++) {
		if (i)
			putc(',', f);
		out_boots_json(f, &report->dump->boots[i], NULL, 1);
	}
	fputs("],\"tally\":", f);
	tally_json(f, &report->tally);
	fputs(",\"window\":", f);
	verify_json(f, &report->verify);
	fputs(",\"records\":[", f);
}

static void records_put(FILE *f, struct report *report, struct piece *piece)
{
	uint64_t skip = report->tally.matched - report->lines, n = 0;
	struct plog_reader_record rec;

	plog_reader_select(report->dump->reader, report->at, 1);
	while (plog_reader_next(report->dump->reader, &rec)) {
		if (!logdump_filter_match(&report->dump->opt, &rec) || n++ < skip)
			continue;
		if (n > skip + 1)
			putc(',', piece->f);
		out_json.record(piece->f, &rec, report->boot);
		piece_out(f, piece);
	}
}

void report_data(FILE *f, struct report *report)
{
	struct piece piece = { 0 };

	piece.f = open_memstream(&piece.text, &piece.size);
	if (!piece.f)
		return;
	boots_json(piece.f, report);
	piece_out(f, &piece);
	records_put(f, report, &piece);
	fputs("]}", f);
	fclose(piece.f);
	free(piece.text);
}
