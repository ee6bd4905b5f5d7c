// SPDX-License-Identifier: BSD-2-Clause
/*
 * The module's device: window and control plane are two mappings of it, and the
 * module has attached already.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include "core/barrier.h"
#include "window_kind.h"

#define JOIN_TRIES 20 /* of 10 ms: the device node can be seen before it is ready */

static int device_open_error(struct plog_map *map, int err, const char *spec)
{
	switch (err) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return plog_map_fail(map, err,
				     "%s: no such device; load the module: "
				     "modprobe plog mem_address=... mem_size=...", spec);
	case EACCES:
	case EPERM:
		return plog_map_fail(map, err, "%s: permission denied; add the user to group plog, "
				     "to which 60-plog.rules gives the device", spec);
	default:
		return plog_map_fail(map, err, "%s: cannot open: %s", spec, strerror(err));
	}
}

static int device_open(struct plog_map *map, const char *spec, int flags, struct plog_info *info)
{
	map->kind = PLOG_MAP_DEVICE;
	map->fd = open(spec, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (map->fd < 0)
		return device_open_error(map, errno, spec);
	memset(info, 0, sizeof(*info));
	if (ioctl(map->fd, PLOG_IOC_INFO, info))
		return plog_map_fail(map, EINVAL,
				     "%s: not a plog device; physical memory is mem:ADDR,SIZE", spec);
	if (info->window_size < PLOG_WINDOW_MIN)
		return plog_map_fail(map, EINVAL, "%s: a window of %llu bytes; the module and this "
				     "library are not of one release", spec,
				     (unsigned long long)info->window_size);
	return 0;
}

int plog_device_read(struct plog_map *map, const char *spec)
{
	struct plog_info info;
	int rc = device_open(map, spec, O_RDONLY, &info);

	if (rc)
		return rc;
	rc = plog_map_slurp(map, map->fd, info.window_size, spec);
	if (!rc && map->size == 0)
		rc = plog_map_fail(map, EIO, "%s: reads as empty", spec);
	return rc;
}

static int version_error(struct plog_map *map, const char *spec, u32 version)
{
	return plog_map_fail(map, EPROTO,
			     "%s: the module's control plane has version %u, this library's %u; "
			     "install both from one release", spec, version, PLOG_CONTROL_VERSION);
}

static int device_map(struct plog_map *map, const char *spec, const struct plog_info *info)
{
	void *p;
	int rc;

	if (info->window_size > SIZE_MAX || info->control_size > UINT32_MAX)
		return plog_map_fail(map, EFBIG, "%s: %llu bytes do not fit this process", spec,
				     (unsigned long long)info->window_size);
	rc = plog_map_shared(map, map->fd, 0, (size_t)info->window_size, 0);
	if (rc)
		return plog_map_fail(map, -rc, "%s: cannot map %llu bytes: %s", spec,
				     (unsigned long long)info->window_size, strerror(-rc));
	p = mmap(NULL, (size_t)info->control_size, PROT_READ | PROT_WRITE, MAP_SHARED, map->fd,
		 (off_t)PLOG_MMAP_CONTROL);
	if (p == MAP_FAILED)
		return plog_map_fail(map, errno, "%s: cannot map its control plane: %s", spec,
				     strerror(errno));
	map->control = p;
	map->control_size = (u32)info->control_size;
	return 0;
}

static int device_join(struct plog_map *map, const char *spec)
{
	const struct plog_control *ctl = map->control;
	int i, rc = -EAGAIN;

	for (i = 0; i < JOIN_TRIES && rc == -EAGAIN; i++) {
		if (i > 0)
			usleep(10000);
		rc = plog_window_join(&map->win, map->base, map->size, map->control,
				      map->control_size);
	}
	if (rc == -EPROTO)
		return version_error(map, spec, plog_load(&ctl->version));
	if (rc == -EAGAIN)
		return plog_map_fail(map, EAGAIN, "%s: its control plane is not ready; see the "
				     "kernel's log: dmesg | grep plog", spec);
	if (rc)
		return plog_map_fail(map, -rc, "%s: its control plane makes no sense; reload the "
				     "module", spec);
	map->flush = plog_load(&ctl->flush);
	return 0;
}

int plog_device_write(struct plog_map *map, const char *spec)
{
	struct plog_info info;
	int rc = device_open(map, spec, O_RDWR, &info);

	if (!rc && info.version != PLOG_CONTROL_VERSION)
		rc = version_error(map, spec, info.version);
	if (!rc)
		rc = device_map(map, spec, &info);
	if (!rc)
		rc = device_join(map, spec);
	if (rc)
		return rc;
	plog_prefault(map->base, (size_t)map->size);
	plog_prefault(map->control, map->control_size);
	return 0;
}
