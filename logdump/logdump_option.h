/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of options: getopt's tables, the usage and the completions of shells
 * come from it, and tests compare the man page with it. logdump_option_table.c has
 * the rows, logdump_option_set.c what each does.
 */
#ifndef LOGDUMP_OPTION_H
#define LOGDUMP_OPTION_H

#include "logdump_options.h"

/* Numerically getopt's. */
enum logdump_operand {
	LOGDUMP_OPERAND_NONE,
	LOGDUMP_OPERAND_NEEDED,
	LOGDUMP_OPERAND_OPTIONAL, /* of a long name only, behind a '=' */
};

enum logdump_complete {
	LOGDUMP_COMPLETE_NOTHING,
	LOGDUMP_COMPLETE_FILE,
	LOGDUMP_COMPLETE_DIR,
};

/**
 * struct logdump_option - a row
 * @letter:	short name, 0 for none
 * @operand:	has it an operand
 * @name:	long name
 * @arg:	the operand, for the usage; an optional one with its '=' and brackets
 * @help:	what it does; NULL hides the row
 * @value:	the i-th word that the operand may be, NULL behind the last; may be NULL.
 *		For completions, and for the usage where @help ends with a colon
 * @complete:	what else a completion offers
 * @set:	take the operand, NULL without one; false when it is nonsense.
 *		NULL: the bool at @flag becomes true
 * @absent:	what stands for a needed operand that is not there: at the end of the
 *		line, or before another option; NULL: it is an error
 * @flag:	offset in struct logdump_options
 * @selects:	it decides which records of a boot are put out
 */
struct logdump_option {
	char letter;
	enum logdump_operand operand;
	const char *name;
	const char *arg;
	const char *help;
	const char *(*value)(size_t i);
	enum logdump_complete complete;
	bool (*set)(struct logdump_options *opt, const char *arg);
	const char *absent;
	size_t flag;
	bool selects;
};

extern const struct logdump_option logdump_option_table[];
extern const size_t logdump_option_count;

#define LOGDUMP_OPTION_COUNT_MAX 64 /* more rows than there are */

/* logdump_option_set.c */
bool logdump_set_boot(struct logdump_options *opt, const char *arg);
bool logdump_set_output(struct logdump_options *opt, const char *arg);
bool logdump_set_priority(struct logdump_options *opt, const char *arg);
bool logdump_set_tag(struct logdump_options *opt, const char *arg);
bool logdump_set_pid(struct logdump_options *opt, const char *arg);
bool logdump_set_lines(struct logdump_options *opt, const char *arg);
bool logdump_set_report(struct logdump_options *opt, const char *arg);
bool logdump_set_window(struct logdump_options *opt, const char *arg);
bool logdump_set_since(struct logdump_options *opt, const char *arg);
bool logdump_set_until(struct logdump_options *opt, const char *arg);
bool logdump_set_grep(struct logdump_options *opt, const char *arg);
bool logdump_set_color(struct logdump_options *opt, const char *arg);
bool logdump_set_archive(struct logdump_options *opt, const char *arg);
bool logdump_set_save(struct logdump_options *opt, const char *arg);
bool logdump_set_syslog(struct logdump_options *opt, const char *arg);
bool logdump_set_journal(struct logdump_options *opt, const char *arg);
bool logdump_set_machine_id(struct logdump_options *opt, const char *arg);
bool logdump_set_hostname(struct logdump_options *opt, const char *arg);

const char *logdump_value_boot(size_t i);
const char *logdump_value_priority(size_t i);
const char *logdump_value_lines(size_t i);
const char *logdump_value_when(size_t i);
const char *logdump_value_color(size_t i);

/* logdump_completion.c */

/**
 * logdump_completion_print() - the table for the completion of a shell
 *
 * A line for each name: name, operand ("none", "needed", "optional"), what to offer
 * besides words ("nothing", "file", "dir"), words, help; with '|' between them.
 */
void logdump_completion_print(FILE *f);

#endif
