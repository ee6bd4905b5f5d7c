// SPDX-License-Identifier: BSD-2-Clause
/* What the module found in the memory when it was loaded: by now there is a window. */
#include <fcntl.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "found.h"
#include "plog_control.h"

static bool info_get(const char *window, struct plog_info *info)
{
	int fd = open(window, O_RDONLY | O_CLOEXEC | O_NONBLOCK), ret;

	if (fd < 0)
		return false;
	ret = ioctl(fd, PLOG_IOC_INFO, info);
	close(fd);
	return !ret;
}

const char *found_why(const char *window)
{
	struct plog_info info;

	if (!info_get(window, &info))
		return "";
	switch (info.found) {
	case PLOG_FOUND_EMPTY:
		return ": the memory was empty, so this is its first use, the power was off, or "
		       "firmware cleared it";
	case PLOG_FOUND_FOREIGN:
		return ": the memory held no log but other data, so the power was off, or "
		       "firmware, a boot loader or memory encryption wrote over it";
	default:
		return "";
	}
}
