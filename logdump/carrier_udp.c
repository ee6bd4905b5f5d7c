// SPDX-License-Identifier: BSD-2-Clause
/*
 * Datagrams into the dark. What can be done: not to be faster than a receiver of
 * ordinary buffers (200 KiB, of which each datagram takes almost one), and to listen
 * for "port unreachable", which a host without a receiver answers.
 */
#include <errno.h>
#include <sys/socket.h>

#include "carrier.h"

#define PER_BATCH 64
#define PAUSE_NS 50000000L /* so 1280 a second */
#define SHORTEST 480       /* RFC 5426: what every receiver has to take */

static int udp_connect(struct carrier *carrier)
{
	return carrier_inet_connect(carrier, SOCK_DGRAM);
}

/* Where datagrams of that size do not get through, a shorter one may. */
static int message_send(struct carrier *carrier, const char *text, size_t n)
{
	while (send(carrier->fd, text, n, MSG_NOSIGNAL) < 0) {
		if (errno == EMSGSIZE && n > SHORTEST)
			n = batch_cut(text, n / 2);
		else if (errno == ENOBUFS || errno == ENOMEM)
			carrier_pause(PAUSE_NS);
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

static int udp_send(struct carrier *carrier, const struct batch *batch)
{
	uint32_t i;
	int err = 0;

	for (i = 0; i < batch->count && !err; i++) {
		size_t n;
		const char *text = batch_message(batch, i, &n);

		err = message_send(carrier, text, n);
	}
	return err;
}

static int udp_confirm(struct carrier *carrier)
{
	int err = carrier_drained(carrier);

	carrier_pause(PAUSE_NS);
	return err ? err : carrier_error(carrier);
}

const struct carrier_kind carrier_udp = {
	.limit = 8192,
	.messages = PER_BATCH,
	.bytes = 64 << 10,
	.connect = udp_connect,
	.send = udp_send,
	.confirm = udp_confirm,
};
