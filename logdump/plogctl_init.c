// SPDX-License-Identifier: BSD-2-Clause
/* plogctl init: make and format a file window */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "plogctl.h"
#include "window.h"

static const struct tool_option options[] = {
	{ .letter = 's',
	  .name = "size",
	  .operand = TOOL_OPERAND_NEEDED,
	  .arg = "SIZE",
	  .help = "bytes; may end in K, M or G",
	  .required = true },
	{ .letter = 'f', .name = "force", .arg = "", .help = "over what is no window, too" },
	TOOL_OPTION_END,
};

static int run(int argc, char **argv)
{
	struct plog_map map;
	bool force = false;
	u64 size = 0;
	int c;

	while ((c = tool_option_next(options, argc, argv)) != -1) {
		if (c == 's' && plog_size_parse(optarg, &size)) {
			fprintf(stderr,
				"plogctl: --size %s: not a size; write 8M, 65536 or "
				"0x100000\n",
				optarg);
			return PLOGCTL_USAGE;
		}
		if (c == '?' || c == ':')
			return PLOGCTL_SYNTAX;
		force |= c == 'f';
	}
	if (!size || optind + 1 != argc)
		return PLOGCTL_SYNTAX;
	if (plog_map_init(&map, argv[optind], size, force)) {
		fprintf(stderr, "plogctl: %s\n", map.why);
		return PLOGCTL_WINDOW;
	}
	plog_map_close(&map);
	printf("%s: window of %" PRIu64 " KiB; PLOG_WINDOW=%s uses it\n", argv[optind], size >> 10,
	       argv[optind]);
	return PLOGCTL_OK;
}

const struct plogctl_command plogctl_init = {
	.name = "init",
	.run = run,
	.options = options,
	.operand = { .name = "", .arg = "FILE", .help = "file", .complete = TOOL_COMPLETE_FILE },
	.help = "make and format a file window",
};
