// SPDX-License-Identifier: BSD-2-Clause
/* What ended the boot and what is missing: HTML that needs no script. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "crash.h"
#include "ending.h"
#include "out_html.h"
#include "out_span.h"
#include "report.h"

#define DAY_AND_TIME "%Y-%m-%d %H:%M:%S"

static void html(FILE *f, const char *text)
{
	out_html_text(f, (struct plog_text){ text, strlen(text) });
}

void report_title(FILE *f, struct report *report)
{
	html(f, ending_name(report->boot));
	fputs(": ", f);
	out_html_text(f, ending_reason(report->boot));
}

void report_verdict(FILE *f, struct report *report)
{
	fprintf(f, "<span class=\"verdict %s\">%s</span>", ending_class(report->boot),
		ending_name(report->boot));
}

void report_reason(FILE *f, struct report *report)
{
	out_html_text(f, ending_reason(report->boot));
}

static void fact_begin(FILE *f, const char *name)
{
	fprintf(f, "<div><dt>%s</dt><dd>", name);
}

static void fact_end(FILE *f)
{
	fputs("</dd></div>\n", f);
}

/* With what may be said of it in small type. */
static void fact(FILE *f, const char *name, const char *value, const char *more)
{
	fact_begin(f, name);
	html(f, value);
	if (*more) {
		fputs(" <small>", f);
		html(f, more);
		fputs("</small>", f);
	}
	fact_end(f);
}

/* The time of day is what one looks for; the date stands below it. */
static void time_fact(FILE *f, const char *name, int64_t ns, const char *format)
{
	char time[OUT_TIME] = "unknown", day[OUT_TIME] = "";

	if (ns != PLOG_READER_UNKNOWN) {
		out_time_local(time, "%H:%M:%S", ns, true);
		out_time_local(day, format, ns, false);
	}
	fact(f, name, time, day);
}

static void alive_facts(FILE *f, const struct report *report)
{
	const struct tally *tally = &report->tally;
	char span[OUT_SPAN], more[OUT_SPAN + 16];

	time_fact(f, "Last alive", report->boot->end, "%Y-%m-%d %Z");
	if (!tally->matched)
		return;
	if (tally->end_mono == tally->last_mono) {
		time_fact(f, "Last record", tally->last_real, "at that time");
		return;
	}
	out_span(span, tally->end_mono - tally->last_mono);
	snprintf(more, sizeof(more), "%s before that", span);
	time_fact(f, "Last record", tally->last_real, more);
}

static void length_fact(FILE *f, const struct report *report)
{
	const struct plog_reader_boot *boot = report->boot;
	char span[OUT_SPAN], start[OUT_TIME], more[OUT_TIME + 16] = "";

	if (boot->end_mono == PLOG_READER_UNKNOWN || boot->end_mono < 0)
		return;
	out_span(span, (uint64_t)boot->end_mono);
	if (boot->start != PLOG_READER_UNKNOWN) {
		out_time_local(start, DAY_AND_TIME, boot->start, false);
		snprintf(more, sizeof(more), "logging since %s", start);
	}
	fact(f, "Up for", span, more);
}

/* With the kernel's dashes, at which a narrow column breaks it. */
static void id_put(FILE *f, const struct plog_reader_boot *boot)
{
	char id[33];

	if (!boot->ident) {
		fputs("unknown", f);
		return;
	}
	out_id_hex(id, boot->boot_id);
	fprintf(f, "%.8s-%.4s-%.4s-%.4s-%.12s", id, id + 8, id + 12, id + 16, id + 20);
}

/* By which it is known on other machines. */
static void crash_fact(FILE *f, const struct report *report)
{
	char hex[CRASH_HEX];

	crash_fingerprint_read(hex, report->dump->reader, report->at);
	if (hex[0])
		fprintf(f,
			"<div><dt>Fingerprint</dt><dd><code>%s</code> <small>crashes of one "
			"cause share it</small></dd></div>\n",
			hex);
}

static void identity_facts(FILE *f, const struct report *report)
{
	const struct plog_reader_boot *boot = report->boot;
	char index[40];

	fact_begin(f, "Kernel");
	if (boot->kernel.len)
		out_html_text(f, boot->kernel);
	else
		fputs("unknown", f);
	fact_end(f);
	snprintf(index, sizeof(index), "boot %d of this window", boot->index);
	fputs("<div><dt>Boot ID</dt><dd><code>", f);
	id_put(f, boot);
	fprintf(f, "</code> <small>%s</small>", index);
	fact_end(f);
	crash_fact(f, report);
}

void report_facts(FILE *f, struct report *report)
{
	alive_facts(f, report);
	length_fact(f, report);
	identity_facts(f, report);
}

/* --- what is missing --- */

static void loss(FILE *f, uint64_t n, const char *what, const char *why)
{
	fprintf(f, "<div%s><dt>%s</dt><dd><b>%" PRIu64 "</b> <small>%s</small></dd></div>\n",
		n ? " class=\"some\"" : "", what, n, why);
}

static void since_loss(FILE *f, const struct plog_reader_boot *boot)
{
	char time[OUT_TIME] = "a time that is unknown";

	fprintf(f, "<div%s><dt>Complete since</dt><dd><b>",
		boot->complete_mono ? " class=\"some\"" : "");
	if (!boot->complete_mono) {
		fputs("its start</b> <small>no record was overwritten</small>", f);
	} else {
		if (boot->complete_since != PLOG_READER_UNKNOWN)
			out_time_local(time, DAY_AND_TIME, boot->complete_since, true);
		html(f, time);
		fputs("</b> <small>what is older has holes: records were overwritten</small>", f);
	}
	fputs("</dd></div>\n", f);
}

void report_losses(FILE *f, struct report *report)
{
	const struct plog_reader_boot *b = report->boot;

	since_loss(f, b);
	loss(f, b->dropped, "Dropped", "records that could not be written: all lanes were busy");
	loss(f, b->damaged, "Damaged", "stretches that do not validate and could not be repaired");
	loss(f, b->unfinished, "Unfinished",
	     "records that were being written at the end, or damaged");
	loss(f, b->repaired, "Repaired",
	     "records with a flipped bit or two, corrected by their CRC");
	loss(f, b->overwritten, "Overwritten", "chunks of older records, taken for newer ones");
}

void report_made(FILE *f, struct report *report)
{
	char now[OUT_TIME];

	out_time_local(now, DAY_AND_TIME " %Z", (int64_t)time(NULL) * 1000000000, false);
	fputs("Made ", f);
	html(f, now);
	fputs(" from ", f);
	html(f, report->dump->window);
	fprintf(f, " by logdump %s. Shows the last %" PRIu64 " of %" PRIu64 " records",
		PLOG_VERSION, report->lines, report->tally.matched);
	if (report->tally.matched < report->tally.seen)
		fprintf(f, " that match the options it was made with; the boot has %" PRIu64,
			report->tally.seen);
	putc('.', f);
}
