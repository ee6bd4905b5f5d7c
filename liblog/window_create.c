// SPDX-License-Identifier: BSD-2-Clause
/*
 * Making a window's file: under a name of its own, with all its blocks, and only
 * then under the name that others open. So a full disk is an error here and not
 * a SIGBUS later, and whoever finds the file finds it whole.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "window_kind.h"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

#define NAME_TRIES 100

static int zeros_write(int fd, u64 size)
{
	static const char zeros[65536];
	u64 at = 0;

	while (at < size) {
		size_t n = size - at < sizeof(zeros) ? (size_t)(size - at) : sizeof(zeros);
		ssize_t done = pwrite(fd, zeros, n, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		if (done == 0)
			return -ENOSPC;
		at += (u64)done;
	}
	return 0;
}

int plog_file_reserve(int fd, u64 size, bool fill)
{
	struct rlimit limit;
	int rc;

	/* Beyond the limit the kernel sends SIGXFSZ, which would be the end. */
	if (size > INT64_MAX ||
	    (!getrlimit(RLIMIT_FSIZE, &limit) && limit.rlim_cur != RLIM_INFINITY &&
	     size > limit.rlim_cur))
		return -EFBIG;
	do {
		rc = fallocate(fd, 0, 0, (off_t)size) ? -errno : 0;
	} while (rc == -EINTR);
	/*
	 * Not posix_fallocate(): where the file system cannot do it, some C libraries
	 * rewrite a byte of each block, under the hands of those who map it.
	 */
	if (rc == -EOPNOTSUPP || rc == -ENOSYS)
		return fill ? zeros_write(fd, size) : 0;
	return rc;
}

/* Return: 0, also when somebody else was faster. */
static int name_publish(const char *from, const char *to)
{
	int err;

	if (!link(from, to))
		return 0;
	if (errno == EEXIST)
		return 0;
	err = errno;
	/* FAT and the like have no links. */
	if (!syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return 0;
	return errno == EEXIST ? 0 : -err;
}

static int create_error(struct plog_map *map, int err, const char *path, u64 size)
{
	if (err == ENOSPC || err == EDQUOT)
		return plog_map_fail(map, err, "%s: no room for %llu bytes there: %s", path,
				     (unsigned long long)size, strerror(err));
	if (err == EFBIG)
		return plog_map_fail(map, err, "%s: %llu bytes are more than the file system or "
				     "the limit on file sizes (ulimit -f) allows", path,
				     (unsigned long long)size);
	return plog_map_fail(map, err, "%s: cannot make it: %s", path, strerror(err));
}

static int temp_open(const char *path, char *temp, size_t n)
{
	/* A window in a directory that all may write is its owner's alone. */
	mode_t mode = strncmp(path, "/dev/shm/", 9) ? 0660 : 0600;
	int i, fd = -1;

	for (i = 0; i < NAME_TRIES; i++) {
		int len = snprintf(temp, n, "%s.%d-%d.new", path, (int)getpid(), i);

		if (len < 0 || (size_t)len >= n)
			return -ENAMETOOLONG;
		fd = open(temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	return fd < 0 ? -errno : fd;
}

int plog_file_create(struct plog_map *map, const char *path, u64 size)
{
	char temp[PATH_MAX];
	int fd, rc;

	if (size < PLOG_WINDOW_MIN || size % PLOG_PAGE)
		return plog_map_fail(map, EINVAL, "%s: a window of %llu bytes; it takes a multiple "
				     "of %u, %u at least", path, (unsigned long long)size,
				     PLOG_PAGE, PLOG_WINDOW_MIN);
	fd = temp_open(path, temp, sizeof(temp));
	if (fd < 0)
		return create_error(map, -fd, path, size);
	rc = plog_file_reserve(fd, size, true);
	if (!rc)
		rc = name_publish(temp, path);
	/* After a rename there is nothing of that name, and that is right too. */
	unlink(temp);
	close(fd);
	return rc ? create_error(map, -rc, path, size) : 0;
}
