// SPDX-License-Identifier: BSD-2-Clause
/* The table of options for the completions of shells, which ask for it. */
#include "logdump_option.h"

void logdump_completion_print(FILE *f)
{
	static const struct tool_option window = {
		.name = "", .arg = "[WINDOW]", .help = "window", .complete = TOOL_COMPLETE_FILE
	};
	size_t i;

	for (i = 0; i < logdump_option_count; i++)
		tool_option_completion(f, &logdump_option_table[i].tool);
	tool_option_completion(f, &window);
}
