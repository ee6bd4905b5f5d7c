// SPDX-License-Identifier: BSD-2-Clause
/*
 * devtest [/dev/plog0] - what the window's device promises, tried in a guest.
 * devtest hold           - maps the window and waits, for trying to unload.
 * devtest as ID COMMAND  - runs a command as that user and group.
 *
 * Prints "ok NAME" or "not ok NAME: why" for each promise; exits 0 when all are
 * kept, 1 when not, 2 when the device cannot be opened. Leaves the bytes of the
 * window as they were, so records may be in it; nobody else should be writing.
 */
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "plog_control.h"

#define PAGE 4096L

static const char *path = "/dev/plog0";
static struct plog_info info;
static int rw, ro, failures;

static void verdict(const char *name, int good, const char *why)
{
	if (good)
		printf("ok %s\n", name);
	else
		printf("not ok %s: %s\n", name, why);
	failures += !good;
}

/* A call that has to fail in one way. */
static void refused(const char *name, long ret, int want)
{
	char why[96];

	snprintf(why, sizeof(why), "returned %ld, %s; wanted %s", ret,
		 ret < 0 ? strerrorname_np(errno) : "no error", strerrorname_np(want));
	verdict(name, ret < 0 && errno == want, why);
}

static void is_equal(const char *name, long long got, long long want)
{
	char why[96];

	snprintf(why, sizeof(why), "got %lld, wanted %lld (errno %s)", got, want,
		 strerrorname_np(errno));
	verdict(name, got == want, why);
}

static void *map(int fd, size_t len, int prot, int flags, unsigned long long off)
{
	errno = 0;
	return mmap(NULL, len, prot, flags, fd, (off_t)off);
}

static void map_refused(const char *name, int fd, size_t len, int prot, int flags,
			unsigned long long off, int want)
{
	void *p = map(fd, len, prot, flags, off);

	refused(name, p == MAP_FAILED ? -1 : 0, want);
	if (p != MAP_FAILED)
		munmap(p, len);
}

static void map_works(const char *name, int fd, size_t len, int prot, int flags,
		      unsigned long long off)
{
	void *p = map(fd, len, prot, flags, off);

	verdict(name, p != MAP_FAILED, strerror(errno));
	if (p != MAP_FAILED)
		munmap(p, len);
}

static size_t control_length(void)
{
	return (info.control_size + PAGE - 1) & ~(PAGE - 1);
}

static void test_window_bounds(void)
{
	const int both = PROT_READ | PROT_WRITE;
	size_t size = info.window_size;

	map_works("window: whole", rw, size, both, MAP_SHARED, 0);
	map_works("window: last page", rw, PAGE, both, MAP_SHARED, size - PAGE);
	map_works("window: less than a page", rw, 1, both, MAP_SHARED, 0);
	map_refused("window: one page too long", rw, size + PAGE, both, MAP_SHARED, 0, EINVAL);
	map_refused("window: shifted by a page", rw, size, both, MAP_SHARED, PAGE, EINVAL);
	map_refused("window: from its end", rw, PAGE, both, MAP_SHARED, size, EINVAL);
	map_refused("window: far behind it", rw, PAGE, both, MAP_SHARED, 1ULL << 39, EINVAL);
	map_refused("window: half of 2^40 long", rw, (size_t)(1ULL << 39), both, MAP_SHARED, 0, EINVAL);
	map_refused("window: greatest offset", rw, PAGE, both, MAP_SHARED, 0x7fffffffffffe000ULL,
		    EINVAL);
	map_refused("window: offset wraps around", rw, 2 * PAGE, both, MAP_SHARED, -2ULL * PAGE,
		    EINVAL);
}

static void test_control_bounds(void)
{
	const int both = PROT_READ | PROT_WRITE;
	size_t size = control_length();

	map_works("control: whole", rw, size, both, MAP_SHARED, PLOG_MMAP_CONTROL);
	map_works("control: last page", rw, PAGE, both, MAP_SHARED, PLOG_MMAP_CONTROL + size - PAGE);
	map_refused("control: one page too long", rw, size + PAGE, both, MAP_SHARED,
		    PLOG_MMAP_CONTROL, EINVAL);
	map_refused("control: shifted by a page", rw, size, both, MAP_SHARED,
		    PLOG_MMAP_CONTROL + PAGE, EINVAL);
	map_refused("control: from its end", rw, PAGE, both, MAP_SHARED, PLOG_MMAP_CONTROL + size,
		    EINVAL);
	map_refused("control: a page before it", rw, PAGE, both, MAP_SHARED,
		    PLOG_MMAP_CONTROL - PAGE, EINVAL);
	map_refused("control: across its start", rw, 2 * PAGE, both, MAP_SHARED,
		    PLOG_MMAP_CONTROL - PAGE, EINVAL);
	map_refused("control: 2^41", rw, PAGE, both, MAP_SHARED, PLOG_MMAP_CONTROL << 1, EINVAL);
}

static void test_protection(unsigned long long off, const char *what)
{
	const int both = PROT_READ | PROT_WRITE;
	char name[64];
	void *p;

#define NAME(text) (snprintf(name, sizeof(name), "%s: %s", what, text), name)
	map_refused(NAME("executable"), rw, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, off, EPERM);
	map_refused(NAME("private and writable"), rw, PAGE, both, MAP_PRIVATE, off, EINVAL);
	map_refused(NAME("private and writable, read-only open"), ro, PAGE, both, MAP_PRIVATE, off,
		    EINVAL);
	map_refused(NAME("writable, read-only open"), ro, PAGE, both, MAP_SHARED, off, EACCES);
	map_works(NAME("read only"), ro, PAGE, PROT_READ, MAP_SHARED, off);

	p = map(rw, PAGE, both, MAP_SHARED, off);
	refused(NAME("mprotect to executable"), mprotect(p, PAGE, both | PROT_EXEC), EACCES);
	refused(NAME("grown by mremap"),
		mremap(p, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED ? -1 : 0, EFAULT);
	munmap(p, PAGE);
	p = map(ro, PAGE, PROT_READ, MAP_SHARED, off);
	refused(NAME("mprotect to writable, read-only open"), mprotect(p, PAGE, both), EACCES);
	munmap(p, PAGE);
	p = map(rw, PAGE, PROT_READ, MAP_PRIVATE, off);
	refused(NAME("mprotect to writable, private"), mprotect(p, PAGE, both), EACCES);
	munmap(p, PAGE);
#undef NAME
}

/* A stretch that holds no metadata that others read meanwhile: a chunk's middle. */
static unsigned long long scratch(void)
{
	return (info.window_size / 4 & ~(PAGE - 1ULL)) + 1024;
}

static void fill(unsigned char *p, size_t n, unsigned int seed)
{
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (unsigned char)((seed = seed * 1103515245 + 12345) >> 16);
}

static void test_same_bytes(void)
{
	unsigned char *p = map(rw, info.window_size, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	unsigned char saved[1001], want[1001], got[1001];
	unsigned long long at = scratch() + 3;
	const size_t n = sizeof(want);
	void *nowhere = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		verdict("same bytes", 0, strerror(errno));
		return;
	}
	memcpy(saved, p + at, n);
	fill(want, n, 1);
	memcpy(p + at, want, n);
	is_equal("read() of what was stored: length", pread(rw, got, n, (off_t)at), (long long)n);
	verdict("read() of what was stored", !memcmp(got, want, n), "other bytes");
	fill(want, n, 2);
	is_equal("write(): length", pwrite(rw, want, n, (off_t)at), (long long)n);
	verdict("mapping after write()", !memcmp(p + at, want, n), "other bytes");
	is_equal("read() through another open", pread(ro, got, n, (off_t)at), (long long)n);
	verdict("read() through another open: bytes", !memcmp(got, want, n), "other bytes");
	refused("write(): from nowhere", pwrite(rw, nowhere, n, (off_t)at), EFAULT);
	verdict("write(): from nowhere changes nothing", !memcmp(p + at, want, n), "other bytes");
	is_equal("msync", msync(p, info.window_size, MS_SYNC), 0);
	is_equal("fsync", fsync(rw), 0);
	is_equal("fsync, read-only open", fsync(ro), 0);
	memcpy(p + at, saved, n);
	munmap(nowhere, PAGE);
	munmap(p, info.window_size);
}

static void test_read_whole(void)
{
	unsigned char *p = map(ro, info.window_size, PROT_READ, MAP_SHARED, 0);
	unsigned char *buf = malloc(info.window_size + 1);
	size_t middle = scratch() & ~(PAGE - 1ULL);

	is_equal("read: all at once", pread(ro, buf, info.window_size + 1, 0),
		 (long long)info.window_size);
	/* The boot's heartbeat may change a few bytes of the boot table meanwhile. */
	verdict("read: the mapping's bytes",
		p != MAP_FAILED && !memcmp(p + middle, buf + middle, PAGE), "other bytes");
	free(buf);
	if (p != MAP_FAILED)
		munmap(p, info.window_size);
}

static void test_file(void)
{
	off_t size = (off_t)info.window_size;
	char two[2] = "";
	void *nowhere = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	is_equal("lseek: end", lseek(rw, 0, SEEK_END), size);
	is_equal("read: at the end", read(rw, two, 2), 0);
	refused("write: at the end", write(rw, two, 2), ENOSPC);
	is_equal("write: nothing, at the end", write(rw, two, 0), 0);
	is_equal("lseek: last byte", lseek(rw, -1, SEEK_END), size - 1);
	is_equal("read: across the end", read(rw, two, 2), 1);
	is_equal("write: across the end", pwrite(rw, two, 2, size - 1), 1);
	refused("lseek: before the start", lseek(rw, -1, SEEK_SET), EINVAL);
	refused("lseek: behind the end", lseek(rw, size + 1, SEEK_SET), EINVAL);
	refused("pread: negative offset", pread(rw, two, 1, -1), EINVAL);
	is_equal("pread: far behind the end", pread(rw, two, 1, 0x7fffffffffffff00), 0);
	refused("pwrite: far behind the end", pwrite(rw, two, 1, 0x7fffffffffffff00), ENOSPC);
	refused("write: read-only open", write(ro, two, 1), EBADF);
	refused("read: into nowhere", pread(rw, nowhere, 64, 0), EFAULT);
	is_equal("lseek: start", lseek(rw, 0, SEEK_SET), 0);
	munmap(nowhere, PAGE);
}

static void test_ioctl(void)
{
	is_equal("ioctl: version", info.version, PLOG_CONTROL_VERSION);
	is_equal("ioctl: kick", ioctl(rw, PLOG_IOC_KICK), 0);
	refused("ioctl: unknown", ioctl(rw, _IO(PLOG_IOC_MAGIC, 77), 0), ENOTTY);
	refused("ioctl: info of another size", ioctl(rw, _IOR(PLOG_IOC_MAGIC, 1, char[4096]), &info),
		ENOTTY);
	refused("ioctl: info to nowhere", ioctl(rw, PLOG_IOC_INFO, 8UL), EFAULT);
	refused("ioctl: info to a kernel address", ioctl(rw, PLOG_IOC_INFO, (unsigned long)0xffff888000000000ULL),
		EFAULT);
}

/* Sleeps on the word through a mapping of its own. */
static int child_waits(void)
{
	struct timespec most = { 10, 0 };
	struct plog_control *ctl = map(open(path, O_RDWR), control_length(), PROT_READ | PROT_WRITE,
				       MAP_SHARED, PLOG_MMAP_CONTROL);

	if (ctl == MAP_FAILED)
		return 1;
	return syscall(SYS_futex, &ctl->dict_lock.word, FUTEX_WAIT, 0, &most, NULL, 0) ? 2 : 0;
}

static void test_futex_between(unsigned int *word)
{
	struct timespec ms = { 0, 1000000 };
	pid_t pid = fork();
	int status = -1, i;

	if (!pid)
		_exit(child_waits());
	for (i = 0; i < 5000; i++) {
		if (syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0) == 1)
			break;
		nanosleep(&ms, NULL);
	}
	waitpid(pid, &status, 0);
	is_equal("control: futex wakes another process", status, 0);
}

/* A futex is named by the file and the page that it is in, so it needs both. */
static void test_futex(struct plog_control *ctl)
{
	unsigned int *word = &ctl->dict_lock.word;
	struct timespec none = { 0, 1000000 };

	refused("control: futex waits", syscall(SYS_futex, word, FUTEX_WAIT, *word, &none, NULL, 0),
		ETIMEDOUT);
	is_equal("control: futex wakes", syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0), 0);
	test_futex_between(word);
}

static int wait_sweeping(const struct plog_control *ctl, unsigned int want)
{
	struct timespec ms = { 0, 1000000 };
	int i;

	for (i = 0; i < 3000; i++) {
		if (__atomic_load_n(&ctl->sweeping, __ATOMIC_RELAXED) == want)
			return 1;
		nanosleep(&ms, NULL);
	}
	return 0;
}

/* A writer whose descriptor was closed moves its cursor and kicks nobody. */
static void test_sweep_looks(struct plog_control *ctl)
{
	struct plog_lane *lane = (void *)((char *)ctl + ctl->lane_off);
	struct timespec asleep = { 0, 50000000 };
	plog_n64 saved = lane->cursor;

	nanosleep(&asleep, NULL);
	__atomic_store_n(&lane->cursor, saved + 1, __ATOMIC_RELEASE);
	verdict("sweep: looks by itself", wait_sweeping(ctl, 1), "still off after 3 s");
	__atomic_store_n(&lane->cursor, saved, __ATOMIC_RELEASE);
	verdict("sweep: and stops", wait_sweeping(ctl, 0), "still on after 3 s");
}

static void test_sweep(struct plog_control *ctl)
{
	if (ctl->flush != PLOG_FLUSH_LADDER) {
		verdict("sweep: none without a cache", !ctl->sweeping, "it runs");
		return;
	}
	verdict("sweep: stops when nobody writes", wait_sweeping(ctl, 0), "still on after 3 s");
	is_equal("sweep: kick", ioctl(rw, PLOG_IOC_KICK), 0);
	verdict("sweep: starts again", wait_sweeping(ctl, 1), "still off after 3 s");
	verdict("sweep: stops again", wait_sweeping(ctl, 0), "still on after 3 s");
	test_sweep_looks(ctl);
}

/* Nonsense in the cursors may confuse writers, but not the kernel. */
static void test_hostile_cursors(struct plog_control *ctl)
{
	struct plog_lane *lane = (void *)((char *)ctl + ctl->lane_off);
	plog_n64 *saved = calloc(ctl->lanes, sizeof(*saved));
	plog_n32 offsets[2] = { ctl->lane_off, ctl->slot_off };
	unsigned int i, round, seed = 7;

	for (i = 0; i < ctl->lanes; i++)
		saved[i] = lane[i].cursor;
	ctl->lane_off = ctl->slot_off = 0xfffffff0;
	for (round = 0; round < 200; round++) {
		for (i = 0; i < (unsigned int)(offsets[1] - offsets[0]) / sizeof(*lane); i++) {
			fill((unsigned char *)&lane[i].cursor, 8, seed++);
			if (round % 3 == 0)
				lane[i].cursor = ~0ULL - round;
		}
		ioctl(rw, PLOG_IOC_KICK);
		fsync(rw);
	}
	ctl->lane_off = offsets[0];
	ctl->slot_off = offsets[1];
	for (i = 0; i < ctl->lanes; i++)
		lane[i].cursor = saved[i];
	verdict("sweep: survives nonsense in the control plane", !fsync(rw), "no fsync any more");
	free(saved);
}

static void test_control(void)
{
	struct plog_control *ctl = map(rw, control_length(), PROT_READ | PROT_WRITE, MAP_SHARED,
				       PLOG_MMAP_CONTROL);

	if (ctl == MAP_FAILED) {
		verdict("control", 0, strerror(errno));
		return;
	}
	verdict("control: ready", ctl->magic == PLOG_CONTROL_MAGIC, "magic is not there");
	is_equal("control: boot", ctl->boot, info.boot);
	is_equal("control: size", ctl->size, (long long)info.control_size);
	verdict("control: lanes", ctl->shared_lanes > 0 && ctl->kernel_lanes > 0, "none");
	test_futex(ctl);
	test_sweep(ctl);
	test_hostile_cursors(ctl);
	munmap(ctl, control_length());
}

static void test_node(void)
{
	struct stat st;

	is_equal("node: there", stat(path, &st), 0);
	verdict("node: a character device", S_ISCHR(st.st_mode), "it is not");
	is_equal("node: mode", st.st_mode & 0777, 0660);
}

/* Keeps mappings and no descriptor, until killed. */
static int hold(void)
{
	int fd = open(path, O_RDWR);

	if (map(fd, PAGE, PROT_READ, MAP_SHARED, 0) == MAP_FAILED ||
	    map(fd, PAGE, PROT_READ, MAP_SHARED, PLOG_MMAP_CONTROL) == MAP_FAILED)
		return 2;
	close(fd);
	puts("holding");
	fflush(stdout);
	for (;;)
		pause();
}

static int as(const char *id, char **command)
{
	unsigned int number = (unsigned int)strtoul(id, NULL, 10);

	if (setgid(number) || setuid(number))
		return 126;
	execvp(*command, command);
	return 127;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "hold"))
		return hold();
	if (argc > 3 && !strcmp(argv[1], "as"))
		return as(argv[2], argv + 3);
	if (argc > 1)
		path = argv[1];
	setvbuf(stdout, NULL, _IOLBF, 0);
	rw = open(path, O_RDWR | O_CLOEXEC);
	ro = open(path, O_RDONLY | O_CLOEXEC);
	if (rw < 0 || ro < 0 || ioctl(rw, PLOG_IOC_INFO, &info)) {
		fprintf(stderr, "devtest: %s: %s\n", path, strerror(errno));
		return 2;
	}
	test_node();
	test_window_bounds();
	test_control_bounds();
	test_protection(0, "window");
	test_protection(PLOG_MMAP_CONTROL, "control");
	test_file();
	test_same_bytes();
	test_read_whole();
	test_ioctl();
	test_control();
	return failures ? 1 : 0;
}
