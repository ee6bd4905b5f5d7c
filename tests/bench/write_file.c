// SPDX-License-Identifier: BSD-2-Clause
/*
 * snprintf() and one write(2) a record, to the file $BENCH_FILE: on tmpfs, or a
 * device that takes a line a write (/dev/pmsg0, trace_marker, /dev/plogmsg0).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"

static int fd;
static bool plain;
static uint64_t failed;

/* A plain file starts again when it is as long as the others' rings. */
static void bound(void)
{
	struct stat st;

	if (plain && !fstat(fd, &st) && st.st_size > (off_t)BENCH_RING && ftruncate(fd, 0))
		failed++;
}

static void loop_line(struct bench_thread *t, uint64_t n)
{
	char line[128];

	for (; n; n--, t->i++) {
		int len = snprintf(line, sizeof(line), BENCH_FORMAT "\n", (int)t->i, BENCH_FROM,
				   BENCH_US(t->i));

		if (write(fd, line, (size_t)len) != len)
			__atomic_fetch_add(&failed, 1, __ATOMIC_RELAXED);
		if (!(t->i & 0xffff))
			bound();
	}
}

static int write_open(const char *variant, unsigned int threads)
{
	const char *name = getenv("BENCH_FILE");
	struct stat st;

	(void)variant;
	(void)threads;
	/* Not created: /dev/pmsg0 that is missing would become a plain file. */
	fd = open(name ? name : "", O_WRONLY | O_APPEND);
	if (fd < 0) {
		fprintf(stderr, "%s: %s\n", name ? name : "BENCH_FILE is not set", strerror(errno));
		return BENCH_SKIP;
	}
	plain = !fstat(fd, &st) && S_ISREG(st.st_mode);
	return 0;
}

static bool write_check(const char *variant, uint64_t written)
{
	(void)variant;
	if (failed)
		fprintf(stderr, "bench: %llu of %llu writes failed\n", (unsigned long long)failed,
			(unsigned long long)written);
	return !failed;
}

static const struct bench_variant variants[] = {
	{ "line", loop_line },
	{ 0 },
};

const struct bench_subject bench_subject = {
	.variants = variants,
	.open = write_open,
	.check = write_check,
};
