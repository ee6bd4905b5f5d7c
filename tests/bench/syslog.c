// SPDX-License-Identifier: BSD-2-Clause
/*
 * syslog(3) to a real socket. It always writes to /dev/log, so it is measured only
 * where nobody listens there: room.sh gives the benchmark a /dev of its own. The
 * listener is a process that counts what it receives.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "bench.h"

static const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
static volatile uint64_t *received;
static pid_t listener;

static void loop_line(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		syslog(LOG_INFO, BENCH_FORMAT, (int)t->i, BENCH_FROM, BENCH_US(t->i));
}

static void listen_forever(int fd)
{
	char line[1024];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		if (recv(fd, line, sizeof(line), 0) > 0)
			++*received;
}

static int syslog_open(const char *variant, unsigned int threads)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)variant;
	(void)threads;
	/* Never in the way of a real one. */
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address))) {
		fprintf(stderr, "/dev/log: %s\n", strerror(errno));
		return BENCH_SKIP;
	}
	received = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	listener = fork();
	if (!listener)
		listen_forever(fd);
	close(fd);
	openlog("bench", LOG_NDELAY, LOG_USER);
	return 0;
}

/* The last ones may still be in the socket. */
static bool syslog_check(const char *variant, uint64_t written)
{
	int tries;

	(void)variant;
	for (tries = 0; tries < 100 && *received < written; tries++)
		usleep(10000);
	if (*received != written)
		fprintf(stderr, "bench: syslog: sent %llu, received %llu\n",
			(unsigned long long)written, (unsigned long long)*received);
	return *received == written;
}

static void syslog_close(void)
{
	unlink(address.sun_path);
	kill(listener, SIGKILL);
}

static const struct bench_variant variants[] = {
	{ "line", loop_line },
	{ 0 },
};

const struct bench_subject bench_subject = {
	.variants = variants,
	.open = syslog_open,
	.check = syslog_check,
	.close = syslog_close,
};
