/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOGDUMP_JOURNAL_FIELDS_H
#define LOGDUMP_JOURNAL_FIELDS_H

#include "out_line.h"

/**
 * journal_fields_put() - what the journal shall know of a record
 * @line: receives lines NAME=value; each value is one line, as all texts are escaped
 * @rec: record
 * @boot: its boot
 * @crash: fingerprint of the boot's end, "" none
 *
 * MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, SYSLOG_PID, CODE_FILE, CODE_LINE, CODE_FUNC,
 * and as PLOG_* what only plog knows, such as the time when it was logged: the same
 * for the native protocol and the export format. What is not known is left out.
 */
void journal_fields_put(struct out_line *line, const struct plog_reader_record *rec,
			const struct plog_reader_boot *boot, const char *crash);

/**
 * journal_fields_binary() - the same with texts as they were logged
 *
 * A value that is not plain text follows its name behind a newline and its length,
 * 64 bits little-endian, as both forms have it.
 */
void journal_fields_binary(struct out_line *line, const struct plog_reader_record *rec,
			   const struct plog_reader_boot *boot, const char *crash);

#endif
