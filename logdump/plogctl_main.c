// SPDX-License-Identifier: BSD-2-Clause
/* plogctl - look after the log that survives a crash */
#include <stdio.h>
#include <string.h>

#include "plogctl.h"

static const struct plogctl_command commands[] = {
	{ "status", plogctl_status, "[WINDOW]",
	  "where records go, what the window holds, or why nothing is written" },
	{ "init", plogctl_init, "--size SIZE FILE [--force]", "make and format a file window" },
	{ "level", plogctl_level, "[-w WINDOW] [LEVEL]",
	  "show or set the last level that the window takes" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void help(void)
{
	size_t i;

	puts("Usage: plogctl COMMAND [ARGUMENTS]\n");
	for (i = 0; i < COMMANDS; i++)
		printf("  %s %s\n        %s\n", commands[i].name, commands[i].args,
		       commands[i].help);
	puts("\nWINDOW is a device, a file or mem:ADDR,SIZE; without it $PLOG_WINDOW, else\n"
	     "/dev/plog0, else the file in /dev/shm. Exit code: 0 done, 2 usage, 3 the window\n"
	     "cannot be used.");
}

static int command_run(const struct plogctl_command *command, int argc, char **argv)
{
	int ret = command->run(argc, argv);

	if (ret == PLOGCTL_USAGE)
		fprintf(stderr, "Usage: plogctl %s %s\n", command->name, command->args);
	return ret;
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 2) {
		fputs("plogctl: no command; try 'plogctl --help'\n", stderr);
		return PLOGCTL_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		help();
		return PLOGCTL_OK;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("plogctl " PLOG_VERSION);
		return PLOGCTL_OK;
	}
	for (i = 0; i < COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name))
			return command_run(&commands[i], argc - 1, argv + 1);
	fprintf(stderr, "plogctl: %s: no such command; try 'plogctl --help'\n", argv[1]);
	return PLOGCTL_USAGE;
}
