// SPDX-License-Identifier: BSD-2-Clause
/*
 * A window in a file: tmpfs, an ordinary file system, DAX, a saved image.
 *
 * On DAX (MAP_SYNC) the file is persistent memory and cleaning a line makes it
 * last; on anything else the window survives the process, and the machine only
 * as far as the kernel wrote the pages back.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "window_kind.h"

#ifndef MAP_SHARED_VALIDATE
#define MAP_SHARED_VALIDATE 0x03
#endif
#ifndef MAP_SYNC
#define MAP_SYNC 0x80000
#endif

#define COPY_MAX (256ULL << 20)
#define STREAM_START (1ULL << 20)
#define STREAM_MAX (sizeof(size_t) > 4 ? 4ULL << 30 : 1ULL << 30)

/* --- reading --- */

static int stream_read(struct plog_map *map, int fd, const char *spec)
{
	int rc = plog_map_alloc(map, STREAM_START, spec);
	size_t have = 0;

	while (!rc) {
		ssize_t n = read(fd, map->base + have, map->mapping_size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return plog_map_fail(map, errno, "%s: cannot read: %s", spec,
					     strerror(errno));
		if (n == 0)
			break;
		have += (size_t)n;
		if (have == map->mapping_size) {
			void *p = MAP_FAILED;

			if (have < STREAM_MAX)
				p = mremap(map->mapping, have, have * 2, MREMAP_MAYMOVE);
			if (p == MAP_FAILED)
				return plog_map_fail(map, EFBIG, "%s: more than %zu bytes; save it "
						     "to a file first", spec, have);
			map->mapping = p;
			map->mapping_size = have * 2;
			map->base = p;
		}
	}
	map->size = have;
	return rc;
}

/* Nobody writes it: whoever does holds a shared lock. */
static bool file_quiet(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB))
		return false;
	flock(fd, LOCK_UN);
	return true;
}

static int file_map_private(struct plog_map *map, int fd, u64 size)
{
	void *p = MAP_FAILED;

	if (size <= SIZE_MAX)
		p = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return -ENOMEM;
	map->mapping = p;
	map->mapping_size = (size_t)size;
	map->base = p;
	map->size = size;
	return 0;
}

static int sized_read(struct plog_map *map, int fd, u64 size, const char *spec)
{
	/* Saved RAM dumps are large: mapped, unless somebody is writing. */
	if (size > COPY_MAX && file_quiet(fd) && !file_map_private(map, fd, size))
		return 0;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return plog_map_fail(map, errno, "%s: cannot seek: %s", spec, strerror(errno));
	return plog_map_slurp(map, fd, size, spec);
}

static int read_error(struct plog_map *map, int err, const char *spec)
{
	if (err == ENOENT)
		return plog_map_fail(map, err, "%s: no such window", spec);
	if (err == EACCES || err == EPERM)
		return plog_map_fail(map, err, "%s: permission denied; reading needs read permission "
				     "on it: be its owner, or root", spec);
	return plog_map_fail(map, err, "%s: cannot read: %s", spec, strerror(err));
}

int plog_file_read(struct plog_map *map, const char *spec)
{
	bool input = !strcmp(spec, "-");
	int fd = input ? STDIN_FILENO : open(spec, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	off_t size = 0;
	int rc;

	map->kind = PLOG_MAP_FILE;
	spec = input ? "standard input" : spec;
	if (fd < 0 || fstat(fd, &st))
		return read_error(map, errno, spec);
	if (!input)
		map->fd = fd; /* for plog_map_close(), if anything fails */
	if (S_ISDIR(st.st_mode))
		return read_error(map, EISDIR, spec);
	if (S_ISREG(st.st_mode) && !(input && lseek(fd, 0, SEEK_CUR) > 0))
		size = st.st_size;
	else if (S_ISBLK(st.st_mode))
		size = lseek(fd, 0, SEEK_END);
	/* Files of /proc and /sys say 0 and have something all the same. */
	rc = size > 0 ? sized_read(map, fd, (u64)size, spec) : stream_read(map, fd, spec);
	if (!rc && map->size == 0)
		rc = plog_map_fail(map, ENODATA, "%s: empty", spec);
	if (!input)
		close(fd);
	map->fd = -1;
	return rc;
}

/* --- writing --- */

static int write_error(struct plog_map *map, int err, const char *spec)
{
	switch (err) {
	case ENOENT:
		return plog_map_fail(map, err, "%s: no such window; plogctl init --size 8M %s makes "
				     "it", spec, spec);
	case EISDIR:
		return plog_map_fail(map, err, "%s: a directory", spec);
	case EACCES:
	case EPERM:
		return plog_map_fail(map, err, "%s: permission denied; writing needs read and write "
				     "permission on the window", spec);
	case EROFS:
		return plog_map_fail(map, err, "%s: on a file system that is mounted read-only",
				     spec);
	default:
		return plog_map_fail(map, err, "%s: cannot open for writing: %s", spec,
				     strerror(err));
	}
}

static int type_check(struct plog_map *map, const char *spec, const struct stat *st)
{
	char own[32];

	if (S_ISDIR(st->st_mode))
		return write_error(map, EISDIR, spec);
	if (S_ISBLK(st->st_mode))
		return plog_map_fail(map, EINVAL, "%s: a block device loses what its page cache "
				     "holds in a crash; use a file on fsdax", spec);
	if (!S_ISREG(st->st_mode))
		return plog_map_fail(map, EINVAL, "%s: neither a file nor a plog device", spec);
	/* The default's name can be guessed, and anybody may make it. */
	snprintf(own, sizeof(own), "/dev/shm/plog-%u", (unsigned int)geteuid());
	if (!strcmp(spec, own) && st->st_uid != geteuid())
		return plog_map_fail(map, EPERM, "%s: belongs to user %u; not used as the default "
				     "window of another", spec, (unsigned int)st->st_uid);
	return 0;
}

static int file_open(struct plog_map *map, const char *spec, u64 create, struct stat *st)
{
	int tries, rc;

	map->kind = PLOG_MAP_FILE;
	if (!strcmp(spec, "-"))
		return plog_map_fail(map, EINVAL, "standard input is no window to write to");
	for (tries = 0; tries < 3; tries++) {
		/* Non-blocking: a FIFO must not stop us. */
		map->fd = open(spec, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		if (map->fd >= 0 || errno != ENOENT || !create)
			break;
		rc = plog_file_create(map, spec, create);
		if (rc)
			return rc;
	}
	if (map->fd < 0 || fstat(map->fd, st))
		return write_error(map, errno, spec);
	return type_check(map, spec, st);
}

static int file_map(struct plog_map *map, const char *spec, u64 bytes)
{
	u64 size = bytes & ~(u64)(PLOG_PAGE - 1);
	int rc;

	if (size < PLOG_WINDOW_MIN)
		return plog_map_fail(map, EINVAL, "%s: %s, %llu bytes; a window has %u at least: "
				     "plogctl init --force --size 8M", spec,
				     bytes ? "too small" : "empty", (unsigned long long)bytes,
				     PLOG_WINDOW_MIN);
	if (size > SIZE_MAX)
		return plog_map_fail(map, EFBIG, "%s: %llu bytes do not fit this process", spec,
				     (unsigned long long)bytes);
	map->flush = PLOG_FLUSH_EAGER;
	rc = plog_map_shared(map, map->fd, 0, (size_t)size, MAP_SHARED_VALIDATE | MAP_SYNC);
	if (rc) {
		map->flush = PLOG_FLUSH_NONE;
		rc = plog_map_shared(map, map->fd, 0, (size_t)size, 0);
	}
	if (rc)
		return plog_map_fail(map, -rc, "%s: cannot map %llu bytes: %s", spec,
				     (unsigned long long)size, strerror(-rc));
	return 0;
}

static void control_arg(struct plog_control_arg *arg, const char *spec, const struct stat *st)
{
	memset(arg, 0, sizeof(*arg));
	arg->spec = spec;
	arg->who = *st;
	snprintf(arg->key, sizeof(arg->key), "%llx-%llx", (unsigned long long)st->st_dev,
		 (unsigned long long)st->st_ino);
}

/* A file with holes would die by SIGBUS on a disk that has filled up since. */
static int holes_fill(struct plog_map *map, const char *spec, const struct stat *st)
{
	int rc;

	if ((u64)st->st_blocks * 512 >= (u64)st->st_size)
		return 0;
	rc = plog_file_reserve(map->fd, (u64)st->st_size, false);
	if (rc == -ENOSPC || rc == -EDQUOT)
		return plog_map_fail(map, -rc, "%s: has holes, and no room is left to fill them: %s",
				     spec, strerror(-rc));
	return 0;
}

int plog_file_write(struct plog_map *map, const char *spec, u64 create)
{
	struct plog_control_arg arg;
	struct stat st;
	int rc = file_open(map, spec, create, &st);

	if (!rc)
		rc = holes_fill(map, spec, &st);
	if (!rc)
		rc = file_map(map, spec, (u64)st.st_size);
	if (rc)
		return rc;
	control_arg(&arg, spec, &st);
	return plog_control_up(map, &arg);
}

/* --- plogctl init --- */

/* Is there something in it that somebody might miss? */
static bool file_precious(struct plog_map *map, u64 size)
{
	bool precious = false;
	u64 at = 0;
	u8 buf[4096];
	size_t i;
	ssize_t n;

	(void)map;
	for (; at < size && !precious; at += (u64)n) {
		n = pread(map->fd, buf, sizeof(buf), (off_t)at);
		if (n <= 0)
			break;
		for (i = 0; i < (size_t)n && !precious; i++)
			precious = buf[i] != 0;
	}
	return precious;
}

static bool file_is_plog(struct plog_map *map)
{
	struct plog_super super;
	struct plog_geometry geo;
	int err;

	if (pread(map->fd, &super, sizeof(super), 0) != (ssize_t)sizeof(super))
		return false;
	err = plog_super_check(&super, UINT64_MAX >> 1, &geo);
	return !err || err == -EPROTONOSUPPORT || err == -EINVAL;
}

/* To the wanted size, while nobody else has it. */
static int file_resize(struct plog_map *map, const char *path, u64 size, const struct stat *st)
{
	int rc = 0;

	if (flock(map->fd, LOCK_EX | LOCK_NB))
		return plog_map_fail(map, EBUSY, "%s: in use; stop its writers first", path);
	if ((u64)st->st_size > size && ftruncate(map->fd, (off_t)size))
		rc = -errno;
	if (!rc)
		rc = plog_file_reserve(map->fd, size, (u64)st->st_size < size);
	if (rc)
		return plog_map_fail(map, -rc, "%s: cannot give it %llu bytes: %s", path,
				     (unsigned long long)size, strerror(-rc));
	return 0;
}

int plog_file_init(struct plog_map *map, const char *path, u64 size, bool force)
{
	struct plog_control_arg arg;
	struct stat st;
	int rc;

	if (size < PLOG_WINDOW_MIN || size % PLOG_PAGE)
		return plog_map_fail(map, EINVAL, "%s: a window of %llu bytes; it takes a multiple "
				     "of %u, %u at least", path, (unsigned long long)size,
				     PLOG_PAGE, PLOG_WINDOW_MIN);
	rc = file_open(map, path, size, &st);
	if (rc)
		return rc;
	if (!force && !file_is_plog(map) && file_precious(map, (u64)st.st_size))
		return plog_map_fail(map, EEXIST, "%s exists and is not a plog window; --force "
				     "overwrites it", path);
	rc = file_resize(map, path, size, &st);
	if (!rc)
		rc = file_map(map, path, size);
	if (rc)
		return rc;
	control_arg(&arg, path, &st);
	arg.format = true;
	rc = plog_control_up(map, &arg);
	/*
	 * The file may be given to another user now, who could neither write our
	 * control plane nor remove it.
	 */
	if (!rc)
		plog_control_forget(&arg);
	return rc;
}
