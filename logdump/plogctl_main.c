// SPDX-License-Identifier: BSD-2-Clause
/* plogctl - look after the log that survives a crash */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "plogctl.h"

static const struct plogctl_command commands[] = {
	{ "status", plogctl_status, "[WINDOW] [--output text|json]",
	  "where records go, what the window holds, or why nothing is written" },
	{ "init", plogctl_init, "--size SIZE FILE [--force]", "make and format a file window" },
	{ "doctor", plogctl_doctor, "[--root DIR]",
	  "is this machine set up so that a log survives? what to do" },
	{ "setup", plogctl_setup, "[--dry-run] [--size SIZE] [--root DIR]",
	  "choose memory for a window, and say or write what reserves it" },
	{ "qualify", plogctl_qualify,
	  "arm|check|cancel|show [WINDOW] [--reset NAME] [--state FILE] [--force] [--no-keep]",
	  "put a pattern into the window, and see what a reset does to it" },
	{ "erase", plogctl_erase, "[--force] [WINDOW]",
	  "erase what earlier boots left, if it was harvested" },
	{ "level", plogctl_level, "[-w WINDOW] [LEVEL|TAG=LEVEL|TAG=]",
	  "show or set the last level that the window takes, of all or of one tag" },
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
	     "/dev/plog0, else the file in /dev/shm. Exit code: 0 done, 1 something is wrong\n"
	     "(doctor), 2 usage, 3 the window cannot be used.");
}

static int command_run(const struct plogctl_command *command, int argc, char **argv)
{
	int ret, i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			printf("Usage: plogctl %s %s\n%s\n", command->name, command->args,
			       command->help);
			return PLOGCTL_OK;
		}
	}
	opterr = 0;
	ret = command->run(argc, argv);
	if (ret != PLOGCTL_SYNTAX)
		return ret;
	fprintf(stderr, "plogctl: usage: plogctl %s %s; see plogctl --help\n", command->name,
		command->args);
	return PLOGCTL_USAGE;
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 2) {
		fputs("plogctl: no command; see plogctl --help\n", stderr);
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
	fprintf(stderr, "plogctl: %s: no such command; see plogctl --help\n", argv[1]);
	return PLOGCTL_USAGE;
}
