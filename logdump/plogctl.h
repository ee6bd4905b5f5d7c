/* SPDX-License-Identifier: BSD-2-Clause */
/* plogctl's subcommands: one file each, named in the table of plogctl_main.c. */
#ifndef PLOG_LOGDUMP_PLOGCTL_H
#define PLOG_LOGDUMP_PLOGCTL_H

enum {
	PLOGCTL_OK = 0,
	PLOGCTL_USAGE = 2,	/* plogctl_main.c says how it is used */
	PLOGCTL_WINDOW = 3,	/* the window cannot be used */
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
int plogctl_level(int argc, char **argv);

#endif
