// SPDX-License-Identifier: BSD-2-Clause
/* plogctl level: the last level that the window takes, for all processes at once */
#include <getopt.h>
#include <stdio.h>

#include "core/barrier.h"
#include "plog.h"
#include "plogctl.h"
#include "window.h"

static const char *const names[] = {
	"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug",
};

int plogctl_level(int argc, char **argv)
{
	const char *spec = NULL;
	struct plog_map map;
	char room[512];
	int c, level = -1;

	while ((c = getopt(argc, argv, "w:")) != -1) {
		if (c != 'w')
			return PLOGCTL_USAGE;
		spec = optarg;
	}
	if (argc - optind > 1)
		return PLOGCTL_USAGE;
	if (optind < argc) {
		level = plog_level_parse(argv[optind]);
		if (level < 0) {
			fprintf(stderr, "plogctl: %s: not a level\n", argv[optind]);
			return PLOGCTL_USAGE;
		}
	}
	if (plog_map_write(&map, plog_window_spec(spec, room, sizeof(room)), 0)) {
		fprintf(stderr, "plogctl: %s\n", map.why);
		return PLOGCTL_WINDOW;
	}
	if (level >= 0)
		plog_store(&map.win.ctl->level, (u32)level);
	else
		puts(names[plog_load(&map.win.ctl->level) & 7]);
	plog_map_close(&map);
	return PLOGCTL_OK;
}
