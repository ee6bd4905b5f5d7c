// SPDX-License-Identifier: BSD-2-Clause
/*
 * A main loop that feeds the hardware watchdog, and says why when it no longer does.
 *
 *   cc watchdog.c $(pkg-config --cflags --libs plog) && ./a.out /dev/watchdog [ROUNDS]
 *
 * A watchdog's reset asks nobody. So what the next boot has to know is logged while
 * there is time: each round at INFO, which is in memory a millisecond later, and the
 * round that took too long at CRIT, which is there when the call returns.
 */
#define PLOG_TAG "watchdog"
#include <plog.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define ROUND_MS 20  /* what a round should take */
#define LATE_MS 1000 /* from here on something is wrong */

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Work that gets stuck in round STUCK_AT, if the environment says so. */
static void work(int round)
{
	const char *stuck = getenv("STUCK_AT");
	int long_one = stuck && atoi(stuck) == round;
	struct timespec t = { long_one ? LATE_MS / 1000 + 1 : 0, ROUND_MS * 1000000 };

	nanosleep(&t, NULL);
}

/* Any byte feeds it; 'V', where the driver allows it, has it stop when closed. */
static int feed(int fd, char what)
{
	if (write(fd, &what, 1) == 1)
		return 0;
	plog_crit("watchdog cannot be fed: %m");
	return -1;
}

static int run(int fd, int rounds)
{
	for (int i = 0; !rounds || i < rounds; i++) {
		long took = -now_ms();

		work(i);
		took += now_ms();
		plog_info("round %d took %ld ms", i, took);
		if (took > LATE_MS) {
			plog_crit("round %d took %ld ms: the watchdog is not fed any more", i,
				  took);
			return 1;
		}
		if (feed(fd, '\n'))
			return 1;
	}
	return feed(fd, 'V') ? 1 : 0;
}

int main(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_WRONLY) : -1;

	if (fd < 0) {
		fprintf(stderr, "usage: %s /dev/watchdog [ROUNDS]\n", argv[0]);
		return 2;
	}
	plog_notice("feeding %s", argv[1]);
	/* Left open when it fails: closing it could stop the watchdog. */
	return run(fd, argc > 2 ? atoi(argv[2]) : 0);
}
