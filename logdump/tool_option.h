/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tool's table of options: what getopt is given, what the usage says, and what the
 * completions of shells are told come from it, and tests compare the man page with it.
 */
#ifndef PLOG_LOGDUMP_TOOL_OPTION_H
#define PLOG_LOGDUMP_TOOL_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Numerically getopt's. */
enum tool_operand {
	TOOL_OPERAND_NONE,
	TOOL_OPERAND_NEEDED,
	TOOL_OPERAND_OPTIONAL, /* of a long name only, behind a '=' */
};

enum tool_complete {
	TOOL_COMPLETE_NOTHING,
	TOOL_COMPLETE_FILE,
	TOOL_COMPLETE_DIR,
	TOOL_COMPLETE_COMMAND, /* a program, whose own command line the rest is */
};

/**
 * struct tool_option - a row
 * @letter:	short name, 0 for none
 * @name:	long name; "" for what stands beside the options
 * @operand:	has it an operand
 * @required:	the tool does not do without it
 * @arg:	the operand, for the usage; an optional one with its '=' and brackets; ""
 *		for none
 * @help:	what it does; NULL hides the row. Where it ends with a colon, the words of
 *		@value come behind it
 * @value:	the i-th word that the operand may be, NULL behind the last; may be NULL
 * @complete:	what else a completion offers
 */
struct tool_option {
	char letter;
	enum tool_operand operand;
	bool required;
	const char *name;
	const char *arg;
	const char *help;
	const char *(*value)(size_t i);
	enum tool_complete complete;
};

/* For tables that end with a row without a name, of which each other has a letter. */
#define TOOL_OPTION_END      \
	{                    \
		.name = NULL \
	}
#define TOOL_OPTION_COUNT_MAX 16

/**
 * tool_option_next() - the next option of a command line, as getopt_long()
 *
 * Return: its letter, with the operand in optarg; -1 behind the last; '?' for one that is
 * not in the table, ':' for one without its operand.
 */
int tool_option_next(const struct tool_option *table, int argc, char **argv);

/**
 * tool_option_usage() - a row of the usage
 * @left:	columns of the names
 */
void tool_option_usage(FILE *f, const struct tool_option *row, int left);

/**
 * tool_option_brief() - all of a table in one line: --size SIZE [--force]
 */
void tool_option_brief(FILE *f, const struct tool_option *table);

/**
 * tool_option_values() - the words that an operand may be, with ", " between them
 */
void tool_option_values(FILE *f, const struct tool_option *row);

/**
 * tool_option_listed() - is an operand one of a list of words, which are told in full?
 */
bool tool_option_listed(const struct tool_option *row);

/**
 * tool_option_level() - for @value: "emerg" to "debug"
 */
const char *tool_option_level(size_t i);

/**
 * tool_option_completion() - a row for the completion of a shell
 *
 * A line for each name: name, operand ("none", "needed", "optional"), what to offer
 * besides words ("nothing", "file", "dir", "command"), words, help; with '|' between
 * them. A name without dashes is a subcommand, an empty one stands for what is neither.
 */
void tool_option_completion(FILE *f, const struct tool_option *row);

/**
 * tool_option_subcommand() - likewise, of a subcommand
 */
void tool_option_subcommand(FILE *f, const char *name, const char *help);

#endif
