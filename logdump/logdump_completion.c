// SPDX-License-Identifier: BSD-2-Clause
/* The table of options for the completions of shells, which ask for it. */
#include "logdump_option.h"

static void row_print(FILE *f, const struct logdump_option *row)
{
	static const char *const operand[] = {
		[LOGDUMP_OPERAND_NONE] = "none",
		[LOGDUMP_OPERAND_NEEDED] = "needed",
		[LOGDUMP_OPERAND_OPTIONAL] = "optional",
	};
	static const char *const complete[] = {
		[LOGDUMP_COMPLETE_NOTHING] = "nothing",
		[LOGDUMP_COMPLETE_FILE] = "file",
		[LOGDUMP_COMPLETE_DIR] = "dir",
	};
	const char *text = row->help;
	size_t i;

	fprintf(f, "|%s|%s|", operand[row->operand], complete[row->complete]);
	for (i = 0; row->value && row->value(i); i++)
		fprintf(f, "%s%s", i ? " " : "", row->value(i));
	putc('|', f);
	for (; *text; text++)
		putc(*text == '\n' ? ' ' : *text, f);
	putc('\n', f);
}

void logdump_completion_print(FILE *f)
{
	const struct logdump_option *row = logdump_option_table;
	size_t i;

	for (i = 0; i < logdump_option_count; i++, row++) {
		if (!row->help)
			continue;
		if (row->letter) {
			fprintf(f, "-%c", row->letter);
			row_print(f, row);
		}
		fprintf(f, "--%s", row->name);
		row_print(f, row);
	}
}
