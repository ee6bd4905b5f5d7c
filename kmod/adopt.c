// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaching: the control plane is made, the core finds or makes the window and
 * opens this boot in it, and one line says what was found.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/printk.h>

#include "plog_dev.h"
#include "pure/moved.h"

static void attach_fill(const struct plog_dev *dev, struct plog_attach *arg)
{
	plog_machine_describe(arg);
	arg->phys_addr = dev->opt.address;
	arg->cpu_lanes = nr_cpu_ids;
	arg->shared_lanes = max(16u, 2 * num_possible_cpus());
	arg->kernel_lanes = 4;
	arg->flush = dev->opt.cache == PLOG_CACHE_WB ? PLOG_FLUSH_LADDER :
		     dev->opt.cache == PLOG_CACHE_WC ? PLOG_FLUSH_WC : PLOG_FLUSH_NONE;
	arg->protect = dev->opt.protect;
}

static void refuse(const struct plog_dev *dev, int err)
{
	if (err == -EPROTONOSUPPORT)
		pr_err("%s: %#llx holds a window of a newer format; load a newer plog, or erase it\n",
		       dev->name, dev->opt.address);
	else if (err == -EFBIG)
		pr_err("%s: %#llx holds a log made with mem_size=%lluK; use that size, or erase it: dd if=/dev/zero of=/dev/mem bs=4096 seek=%llu count=%llu\n",
		       dev->name, dev->opt.address, dev->report.made_size >> 10,
		       dev->opt.address >> 12, dev->opt.size >> 12);
	else
		pr_err("%s: %#llx cannot be made a window (error %d); try another mem_size=\n",
		       dev->name, dev->opt.address, err);
}

/* The kernel chooses where memory of reserve_mem= is, and not always the same. */
static void moved_bring(struct plog_dev *dev)
{
	u64 kept, from;

	from = plog_moved_bring(dev->win.base, dev->opt.size, dev->opt.address, &kept);
	if (from)
		pr_warn("%s: reserve_mem= gave %#llx in the boot before, and %#llx now: %llu KiB of the log lie in both and are kept; keep the kernel, its initrd and its command line the same, or use memmap=\n",
			dev->name, from, dev->opt.address, kept >> 10);
}

int plog_adopt(struct plog_dev *dev)
{
	struct plog_attach arg;
	int ret;

	if (dev->opt.ram)
		moved_bring(dev);
	attach_fill(dev, &arg);
	dev->counter_hz = arg.counter_hz;
	ret = plog_attach(&dev->win, dev->win.base, dev->opt.size, dev->plane.memory, &arg,
			  &dev->report);
	if (ret) {
		refuse(dev, ret);
		return ret;
	}
	dev->first_gen = dev->win.ctl->next_gen;
	return 0;
}

/* What the line says besides: what was damaged, what does not fit the parameters. */
static const char *found_text(const struct plog_dev *dev, char *buf, size_t size)
{
	const struct plog_report *found = &dev->report;
	int n = scnprintf(buf, size, "%s", plog_found_name[found->found]);

	if (found->found == PLOG_FOUND_EMPTY || found->found == PLOG_FOUND_FOREIGN)
		n += scnprintf(buf + n, size - n, ", formatted");
	if (found->found == PLOG_FOUND_DAMAGED)
		n += scnprintf(buf + n, size - n, " (%u of %u superblocks, %u chunk heads)",
			       found->super_bad, PLOG_SUPER_COPIES, found->damaged);
	if (found->moved_from)
		n += scnprintf(buf + n, size - n, ", made at %#llx", found->moved_from);
	if (dev->win.geo.size != dev->opt.size)
		scnprintf(buf + n, size - n, ", made with %llu KiB", dev->win.geo.size >> 10);
	return buf;
}

/* plog0: 1024 KiB at 0xf000000 (wb): valid, 3 earlier boots, 112 chunks, 48 protected, boot 4 */
int plog_adopt_report(struct plog_dev *dev)
{
	const struct plog_report *found = &dev->report;
	char text[128];

	pr_info("%s: %llu KiB at %#llx (%s): %s, %u earlier boot%s, %u chunk%s, %u protected, boot %u%s\n",
		dev->name, dev->opt.size >> 10, dev->opt.address,
		plog_cache_name[dev->opt.cache], found_text(dev, text, sizeof(text)),
		found->boots, found->boots == 1 ? "" : "s",
		found->chunks, found->chunks == 1 ? "" : "s",
		found->protected_chunks, found->boot,
		found->continued ? " continued" : "");
	return 0;
}
