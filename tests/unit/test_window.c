// SPDX-License-Identifier: BSD-2-Clause
/* Windows: specs, kinds, errors, and who may share a control plane. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "core/barrier.h"
#include "flush.h"
#include "window.h"

#define SIZE (256u << 10)

static char dir[64], path[96], control[96];
static struct plog_map map, other;

static void control_name(void)
{
	struct stat st;

	if (!stat(path, &st))
		snprintf(control, sizeof(control), "/dev/shm/plog-ctl-%llx-%llx",
			 (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
}

/* The window and what it left in /dev/shm. */
static void forget(void)
{
	control_name();
	if (control[0])
		unlink(control);
	unlink(path);
	control[0] = 0;
}

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/plog-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/window", dir);
	control[0] = 0;
}

static void teardown(void)
{
	forget();
	ck_assert_int_eq(rmdir(dir), 0); /* no temporary file is left */
}

static void file_fill(const char *name, u64 size, int byte)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	u64 i;

	for (i = 0; i < size; i++)
		ck_assert_int_eq(write(fd, &byte, 1), 1);
	close(fd);
}

static void file_size(const char *name, off_t size)
{
	int fd = open(name, O_WRONLY | O_CREAT, 0600);

	ck_assert_int_eq(ftruncate(fd, size), 0);
	close(fd);
}

static int fds_open(void)
{
	int i, n = 0;

	for (i = 0; i < 256; i++)
		n += fcntl(i, F_GETFD) >= 0;
	return n;
}

#define ck_write(want, word)                                                                       \
	do {                                                                                       \
		int before = fds_open();                                                           \
		ck_assert_int_eq(plog_map_write(&map, path, 0), want);                             \
		ck_assert_msg(strstr(map.why, word) != NULL, "why: %s", map.why);                  \
		ck_assert_int_eq(fds_open(), before);                                              \
		ck_assert_ptr_null(map.mapping);                                                   \
	} while (0)

static void good_write(struct plog_map *m, u64 create)
{
	int rc = plog_map_write(m, path, create);

	ck_assert_msg(rc == 0, "%d: %s", rc, m->why);
}

START_TEST(sizes)
{
	u64 v;

	ck_assert_int_eq(plog_size_parse("65536", &v), 0);
	ck_assert_uint_eq(v, 65536);
	ck_assert_int_eq(plog_size_parse("0x100000", &v), 0);
	ck_assert_uint_eq(v, 1 << 20);
	ck_assert_int_eq(plog_size_parse("64K", &v), 0);
	ck_assert_uint_eq(v, 65536);
	ck_assert_int_eq(plog_size_parse("8m", &v), 0);
	ck_assert_uint_eq(v, 8 << 20);
	ck_assert_int_eq(plog_size_parse("0xFG", &v), 0);
	ck_assert_uint_eq(v, 15ULL << 30);
	ck_assert_int_eq(plog_size_parse("18446744073709551615", &v), 0);
	ck_assert_uint_eq(v, UINT64_MAX);
	ck_assert_int_eq(plog_size_parse("18446744073709551616", &v), -EINVAL);
	ck_assert_int_eq(plog_size_parse("17179869184G", &v), -EINVAL);
	ck_assert_int_eq(plog_size_parse("", &v), -EINVAL);
	ck_assert_int_eq(plog_size_parse("0x", &v), -EINVAL);
	ck_assert_int_eq(plog_size_parse("-1", &v), -EINVAL);
	ck_assert_int_eq(plog_size_parse(" 1", &v), -EINVAL);
	ck_assert_int_eq(plog_size_parse("1MB", &v), -EINVAL);
	ck_assert_int_eq(plog_size_parse("12a", &v), -EINVAL);
}
END_TEST

START_TEST(specs)
{
	char buf[64];
	const char *spec;

	ck_assert_str_eq(plog_window_spec("x", buf, sizeof(buf)), "x");
	setenv("PLOG_WINDOW", "/some/where", 1);
	ck_assert_str_eq(plog_window_spec(NULL, buf, sizeof(buf)), "/some/where");
	ck_assert_str_eq(plog_window_spec("x", buf, sizeof(buf)), "x");
	setenv("PLOG_WINDOW", "", 1);
	spec = plog_window_spec("", buf, sizeof(buf));
	ck_assert(!strcmp(spec, "/dev/plog0") || !strncmp(spec, "/dev/shm/plog-", 14));
}
END_TEST

START_TEST(clocks)
{
	struct plog_instant a, b;
	char line[128];

	plog_clock_instant(PLOG_CLOCK_MONOTONIC, &a);
	plog_clock_instant(PLOG_CLOCK_MONOTONIC, &b);
	ck_assert_uint_eq(a.counter, a.mono);
	ck_assert_uint_ge(b.mono, a.mono);
	ck_assert_uint_ge(a.boottime + 1000000, a.mono);
	ck_assert_uint_gt(a.real, 1500000000ULL * 1000000000ULL);
	ck_assert_uint_ge(plog_clock_counter(PLOG_CLOCK_MONOTONIC), b.counter);
	plog_clean(line, sizeof(line));
	plog_clean(line, 0);
	plog_clean_now(line, 1);
	plog_fence();
	ck_assert_uint_ne(plog_clean_how(), PLOG_CLEAN_UNKNOWN);
}
END_TEST

START_TEST(create_write_read)
{
	struct stat st;

	errno = 77;
	good_write(&map, SIZE);
	ck_assert_int_eq(errno, 77);
	ck_assert(map.attached);
	ck_assert_uint_eq(map.report.found, PLOG_FOUND_EMPTY);
	ck_assert_uint_eq(map.size, SIZE);
	ck_assert_uint_eq(map.flush, PLOG_FLUSH_NONE);
	ck_assert_uint_ge(map.win.cpu_lanes, 1);
	ck_assert_uint_ge(map.win.shared_lanes, 1);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_ge(st.st_blocks * 512, SIZE);
	ck_assert_int_eq(plog_map_sync(&map), 0);
	plog_map_kick(&map);

	/* Another one joins, and both see one control plane. */
	good_write(&other, 0);
	ck_assert(!other.attached);
	map.win.ctl->level = 3;
	ck_assert_uint_eq(other.win.ctl->level, 3);
	plog_map_close(&other);

	ck_assert_int_eq(plog_map_read(&other, path), 0);
	ck_assert_uint_eq(other.size, SIZE);
	ck_assert_int_eq(memcmp(other.base, map.base, SIZE), 0);
	plog_map_close(&other);
	plog_map_close(&map);

	/* Alone again: what is there goes on. */
	good_write(&map, 0);
	ck_assert(!map.attached);
	ck_assert_uint_eq(map.win.ctl->level, 3);
	plog_map_close(&map);
}
END_TEST

START_TEST(control_is_rebuilt)
{
	struct plog_control *ctl;
	int fd;

	good_write(&map, SIZE);
	control_name();
	plog_map_close(&map);
	fd = open(control, O_RDWR);
	ck_assert_int_ge(fd, 0);
	ctl = mmap(NULL, sizeof(*ctl), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (_i == 0)
		ctl->magic = 0;
	else if (_i == 1)
		ctl->version++;
	else if (_i == 2)
		ctl->boot_id[0]++;
	else if (_i == 3)
		ctl->uuid[3]++;
	else if (_i == 4)
		ck_assert_int_eq(ftruncate(fd, 4096), 0);
	else
		ck_assert_int_eq(unlink(control), 0);
	close(fd);
	good_write(&map, 0);
	ck_assert(map.attached);
	ck_assert_uint_eq(map.report.found, PLOG_FOUND_VALID);
	ck_assert(map.report.continued);
	plog_map_close(&map);
}
END_TEST

/* Somebody with another /dev/shm wrote meanwhile: our cursors are old. */
static int lease(u32 lane, const struct plog_instant *now)
{
	struct plog_lease ask = {
		.lane = lane,
		.cursor = plog_window_lane(&map.win, lane)->cursor,
		.now = *now,
	};

	return plog_lease(&map.win, &ask);
}

START_TEST(control_is_stale)
{
	struct plog_instant now;
	char kept[128];

	good_write(&map, SIZE);
	control_name();
	plog_map_close(&map);
	snprintf(kept, sizeof(kept), "%s.kept", control);
	ck_assert_int_eq(rename(control, kept), 0);
	good_write(&map, 0);
	plog_clock_instant(0, &now);
	ck_assert_int_eq(lease(0, &now), 0);
	plog_map_close(&map);
	ck_assert_int_eq(rename(kept, control), 0);
	good_write(&map, 0);
	ck_assert(map.attached);
	plog_map_close(&map);
}
END_TEST

START_TEST(other_shm_refused)
{
	good_write(&map, SIZE);
	control_name();
	unlink(control);
	ck_assert_int_eq(plog_map_write(&other, path, 0), -EBUSY);
	ck_assert_msg(strstr(other.why, "container") != NULL, "%s", other.why);
	ck_assert_int_eq(plog_map_init(&other, path, SIZE, true), -EBUSY);
	ck_assert_msg(strstr(other.why, "in use") != NULL, "%s", other.why);
	plog_map_close(&map);
	good_write(&map, 0);
	ck_assert(map.attached);
	plog_map_close(&map);
}
END_TEST

START_TEST(holder_killed)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		plog_map_write(&map, path, SIZE);
		raise(SIGKILL);
	}
	waitpid(pid, &status, 0);
	good_write(&map, 0);
	ck_assert(!map.attached);
	plog_map_close(&map);
}
END_TEST

START_TEST(race_to_create)
{
	int round, i, status;

	for (round = 0; round < 15; round++) {
		int made = 0, ready[2];
		u32 *hits = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
				 -1, 0);

		ck_assert_int_eq(pipe(ready), 0);
		for (i = 0; i < 6; i++) {
			if (fork() == 0) {
				char c;

				close(ready[1]);
				(void)!read(ready[0], &c, 1);
				if (plog_map_write(&map, path, SIZE)) {
					fprintf(stderr, "%s\n", map.why);
					_exit(2);
				}
				/* Stay until all have come, so that one only attaches. */
				__atomic_fetch_add(hits, 1, __ATOMIC_SEQ_CST);
				__atomic_fetch_add(&map.win.ctl->dropped_full, 1, __ATOMIC_SEQ_CST);
				while (plog_load(hits) < 6)
					usleep(100);
				if (plog_load(&map.win.ctl->dropped_full) != 6)
					_exit(3);
				_exit(map.attached);
			}
		}
		close(ready[1]);
		close(ready[0]);
		for (i = 0; i < 6; i++) {
			wait(&status);
			ck_assert(WIFEXITED(status));
			ck_assert_int_lt(WEXITSTATUS(status), 2);
			made += WEXITSTATUS(status);
		}
		ck_assert_int_eq(made, 1);
		forget();
		munmap(hits, 4096);
	}
}
END_TEST

START_TEST(refusals)
{
	ck_write(-ENOENT, "no such window");
	file_size(path, 0);
	ck_write(-EINVAL, "empty");
	file_size(path, 5000);
	ck_write(-EINVAL, "too small");
	forget();
	file_fill(path, 70000, 'x');
	ck_write(-EINVAL, "is not a plog window");
	ck_assert_int_eq(plog_map_init(&map, path, SIZE, false), -EEXIST);
	ck_assert_msg(strstr(map.why, "--force") != NULL, "%s", map.why);
	ck_assert_int_eq(plog_map_init(&map, path, SIZE, true), 0);
	plog_map_close(&map);
	ck_assert_int_eq(truncate(path, SIZE / 2), 0);
	ck_write(-EINVAL, "truncated");
	forget();
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_write(-EISDIR, "directory");
	ck_assert_int_eq(plog_map_read(&map, path), -EISDIR);
	rmdir(path);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_write(-EINVAL, "neither");
	forget();
	ck_assert_int_eq(plog_map_write(&map, path, 1000), -EINVAL);
	ck_assert_int_eq(plog_map_write(&map, path, SIZE + 1), -EINVAL);
	ck_assert_int_eq(plog_map_write(&map, "/nowhere/at/all", SIZE), -ENOENT);
	ck_assert_int_eq(plog_map_write(&map, "-", 0), -EINVAL);
	ck_assert_int_eq(plog_map_write(&map, "/dev/null", 0), -EINVAL);
	ck_assert_msg(strstr(map.why, "not a plog device") != NULL, "%s", map.why);
	ck_assert_int_eq(plog_map_write(&map, "/dev/plog97", 0), -ENOENT);
	ck_assert_msg(strstr(map.why, "modprobe plog") != NULL, "%s", map.why);
	ck_assert_int_eq(plog_map_read(&map, "/dev/plog97"), -ENOENT);
}
END_TEST

START_TEST(full_and_limited)
{
	struct rlimit limit = { 100000, 100000 };
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		setrlimit(RLIMIT_FSIZE, &limit);
		_exit(plog_map_write(&map, path, SIZE) != -EFBIG || !strstr(map.why, "ulimit"));
	}
	waitpid(pid, &status, 0);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	status = plog_map_write(&map, path, 1ULL << 45);
	ck_assert(status == -ENOSPC || status == -EFBIG);
	ck_assert_msg(strstr(map.why, "no room") || strstr(map.why, "limit"), "%s", map.why);
	pid = fork();
	if (pid == 0) {
		limit.rlim_cur = limit.rlim_max = 8 << 20;
		setrlimit(RLIMIT_AS, &limit);
		_exit(plog_map_write(&map, path, 16 << 20) != -ENOMEM);
	}
	waitpid(pid, &status, 0);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

START_TEST(superblocks_lost)
{
	struct plog_instant now;
	u64 off[3];
	int i;

	good_write(&map, SIZE);
	plog_clock_instant(0, &now);
	for (i = 0; i < 4; i++)
		ck_assert_int_eq(lease((u32)i % map.win.lanes, &now), 0);
	memcpy(off, map.win.geo.super_off, sizeof(off));
	for (i = 0; i < 3; i++)
		memset(map.base + off[i], 0xee, 512);
	/* In use: nobody mends it under the writers' hands. */
	ck_assert_int_eq(plog_map_write(&other, path, 0), -EBUSY);
	ck_assert_msg(strstr(other.why, "superblocks") != NULL, "%s", other.why);
	plog_map_close(&map);
	/* Alone: mended. */
	good_write(&map, 0);
	ck_assert(map.attached);
	ck_assert_uint_eq(map.report.found, PLOG_FOUND_DAMAGED);
	ck_assert_uint_ge(map.report.chunks, 2);
	plog_map_close(&map);
}
END_TEST

START_TEST(init_formats)
{
	u8 uuid[16];

	ck_assert_int_eq(plog_map_init(&map, path, SIZE, false), 0);
	memcpy(uuid, map.win.ctl->uuid, 16);
	plog_map_close(&map);
	/* again, another size */
	ck_assert_int_eq(plog_map_init(&map, path, SIZE * 2, false), 0);
	ck_assert_int_ne(memcmp(uuid, map.win.ctl->uuid, 16), 0);
	memcpy(uuid, map.win.ctl->uuid, 16);
	plog_map_close(&map);
	good_write(&map, 0);
	ck_assert_uint_eq(map.size, SIZE * 2);
	ck_assert_int_eq(memcmp(uuid, map.win.ctl->uuid, 16), 0);
	plog_map_close(&map);
	ck_assert_int_eq(plog_map_init(&map, path, SIZE, false), 0);
	plog_map_close(&map);
	ck_assert_int_eq(plog_map_init(&map, path, 1000, false), -EINVAL);
	ck_assert_int_eq(plog_map_init(&map, "mem:0,1M", SIZE, false), -EINVAL);
}
END_TEST

START_TEST(reading)
{
	int to[2], status;
	pid_t pid;

	ck_assert_int_eq(plog_map_read(&map, path), -ENOENT);
	file_size(path, 0);
	ck_assert_int_eq(plog_map_read(&map, path), -ENODATA);
	ck_assert_msg(strstr(map.why, "empty") != NULL, "%s", map.why);
	/* large and sparse: mapped */
	file_size(path, 300 << 20);
	ck_assert_int_eq(plog_map_read(&map, path), 0);
	ck_assert_uint_eq(map.size, 300 << 20);
	plog_map_close(&map);
	unlink(path);
	/* standard input, more than the first buffer */
	ck_assert_int_eq(pipe(to), 0);
	pid = fork();
	if (pid == 0) {
		char block[4096];
		int i;

		memset(block, 'y', sizeof(block));
		for (i = 0; i < 800; i++)
			(void)!write(to[1], block, sizeof(block));
		_exit(0);
	}
	close(to[1]);
	dup2(to[0], STDIN_FILENO);
	close(to[0]);
	ck_assert_int_eq(plog_map_read(&map, "-"), 0);
	ck_assert_uint_eq(map.size, 800 * 4096);
	ck_assert_uint_eq(map.base[800 * 4096 - 1], 'y');
	ck_assert_int_ge(fcntl(STDIN_FILENO, F_GETFD), 0);
	plog_map_close(&map);
	waitpid(pid, &status, 0);
}
END_TEST

START_TEST(mem_specs)
{
	static const char *const bad[] = {
		"mem:", "mem:0x1000", "mem:0x1000,", "mem:,1M", "mem:1M,1M,1M", "mem:zz,1M",
		"mem:0xffffffffffffffff,1M", "mem:0x7ffffffffffff000,1M", "mem:0x1000,1",
		"mem:0x1000,65535", "mem:0x1001,65536",
	};
	size_t i;
	int rc;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rc = plog_map_write(&map, bad[i], 0);
		ck_assert_msg(rc == -EINVAL || rc == -EOVERFLOW, "%s: %d %s", bad[i], rc, map.why);
		ck_assert_int_eq(plog_map_read(&map, bad[i]), rc);
	}
	if (access("/dev/mem", F_OK) == 0)
		return;
	ck_assert_int_eq(plog_map_write(&map, "mem:0x1001,1M", 0), -ENOENT);
	ck_assert_msg(strstr(map.why, "CONFIG_DEVMEM") != NULL, "%s", map.why);
	ck_assert_int_eq(plog_map_read(&map, "mem:0x1000,1M"), -ENOENT);
}
END_TEST

/* closefrom() took the device's descriptor, and somebody else got its number. */
START_TEST(kick_without_a_descriptor)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	map.kind = PLOG_MAP_DEVICE;
	map.fd = fd;
	errno = 77;
	plog_map_kick(&map);
	ck_assert_int_eq(map.fd, -1);
	ck_assert_int_eq(errno, 77);
	ck_assert_int_eq(close(fd), 0);
	map.fd = fd;
	plog_map_kick(&map);
	ck_assert_int_eq(map.fd, -1);
	plog_map_kick(&map);
	ck_assert_int_eq(errno, 77);
	map.kind = PLOG_MAP_NONE;
}
END_TEST

START_TEST(permissions)
{
	pid_t pid;
	int status;

	if (geteuid() != 0)
		return;
	good_write(&map, SIZE);
	plog_map_close(&map);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(chmod(path, 0600), 0);
	pid = fork();
	if (pid == 0) {
		int rc;

		(void)!setgid(65534);
		(void)!setuid(65534);
		rc = plog_map_write(&map, path, 0);
		_exit(rc != -EACCES || !strstr(map.why, "permission"));
	}
	waitpid(pid, &status, 0);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	/* init as root, then given away: the new owner can write */
	ck_assert_int_eq(plog_map_init(&map, path, SIZE, false), 0);
	plog_map_close(&map);
	ck_assert_int_eq(chown(path, 65534, 65534), 0);
	pid = fork();
	if (pid == 0) {
		(void)!setgid(65534);
		(void)!setuid(65534);
		_exit(plog_map_write(&map, path, 0) != 0 || !map.attached);
	}
	waitpid(pid, &status, 0);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	/* and root trusts the owner's control plane */
	good_write(&map, 0);
	ck_assert(!map.attached);
	plog_map_close(&map);
	/* but not a stranger's */
	control_name();
	ck_assert_int_eq(chown(control, 12345, 12345), 0);
	ck_assert_int_eq(plog_map_write(&map, path, 0), -EPERM);
	ck_assert_msg(strstr(map.why, "12345") != NULL, "%s", map.why);
}
END_TEST

START_TEST(no_shm)
{
	pid_t pid;
	int status;

	if (geteuid() != 0)
		return;
	pid = fork();
	if (pid == 0) {
		if (chroot(dir) || chdir("/"))
			_exit(9);
		if (mkdir("/proc", 0700))
			_exit(8);
		if (plog_map_write(&map, "/window", SIZE) >= 0 || !strstr(map.why, "/dev/shm"))
			_exit(1);
		_exit(rmdir("/proc") != 0);
	}
	waitpid(pid, &status, 0);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", status);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("window");
	TCase *tc = tcase_create("window");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, sizes);
	tcase_add_test(tc, specs);
	tcase_add_test(tc, clocks);
	tcase_add_test(tc, create_write_read);
	tcase_add_loop_test(tc, control_is_rebuilt, 0, 6);
	tcase_add_test(tc, control_is_stale);
	tcase_add_test(tc, other_shm_refused);
	tcase_add_test(tc, holder_killed);
	tcase_add_test(tc, race_to_create);
	tcase_add_test(tc, refusals);
	tcase_add_test(tc, full_and_limited);
	tcase_add_test(tc, superblocks_lost);
	tcase_add_test(tc, init_formats);
	tcase_add_test(tc, reading);
	tcase_add_test(tc, mem_specs);
	tcase_add_test(tc, kick_without_a_descriptor);
	tcase_add_test(tc, permissions);
	tcase_add_test(tc, no_shm);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
