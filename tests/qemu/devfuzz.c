// SPDX-License-Identifier: BSD-2-Clause
/*
 * devfuzz SECONDS [SEED] - hostile calls on /dev/plog0 and /dev/plogmsg0.
 *
 * Some processes call at random and at once what the devices offer, with arguments
 * that make sense, nearly do, or do not; one scribbles over the control plane, which
 * any writer may; one has the kernel print, so that the module works in between.
 * Calls may fail as they like. The kernel must stay whole, which the caller looks
 * for in its log, and nobody may hang.
 *
 * Prints how many calls there were, and of these, how many succeeded. Exits 1 when a
 * process could not be killed, or when next to nothing was called.
 */
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "plog_control.h"

#define PAGE 4096UL
#define SPARE (64 * PAGE)

struct tally {
	volatile unsigned long calls;
	volatile unsigned long good;
};

static struct tally *tally;
static struct plog_info info;
static sigjmp_buf trapped;
static uint64_t seed;
static int window, line_in, pipes[2];
static unsigned char *spare; /* a page that may be used, then one that may not */

static uint64_t draw(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static uint64_t below(uint64_t n)
{
	return draw() % n;
}

/* Numbers that checks are likely to get wrong. */
static uint64_t nasty(void)
{
	const uint64_t near[] = {
		0,
		1,
		PAGE,
		info.window_size,
		info.control_size,
		PLOG_MMAP_CONTROL,
		PLOG_MMAP_CONTROL + info.control_size,
		1ULL << 31,
		1ULL << 32,
		1ULL << 44,
		INT64_MAX,
		UINT64_MAX,
		1ULL << 63,
	};
	uint64_t value = near[below(sizeof(near) / sizeof(near[0]))];

	switch (below(5)) {
	case 0:
		return value;
	case 1:
		return value + below(3 * PAGE) - PAGE;
	case 2:
		return value - (below(4) << 12);
	case 3:
		return below(info.window_size + 2 * PAGE);
	default:
		return draw() >> below(64);
	}
}

static void *pointer(void)
{
	switch (below(6)) {
	case 0:
		return NULL;
	case 1:
		return (void *)(uintptr_t)nasty();
	case 2:
		return spare + SPARE - below(64);
	case 3:
		return (void *)(uintptr_t)(UINTPTR_MAX - below(1 << 20));
	default:
		return spare + below(PAGE);
	}
}

static void count(long ret)
{
	tally->calls++;
	tally->good += ret >= 0;
}

static void on_trap(int sig)
{
	siglongjmp(trapped, sig);
}

/* Touches what may be mapped, or may not any more. */
static void touch(volatile unsigned char *p, size_t len, int writes)
{
	size_t at = below(len);

	if (!sigsetjmp(trapped, 1)) {
		(void)p[at];
		if (writes)
			p[at] = (unsigned char)draw();
	}
}

static void use_mapping(unsigned char *p, size_t len)
{
	const int advice[] = { MADV_DONTNEED, MADV_REMOVE,   MADV_WILLNEED,  MADV_FREE,
			       MADV_COLD,     MADV_PAGEOUT,  MADV_MERGEABLE, MADV_HUGEPAGE,
			       MADV_DODUMP,   MADV_DONTFORK, MADV_DOFORK,    MADV_POPULATE_WRITE };
	struct iovec from = { p, len }, to = { spare, PAGE };
	struct timespec none = { 0, 1000 };
	void *moved;

	switch (below(9)) {
	case 0:
		count(mprotect(p, len, (int)below(8)));
		break;
	case 1:
		count(madvise(p, len, advice[below(sizeof(advice) / sizeof(advice[0]))]));
		break;
	case 2:
		count(msync(p, len, (int)below(8)));
		break;
	case 3:
		count(munmap(p + below(len / PAGE + 1) * PAGE, PAGE));
		break;
	case 4:
		count(mlock(p, len));
		break;
	case 5:
		count(process_vm_readv(getpid(), &to, 1, &from, 1, 0));
		break;
	case 6:
		count(write(pipes[1], p, PAGE));
		break;
	case 7:
		count(syscall(SYS_futex, p + (below(len) & ~3UL), (int)below(14), (int)draw(),
			      &none, p, 0));
		break;
	default:
		moved = mremap(p, len, (below(4) + 1) * PAGE, (int)below(2) * MREMAP_MAYMOVE);
		count(moved == MAP_FAILED ? -1 : 0);
		if (moved != MAP_FAILED && moved != p)
			munmap(moved, 4 * PAGE);
	}
}

static void fuzz_mmap(void)
{
	const int flags[] = { MAP_SHARED,
			      MAP_PRIVATE,
			      MAP_SHARED_VALIDATE,
			      MAP_SHARED | MAP_POPULATE,
			      MAP_PRIVATE | MAP_POPULATE,
			      MAP_SHARED | MAP_LOCKED,
			      0 };
	uint64_t off = below(2) ? below(2) * PLOG_MMAP_CONTROL + (below(80) << 12) : nasty();
	size_t len = below(2) ? (below(16) + 1) * PAGE : (size_t)nasty();
	int prot = below(3) ? PROT_READ | PROT_WRITE : (int)below(8), rounds = 4;
	unsigned char *p =
		mmap(NULL, len, prot, flags[below(7)], below(8) ? window : line_in, (off_t)off);

	count(p == MAP_FAILED ? -1 : 0);
	if (p == MAP_FAILED)
		return;
	while (rounds--) {
		touch(p, len, !below(8));
		use_mapping(p, len);
	}
	if (!below(32) && !fork()) {
		touch(p, len, 1);
		_exit(0);
	}
	munmap(p, len);
}

static void fuzz_file(void)
{
	off_t at = (off_t)(below(2) ? below(info.window_size) : nasty());
	size_t len = below(3) ? below(2 * PAGE) : (size_t)nasty();
	int fd = below(4) ? window : line_in;
	struct iovec parts[3] = { { pointer(), below(PAGE) },
				  { pointer(), below(PAGE) },
				  { pointer(), (size_t)nasty() } };

	switch (below(9)) {
	case 0:
		count(pread(fd, pointer(), len, at));
		break;
	case 1:
		count(pwrite(fd, pointer(), len, at));
		break;
	case 2:
		count(lseek(fd, at, (int)below(6)));
		break;
	case 3:
		count(read(fd, pointer(), len));
		break;
	case 4:
		count(writev(fd, parts, (int)below(4)));
		break;
	case 5:
		count(readv(fd, parts, (int)below(4)));
		break;
	case 6:
		count(below(2) ? fsync(fd) : fdatasync(fd));
		break;
	case 7:
		count(fallocate(fd, (int)below(64), at, (off_t)len));
		break;
	default:
		count(sync_file_range(fd, at, (off_t)len, (unsigned int)below(8)));
	}
}

static void fuzz_ioctl(void)
{
	unsigned long cmd = below(3) ? PLOG_IOC_INFO : PLOG_IOC_KICK;

	if (below(2))
		cmd ^= 1UL << below(32);
	count(syscall(SYS_ioctl, below(8) ? window : line_in, cmd, pointer()));
}

static void fuzz_open(void)
{
	int fd = open(
		below(4) ? "/dev/plog0" : "/dev/plogmsg0",
		(int)(draw() & (O_ACCMODE | O_APPEND | O_DIRECT | O_NONBLOCK | O_SYNC | O_TRUNC)));

	count(fd);
	if (fd >= 0)
		close(fd);
}

static void fuzz_line_in(void)
{
	static const struct timespec pause = { 0, 5000000 };
	size_t len = below(4) ? below(200) : below(SPARE), i;

	for (i = 0; i < len && i < PAGE; i++)
		spare[i] = (unsigned char)draw();
	if (below(2))
		snprintf((char *)spare, 16, "<%d>", (int)below(12));
	count(write(line_in, below(16) ? spare : pointer(), len));
	nanosleep(&pause, NULL);
}

static void fuzz_kernel_lines(void)
{
	static const struct timespec pause = { 0, 2000000 };
	int fd = open("/dev/kmsg", O_WRONLY);
	char text[900];
	int len = snprintf(text, sizeof(text), "<%d>devfuzz %0*d", (int)below(8),
			   (int)below(800) + 1, 7);

	count(write(fd, text, (size_t)len));
	close(fd);
	nanosleep(&pause, NULL);
}

/* The control plane, word by word: noise, or what a writer might have meant. */
static void fuzz_control(void)
{
	static unsigned char *p;
	size_t len = (info.control_size + PAGE - 1) & ~(PAGE - 1), at;
	int rounds = 200;

	if (!p)
		p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, window, PLOG_MMAP_CONTROL);
	if (p == MAP_FAILED)
		exit(1);
	while (rounds--) {
		volatile uint64_t *word;

		at = below(len / 8) * 8;
		word = (volatile uint64_t *)(p + at);
		switch (below(4)) {
		case 0:
			*word = draw();
			break;
		case 1:
			*word += below(3) - 1;
			break;
		case 2:
			*word = nasty();
			break;
		default:
			*word = *(volatile uint64_t *)(p + below(len / 8) * 8);
		}
	}
	count(ioctl(window, PLOG_IOC_KICK));
}

static void fuzz_most(void)
{
	switch (below(4)) {
	case 0:
		fuzz_file();
		break;
	case 1:
		fuzz_ioctl();
		break;
	case 2:
		fuzz_open();
		break;
	default:
		fuzz_mmap();
	}
}

static void (*const fuzzers[])(void) = {
	fuzz_most, fuzz_mmap, fuzz_most, fuzz_line_in, fuzz_kernel_lines, fuzz_control,
};

#define FUZZERS (sizeof(fuzzers) / sizeof(fuzzers[0]))

static void child_run(unsigned int i)
{
	char drain[PAGE];

	tally += i;
	seed = seed * 2654435761u + i + 1;
	signal(SIGSEGV, on_trap);
	signal(SIGBUS, on_trap);
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		if (sigsetjmp(trapped, 1))
			continue;
		fuzzers[i]();
		while (read(pipes[0], drain, sizeof(drain)) > 0)
			;
	}
}

/* A process that SIGKILL does not end hangs in the kernel. */
static int reaped(pid_t pid)
{
	struct timespec ms = { 0, 10000000 };
	int tries = 2000;

	kill(pid, SIGKILL);
	while (tries-- && !waitpid(pid, NULL, WNOHANG))
		nanosleep(&ms, NULL);
	return tries > 0;
}

static void setup(void)
{
	window = open("/dev/plog0", O_RDWR);
	line_in = open("/dev/plogmsg0", O_WRONLY);
	if (window < 0 || line_in < 0 || ioctl(window, PLOG_IOC_INFO, &info) ||
	    pipe2(pipes, O_NONBLOCK)) {
		perror("devfuzz");
		exit(2);
	}
	tally = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	spare = mmap(NULL, SPARE + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		     0);
	mprotect(spare + SPARE, PAGE, PROT_NONE);
}

int main(int argc, char **argv)
{
	unsigned int seconds = argc > 1 ? (unsigned int)atoi(argv[1]) : 10, i;
	unsigned long calls = 0, good = 0;
	pid_t pids[FUZZERS];
	int stuck = 0;

	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 88172645463325252ULL;
	setup();
	for (i = 0; i < FUZZERS; i++) {
		pids[i] = fork();
		if (!pids[i])
			child_run(i);
	}
	sleep(seconds);
	for (i = 0; i < FUZZERS; i++) {
		stuck += !reaped(pids[i]);
		calls += tally[i].calls;
		good += tally[i].good;
		stuck += !tally[i].good;
	}
	printf("devfuzz: %lu calls, %lu succeeded, seed %s, %d stuck or idle\n", calls, good,
	       argc > 2 ? argv[2] : "own", stuck);
	return stuck || calls < 1000 ? 1 : 0;
}
