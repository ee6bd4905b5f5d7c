// SPDX-License-Identifier: BSD-2-Clause
/* plogctl erase: what earlier boots left is gone */
#include <getopt.h>
#include <stdio.h>

#include "erase.h"
#include "plogctl.h"
#include "window.h"

static const struct tool_option options[] = {
	{ .letter = 'f', .name = "force", .arg = "", .help = "what was not harvested, too" },
	TOOL_OPTION_END,
};

static int run(int argc, char **argv)
{
	bool force = false;
	char room[512];
	int c;

	while ((c = tool_option_next(options, argc, argv)) != -1) {
		if (c != 'f')
			return PLOGCTL_SYNTAX;
		force = true;
	}
	if (argc - optind > 1)
		return PLOGCTL_SYNTAX;
	return erase_window("plogctl", plog_window_spec(argv[optind], room, sizeof(room)), force);
}

const struct plogctl_command plogctl_erase = {
	.name = "erase",
	.run = run,
	.options = options,
	.operand = PLOGCTL_WINDOW_OPERAND,
	.help = "erase what earlier boots left, if it was harvested",
};
