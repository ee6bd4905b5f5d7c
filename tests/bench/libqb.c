// SPDX-License-Identifier: BSD-2-Clause
/* libqb's blackbox, the flight recorder of corosync and pacemaker. One writer only. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <qb/qbdefs.h>
#include <qb/qblog.h>

#include "bench.h"

static void loop_reference(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		qb_log(LOG_INFO, BENCH_FORMAT, (int)t->i, BENCH_FROM, BENCH_US(t->i));
}

static int libqb_open(const char *variant, unsigned int threads)
{
	(void)variant;
	if (threads > 1) {
		fprintf(stderr, "libqb's blackbox takes one writer\n");
		return BENCH_SKIP;
	}
	qb_log_init("bench", LOG_USER, LOG_EMERG);
	qb_log_ctl(QB_LOG_SYSLOG, QB_LOG_CONF_ENABLED, QB_FALSE);
	qb_log_filter_ctl(QB_LOG_BLACKBOX, QB_LOG_FILTER_ADD, QB_LOG_FILTER_FILE, "*", LOG_DEBUG);
	qb_log_ctl(QB_LOG_BLACKBOX, QB_LOG_CONF_SIZE, BENCH_RING);
	if (qb_log_ctl(QB_LOG_BLACKBOX, QB_LOG_CONF_ENABLED, QB_TRUE)) {
		fprintf(stderr, "libqb: no blackbox\n");
		return 1;
	}
	return 0;
}

/* It prints to stdout, and nowhere else. */
static uint64_t printed(const char *dump)
{
	char name[] = "/tmp/bench-libqb.XXXXXX", line[1024];
	int fd = mkstemp(name), out = dup(STDOUT_FILENO);
	uint64_t n = 0;
	FILE *f;

	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	qb_log_blackbox_print_from_file(dump);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	lseek(fd, 0, SEEK_SET);
	f = fdopen(fd, "r");
	while (f && fgets(line, sizeof(line), f))
		n += strstr(line, " from " BENCH_FROM " took ") != NULL;
	if (f)
		fclose(f);
	unlink(name);
	return n;
}

static bool libqb_check(const char *variant, uint64_t written)
{
	char dump[] = "/tmp/bench-blackbox.XXXXXX";
	uint64_t found = 0;

	(void)variant;
	close(mkstemp(dump));
	unlink(dump);
	if (qb_log_blackbox_write_to_file(dump) > 0)
		found = printed(dump);
	unlink(dump);
	if (!found)
		fprintf(stderr, "bench: libqb: wrote %llu records, found none\n",
			(unsigned long long)written);
	return found;
}

static const struct bench_variant variants[] = {
	{ "reference", loop_reference },
	{ 0 },
};

const struct bench_subject bench_subject = {
	.variants = variants,
	.open = libqb_open,
	.check = libqb_check,
	.close = qb_log_fini,
};
