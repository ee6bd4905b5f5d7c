// SPDX-License-Identifier: BSD-2-Clause
/*
 * plogstorm - many processes and threads that log numbered records until they
 * are killed; storm_check.py tells from what was recovered whether any is missing.
 *
 *	storm p=PROCESS t=THREAD n=NUMBER x=CHECKSUM [f=FILLER]
 *
 * CHECKSUM is FNV-1a (32 bits) over p, t and n as 32-bit little-endian words; the
 * filler's letters follow from it.
 *
 * With --progress FILE,OFFSET each thread notes the number of its last finished
 * call in a page of FILE, 64 bytes for a thread: u32 p, u32 t, u64 n. On /dev/mem
 * that page survives what the window survives, and tells what must be there.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PLOG_TAG "plogstorm"
#include "plog.h"

#define FILL_MAX 3000
#define NOTES_MAX 64

struct note {
	uint32_t p;
	uint32_t t;
	volatile uint64_t n;
	uint8_t pad[48];
};

static unsigned int processes = 4, threads = 2, base;
static unsigned int rate = 1000;	/* records a second and thread, 0: no pause */
static unsigned int count;		/* records of a thread, 0: no end */
static unsigned int warning = 16;	/* every so many records is a warning */
static unsigned int fill;		/* longest filler */
static const char *window;
static struct note *notes;

static const struct option options[] = {
	{ "window", required_argument, NULL, 'w' },
	{ "processes", required_argument, NULL, 'p' },
	{ "threads", required_argument, NULL, 't' },
	{ "base", required_argument, NULL, 'b' },
	{ "rate", required_argument, NULL, 'r' },
	{ "count", required_argument, NULL, 'n' },
	{ "warning", required_argument, NULL, 'W' },
	{ "fill", required_argument, NULL, 'f' },
	{ "progress", required_argument, NULL, 'P' },
	{ NULL, 0, NULL, 0 },
};

struct writer {
	unsigned int p;
	unsigned int t;
};

static unsigned int fnv(unsigned int hash, unsigned int word)
{
	int i;

	for (i = 0; i < 4; i++, word >>= 8)
		hash = (hash ^ (word & 255)) * 16777619u;
	return hash;
}

static unsigned int checksum(unsigned int p, unsigned int t, unsigned int n)
{
	return fnv(fnv(fnv(2166136261u, p), t), n);
}

static void filler(char *to, unsigned int x)
{
	unsigned int n = fill ? x % (fill + 1) : 0, i;

	for (i = 0; i < n; i++)
		to[i] = (char)('a' + ((x >> (i % 4 * 8) & 255) + i) % 26);
	to[n] = 0;
}

/* What a stalled host has missed is not made up for: it would come in a burst. */
static void wait_until(struct timespec *at)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec > at->tv_sec + 1)
		*at = now;
	at->tv_nsec += 1000000000 / (long)rate;
	if (at->tv_nsec >= 1000000000) {
		at->tv_nsec -= 1000000000;
		at->tv_sec++;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, at, NULL) == EINTR)
		;
}

static void *writer_run(void *arg)
{
	const struct writer *w = arg;
	struct note *note = notes ? &notes[(w->p - base) * threads + w->t] : NULL;
	char text[FILL_MAX + 1];
	struct timespec at;
	unsigned int n;

	clock_gettime(CLOCK_MONOTONIC, &at);
	if (note) {
		note->p = w->p;
		note->t = w->t;
	}
	for (n = 1; !count || n <= count; n++) {
		unsigned int x = checksum(w->p, w->t, n);
		int level = warning && n % warning == 0 ? PLOG_WARNING : PLOG_INFO;

		if (fill) {
			filler(text, x);
			plog(level, "storm p=%u t=%u n=%u x=%08x f=%s", w->p, w->t, n, x, text);
		} else {
			plog(level, "storm p=%u t=%u n=%u x=%08x", w->p, w->t, n, x);
		}
		if (note)
			note->n = n;
		if (rate)
			wait_until(&at);
	}
	return NULL;
}

static int process_run(unsigned int p)
{
	struct writer w[threads];
	pthread_t id[threads];
	unsigned int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Half of them inherit their parent's window, half open their own. */
	if (p & 1) {
		plog_close();
		if (plog_open(window))
			return 3;
	}
	for (i = 0; i < threads; i++) {
		w[i] = (struct writer){ .p = p, .t = i };
		if (pthread_create(&id[i], NULL, writer_run, &w[i])) {
			fputs("plogstorm: no thread\n", stderr);
			return 1;
		}
	}
	for (i = 0; i < threads; i++)
		pthread_join(id[i], NULL);
	return 0;
}

static unsigned int number(const char *text, unsigned int max)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (end == text || *end || value > max) {
		fprintf(stderr, "plogstorm: %s: not a number up to %u\n", text, max);
		exit(2);
	}
	return (unsigned int)value;
}

static void notes_map(char *spec)
{
	char *comma = strrchr(spec, ',');
	int fd, i;

	if (!comma) {
		fputs("plogstorm: --progress takes FILE,OFFSET\n", stderr);
		exit(2);
	}
	*comma = 0;
	fd = open(spec, O_RDWR | O_SYNC);
	notes = mmap(NULL, NOTES_MAX * sizeof(*notes), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		     (off_t)strtoull(comma + 1, NULL, 0));
	if (fd < 0 || notes == MAP_FAILED) {
		perror(spec);
		exit(3);
	}
	close(fd);
	/* Not memset(), which may use what device memory does not do. */
	for (i = 0; i < NOTES_MAX; i++)
		notes[i].n = 0;
}

static void options_take(int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "w:p:t:b:r:n:W:f:P:", options, NULL)) != -1) {
		switch (c) {
		case 'w': window = optarg; break;
		case 'p': processes = number(optarg, 1000); break;
		case 't': threads = number(optarg, 1000); break;
		case 'b': base = number(optarg, 1000000); break;
		case 'r': rate = number(optarg, 1000000000); break;
		case 'n': count = number(optarg, 4000000000u); break;
		case 'W': warning = number(optarg, 1000000); break;
		case 'f': fill = number(optarg, FILL_MAX); break;
		case 'P': notes_map(optarg); break;
		default: exit(2);
		}
	}
	if (optind < argc || !processes || !threads ||
	    (notes && processes * threads > NOTES_MAX)) {
		fputs("Usage: plogstorm [--window W] [--processes N] [--threads N] [--base N] "
		      "[--rate N] [--count N] [--warning N] [--fill N] [--progress FILE,OFFSET]\n", stderr);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	char status[600];
	int ret = 0, one;
	unsigned int i;

	options_take(argc, argv);
	if (plog_open(window) || plog_status(status, sizeof(status))) {
		plog_status(status, sizeof(status));
		fprintf(stderr, "plogstorm: %s\n", status);
		return 3;
	}
	printf("plogstorm: %u processes, %u threads each, %s\n", processes, threads, status);
	fflush(stdout);
	for (i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid < 0) {
			perror("plogstorm: fork");
			return 1;
		}
		if (!pid)
			_exit(process_run(base + i));
	}
	while (wait(&one) > 0)
		if (!WIFEXITED(one) || WEXITSTATUS(one))
			ret = 1;
	return ret;
}
