// SPDX-License-Identifier: BSD-2-Clause
/*
 * Physical memory through /dev/mem, where the module cannot be loaded.
 *
 * It is opened with O_SYNC, so that the mapping's type does not depend on who
 * mapped the range before: x86 maps it uncached (minus: an MTRR may make it
 * write-combined), 32-bit Arm uncached outside the kernel's RAM, arm64 Device
 * memory for what the device tree marks no-map and Normal non-cacheable for other
 * RAM. So records need no cleaning, whatever the flush policy says, and only
 * aligned accesses are made here: on Device memory others fault.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "window_kind.h"

#define DEVMEM "/dev/mem"
#define LOCKDOWN "/sys/kernel/security/lockdown"
#define IOMEM "/proc/iomem"

/* @start and @size: the lines that lie wholly in what was asked for */
struct range {
	u64 start;
	u64 size;
};

static int range_parse(struct plog_map *map, const char *spec, struct range *range)
{
	const char *text = spec + 4, *comma = strchr(text, ',');
	char number[32];
	u64 addr, size, end;

	if (!comma || (size_t)(comma - text) >= sizeof(number))
		return plog_map_fail(map, EINVAL, "%s: wants mem:ADDR,SIZE, as mem:0x5f00000,1M",
				     spec);
	memcpy(number, text, (size_t)(comma - text));
	number[comma - text] = 0;
	if (plog_size_parse(number, &addr) || plog_size_parse(comma + 1, &size))
		return plog_map_fail(map, EINVAL, "%s: wants mem:ADDR,SIZE, as mem:0x5f00000,1M",
				     spec);
	if (addr > INT64_MAX || size > INT64_MAX - addr)
		return plog_map_fail(map, EOVERFLOW, "%s: ends beyond all memory", spec);
	end = (addr + size) & ~(u64)(PLOG_LINE - 1);
	range->start = (addr + PLOG_LINE - 1) & ~(u64)(PLOG_LINE - 1);
	if (end < range->start || end - range->start < PLOG_WINDOW_MIN)
		return plog_map_fail(map, EINVAL, "%s: too small; a window has %u bytes at least",
				     spec, PLOG_WINDOW_MIN);
	range->size = end - range->start;
	if (range->size > SIZE_MAX - 2 * PLOG_CHUNK_MAX)
		return plog_map_fail(map, EFBIG, "%s: does not fit this process", spec);
	return 0;
}

/* "none [integrity] confidentiality": the level in brackets is the one in force. */
static bool locked_down(void)
{
	int fd = open(LOCKDOWN, O_RDONLY | O_CLOEXEC);
	char text[64];
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = 0;
	return strstr(text, "[integrity]") || strstr(text, "[confidentiality]");
}

static int refused(struct plog_map *map, const char *spec, bool mapping)
{
	if (locked_down())
		return plog_map_fail(map, EPERM, "%s: the kernel is locked down (" LOCKDOWN "), "
				     DEVMEM " is closed; use the module, signed, with a device "
				     "tree node or reserve_mem=", spec);
	if (!mapping)
		return plog_map_fail(map, EPERM, "%s: " DEVMEM " needs root (CAP_SYS_RAWIO)", spec);
	return plog_map_fail(map, EPERM, "%s: the range is System RAM or claimed by a driver (see "
			     IOMEM "), and CONFIG_STRICT_DEVMEM refuses that; reserve it "
			     "(memmap=) or use the module", spec);
}

static int devmem_open(struct plog_map *map, const char *spec, int flags)
{
	map->kind = PLOG_MAP_MEM;
	map->fd = open(DEVMEM, flags | O_SYNC | O_CLOEXEC);
	if (map->fd >= 0)
		return 0;
	if (errno == EPERM || errno == EACCES)
		return refused(map, spec, false);
	if (errno == ENOENT || errno == ENXIO || errno == ENODEV)
		return plog_map_fail(map, errno, "%s: " DEVMEM " is missing: this kernel has no "
				     "CONFIG_DEVMEM, or this container no access; use the module",
				     spec);
	return plog_map_fail(map, errno, "%s: cannot open " DEVMEM ": %s", spec, strerror(errno));
}

/* The mapping starts and ends on pages; base and size are the window's. */
static int devmem_map(struct plog_map *map, const char *spec, const struct range *range, int prot)
{
	u64 page = (u64)sysconf(_SC_PAGESIZE);
	u64 first = range->start & ~(page - 1);
	u64 last = (range->start + range->size + page - 1) & ~(page - 1);
	void *p = mmap(NULL, (size_t)(last - first), prot, MAP_SHARED, map->fd, (off_t)first);

	if (p == MAP_FAILED && (errno == EPERM || errno == EACCES))
		return refused(map, spec, true);
	if (p == MAP_FAILED && errno == EINVAL)
		return plog_map_fail(map, EINVAL, "%s: beyond this machine's physical addresses, or "
				     "mapped with another cache type by somebody", spec);
	if (p == MAP_FAILED)
		return plog_map_fail(map, errno, "%s: cannot map: %s", spec, strerror(errno));
	map->mapping = p;
	map->mapping_size = (size_t)(last - first);
	map->base = (u8 *)p + (range->start - first);
	map->size = range->size;
	return 0;
}

int plog_mem_read(struct plog_map *map, const char *spec)
{
	const volatile u64 *from;
	struct range range;
	size_t mapped, i;
	void *mapping;
	u64 *to;
	int rc = range_parse(map, spec, &range);

	if (!rc)
		rc = devmem_open(map, spec, O_RDONLY);
	if (!rc)
		rc = devmem_map(map, spec, &range, PROT_READ);
	if (rc)
		return rc;
	from = (const volatile u64 *)(const void *)map->base;
	mapping = map->mapping;
	mapped = map->mapping_size;
	map->mapping = NULL;
	rc = plog_map_alloc(map, range.size, spec);
	to = (u64 *)(void *)map->base;
	for (i = 0; !rc && i < range.size / 8; i++)
		to[i] = from[i];
	munmap(mapping, mapped);
	return rc;
}

/*
 * Without STRICT_DEVMEM the kernel would let us write into its own memory. Lines
 * without indent are "START-END : NAME"; who is not privileged sees zeros.
 */
static bool line_is_ram(char *line, const struct range *range)
{
	char *rest, *name;
	u64 from, to;

	from = strtoull(line, &rest, 16);
	if (rest == line || *rest != '-')
		return false;
	to = strtoull(rest + 1, &name, 16);
	if (strcmp(name, " : System RAM"))
		return false;
	return from <= range->start + range->size - 1 && range->start <= to;
}

static bool range_is_ram(const struct range *range)
{
	char buf[4096], *line, *end;
	int fd = open(IOMEM, O_RDONLY | O_CLOEXEC);
	bool found = false;
	size_t have = 0;
	ssize_t n;

	if (fd < 0)
		return false;
	while (!found && (n = read(fd, buf + have, sizeof(buf) - 1 - have)) > 0) {
		have += (size_t)n;
		buf[have] = 0;
		line = buf;
		while (!found && (end = strchr(line, '\n')) != NULL) {
			*end = 0;
			found = line_is_ram(line, range);
			line = end + 1;
		}
		have = strlen(line);
		memmove(buf, line, have);
	}
	close(fd);
	return found;
}

int plog_mem_write(struct plog_map *map, const char *spec)
{
	struct plog_control_arg arg = { .spec = spec, .adopt = true };
	struct range range;
	int rc = range_parse(map, spec, &range);

	if (!rc)
		rc = devmem_open(map, spec, O_RDWR);
	if (!rc && range_is_ram(&range))
		rc = plog_map_fail(map, EINVAL, "%s lies in System RAM (" IOMEM "); reserve it with "
				   "memmap=%llu$0x%llx, or a no-map node in the device tree", spec,
				   (unsigned long long)range.size, (unsigned long long)range.start);
	if (!rc)
		rc = devmem_map(map, spec, &range, PROT_READ | PROT_WRITE);
	if (rc)
		return rc;
	/* The mapping keeps /dev/mem by itself; its file is not the window's lock. */
	fstat(map->fd, &arg.who);
	close(map->fd);
	map->fd = -1;
	map->flush = PLOG_FLUSH_EAGER;
	arg.phys_addr = range.start;
	snprintf(arg.key, sizeof(arg.key), "mem-%llx-%llx", (unsigned long long)range.start,
		 (unsigned long long)range.size);
	return plog_control_up(map, &arg);
}
