// SPDX-License-Identifier: BSD-2-Clause
/* Which window, what kind it is, and what the kinds have in common. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/barrier.h"
#include "window_kind.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define DEVICE_PREFIX "/dev/plog"
#define DEVICE_DEFAULT "/dev/plog0"

const char *plog_window_spec(const char *given, char *buf, size_t n)
{
	const char *env = secure_getenv("PLOG_WINDOW");
	int saved = errno;

	if (given && *given)
		return given;
	if (env && *env)
		return env;
	if (!access(DEVICE_DEFAULT, F_OK))
		return DEVICE_DEFAULT;
	errno = saved;
	snprintf(buf, n, "/dev/shm/plog-%u", (unsigned int)geteuid());
	return buf;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

static int unit_of(char c)
{
	switch (c) {
	case 'k':
	case 'K':
		return 10;
	case 'm':
	case 'M':
		return 20;
	case 'g':
	case 'G':
		return 30;
	default:
		return 0;
	}
}

int plog_size_parse(const char *text, u64 *value)
{
	int base = 10, unit;
	u64 v = 0;
	const char *start;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	for (start = text; digit_of(*text) < base; text++) {
		u64 digit = (u64)digit_of(*text);

		if (v > (UINT64_MAX - digit) / (u64)base)
			return -EINVAL;
		v = v * (u64)base + digit;
	}
	if (text == start)
		return -EINVAL;
	unit = unit_of(*text);
	if (unit)
		text++;
	if (*text || (unit && v > UINT64_MAX >> unit))
		return -EINVAL;
	*value = v << unit;
	return 0;
}

int plog_map_fail(struct plog_map *map, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(map->why, sizeof(map->why), fmt, ap);
	va_end(ap);
	return -err;
}

static void map_reset(struct plog_map *map)
{
	memset(map, 0, sizeof(*map));
	map->fd = -1;
	map->control_fd = -1;
}

static enum plog_map_kind kind_of(const char *spec)
{
	const size_t n = sizeof(DEVICE_PREFIX) - 1;
	struct stat st;

	if (!strncmp(spec, "mem:", 4))
		return PLOG_MAP_MEM;
	if (!strncmp(spec, DEVICE_PREFIX, n) && digit_of(spec[n]) < 10)
		return PLOG_MAP_DEVICE;
	if (!stat(spec, &st) && S_ISCHR(st.st_mode))
		return PLOG_MAP_DEVICE;
	return PLOG_MAP_FILE;
}

/* An error keeps its line and nothing else. */
static int map_finish(struct plog_map *map, int rc)
{
	if (rc) {
		char why[sizeof(map->why)];

		memcpy(why, map->why, sizeof(why));
		plog_map_close(map);
		memcpy(map->why, why, sizeof(why));
	}
	return rc;
}

int plog_map_read(struct plog_map *map, const char *spec)
{
	int saved = errno, rc;

	map_reset(map);
	switch (kind_of(spec)) {
	case PLOG_MAP_MEM:
		rc = plog_mem_read(map, spec);
		break;
	case PLOG_MAP_DEVICE:
		rc = plog_device_read(map, spec);
		break;
	default:
		rc = plog_file_read(map, spec);
		break;
	}
	rc = map_finish(map, rc);
	errno = saved;
	return rc;
}

static int map_open(struct plog_map *map, const char *spec, u64 create)
{
	int saved = errno, rc;

	switch (kind_of(spec)) {
	case PLOG_MAP_MEM:
		rc = plog_mem_write(map, spec);
		break;
	case PLOG_MAP_DEVICE:
		rc = plog_device_write(map, spec);
		break;
	default:
		rc = plog_file_write(map, spec, create);
		break;
	}
	rc = map_finish(map, rc);
	errno = saved;
	return rc;
}

int plog_map_write(struct plog_map *map, const char *spec, u64 create)
{
	map_reset(map);
	return map_open(map, spec, create);
}

int plog_map_amend(struct plog_map *map, const char *spec, enum plog_amend what)
{
	map_reset(map);
	map->amend = what;
	return map_open(map, spec, 0);
}

int plog_map_init(struct plog_map *map, const char *path, u64 size, bool force)
{
	int saved = errno, rc;

	map_reset(map);
	if (kind_of(path) != PLOG_MAP_FILE)
		rc = plog_map_fail(map, EINVAL,
				   "%s: only a file is made by init; the module formats its window "
				   "itself, mem: is formatted by its first writer", path);
	else
		rc = plog_file_init(map, path, size, force);
	rc = map_finish(map, rc);
	errno = saved;
	return rc;
}

int plog_map_sync(struct plog_map *map)
{
	int saved = errno, rc = 0;

	if (map->flush != PLOG_FLUSH_NONE)
		plog_fence();
	/* Without its descriptor (see plog_map_kick) the mapping does, for the whole window. */
	if (map->kind == PLOG_MAP_DEVICE && fsync(plog_load(&map->fd)) &&
	    msync(map->mapping, map->mapping_size, MS_SYNC))
		rc = -errno;
	/* A MAP_SYNC mapping has no dirty pages to wait for: cleaned lines are enough. */
	if (map->kind == PLOG_MAP_FILE && map->flush == PLOG_FLUSH_NONE &&
	    (map->control || map->alone) && msync(map->mapping, map->mapping_size, MS_SYNC))
		rc = -errno;
	errno = saved;
	return rc;
}

void plog_map_kick(struct plog_map *map)
{
	int saved = errno, fd = plog_load(&map->fd);

	if (map->kind != PLOG_MAP_DEVICE || fd < 0 || !ioctl(fd, PLOG_IOC_KICK))
		return;
	/*
	 * Somebody closed the descriptor (closefrom()), and it may be another file's by now:
	 * to try with each record would cost a system call each time. The sweep that nobody
	 * wakes looks by itself once a second.
	 */
	if (errno == EBADF || errno == ENOTTY)
		plog_store(&map->fd, -1);
	errno = saved;
}

void plog_map_close(struct plog_map *map)
{
	int saved = errno;

	if (map->control)
		munmap(map->control, map->control_size);
	if (map->mapping)
		munmap(map->mapping, map->mapping_size);
	/* In this order; see window_control.c. */
	if (map->control_fd >= 0)
		close(map->control_fd);
	if (map->fd >= 0)
		close(map->fd);
	map_reset(map);
	errno = saved;
}

int plog_map_alloc(struct plog_map *map, u64 size, const char *spec)
{
	void *p = MAP_FAILED;

	if (size <= SIZE_MAX)
		p = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	if (p == MAP_FAILED)
		return plog_map_fail(map, ENOMEM, "%s: no memory for a copy of %llu bytes", spec,
				     (unsigned long long)size);
	map->mapping = p;
	map->mapping_size = (size_t)size;
	map->base = p;
	map->size = size;
	return 0;
}

int plog_map_slurp(struct plog_map *map, int fd, u64 size, const char *spec)
{
	int rc = plog_map_alloc(map, size, spec);
	u64 have = 0;

	if (rc)
		return rc;
	while (have < size) {
		ssize_t n = read(fd, map->base + have, (size_t)(size - have));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return plog_map_fail(map, errno, "%s: cannot read at %llu: %s", spec,
					     (unsigned long long)have, strerror(errno));
		if (n == 0)
			break;
		have += (u64)n;
	}
	map->size = have;
	return 0;
}

int plog_map_shared(struct plog_map *map, int fd, u64 offset, size_t size, int flags)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, flags ? flags : MAP_SHARED, fd,
		       (off_t)offset);

	if (p == MAP_FAILED)
		return -errno;
	map->mapping = p;
	map->mapping_size = size;
	map->base = p;
	map->size = size;
	return 0;
}

/* Reading is all that can be done to pages that others are writing. */
void plog_prefault(void *p, size_t n)
{
	size_t step = (size_t)sysconf(_SC_PAGESIZE), at;

	if (!madvise(p, n, MADV_POPULATE_WRITE))
		return;
	for (at = 0; at < n; at += step)
		(void)*((volatile u8 *)p + at);
}
