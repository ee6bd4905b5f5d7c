/* SPDX-License-Identifier: BSD-2-Clause */
/* plogctl's subcommands: one file each, named in the table of plogctl_main.c. */
#ifndef PLOG_LOGDUMP_PLOGCTL_H
#define PLOG_LOGDUMP_PLOGCTL_H

#include "tool_option.h"

enum {
	PLOGCTL_OK = 0,
	PLOGCTL_WRONG = 1,   /* it works, and what it found is not as it should be */
	PLOGCTL_USAGE = 2,   /* wrong arguments, and it said which */
	PLOGCTL_WINDOW = 3,  /* the window cannot be used */
	PLOGCTL_SYNTAX = -1, /* for plogctl_main.c, which says how it is used: exit code 2 */
};

/**
 * struct plogctl_command - a subcommand
 * @name:	what to type
 * @run:	takes its own arguments, argv[0] being the name; returns an exit code
 * @options:	its options, as tool_option_next() takes them
 * @operand:	what stands beside them; @operand.arg is NULL for nothing
 * @help:	one line
 */
struct plogctl_command {
	const char *name;
	int (*run)(int argc, char **argv);
	const struct tool_option *options;
	struct tool_option operand;
	const char *help;
};

/* What most take. */
#define PLOGCTL_WINDOW_OPERAND                                                                  \
	{                                                                                       \
		.name = "", .arg = "[WINDOW]", .help = "window", .complete = TOOL_COMPLETE_FILE \
	}

extern const struct plogctl_command plogctl_status;
extern const struct plogctl_command plogctl_init;
extern const struct plogctl_command plogctl_erase;
extern const struct plogctl_command plogctl_level;
extern const struct plogctl_command plogctl_doctor;
extern const struct plogctl_command plogctl_qualify;
extern const struct plogctl_command plogctl_setup;

/* All of them, in the order of the help; NULL ends it. */
extern const struct plogctl_command *const plogctl_commands[];

/* plogctl_help.c */

/**
 * plogctl_usage() - one line, without its end
 */
void plogctl_usage(FILE *f, const struct plogctl_command *command);

/**
 * plogctl_help() - what --help prints, of one subcommand, or of all with NULL
 */
void plogctl_help(const struct plogctl_command *command);

/**
 * plogctl_completion() - what may follow a subcommand, or plogctl itself with NULL
 */
void plogctl_completion(const struct plogctl_command *command);

#endif
