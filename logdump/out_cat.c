// SPDX-License-Identifier: BSD-2-Clause
/* Messages only. */
#include "out.h"

static void cat_record(FILE *f, const struct plog_reader_record *rec,
		       const struct plog_reader_boot *boot)
{
	(void)boot;
	out_text(f, rec->msg);
	putc('\n', f);
}

const struct out_format out_cat = {
	.name = "cat",
	.record = cat_record,
	.boots = out_boots_table,
};
