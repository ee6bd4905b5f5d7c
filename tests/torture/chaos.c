// SPDX-License-Identifier: BSD-2-Clause
/*
 * chaos - eight processes of two threads log to one window, and are killed, stopped,
 * moved to other CPUs, interrupted by signals whose handlers log, and made to fork
 * and to execute themselves, at random; meanwhile plogctl changes the levels.
 *
 *	chaos --window FILE --size BYTES [--wide] [--kills N] [--seed N] [--plogctl FILE]
 *
 * Each call is noted when it begins and when it returned, in memory that survives
 * its process. At random times all are stopped, and the window is read and
 * compared with the notes; at the end of a phase each thread has to get on, and
 * when all are dead every lock, lane and chunk has to be to be had again.
 * chaos/verify.c says what is compared. With --wide a phase ends before anything
 * is overwritten: then nothing may be missing at all.
 *
 * The same seed draws the same blows; what they hit is up to the scheduler.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "chaos/chaos.h"
#include "plog.h"

static const struct option options[] = {
	{ "window", required_argument, NULL, 'w' },
	{ "size", required_argument, NULL, 's' },
	{ "kills", required_argument, NULL, 'k' },
	{ "seed", required_argument, NULL, 'S' },
	{ "plogctl", required_argument, NULL, 'p' },
	{ "wide", no_argument, NULL, 'W' },
	{ NULL, 0, NULL, 0 },
};

void complain(struct chaos *c, const char *format, ...)
{
	va_list ap;

	if (c->failures++ >= 20)
		return;
	va_start(ap, format);
	fputs("# ", stdout);
	vprintf(format, ap);
	fputc('\n', stdout);
	va_end(ap);
	fflush(stdout);
}

static u64 number(const char *text)
{
	return strtoull(text, NULL, 0);
}

static void board_map(struct chaos *c)
{
	void *p = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE, MAP_SHARED, c->board_fd,
		       0);

	if (p == MAP_FAILED) {
		perror("chaos: notes");
		exit(3);
	}
	c->board = p;
}

/* chaos --writer|--child WINDOW FD LIFE SEED [PLACE] */
static int executed(char **argv, int argc)
{
	struct chaos c = {
		.window = argv[2],
		.board_fd = (int)number(argv[3]),
		.seed = number(argv[5]),
	};
	u32 life = (u32)number(argv[4]);

	board_map(&c);
	if (plog_open(c.window)) {
		__atomic_fetch_add(&c.board->troubles, 1, __ATOMIC_RELAXED);
		return 1;
	}
	if (argc == 7)
		writer_run(&c, (u32)number(argv[6]), life, false);
	c.board_fd = -1; /* once is enough */
	writer_child(&c, life);
	return 1;
}

static void usage(void)
{
	fputs("Usage: chaos --window FILE --size BYTES [--wide] [--kills N] [--seed N] "
	      "[--plogctl FILE]\n",
	      stderr);
	exit(2);
}

static u64 options_take(struct chaos *c, int argc, char **argv)
{
	u64 kills = 1000;
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (o) {
		case 'w':
			c->window = optarg;
			break;
		case 's':
			c->size = number(optarg);
			break;
		case 'k':
			kills = number(optarg);
			break;
		case 'S':
			c->seed = number(optarg) * 2 + 1;
			break;
		case 'p':
			c->plogctl = optarg;
			break;
		case 'W':
			c->wide = true;
			break;
		default:
			usage();
		}
	}
	if (optind < argc || !c->window || !c->size)
		usage();
	return kills;
}

static void summary(const struct chaos *c, u64 forks, u64 execs, u64 handled, double seconds)
{
	printf("# %llu kills, %llu stops, %llu moves, %llu signals handled, %llu forks, %llu "
	       "execs, "
	       "%llu level changes in %.1f s\n",
	       (unsigned long long)c->count.kills, (unsigned long long)c->count.stops,
	       (unsigned long long)c->count.moves, (unsigned long long)handled,
	       (unsigned long long)forks, (unsigned long long)execs,
	       (unsigned long long)c->count.levels, seconds);
	printf("# %u windows read %llu times: %llu records, %llu killed in a call, "
	       "%llu found twice, %llu dropped, %llu missing, %u failures; %u lanes of CPUs\n",
	       c->count.phases, (unsigned long long)c->count.checks,
	       (unsigned long long)c->count.records, (unsigned long long)c->count.caught,
	       (unsigned long long)c->count.doubles, (unsigned long long)c->count.dropped,
	       (unsigned long long)c->count.missing, c->failures, c->cpu_lanes);
}

int main(int argc, char **argv)
{
	struct chaos c = { .seed = 1 };
	u64 kills, forks = 0, execs = 0, handled = 0;
	struct timespec from, to;

	chaos_prepare();
	if (argc > 5 && (!strcmp(argv[1], "--writer") || !strcmp(argv[1], "--child")))
		return executed(argv, argc);
	kills = options_take(&c, argc, argv);
	c.board_fd = memfd_create("chaos", 0);
	if (c.board_fd < 0 || ftruncate(c.board_fd, sizeof(struct board))) {
		perror("chaos: notes");
		return 3;
	}
	board_map(&c);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	setvbuf(stdout, NULL, _IOLBF, 0);
	clock_gettime(CLOCK_MONOTONIC, &from);
	while (c.count.kills < kills && !c.failures) {
		phase_run(&c, kills - c.count.kills);
		forks += c.board->forks;
		execs += c.board->execs;
		handled += c.board->handled;
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	summary(&c, forks, execs, handled,
		(double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	return c.failures ? 1 : 0;
}
