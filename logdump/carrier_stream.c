// SPDX-License-Identifier: BSD-2-Clause
/*
 * Streams. Syslog has no acknowledgement, but a connection has an end: once we have
 * said that no more will come, a daemon reads what there is, sees the end, and closes
 * its side. One that closes without having read all sends a reset instead, and one
 * that had closed before our last bytes came answers those with a reset.
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "carrier.h"

#define END_MS 10000

int carrier_stream_send(struct carrier *carrier, const char *bytes, size_t n)
{
	size_t done = 0;
	ssize_t some;

	while (done < n) {
		some = send(carrier->fd, bytes + done, n - done, MSG_NOSIGNAL);
		if (some < 0 && errno == EINTR)
			continue;
		if (some < 0 && errno == EAGAIN) {
			carrier->why = "the receiver does not read";
			return -ETIMEDOUT;
		}
		if (some < 0)
			return -errno;
		done += (size_t)some;
	}
	return 0;
}

/* What a receiver has to say is of no interest, but its end is. */
static int end_wait(struct carrier *carrier)
{
	struct pollfd poll_fd = { .fd = carrier->fd, .events = POLLIN };
	char drop[512];
	ssize_t n;
	int ready;

	do {
		ready = poll(&poll_fd, 1, END_MS);
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0)
			return -errno;
		if (!ready) {
			carrier->why = "the receiver did not read to the end, or does not close "
				       "a connection that has ended";
			return -ETIMEDOUT;
		}
		n = recv(carrier->fd, drop, sizeof(drop), 0);
		if (n < 0 && errno != EINTR)
			return -errno;
	} while (ready < 0 || n);
	return 0;
}

int carrier_stream_confirm(struct carrier *carrier)
{
	int err = shutdown(carrier->fd, SHUT_WR) ? -errno : 0;

	if (!err)
		err = end_wait(carrier);
	if (!err)
		err = carrier_drained(carrier);
	carrier_close(carrier);
	return err;
}
