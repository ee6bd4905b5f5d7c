// SPDX-License-Identifier: BSD-2-Clause
/*
 * A dirty line does not stay dirty: whatever else the machine does displaces it
 * sooner or later, and it is in memory. So a process writes these lines anew, with
 * the number of the round, until the reset comes; what was displaced has an old
 * round then, and counts as what it is.
 *
 * It is found by the lock that it holds, which the kernel drops with it.
 */
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "board.h"
#include "qualify_keep.h"

#define PERIOD_MS 10
#define ROUNDS (3600u * 1000 / PERIOD_MS)

static int lock_open(const char *state)
{
	char path[BOARD_PATH];

	snprintf(path, sizeof(path), "%s.keep", state);
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static void keep(struct plog_map *map, const struct qualify_plan *plan)
{
	const struct timespec period = { 0, PERIOD_MS * 1000000 };
	u32 round;

	for (round = 2; round < ROUNDS; round++) {
		qualify_dirty(map, plan, round);
		nanosleep(&period, NULL);
	}
}

static void keeper(struct plog_map *map, const struct qualify_plan *plan, int fd, int ready)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	signal(SIGHUP, SIG_IGN);
	prctl(PR_SET_NAME, "plogctl-keep");
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
	}
	if (fcntl(fd, F_SETLK, &lock) || write(ready, "", 1) != 1)
		_exit(1);
	close(ready);
	keep(map, plan);
	_exit(0);
}

pid_t qualify_keep_start(struct plog_map *map, const struct qualify_plan *plan, const char *state)
{
	int fd = lock_open(state), ready[2];
	char byte;
	pid_t pid;

	if (fd < 0)
		return -errno;
	if (pipe2(ready, O_CLOEXEC)) {
		close(fd);
		return -errno;
	}
	fflush(NULL);
	pid = fork();
	if (!pid) {
		close(ready[0]);
		keeper(map, plan, fd, ready[1]);
	}
	close(fd);
	close(ready[1]);
	if (pid > 0 && read(ready[0], &byte, 1) != 1)
		pid = -EBUSY;
	close(ready[0]);
	return pid;
}

void qualify_keep_stop(const char *state)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[BOARD_PATH];
	int fd = lock_open(state);

	if (fd < 0)
		return;
	if (!fcntl(fd, F_GETLK, &lock) && lock.l_type != F_UNLCK && lock.l_pid > 0) {
		kill(lock.l_pid, SIGKILL);
		lock = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
		fcntl(fd, F_SETLKW, &lock);
	}
	snprintf(path, sizeof(path), "%s.keep", state);
	unlink(path);
	close(fd);
}
