// SPDX-License-Identifier: BSD-2-Clause
/* Connections to hosts: each address that a name has is tried. */
#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "carrier.h"

static int resolve(struct carrier *carrier, int type, struct addrinfo **found)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = type };
	int code = getaddrinfo(carrier->addr->host, carrier->addr->port, &hints, found);

	if (!code)
		return 0;
	carrier->why = gai_strerror(code);
	return code == EAI_AGAIN ? -EAGAIN : -ENXIO;
}

static int address_connect(struct carrier *carrier, const struct addrinfo *to)
{
	struct timeval wait = { .tv_sec = 10 };
	int fd = socket(to->ai_family, to->ai_socktype | SOCK_CLOEXEC, to->ai_protocol), err;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	if (connect(fd, to->ai_addr, to->ai_addrlen)) {
		err = errno == EINPROGRESS ? -ETIMEDOUT : -errno;
		close(fd);
		return err;
	}
	carrier->fd = fd;
	return 0;
}

int carrier_inet_connect(struct carrier *carrier, int type)
{
	struct addrinfo *found, *to;
	int err = resolve(carrier, type, &found);

	if (err)
		return err;
	for (to = found; to; to = to->ai_next) {
		err = address_connect(carrier, to);
		if (!err)
			break;
	}
	freeaddrinfo(found);
	return err;
}
