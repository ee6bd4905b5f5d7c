// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state_dir.h"

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static int name_make(char *path, size_t size, const char *sub)
{
	const char *own = variable("PLOG_STATE"), *xdg = variable("XDG_STATE_HOME");
	const char *home = variable("HOME");
	int n;

	if (own)
		n = snprintf(path, size, "%s/%s", own, sub);
	else if (!geteuid())
		n = snprintf(path, size, "/var/lib/plog/%s", sub);
	else if (xdg)
		n = snprintf(path, size, "%s/plog/%s", xdg, sub);
	else if (home)
		n = snprintf(path, size, "%s/.local/state/plog/%s", home, sub);
	else
		n = snprintf(path, size, "$HOME");
	if (n < 0 || (size_t)n >= size)
		return -ENAMETOOLONG;
	return own || xdg || home || !geteuid() ? 0 : -ENOENT;
}

int state_dir_make(char *path, size_t size, const char *sub)
{
	int err = name_make(path, size, sub);
	struct stat st;
	char *slash;

	if (err)
		return err;
	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(path, 0755); /* the last one tells whether it went well */
		*slash = '/';
	}
	if (mkdir(path, 0700) && errno != EEXIST)
		return -errno;
	return stat(path, &st) ? -errno : S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}
