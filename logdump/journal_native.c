// SPDX-License-Identifier: BSD-2-Clause
/*
 * An entry for journald's own socket. The journal gives it the time of now and the
 * running boot's id, whatever an entry says, so the record's own are in PLOG_* fields.
 */
#include "deliver_line.h"
#include "journal_fields.h"

void journal_native_put(FILE *f, const struct plog_reader_record *rec,
			const struct deliver_about *about)
{
	struct out_line line;

	out_line_begin(&line, f);
	journal_fields_put(&line, rec, about->boot, about->crash);
	if (about->last)
		OUT_LINE_CONST(&line, "PLOG_LAST=1\n");
	out_line_end(&line);
}
