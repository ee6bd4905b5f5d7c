// SPDX-License-Identifier: BSD-2-Clause
/* How plogctl is used: for people, and for the completions of shells */
#include "plogctl.h"

static const struct tool_option help_option = {
	.letter = 'h', .name = "help", .arg = "", .help = "how it is used"
};
static const struct tool_option version_option = {
	.letter = 'V', .name = "version", .arg = "", .help = "the version"
};

void plogctl_usage(FILE *f, const struct plogctl_command *command)
{
	const char *operand = command->operand.arg;

	fprintf(f, "%s%s%s%s", command->name, operand ? " " : "", operand ? operand : "",
		command->options->name ? " " : "");
	tool_option_brief(f, command->options);
}

static void all_help(void)
{
	size_t i;

	puts("Usage: plogctl COMMAND [ARGUMENTS]\n");
	for (i = 0; plogctl_commands[i]; i++) {
		fputs("  ", stdout);
		plogctl_usage(stdout, plogctl_commands[i]);
		printf("\n        %s\n", plogctl_commands[i]->help);
	}
	puts("\nWINDOW is a device, a file or mem:ADDR,SIZE; without it $PLOG_WINDOW, else\n"
	     "/dev/plog0, else the file in /dev/shm. plogctl COMMAND --help has its options.\n"
	     "Exit code: 0 done, 1 something is wrong (doctor), 2 usage, 3 the window cannot be\n"
	     "used.");
}

static void command_help(const struct plogctl_command *command)
{
	const struct tool_option *row;

	fputs("Usage: plogctl ", stdout);
	plogctl_usage(stdout, command);
	printf("\n%s\n\n", command->help);
	for (row = command->options; row->name; row++)
		tool_option_usage(stdout, row, 24);
}

void plogctl_help(const struct plogctl_command *command)
{
	if (command)
		command_help(command);
	else
		all_help();
}

void plogctl_completion(const struct plogctl_command *command)
{
	const struct tool_option *row;
	size_t i;

	tool_option_completion(stdout, &help_option);
	for (row = command ? command->options : NULL; row && row->name; row++)
		tool_option_completion(stdout, row);
	if (command)
		tool_option_completion(stdout, &command->operand);
	else
		tool_option_completion(stdout, &version_option);
	for (i = 0; !command && plogctl_commands[i]; i++)
		tool_option_subcommand(stdout, plogctl_commands[i]->name,
				       plogctl_commands[i]->help);
}
