// SPDX-License-Identifier: BSD-2-Clause
/*
 * Lines of standard error. What is written ends where the program likes; a record is a
 * line. So the last, unfinished one is kept until its end comes; and because it would
 * be lost with the process, the beginning of one that goes on later is a record of its
 * own: "opening the valve... ". It looks so when it ends in a space or a dot. What
 * libc's messages are put together from ("ls: ", "ls: cannot access x") does not:
 * nearly every line would be there twice.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "preload.h"

#define BEGINNING 8 /* bytes that one has at least */
#define LINE 3900   /* what plog() does not cut */

/**
 * struct pending - the line that is not finished
 * @busy:	somebody is at it; a signal handler or another thread does without
 * @told:	so many bytes of it were logged as its beginning
 */
static struct pending {
	bool busy;
	size_t told;
	size_t len;
	char text[LINE + 1];
} pending;

/* The child's own lines begin with its own words. */
static void child(void)
{
	pending.busy = false;
	pending.told = pending.len = 0;
}

__attribute__((constructor)) static void watch_fork(void)
{
	pthread_atfork(NULL, NULL, child);
}

/* With the level in front, as "<3>": sd-daemon(3). */
static void line_log(const char *text, int n)
{
	int level = preload.level;

	if (n >= 3 && text[0] == '<' && text[1] >= '0' && text[1] <= '7' && text[2] == '>') {
		level = text[1] - '0';
		text += 3;
		n -= 3;
	}
	if (n)
		preload_log(level, NULL, "%.*s", n, text);
}

static void pending_log(void)
{
	/* The end of the line adds nothing to a beginning that was all of it. */
	if (pending.len > pending.told)
		line_log(pending.text, (int)pending.len);
	pending.told = pending.len = 0;
}

static void pending_add(char c)
{
	if (c == '\n') {
		pending_log();
		return;
	}
	/* Text ends at a NUL: what is behind one would be lost. */
	pending.text[pending.len++] = c ? c : ' ';
	if (pending.len == LINE)
		pending_log();
}

static bool begins(void)
{
	const char *end = pending.text + pending.len;

	return pending.len >= BEGINNING && !pending.told && (end[-1] == ' ' || end[-1] == '.') &&
	       memcmp(end - 2, ": ", 2);
}

void preload_piece(const char *text, size_t n, bool more)
{
	int err = errno;
	size_t i;

	if (__atomic_test_and_set(&pending.busy, __ATOMIC_ACQUIRE)) {
		line_log(text, (int)(n > LINE ? LINE : n));
	} else {
		for (i = 0; i < n; i++)
			pending_add(text[i]);
		if (!more && begins()) {
			line_log(pending.text, (int)pending.len);
			pending.told = pending.len;
		}
		__atomic_clear(&pending.busy, __ATOMIC_RELEASE);
	}
	errno = err;
}
