// SPDX-License-Identifier: BSD-2-Clause
/* The socket of a syslog daemon on this machine: datagrams, or a stream. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "carrier.h"
#include "syslog_frame.h"

#define SHORTEST 480 /* what RFC 3164's 1024 bytes leave for certain */

/* Connects @fd to the path, if that is a socket on which somebody listens. */
static int path_connect(int fd, const char *path, ino_t *ino)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct stat st;

	if (stat(path, &st))
		return -errno;
	strncpy(addr.sun_path, path, sizeof(addr.sun_path) - 1);
	*ino = st.st_ino;
	return connect(fd, (struct sockaddr *)&addr, sizeof(addr)) ? -errno : 0;
}

int carrier_socket_connect(struct carrier *carrier, int type)
{
	struct timeval wait = { .tv_sec = 5 };
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0), err;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	err = path_connect(fd, carrier->addr->text, &carrier->ino);
	if (err) {
		close(fd);
		return err;
	}
	carrier->fd = fd;
	carrier->stream = type == SOCK_STREAM;
	return 0;
}

static int either_connect(struct carrier *carrier)
{
	int err = carrier_socket_connect(carrier, SOCK_DGRAM);

	return err == -EPROTOTYPE ? carrier_socket_connect(carrier, SOCK_STREAM) : err;
}

static int stream_send(struct carrier *carrier, const struct batch *batch)
{
	size_t n;
	char *bytes = syslog_frame_ended(batch, &n);
	int err = bytes ? carrier_stream_send(carrier, bytes, n) : -ENOMEM;

	free(bytes);
	return err;
}

static int datagram_send(struct carrier *carrier, const char *text, size_t n)
{
	while (send(carrier->fd, text, n, MSG_NOSIGNAL) < 0) {
		if (errno == EMSGSIZE && n > SHORTEST) {
			n = batch_cut(text, n / 2);
		} else if (errno == EAGAIN) {
			carrier->why = "the daemon does not read";
			return -ETIMEDOUT;
		} else if (errno != EINTR) {
			return -errno;
		}
	}
	return 0;
}

static int socket_send(struct carrier *carrier, const struct batch *batch)
{
	uint32_t i;
	int err = 0;

	if (carrier->stream)
		return stream_send(carrier, batch);
	for (i = 0; i < batch->count && !err; i++) {
		size_t n;
		const char *text = batch_message(batch, i, &n);

		err = datagram_send(carrier, text, n);
	}
	return err;
}

/* Is the one that we sent to still the one that listens there? */
static int still_there(const struct carrier *carrier)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;
	ino_t ino = 0;

	if (fd < 0)
		return -errno;
	err = path_connect(fd, carrier->addr->text, &ino);
	close(fd);
	return err ? err : ino == carrier->ino ? 0 : -ECONNRESET;
}

int carrier_socket_confirm(struct carrier *carrier)
{
	int err;

	if (carrier->stream)
		return carrier_stream_confirm(carrier);
	err = carrier_drained(carrier);
	if (err == -ETIMEDOUT)
		carrier->why = "the daemon does not read";
	return err ? err : still_there(carrier);
}

const struct carrier_kind carrier_socket = {
	.limit = 8192,
	.messages = 256,
	.bytes = 64 << 10,
	.connect = either_connect,
	.send = socket_send,
	.confirm = carrier_socket_confirm,
};
