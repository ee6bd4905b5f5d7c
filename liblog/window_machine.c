// SPDX-License-Identifier: BSD-2-Clause
/* What an attach in user space asks of the running system. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "clock.h"
#include "window_kind.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define PROTECT 50 /* percent, as the module's default */
#define SHARED_MIN 16

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* "01234567-89ab-...": dashes are skipped, 32 digits wanted */
static int boot_id_parse(const char *text, ssize_t n, u8 id[16])
{
	int digits = 0;
	ssize_t i;

	memset(id, 0, 16);
	for (i = 0; i < n && digits < 32; i++) {
		int v = hex_of(text[i]);

		if (v < 0)
			continue;
		id[digits / 2] = (u8)(id[digits / 2] << 4 | v);
		digits++;
	}
	return digits == 32 ? 0 : -EINVAL;
}

int plog_machine_boot_id(struct plog_map *map, u8 id[16])
{
	int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC);
	char text[64];
	ssize_t n = -1;
	int err = errno;

	if (fd >= 0) {
		n = read(fd, text, sizeof(text));
		err = n < 0 ? errno : EINVAL;
		close(fd);
	}
	if (n < 0 || boot_id_parse(text, n, id))
		return plog_map_fail(map, err, "cannot read %s: %s; is /proc mounted?", BOOT_ID,
				     strerror(err));
	return 0;
}

/* A uuid and a salt have to differ, not to be secret: never wait for entropy. */
static void random_bytes(u8 *p, size_t n, const struct plog_instant *now)
{
	u64 mix[3] = { now->real, now->mono, (u64)getpid() << 32 | (u32)(uintptr_t)p };
	int fd;

	if (getrandom(p, n, GRND_NONBLOCK) == (ssize_t)n)
		return;
	fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, p, n) != (ssize_t)n)
		memcpy(p, mix, n < sizeof(mix) ? n : sizeof(mix));
	if (fd >= 0)
		close(fd);
}

int plog_machine_describe(struct plog_map *map, struct plog_attach *arg, struct utsname *room)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	int rc;

	memset(arg, 0, sizeof(*arg));
	rc = plog_machine_boot_id(map, arg->boot_id);
	if (rc)
		return rc;
	arg->clock = plog_clock_choose(&arg->counter_hz);
	plog_clock_instant(arg->clock, &arg->now);
	random_bytes(arg->random, sizeof(arg->random), &arg->now);
	memset(room, 0, sizeof(*room));
	uname(room);
	arg->kernel = room->release;
	arg->machine = room->machine;
	arg->cpu_lanes = cpus > 0 ? (u32)cpus : 1;
	/* Several a CPU: a writer that was preempted in its lane does not stop the next. */
	arg->shared_lanes = cpus * 2 > SHARED_MIN ? (u32)cpus * 2 : SHARED_MIN;
	arg->protect = PROTECT;
	return 0;
}
