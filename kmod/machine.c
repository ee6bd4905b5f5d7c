// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the core needs (core/port.h), and what there is to know of the running
 * machine: clocks, boot_id, names.
 */
#define pr_fmt(fmt) "plog: " fmt

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/random.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>
#include <linux/uuid.h>

#include "compat.h"
#include "plog_dev.h"

u32 plog_crc32c(u32 crc, const void *p, size_t n)
{
	return plog_compat_crc32c(crc, p, n);
}

/* Cleans, and leaves the lines in the cache where the CPU can. */
void plog_clean(const void *p, size_t n)
{
	plog_compat_clean(p, n);
}

void plog_fence(void)
{
	/*
	 * Not wmb(): on arm64 this is the DSB that waits for cleaning to end, and on
	 * 32-bit Arm it reaches the buffers of the outer cache too.
	 */
	mb();
}

/*
 * The fast clocks take no lock that an interrupted CPU may hold. They can step
 * back by nanoseconds across a clock update; nothing here would notice.
 */
void plog_now(u32 clock, struct plog_instant *now)
{
	now->mono = ktime_get_mono_fast_ns();
	now->counter = clock == PLOG_CLOCK_MONOTONIC ? now->mono : plog_compat_counter();
	now->boottime = ktime_get_boot_fast_ns();
	now->real = ktime_get_real_fast_ns();
}

/*
 * What the kernel keeps to itself is read where everybody reads it. Process
 * context of whoever loads the module, who needs /proc for it.
 */
int plog_proc_read(const char *path, char *text, size_t size)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	loff_t pos = 0;
	ssize_t n;

	if (IS_ERR(file))
		return PTR_ERR(file);
	n = kernel_read(file, text, size - 1, &pos);
	filp_close(file, NULL);
	text[max_t(ssize_t, n, 0)] = 0;
	return min_t(ssize_t, n, 0);
}

static void boot_id_get(u8 *boot_id)
{
	static const char path[] = "/proc/sys/kernel/random/boot_id";
	char text[UUID_STRING_LEN + 1];
	uuid_t id;

	if (plog_proc_read(path, text, sizeof(text)) || uuid_parse(text, &id)) {
		pr_warn("%s cannot be read, so this boot gets an id of its own; mount /proc first\n",
			path);
		uuid_gen(&id);
	}
	export_uuid(boot_id, &id);
}

void plog_machine_describe(struct plog_attach *arg)
{
	memset(arg, 0, sizeof(*arg));
	boot_id_get(arg->boot_id);
	get_random_bytes(arg->random, sizeof(arg->random));
	arg->counter_hz = NSEC_PER_SEC;
	arg->clock = plog_compat_clock(&arg->counter_hz);
	plog_now(arg->clock, &arg->now);
	arg->kernel = init_utsname()->release;
	arg->machine = init_utsname()->machine;
}
