// SPDX-License-Identifier: BSD-2-Clause
/* A connection a batch: its end is what tells that the batch was read. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "carrier.h"
#include "syslog_frame.h"

static int tcp_connect(struct carrier *carrier)
{
	return carrier_inet_connect(carrier, SOCK_STREAM);
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
	.confirm = carrier_stream_confirm,
};
