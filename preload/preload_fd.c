// SPDX-License-Identifier: BSD-2-Clause
/*
 * Descriptors. Standard error is 2, and what the program made a copy of it: a shell's
 * `echo x >&2` writes to 1. Copies are known by the calls that make them; what a
 * program was started with is not looked into, for on a terminal all three are one.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload.h"

#define FDS 256 /* copies above that are not known */

static bool copies[FDS] = { [STDERR_FILENO] = true };

/* What libc did not take, and the program will offer again: logged already. */
static const char *owed;
static size_t owed_len;

int fcntl64(int fd, int command, ...);

static bool is_stderr(int fd)
{
	return preload.on_stderr && fd >= 0 && fd < FDS &&
	       __atomic_load_n(&copies[fd], __ATOMIC_RELAXED);
}

static void mark(int fd, bool copy)
{
	if (fd >= 0 && fd < FDS)
		__atomic_store_n(&copies[fd], copy, __ATOMIC_RELAXED);
}

/* What is made standard error is standard error. */
static int copied(int to, int from)
{
	mark(to, to == STDERR_FILENO || (from >= 0 && from < FDS && copies[from]));
	return to;
}

static bool was_owed(const char *text, size_t n)
{
	bool again = text == owed && n == owed_len;

	owed = NULL;
	return again;
}

static ssize_t taken(const char *text, size_t n, ssize_t done)
{
	if (done < (ssize_t)n) {
		owed = text + (done > 0 ? done : 0);
		owed_len = n - (size_t)(done > 0 ? done : 0);
	}
	return done;
}

/* First the log: where the text goes to may be what hangs. */
ssize_t preload_write(int fd, const void *buf, size_t n)
{
	if (!was_owed(buf, n))
		preload_piece(buf, n, false);
	if (!preload.pass)
		return n > SSIZE_MAX ? SSIZE_MAX : (ssize_t)n;
	return taken(buf, n, PRELOAD_NEXT(write)(fd, buf, n));
}

PRELOAD_EXPORT ssize_t write(int fd, const void *buf, size_t n)
{
	return is_stderr(fd) ? preload_write(fd, buf, n) : PRELOAD_NEXT(write)(fd, buf, n);
}

PRELOAD_EXPORT ssize_t writev(int fd, const struct iovec *part, int count)
{
	ssize_t sum = 0;
	int i;

	if (!is_stderr(fd) || count <= 0 || count > IOV_MAX)
		return PRELOAD_NEXT(writev)(fd, part, count);
	for (i = 0; i < count; i++) {
		preload_piece(part[i].iov_base, part[i].iov_len, i < count - 1);
		sum += (ssize_t)part[i].iov_len;
	}
	return preload.pass ? PRELOAD_NEXT(writev)(fd, part, count) : sum;
}

PRELOAD_EXPORT int dup(int fd)
{
	return copied(PRELOAD_NEXT(dup)(fd), fd);
}

PRELOAD_EXPORT int dup2(int fd, int to)
{
	return copied(PRELOAD_NEXT(dup2)(fd, to), fd);
}

PRELOAD_EXPORT int dup3(int fd, int to, int flags)
{
	return copied(PRELOAD_NEXT(dup3)(fd, to, flags), fd);
}

PRELOAD_EXPORT int close(int fd)
{
	mark(fd, false);
	return PRELOAD_NEXT(close)(fd);
}

static int control(int (*next)(int, int, ...), int fd, int command, void *arg)
{
	int got = next(fd, command, arg);

	return command == F_DUPFD || command == F_DUPFD_CLOEXEC ? copied(got, fd) : got;
}

/* The third argument is a number or a pointer; either is passed like a pointer. */
PRELOAD_EXPORT int fcntl(int fd, int command, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, command);
	arg = va_arg(ap, void *);
	va_end(ap);
	return control(PRELOAD_NEXT(fcntl), fd, command, arg);
}

PRELOAD_EXPORT int fcntl64(int fd, int command, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, command);
	arg = va_arg(ap, void *);
	va_end(ap);
	return control(PRELOAD_NEXT(fcntl64), fd, command, arg);
}
