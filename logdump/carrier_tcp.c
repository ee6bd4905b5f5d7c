// SPDX-License-Identifier: BSD-2-Clause
/*
 * A connection a batch: its end is what tells that the batch was read.
 *
 * When a receiver dies, the kernel ends its connections for it: who had read all and
 * written half cannot be told from who has done his work. But he dies on all
 * connections at once. So there is a second one, on which nothing is sent, and a batch
 * has arrived if that one outlives the first. It comes second, and goes with the batch:
 * a receiver that serves one after the other gets to it when the batch is done.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "carrier.h"
#include "syslog_frame.h"

#define DEATH_MS 20 /* from the end of one connection to that of another, if both go */

static int tcp_connect(struct carrier *carrier)
{
	return carrier_inet_connect(carrier, SOCK_STREAM);
}

static int witness_open(const struct carrier *carrier)
{
	struct carrier witness = { .kind = carrier->kind, .addr = carrier->addr, .fd = -1 };
	int err = carrier_inet_connect(&witness, SOCK_STREAM);

	return err ? err : witness.fd;
}

/* Has it ended, or been reset? A receiver that has something to say lives. */
static int witness_ask(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	int ready;
	char byte;

	do
		ready = poll(&poll_fd, 1, DEATH_MS);
	while (ready < 0 && errno == EINTR);
	return ready && recv(fd, &byte, 1, MSG_DONTWAIT) <= 0 ? -ECONNRESET : 0;
}

static int tcp_confirm(struct carrier *carrier)
{
	int witness = witness_open(carrier), err;

	if (witness < 0)
		return witness;
	err = carrier_stream_confirm(carrier);
	if (!err)
		err = witness_ask(witness);
	close(witness);
	return err;
}

static int tcp_send(struct carrier *carrier, const struct batch *batch)
{
	size_t n;
	char *bytes = syslog_frame_counted(batch, &n);
	int err = bytes ? carrier_stream_send(carrier, bytes, n) : -ENOMEM;

	free(bytes);
	return err;
}

const struct carrier_kind carrier_tcp = {
	.limit = 8192, /* what rsyslog takes, unless told otherwise */
	.messages = BATCH_MESSAGES,
	.bytes = 256 << 10,
	.connect = tcp_connect,
	.send = tcp_send,
	.confirm = tcp_confirm,
};
