// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of a window: what may not be one is refused here, with one line
 * that says what to do instead.
 */
#define pr_fmt(fmt) "plog: " fmt

#include <linux/err.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>

#include "plog_dev.h"

static int shape_check(u64 address, u64 size)
{
	if (!IS_ALIGNED(address, PAGE_SIZE)) {
		pr_err("mem_address=%#llx is not page aligned; use a multiple of %#lx\n",
		       address, PAGE_SIZE);
		return -EINVAL;
	}
	if (size < PLOG_WINDOW_MIN) {
		pr_err("mem_size=%#llx is too small; use at least 64K\n", size);
		return -EINVAL;
	}
	if (!IS_ALIGNED(size, PAGE_SIZE)) {
		pr_err("mem_size=%#llx is not a whole number of pages; use a multiple of %#lx\n",
		       size, PAGE_SIZE);
		return -EINVAL;
	}
	if (!plog_control_bytes(size) || size > SIZE_MAX) {
		pr_err("mem_size=%#llx is more than this machine can map; use less\n", size);
		return -EINVAL;
	}
	if (address + size < address || address + size - 1 > iomem_resource.end) {
		pr_err("mem_address=%#llx and mem_size=%#llx end beyond the last physical address %#llx; correct either\n",
		       address, size, (u64)iomem_resource.end);
		return -EINVAL;
	}
	return 0;
}

/* Any overlap counts, and a range that is RAM only in part is as wrong. */
static int ram_check(u64 address, u64 size)
{
	bool mega = IS_ALIGNED(size, 1024 * 1024);

	if (region_intersects(address, size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) ==
	    REGION_DISJOINT)
		return 0;
	if (PLOG_HAS_MEMMAP)
		pr_err("mem_address=%#llx lies in System RAM; reserve it with memmap=%llu%c$%#llx\n",
		       address, size >> (mega ? 20 : 10), mega ? 'M' : 'K', address);
	else
		pr_err("mem_address=%#llx lies in System RAM; reserve it with a no-map node of %#llx bytes in the device tree's reserved-memory; if there is one, and the kernel failed to reserve it, take another address\n",
		       address, size);
	return -EBUSY;
}

static void *region_map(struct plog_dev *dev)
{
	const struct plog_options *opt = &dev->opt;

	if (opt->cache == PLOG_CACHE_UC)
		return (void __force *)devm_ioremap(dev->parent, opt->address, opt->size);
	return devm_memremap(dev->parent, opt->address, opt->size,
			     opt->cache == PLOG_CACHE_WC ? MEMREMAP_WC : MEMREMAP_WB);
}

int plog_region_claim(struct plog_dev *dev)
{
	u64 address = dev->opt.address, size = dev->opt.size;
	int ret;

	ret = shape_check(address, size);
	if (!ret && !dev->opt.ram)
		ret = ram_check(address, size);
	if (ret)
		return ret;
	if (!dev->opt.ram && !devm_request_mem_region(dev->parent, address, size, dev->name)) {
		pr_err("mem_address=%#llx is claimed by another driver; see /proc/iomem for a range that is free\n",
		       address);
		return -EBUSY;
	}
	dev->win.base = region_map(dev);
	if (IS_ERR_OR_NULL(dev->win.base)) {
		pr_err("mem_address=%#llx cannot be mapped with the cache type asked for; try the other cache=\n",
		       address);
		return -ENOMEM;
	}
	return 0;
}
