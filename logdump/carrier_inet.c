// SPDX-License-Identifier: BSD-2-Clause
/* Connections to hosts: each address that a name has is tried. */
#include <errno.h>
#include <sys/time.h>
#include <unistd.h>

#include "carrier.h"

static int address_connect(struct carrier *carrier, int type, const struct carrier_address *to)
{
	struct timeval wait = { .tv_sec = 10 };
	int fd = socket(to->at.ss_family, type | SOCK_CLOEXEC, 0), err;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	if (connect(fd, (const struct sockaddr *)&to->at, to->size)) {
		err = errno == EINPROGRESS ? -ETIMEDOUT : -errno;
		close(fd);
		return err;
	}
	carrier->fd = fd;
	return 0;
}

int carrier_inet_connect(struct carrier *carrier, int type)
{
	struct carrier_address list[CARRIER_ADDRESSES];
	int n = carrier_name_resolve(carrier, type, list), err = n, i;

	for (i = 0; i < n; i++) {
		err = address_connect(carrier, type, &list[i]);
		if (!err)
			break;
	}
	return err;
}
