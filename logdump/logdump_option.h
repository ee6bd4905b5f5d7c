/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of options: getopt's tables, the usage and the completions of shells
 * come from it, and tests compare the man page with it. logdump_option_table.c has
 * the rows, logdump_option_set.c what each does.
 */
#ifndef LOGDUMP_OPTION_H
#define LOGDUMP_OPTION_H

#include "logdump_options.h"
#include "tool_option.h"

/**
 * struct logdump_option - a row
 * @tool:	what all tools' rows have
 * @set:	take the operand, NULL without one; false when it is nonsense.
 *		NULL: the bool at @flag becomes true
 * @absent:	what stands for a needed operand that is not there: at the end of the
 *		line, or before another option; NULL: it is an error
 * @flag:	offset in struct logdump_options
 * @selects:	it decides which records of a boot are put out
 */
struct logdump_option {
	struct tool_option tool;
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
const char *logdump_value_lines(size_t i);
const char *logdump_value_when(size_t i);
const char *logdump_value_color(size_t i);

/* logdump_completion.c */

/**
 * logdump_completion_print() - the table for the completion of a shell
 */
void logdump_completion_print(FILE *f);

#endif
