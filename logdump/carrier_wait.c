// SPDX-License-Identifier: BSD-2-Clause
/* What the kernel knows of what was sent. */
#include <errno.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#include "carrier.h"

#define WAIT_NS 10000000000LL
#define FIRST_NS 50000L /* a daemon that reads has done so by then, often */
#define LONGEST_NS 20000000L

void carrier_pause(long ns)
{
	struct timespec pause = { .tv_nsec = ns };

	nanosleep(&pause, NULL);
}

int carrier_error(const struct carrier *carrier)
{
	socklen_t n = sizeof(int);
	int err = 0;

	if (getsockopt(carrier->fd, SOL_SOCKET, SO_ERROR, &err, &n))
		return -errno;
	return -err;
}

int carrier_drained(const struct carrier *carrier)
{
	long long waited = 0;
	long pause = FIRST_NS;
	int left = 0, err;

	for (;;) {
		/* SIOCOUTQ, under the name that needs no header of the kernel. */
		if (ioctl(carrier->fd, TIOCOUTQ, &left))
			return -errno;
		err = carrier_error(carrier);
		if (err || !left)
			return err;
		if (waited > WAIT_NS)
			return -ETIMEDOUT;
		carrier_pause(pause);
		waited += pause;
		/* A hundredth of what was waited already: soon enough, and seldom enough. */
		pause = (long)(waited / 100);
		pause = pause < FIRST_NS ? FIRST_NS : pause > LONGEST_NS ? LONGEST_NS : pause;
	}
}
