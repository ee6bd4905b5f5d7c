// SPDX-License-Identifier: BSD-2-Clause
/*
 * says HOW... - a program that knows nothing of plog, for tests/preload. Compiled with
 * _FORTIFY_SOURCE and without.
 */
#include <errno.h>
#include <err.h>
#include <error.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>
#include <wchar.h>

static void wrapped(int level, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsyslog(level, format, ap);
	va_end(ap);
}

static void to_syslog(void)
{
	syslog(LOG_INFO, "before openlog");
	openlog("identity", LOG_PID | LOG_PERROR, LOG_DAEMON);
	errno = ENOENT;
	syslog(LOG_ERR, "opening %s: %m", "it");
	printf("errno %d\n", errno);
	wrapped(LOG_LOCAL3 | LOG_CRIT, "wrapped %d %s", 5, "times");
	printf("mask %#x", setlogmask(LOG_UPTO(LOG_ERR)));
	printf(" %#x\n", setlogmask(0));
	syslog(LOG_WARNING, "masked");
	closelog();
	syslog(LOG_ERR, "behind closelog");
}

static void to_stdio(void)
{
	errno = EACCES;
	perror("perror");
	warnx("warnx %d", 1);
	error(0, ENOENT, "error");
	fprintf(stderr, "one ");
	fputs("line of ", stderr);
	fprintf(stderr, "%d pieces\n", 3);
	fputs("<3>with a level\n<9>with none\n\nbehind an empty one\n", stderr);
	putc('c', stderr);
	putc('\n', stderr);
	fwrite("nul \0 inside\n", 1, 13, stderr);
}

static void to_descriptor(void)
{
	struct iovec parts[] = { { (void *)"vector ", 7 }, { (void *)"of parts\n", 9 } };
	int copy = dup(STDERR_FILENO);

	if (write(STDERR_FILENO, "written\n", 8) != 8 || writev(STDERR_FILENO, parts, 2) != 16 ||
	    write(copy, "to a copy\n", 10) != 10)
		abort();
	close(copy);
	if (write(STDOUT_FILENO, "to standard output\n", 19) != 19 || write(99, "x", 1) >= 0)
		abort();
	printf("errno %d\n", errno);
}

/* What programs ask of stderr, and do with it. */
static void ask(const char *path)
{
	printf("fileno %d, terminal %d\n", fileno(stderr), isatty(fileno(stderr)));
	fwprintf(stderr, L"wide %d\n", 1);
	printf("reopened %d\n", freopen(path, "w", stderr) == stderr);
	fprintf(stderr, "into a file\n");
	printf("closed %d\n", fclose(stderr));
	printf("write %zd\n", write(STDERR_FILENO, "x", 1));
}

static void handler(int signal)
{
	(void)signal;
	if (write(STDERR_FILENO, "from a handler\n", 15) != 15)
		abort();
}

static void *thread(void *name)
{
	int i;

	for (i = 0; i < 500; i++) {
		fprintf(stderr, "thread %s line %d\n", (const char *)name, i);
		syslog(LOG_INFO, "thread %s syslog %d", (const char *)name, i);
	}
	return NULL;
}

static void many(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, thread, (void *)"a");
	pthread_create(&b, NULL, thread, (void *)"b");
	pthread_join(a, NULL);
	pthread_join(b, NULL);
}

static void forked(void)
{
	pid_t child;

	fprintf(stderr, "the parent's unfinished");
	child = fork();
	if (!child) {
		fprintf(stderr, "the child's line\n");
		syslog(LOG_INFO, "the child's syslog");
		_exit(0);
	}
	waitpid(child, NULL, 0);
	fprintf(stderr, " line\n");
	printf("%d %d\n", getpid(), child);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!strcmp(how, "syslog"))
		to_syslog();
	else if (!strcmp(how, "stdio"))
		to_stdio();
	else if (!strcmp(how, "descriptor"))
		to_descriptor();
	else if (!strcmp(how, "ask") && argc > 2)
		ask(argv[2]);
	else if (!strcmp(how, "many"))
		many();
	else if (!strcmp(how, "fork"))
		forked();
	else if (!strcmp(how, "handler"))
		signal(SIGUSR1, handler), raise(SIGUSR1);
	else if (!strcmp(how, "die"))
		fprintf(stderr, "line\nabout to open the valve... "), raise(SIGKILL);
	return 0;
}
