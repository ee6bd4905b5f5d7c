// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "logdump_options.h"
#include "out_terminal.h"
#include "pager.h"

#define SHELL_NO_COMMAND 127 /* sh(1): there is no such command */

static pid_t pager;

/* NULL: less or more; "": none. */
static const char *pager_named(void)
{
	const char *name = getenv("PLOG_PAGER");

	if (!name)
		name = getenv("PAGER");
	if (name && !strcmp(name, "cat"))
		return "";
	return name;
}

/* The child. Quit if it is one screen, keep colours, leave on ^C: journalctl's options. */
static void pager_run(const char *name)
{
	signal(SIGPIPE, SIG_DFL);
	setenv("LESS", "FRSXMK", 1);
	if (name) {
		execl("/bin/sh", "sh", "-c", name, (char *)NULL);
	} else {
		execlp("less", "less", (char *)NULL);
		execlp("more", "more", (char *)NULL);
		execlp("cat", "cat", (char *)NULL);
	}
	_exit(SHELL_NO_COMMAND);
}

void pager_begin(void)
{
	const char *name = pager_named();
	int fd[2];

	if (!out_terminal() || (name && !*name) || pipe(fd))
		return;
	fflush(stdout);
	fflush(stderr);
	pager = fork();
	if (!pager) {
		dup2(fd[0], STDIN_FILENO);
		close(fd[0]);
		close(fd[1]);
		pager_run(name);
	}
	close(fd[0]);
	if (pager > 0) {
		dup2(fd[1], STDOUT_FILENO);
		if (isatty(STDERR_FILENO))
			dup2(fd[1], STDERR_FILENO);
		/* ^C is the pager's. When it ends, so do we: the pipe is closed. */
		signal(SIGINT, SIG_IGN);
	}
	close(fd[1]);
}

int pager_end(int code)
{
	int status = 0;

	if (pager <= 0)
		return code;
	fflush(stdout);
	/* Both ends of ours: the pager waits for the end of its input. */
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	while (waitpid(pager, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == SHELL_NO_COMMAND)
		return LOGDUMP_UNDELIVERED;
	return code == LOGDUMP_UNDELIVERED ? LOGDUMP_PRINTED : code;
}
