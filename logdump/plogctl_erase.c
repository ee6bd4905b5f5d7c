// SPDX-License-Identifier: BSD-2-Clause
/* plogctl erase: what earlier boots left is gone */
#include <getopt.h>
#include <stdio.h>

#include "erase.h"
#include "plogctl.h"
#include "window.h"

static const struct option options[] = {
	{ "force", no_argument, NULL, 'f' },
	{ NULL, 0, NULL, 0 },
};

int plogctl_erase(int argc, char **argv)
{
	bool force = false;
	char room[512];
	int c;

	while ((c = getopt_long(argc, argv, "f", options, NULL)) != -1) {
		if (c != 'f')
			return PLOGCTL_SYNTAX;
		force = true;
	}
	if (argc - optind > 1)
		return PLOGCTL_SYNTAX;
	return erase_window("plogctl", plog_window_spec(argv[optind], room, sizeof(room)), force);
}
