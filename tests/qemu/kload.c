// SPDX-License-Identifier: BSD-2-Clause
/*
 * kload [-p] KERNEL INITRD - kexec: loads a kernel, with the command line of the running
 * one, has the kernel say something of little importance, and jumps. With -p, it is
 * the kernel for the next panic, and has one CPU.
 */
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

static void say(const char *text)
{
	int fd = open("/dev/kmsg", O_WRONLY);

	if (write(fd, text, strlen(text)) < 0)
		perror("kload: /dev/kmsg");
	close(fd);
}

int main(int argc, char **argv)
{
	int line = open("/proc/cmdline", O_RDONLY), kernel, initrd;
	int for_panic = argc > 1 && !strcmp(argv[1], "-p");
	char text[4096] = "";

	argv += for_panic;
	if (argc - for_panic != 3) {
		fputs("Usage: kload [-p] KERNEL INITRD\n", stderr);
		return 2;
	}
	kernel = open(argv[1], O_RDONLY);
	initrd = open(argv[2], O_RDONLY);
	if (read(line, text, sizeof(text) / 2) <= 0) {
		perror("kload: /proc/cmdline");
		return 1;
	}
	strcpy(text + strcspn(text, "\n"), for_panic ? " nr_cpus=1" : "");
	/* Its number where the C library's headers are older than the call. */
#ifdef SYS_kexec_file_load
	if (!syscall(SYS_kexec_file_load, kernel, initrd, strlen(text) + 1, text,
		     for_panic ? (unsigned long)KEXEC_FILE_ON_CRASH : 0UL)) {
		if (for_panic)
			return 0;
		say("<6>kload: too late for the console\n");
		reboot((int)LINUX_REBOOT_CMD_KEXEC);
	}
#endif
	perror("kload");
	return 1;
}
