// SPDX-License-Identifier: BSD-2-Clause
/* plogctl level: the last level that the window takes, of all processes at once, or of a tag */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/barrier.h"
#include "gate.h"
#include "out.h"
#include "plog.h"
#include "plogctl.h"
#include "window.h"

static const struct tool_option options[] = {
	{ .letter = 'w',
	  .name = "window",
	  .operand = TOOL_OPERAND_NEEDED,
	  .arg = "WINDOW",
	  .help = "device, file or mem:ADDR,SIZE",
	  .complete = TOOL_COMPLETE_FILE },
	TOOL_OPTION_END,
};

/* "LEVEL", "TAG=LEVEL", "TAG=" */
struct request {
	const char *tag;
	int level;
};

static int request_parse(char *text, struct request *r)
{
	char *equals = strrchr(text, '=');
	const char *level = equals ? equals + 1 : text;

	r->tag = equals ? text : NULL;
	if (equals)
		*equals = 0;
	if (equals && !*level && *text) {
		r->level = -1;
		return 0;
	}
	r->level = plog_level_parse(level);
	if (r->level >= 0 && (!equals || *text))
		return 0;
	fprintf(stderr,
		"plogctl: %s: not a level; take emerg alert crit err warning notice info "
		"debug, or 0 to 7, for a tag TAG=LEVEL\n",
		level);
	return PLOGCTL_USAGE;
}

static int request_do(struct plog_control *ctl, const struct request *r)
{
	if (!r->tag) {
		u32 changes = plog_load(&ctl->level) & ~PLOG_LEVEL_BITS;

		plog_store(&ctl->level, changes | (u32)r->level);
		return PLOGCTL_OK;
	}
	if (!plog_gate_set_tag(ctl, r->tag, r->level))
		return PLOGCTL_OK;
	fprintf(stderr,
		"plogctl: %d tags have a level of their own already; take one back with "
		"`plogctl level TAG=`\n",
		PLOG_TAG_LEVELS);
	return PLOGCTL_WINDOW;
}

static int run(int argc, char **argv)
{
	struct request r = { NULL, -1 };
	const char *spec = NULL;
	struct plog_map map;
	char room[512];
	int c, ret = PLOGCTL_OK;

	while ((c = tool_option_next(options, argc, argv)) != -1) {
		if (c != 'w')
			return PLOGCTL_SYNTAX;
		spec = optarg;
	}
	if (argc - optind > 1)
		return PLOGCTL_SYNTAX;
	if (optind < argc && request_parse(argv[optind], &r))
		return PLOGCTL_USAGE;
	if (plog_map_write(&map, plog_window_spec(spec, room, sizeof(room)), 0)) {
		fprintf(stderr, "plogctl: %s\n", map.why);
		return PLOGCTL_WINDOW;
	}
	if (optind < argc)
		ret = request_do(map.win.ctl, &r);
	else
		puts(out_level_name(plog_load(&map.win.ctl->level) & 7));
	plog_map_close(&map);
	return ret;
}

const struct plogctl_command plogctl_level = {
	.name = "level",
	.run = run,
	.options = options,
	.operand = { .name = "",
		     .arg = "[LEVEL|TAG=LEVEL|TAG=]",
		     .help = "level",
		     .value = tool_option_level },
	.help = "show or set the last level that the window takes, of all or of one tag",
};
