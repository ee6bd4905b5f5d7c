// SPDX-License-Identifier: BSD-2-Clause
/* Messages only. */
#include "out.h"
#include "out_line.h"

static void cat_record(FILE *f, const struct plog_reader_record *rec,
		       const struct plog_reader_boot *boot)
{
	struct out_line line;

	(void)boot;
	out_line_begin(&line, f);
	out_line_message(&line, rec);
	out_line_byte(&line, '\n');
	out_line_end(&line);
}

const struct out_format out_cat = {
	.name = "cat",
	.record = cat_record,
	.boots = out_boots_table,
};
