// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaching: the control plane is made, the core finds or makes the window and
 * opens this boot in it, and one line says what was found.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/printk.h>

#include "plog_dev.h"

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

static int attach_run(struct plog_dev *dev, void *control)
{
	struct plog_geometry geo;
	struct plog_attach arg;
	void *base = dev->win.base;
	int ret;

	attach_fill(dev, &arg);
	dev->counter_hz = arg.counter_hz;
	ret = plog_attach(&dev->win, base, dev->opt.size, control, &arg, &dev->report);
	dev->win.base = base;
	if (ret) {
		refuse(dev, ret);
		return ret;
	}
	dev->first_gen = dev->win.ctl->next_gen;
	/* A superblock has just been written, unless nothing is there to write to. */
	if (plog_super_check(base + dev->win.geo.super_off[0], dev->opt.size, &geo)) {
		pr_err("%s: mem_address=%#llx does not keep what is written to it; name RAM that the machine has\n",
		       dev->name, dev->opt.address);
		return -EIO;
	}
	return 0;
}

int plog_adopt(struct plog_dev *dev)
{
	void *control = plog_plane_make(&dev->plane, plog_control_bytes(dev->opt.size));
	int ret;

	if (IS_ERR(control)) {
		pr_err("%s: no memory for the control plane of mem_size=%#llx; use a smaller window\n",
		       dev->name, dev->opt.size);
		return PTR_ERR(control);
	}
	ret = attach_run(dev, control);
	if (ret) {
		plog_plane_undo(&dev->plane, control);
		return ret;
	}
	return 0;
}

void plog_adopt_undo(struct plog_dev *dev)
{
	plog_plane_undo(&dev->plane, dev->win.ctl);
	dev->win.ctl = NULL;
}

static const char *found_text(const struct plog_report *found, char *buf, size_t size)
{
	switch (found->found) {
	case PLOG_FOUND_EMPTY:
		return "empty, formatted";
	case PLOG_FOUND_FOREIGN:
		return "foreign data, formatted";
	case PLOG_FOUND_DAMAGED:
		snprintf(buf, size, "damaged (%u of %u superblocks, %u chunk heads)",
			 found->super_bad, PLOG_SUPER_COPIES, found->damaged);
		return buf;
	default:
		return "valid";
	}
}

/* When what was there does not fit what the parameters say. */
static const char *changed_text(const struct plog_dev *dev, char *buf, size_t size)
{
	const struct plog_report *found = &dev->report;
	int n = 0;

	*buf = 0;
	if (found->moved_from)
		n = scnprintf(buf, size, ", made at %#llx", found->moved_from);
	if (dev->win.geo.size != dev->opt.size)
		scnprintf(buf + n, size - n, ", made with %llu KiB", dev->win.geo.size >> 10);
	return buf;
}

/* plog0: 1024 KiB at 0xf000000 (wb): valid, 3 earlier boots, 112 chunks, 48 protected, boot 4 */
void plog_adopt_report(const struct plog_dev *dev)
{
	const struct plog_report *found = &dev->report;
	char text[64], changed[64];

	pr_info("%s: %llu KiB at %#llx (%s): %s%s, %u earlier boot%s, %u chunk%s, %u protected, boot %u%s\n",
		dev->name, dev->opt.size >> 10, dev->opt.address,
		plog_cache_name[dev->opt.cache],
		found_text(found, text, sizeof(text)),
		changed_text(dev, changed, sizeof(changed)),
		found->boots, found->boots == 1 ? "" : "s",
		found->chunks, found->chunks == 1 ? "" : "s",
		found->protected_chunks, found->boot,
		found->continued ? " continued" : "");
}
