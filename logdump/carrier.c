// SPDX-License-Identifier: BSD-2-Clause
/* Trying again, and when to give up. */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "carrier.h"

#define PATIENCE 3 /* seconds, for a receiver that is not there */
#define PAUSE_NS 100000000L

void carrier_open(struct carrier *carrier, const struct carrier_kind *kind,
		  const struct syslog_addr *addr)
{
	*carrier = (struct carrier){ .kind = kind, .addr = addr, .fd = -1 };
}

void carrier_close(struct carrier *carrier)
{
	if (carrier->fd >= 0)
		close(carrier->fd);
	carrier->fd = -1;
}

/* A receiver that is there and does not read gets no second copy of the batch. */
static bool passing(int err)
{
	switch (-err) {
	case EAGAIN:
	case EINTR:
	case ECONNREFUSED:
	case ECONNRESET:
	case ECONNABORTED:
	case EPIPE:
	case ENOTCONN:
	case EDESTADDRREQ:
	case ENOENT:
	case ENOBUFS:
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EADDRNOTAVAIL:
		return true;
	default:
		return false;
	}
}

static int deliver_once(struct carrier *carrier, const struct batch *batch)
{
	int err = carrier->fd < 0 ? carrier->kind->connect(carrier) : 0;

	if (!err)
		err = carrier->kind->send(carrier, batch);
	return err ? err : carrier->kind->confirm(carrier);
}

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

int carrier_deliver(struct carrier *carrier, const struct batch *batch)
{
	time_t until = seconds() + PATIENCE;
	int err;

	for (;;) {
		carrier->why = NULL;
		err = deliver_once(carrier, batch);
		if (!err)
			return 0;
		carrier_close(carrier);
		if (!passing(err) || seconds() >= until)
			return err;
		carrier_pause(PAUSE_NS);
	}
}

const char *carrier_why(const struct carrier *carrier, int err)
{
	return carrier->why ? carrier->why : strerror(-err);
}
