// SPDX-License-Identifier: BSD-2-Clause
/* The page: report/page.html, with each {{name}} replaced by what it stands for. */
#include <stdlib.h>
#include <string.h>

#include "report.h"

static void style(FILE *f, struct report *report)
{
	(void)report;
	fputs(report_style, f);
}

static void style_hash(FILE *f, struct report *report)
{
	(void)report;
	fputs(report_style_hash, f);
}

static void script(FILE *f, struct report *report)
{
	(void)report;
	fputs(report_script, f);
}

static void script_hash(FILE *f, struct report *report)
{
	(void)report;
	fputs(report_script_hash, f);
}

static const struct part {
	const char *name;
	void (*put)(FILE *f, struct report *report);
} parts[] = {
	{ "style", style },          { "style-hash", style_hash },
	{ "script", script },        { "script-hash", script_hash },
	{ "title", report_title },   { "verdict", report_verdict },
	{ "reason", report_reason }, { "facts", report_facts },
	{ "losses", report_losses }, { "made", report_made },
	{ "data", report_data },
};

/* The template is the program's own: a name that is none is a mistake in it. */
static void part_put(FILE *f, struct report *report, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strlen(parts[i].name) == n && !memcmp(parts[i].name, name, n)) {
			parts[i].put(f, report);
			return;
		}
	abort();
}

void report_page(FILE *f, struct report *report)
{
	const char *at = report_html, *open, *close;

	while ((open = strstr(at, "{{")) && (close = strstr(open, "}}"))) {
		fwrite(at, 1, (size_t)(open - at), f);
		part_put(f, report, open + 2, (size_t)(close - open) - 2);
		at = close + 2;
	}
	fputs(at, f);
}
