// SPDX-License-Identifier: GPL-2.0-only
/* What there is to know of the running machine: clocks, boot_id, names. */
#define pr_fmt(fmt) "plog: " fmt

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/random.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>
#include <linux/uuid.h>

#include "compat.h"
#include "plog_dev.h"

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
 * The kernel keeps its boot_id to itself, so it is read where everybody reads
 * it. Process context of whoever loads the module, who needs /proc for it.
 */
static int boot_id_read(uuid_t *id)
{
	char text[UUID_STRING_LEN + 1] = "";
	struct file *file;
	loff_t pos = 0;
	ssize_t n;

	file = filp_open("/proc/sys/kernel/random/boot_id", O_RDONLY, 0);
	if (IS_ERR(file))
		return PTR_ERR(file);
	n = kernel_read(file, text, UUID_STRING_LEN, &pos);
	filp_close(file, NULL);
	if (n < 0)
		return n;
	return uuid_parse(text, id);
}

static void boot_id_get(u8 *boot_id)
{
	uuid_t id;

	if (boot_id_read(&id)) {
		pr_warn("/proc/sys/kernel/random/boot_id cannot be read, so this boot gets an id of its own; mount /proc first\n");
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
