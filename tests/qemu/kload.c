// SPDX-License-Identifier: BSD-2-Clause
/*
 * kload [-p] KERNEL INITRD - kexec: loads a kernel, with the command line of the running
 * one, has the kernel say something of little importance, and jumps. With -p, it is
 * the kernel for the next panic, and has one CPU.
 *
 * kload -t TREE KERNEL INITRD - the same on Arm, where Debian's kernels are without
 * kexec_file_load(2). They are handed a device tree, which has to have the command line
 * and name the initrd's place: what lies where, struct place below. KERNEL is arm64's
 * Image, or a zImage.
 */
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In the RAM of QEMU's machine "virt", which begins at 1 GiB. */
static const struct place {
	unsigned long jump, kernel, tree, initrd;
} place = { 0x43000000, 0x44000000, 0x4b000000, 0x4c000000 };

static void say(const char *text)
{
	int fd = open("/dev/kmsg", O_WRONLY);

	if (write(fd, text, strlen(text)) < 0)
		perror("kload: /dev/kmsg");
	close(fd);
}

static int die(const char *what)
{
	fprintf(stderr, "kload: ");
	perror(what);
	return 1;
}

static int jump(void)
{
	say("<6>kload: too late for the console\n");
	reboot((int)LINUX_REBOOT_CMD_KEXEC);
	return die("reboot");
}

/* Its number where the C library's headers are older than the call. */
static int load_files(const char *kernel, const char *initrd, int for_panic)
{
#ifdef SYS_kexec_file_load
	int line = open("/proc/cmdline", O_RDONLY);
	char text[4096] = "";

	if (read(line, text, sizeof(text) / 2) <= 0)
		return die("/proc/cmdline");
	strcpy(text + strcspn(text, "\n"), for_panic ? " nr_cpus=1" : "");
	if (syscall(SYS_kexec_file_load, open(kernel, O_RDONLY), open(initrd, O_RDONLY),
		    strlen(text) + 1, text, for_panic ? (unsigned long)KEXEC_FILE_ON_CRASH : 0UL))
		return die("kexec_file_load");
	return for_panic ? 0 : jump();
#else
	(void)kernel, (void)initrd, (void)for_panic;
	fprintf(stderr, "kload: no kexec_file_load here; give the tree with -t\n");
	return 2;
#endif
}

static size_t pages(size_t size)
{
	return (size + 4095) & ~(size_t)4095;
}

static struct kexec_segment segment(const void *buf, size_t size, unsigned long at)
{
	return (struct kexec_segment){ buf, size, (const void *)at, pages(size) };
}

static struct kexec_segment segment_file(const char *path, unsigned long at)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	size_t got = 0;
	ssize_t n;
	char *buf;

	if (fd < 0 || fstat(fd, &st) || !(buf = malloc((size_t)st.st_size)))
		exit(die(path));
	while (got < (size_t)st.st_size && (n = read(fd, buf + got, (size_t)st.st_size - got)) > 0)
		got += (size_t)n;
	if (got < (size_t)st.st_size)
		exit(die(path));
	return segment(buf, got, at);
}

/*
 * arm64's kernel wants its tree in x0, and the jump there leaves a 0 in it. 32-bit Arm
 * has the running kernel look for the tree among the segments.
 */
static int load_tree(const char *tree, const char *kernel, const char *initrd)
{
	struct kexec_segment seg[] = {
		segment_file(kernel, place.kernel),
		segment_file(tree, place.tree),
		segment_file(initrd, place.initrd),
#ifdef __aarch64__
		{ 0 },
#endif
	};
	unsigned long entry = place.kernel, arch = KEXEC_ARCH_ARM;
#ifdef __aarch64__
	const uint64_t to_kernel[] = {
		0x580000a458000080, /* ldr x0, tree; ldr x4, kernel */
		0xd503201fd61f0080, /* br x4; nop */
		place.tree,
		place.kernel,
	};
	uint64_t bytes;

	/* What it takes, with what is zero at first; see booting.rst of the kernel. */
	memcpy(&bytes, (const char *)seg[0].buf + 16, sizeof(bytes));
	seg[0].memsz = pages(bytes);
	seg[3] = segment(to_kernel, sizeof(to_kernel), place.jump);
	entry = place.jump;
	arch = KEXEC_ARCH_AARCH64;
#endif
	if (syscall(SYS_kexec_load, entry, sizeof(seg) / sizeof(seg[0]), seg, arch))
		return die("kexec_load");
	return jump();
}

int main(int argc, char **argv)
{
	int for_panic = argc == 4 && !strcmp(argv[1], "-p");

	if (argc == 5 && !strcmp(argv[1], "-t"))
		return load_tree(argv[2], argv[3], argv[4]);
	if (argc - for_panic == 3)
		return load_files(argv[argc - 2], argv[argc - 1], for_panic);
	fputs("Usage: kload [-p] KERNEL INITRD\n       kload -t TREE KERNEL INITRD\n", stderr);
	return 2;
}
