/* SPDX-License-Identifier: BSD-2-Clause */
/* plogctl's subcommands: one file each, named in the table of plogctl_main.c. */
#ifndef PLOG_LOGDUMP_PLOGCTL_H
#define PLOG_LOGDUMP_PLOGCTL_H

enum {
	PLOGCTL_OK = 0,
	PLOGCTL_WRONG = 1,	/* it works, and what it found is not as it should be */
	PLOGCTL_USAGE = 2,	/* wrong arguments, and it said which */
	PLOGCTL_WINDOW = 3,	/* the window cannot be used */
	PLOGCTL_SYNTAX = -1,	/* for plogctl_main.c, which says how it is used: exit code 2 */
};

/**
 * struct plogctl_command - a subcommand
 * @name:	what to type
 * @run:	takes its own arguments, argv[0] being the name; returns an exit code
 * @args:	arguments, for the usage line
 * @help:	one line
 */
struct plogctl_command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *args;
	const char *help;
};

int plogctl_status(int argc, char **argv);
int plogctl_init(int argc, char **argv);
int plogctl_erase(int argc, char **argv);
int plogctl_level(int argc, char **argv);
int plogctl_doctor(int argc, char **argv);
int plogctl_qualify(int argc, char **argv);
int plogctl_setup(int argc, char **argv);

#endif
