// SPDX-License-Identifier: BSD-2-Clause
/* plogctl - look after the log that survives a crash */
#include <stdio.h>
#include <string.h>

#include "plogctl.h"

const struct plogctl_command *const plogctl_commands[] = {
	&plogctl_status,  &plogctl_init,  &plogctl_doctor, &plogctl_setup,
	&plogctl_qualify, &plogctl_erase, &plogctl_level,  NULL,
};

static int command_run(const struct plogctl_command *command, int argc, char **argv)
{
	int ret, i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			plogctl_help(command);
			return PLOGCTL_OK;
		}
	}
	if (argc == 2 && !strcmp(argv[1], "--completion")) {
		plogctl_completion(command);
		return PLOGCTL_OK;
	}
	ret = command->run(argc, argv);
	if (ret != PLOGCTL_SYNTAX)
		return ret;
	fputs("plogctl: usage: plogctl ", stderr);
	plogctl_usage(stderr, command);
	fprintf(stderr, "; see plogctl %s --help\n", command->name);
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
		plogctl_help(NULL);
		return PLOGCTL_OK;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("plogctl " PLOG_VERSION);
		return PLOGCTL_OK;
	}
	if (!strcmp(argv[1], "--completion")) {
		plogctl_completion(NULL);
		return PLOGCTL_OK;
	}
	for (i = 0; plogctl_commands[i]; i++)
		if (!strcmp(argv[1], plogctl_commands[i]->name))
			return command_run(plogctl_commands[i], argc - 1, argv + 1);
	fprintf(stderr, "plogctl: %s: no such command; see plogctl --help\n", argv[1]);
	return PLOGCTL_USAGE;
}
