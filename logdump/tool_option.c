// SPDX-License-Identifier: BSD-2-Clause
#include <getopt.h>
#include <string.h>

#include "out.h"
#include "tool_option.h"

int tool_option_next(const struct tool_option *table, int argc, char **argv)
{
	struct option longs[TOOL_OPTION_COUNT_MAX + 1];
	char letters[2 * TOOL_OPTION_COUNT_MAX + 2], *letter = letters;
	size_t i;

	*letter++ = ':';
	for (i = 0; i < TOOL_OPTION_COUNT_MAX && table[i].name; i++) {
		longs[i] = (struct option){ table[i].name, (int)table[i].operand, NULL,
					    table[i].letter };
		*letter++ = table[i].letter;
		if (table[i].operand == TOOL_OPERAND_NEEDED)
			*letter++ = ':';
	}
	longs[i] = (struct option){ NULL, 0, NULL, 0 };
	*letter = 0;
	opterr = 0;
	return getopt_long(argc, argv, letters, longs, NULL);
}

void tool_option_values(FILE *f, const struct tool_option *row)
{
	size_t i;

	for (i = 0; row->value(i); i++)
		fprintf(f, "%s%s", i ? ", " : "", row->value(i));
}

const char *tool_option_level(size_t i)
{
	return i < 8 ? out_level_name((uint8_t)i) : NULL;
}

bool tool_option_listed(const struct tool_option *row)
{
	return row->help && row->value && row->help[strlen(row->help) - 1] == ':';
}

/* Lines of a help text stand below each other. */
void tool_option_usage(FILE *f, const struct tool_option *row, int left)
{
	char names[64], letter[8] = "    ";
	const char *text;

	if (row->letter)
		snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	snprintf(names, sizeof(names), "%s--%s%s%s", letter, row->name,
		 row->operand == TOOL_OPERAND_NEEDED ? "=" : "", row->arg);
	fprintf(f, "  %-*s ", left, names);
	for (text = row->help; *text; text++) {
		putc(*text, f);
		if (*text == '\n')
			fprintf(f, "%*s", left + 3, "");
	}
	if (tool_option_listed(row)) {
		fprintf(f, "\n%*s", left + 3, "");
		tool_option_values(f, row);
	}
	putc('\n', f);
}

void tool_option_brief(FILE *f, const struct tool_option *table)
{
	const struct tool_option *row;

	for (row = table; row->name; row++)
		fprintf(f, "%s%s--%s%s%s%s", row == table ? "" : " ", row->required ? "" : "[",
			row->name, *row->arg ? " " : "", row->arg, row->required ? "" : "]");
}

static void rest_print(FILE *f, const struct tool_option *row)
{
	static const char *const operand[] = {
		[TOOL_OPERAND_NONE] = "none",
		[TOOL_OPERAND_NEEDED] = "needed",
		[TOOL_OPERAND_OPTIONAL] = "optional",
	};
	static const char *const complete[] = {
		[TOOL_COMPLETE_NOTHING] = "nothing",
		[TOOL_COMPLETE_FILE] = "file",
		[TOOL_COMPLETE_DIR] = "dir",
		[TOOL_COMPLETE_COMMAND] = "command",
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

void tool_option_completion(FILE *f, const struct tool_option *row)
{
	if (!row->help)
		return;
	if (row->letter) {
		fprintf(f, "-%c", row->letter);
		rest_print(f, row);
	}
	if (*row->name)
		fprintf(f, "--%s", row->name);
	rest_print(f, row);
}

void tool_option_subcommand(FILE *f, const char *name, const char *help)
{
	fprintf(f, "%s|none|nothing||%s\n", name, help);
}
