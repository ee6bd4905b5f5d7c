/* SPDX-License-Identifier: BSD-2-Clause */
/* --report: a boot as one page for a browser, that needs nothing but itself. */
#ifndef LOGDUMP_REPORT_H
#define LOGDUMP_REPORT_H

#include "tally.h"
#include "verify.h"

#define REPORT_LINES 2000 /* on the page, unless -n says how many */

/**
 * struct report - a page in the making
 * @dump:	run
 * @at:		position of the boot
 * @boot:	the boot
 * @tally:	its records, counted
 * @verify:	the window
 * @lines:	records that are on the page: the last so many
 */
struct report {
	struct logdump *dump;
	uint32_t at;
	const struct plog_reader_boot *boot;
	struct tally tally;
	struct verify verify;
	uint64_t lines;
};

/**
 * logdump_report() - write the page
 * @dump: run, with an open reader
 *
 * A file appears under its name when it is complete, or not at all. Return: exit code.
 */
int logdump_report(struct logdump *dump);

/* report_page.c */

/**
 * report_page() - all of the page; errors stay in the stream
 */
void report_page(FILE *f, struct report *report);

/* report_facts.c: parts of the page that need no script */

void report_title(FILE *f, struct report *report);
void report_verdict(FILE *f, struct report *report);
void report_reason(FILE *f, struct report *report);
void report_facts(FILE *f, struct report *report);
void report_losses(FILE *f, struct report *report);
void report_made(FILE *f, struct report *report);

/* report_data.c */

/**
 * report_data() - what the page's script shows, as JSON that may stand in a script element
 */
void report_data(FILE *f, struct report *report);

/**
 * report_script_put() - JSON whose strings cannot end a script element
 *
 * Of what JSON is made of, <, > and & stand in strings only, where they may be
 * written as \u00NN; likewise U+2028 and U+2029, which older browsers take for ends
 * of a line, and what would turn the text around for who reads the page's source.
 */
void report_script_put(FILE *f, const char *json, size_t n);

/* Made from logdump/report/ by scripts/embed.sh. */
extern const char report_html[];
extern const char report_style[];
extern const char report_style_hash[];
extern const char report_script[];
extern const char report_script_hash[];

#endif
