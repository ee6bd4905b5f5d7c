// SPDX-License-Identifier: BSD-2-Clause
/* Messages as they were logged, byte for byte: the one format that escapes nothing. */
#include "out_line.h"
#include "out.h"

static void raw_record(FILE *f, const struct plog_reader_record *rec,
		       const struct plog_reader_boot *boot)
{
	struct out_line line;

	(void)boot;
	out_line_begin(&line, f);
	out_line_bytes(&line, rec->msg);
	out_line_byte(&line, '\n');
	out_line_end(&line);
}

const struct out_format out_raw = {
	.name = "raw",
	.binary = true,
	.record = raw_record,
	.boots = out_boots_table,
};
