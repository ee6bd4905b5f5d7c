// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plog_exec.h"

/*
 * The reader ends when nobody can write any more, not when the command is told to stop:
 * the last lines are what it is there for.
 */
static void reader_become(int from, int to)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	setsid();
	dup2(from, STDIN_FILENO);
	close(from);
	close(to);
}

/* Twice, so that the reader is nobody's child whom the command might wait for. */
static int fork_twice(pid_t *reader)
{
	pid_t between = fork();
	int status;

	*reader = -1;
	if (between < 0)
		return -errno;
	if (!between) {
		*reader = fork();
		if (*reader)
			_exit(*reader < 0);
		return 0;
	}
	while (waitpid(between, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EAGAIN;
}

int plog_exec(char **command)
{
	int end[2], err, kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	pid_t reader;

	if (pipe(end))
		return -errno;
	err = fork_twice(&reader);
	if (err)
		return err;
	if (!reader) {
		close(kept);
		reader_become(end[0], end[1]);
		return 0;
	}
	dup2(end[1], STDOUT_FILENO);
	dup2(end[1], STDERR_FILENO);
	close(end[0]);
	close(end[1]);
	execvp(command[0], command);
	err = -errno;
	/* Who started it reads why, not the log. */
	dup2(kept, STDERR_FILENO);
	return err;
}
