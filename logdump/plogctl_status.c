// SPDX-License-Identifier: BSD-2-Clause
/* plogctl status: where records go, what the window holds, what is wrong */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "plogctl.h"
#include "status.h"
#include "window.h"

static const char *output_value(size_t i)
{
	static const char *const words[] = { "text", "json", NULL };

	return words[i];
}

static const struct tool_option options[] = {
	{ .letter = 'o',
	  .name = "output",
	  .operand = TOOL_OPERAND_NEEDED,
	  .arg = "text|json",
	  .help = "how it is shown:",
	  .value = output_value },
	TOOL_OPTION_END,
};

static int run(int argc, char **argv)
{
	struct plog_reader *reader;
	bool json = false;
	struct status s;
	char room[512];
	const char *spec;
	int c, ret;

	while ((c = tool_option_next(options, argc, argv)) != -1) {
		if (c != 'o' || (strcmp(optarg, "json") != 0 && strcmp(optarg, "text") != 0))
			return PLOGCTL_SYNTAX;
		json = !strcmp(optarg, "json");
	}
	if (argc - optind > 1)
		return PLOGCTL_SYNTAX;
	spec = plog_window_spec(argv[optind], room, sizeof(room));
	ret = plog_reader_open(&reader, spec);
	if (ret == -ENOMEM) {
		fprintf(stderr, "plogctl: no memory to read %s\n", spec);
		return PLOGCTL_WINDOW;
	}
	status_gather(reader, !ret, spec, &s);
	if (json)
		status_json(&s);
	else
		status_text(&s);
	plog_reader_close(reader);
	return s.writing == STATUS_NO ? PLOGCTL_WINDOW : PLOGCTL_OK;
}

const struct plogctl_command plogctl_status = {
	.name = "status",
	.run = run,
	.options = options,
	.operand = PLOGCTL_WINDOW_OPERAND,
	.help = "where records go, what the window holds, or why nothing is written",
};
