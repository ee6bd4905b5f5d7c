// SPDX-License-Identifier: GPL-2.0-only
/* /sys/class/misc/plogN/: what a window is, what was found in it, what was lost. */
#include <linux/device.h>
#include <linux/sched.h>
#include <linux/sysfs.h>

#include "core/barrier.h"
#include "plog_dev.h"
#include "pure/count.h"

static struct plog_dev *dev_of(struct device *device)
{
	struct miscdevice *misc = dev_get_drvdata(device);

	return container_of(misc, struct plog_dev, misc);
}

/* Of this boot, and not overwritten yet: nobody counts them as they are written. */
static u64 records_count(const struct plog_dev *dev)
{
	u64 records = 0;
	u32 i;

	for (i = 0; i < dev->win.geo.chunk_count; i++) {
		records += plog_chunk_records(&dev->win, i);
		cond_resched();
	}
	return records;
}

#define ATTRIBUTE(name, format, value)							\
	static ssize_t name##_show(struct device *device, struct device_attribute *attr,	\
				   char *buf)						\
	{										\
		struct plog_dev *dev = dev_of(device);					\
											\
		return sysfs_emit(buf, format "\n", value);				\
	}										\
	static DEVICE_ATTR_RO(name)

const char *const plog_cache_name[] = {
	[PLOG_CACHE_WB] = "wb",
	[PLOG_CACHE_WC] = "wc",
	[PLOG_CACHE_UC] = "uc",
};

const char *const plog_found_name[] = {
	[PLOG_FOUND_EMPTY] = "empty",
	[PLOG_FOUND_VALID] = "valid",
	[PLOG_FOUND_DAMAGED] = "damaged",
	[PLOG_FOUND_FOREIGN] = "foreign",
};

ATTRIBUTE(address, "%#llx", dev->opt.address);
ATTRIBUTE(size, "%llu", dev->opt.size);
ATTRIBUTE(cache, "%s", plog_cache_name[dev->opt.cache]);
ATTRIBUTE(found, "%s", plog_found_name[dev->report.found]);
ATTRIBUTE(moved_from, "%#llx", dev->report.moved_from);
ATTRIBUTE(boots, "%u", dev->report.boots);
ATTRIBUTE(records_found, "%llu", dev->report.records);
ATTRIBUTE(chunks_damaged, "%u", dev->report.damaged);
ATTRIBUTE(chunks_protected, "%u", plog_chunks_protected(&dev->win));
ATTRIBUTE(records, "%llu", records_count(dev));
ATTRIBUTE(records_kernel, "%lld", atomic64_read(&dev->written));
ATTRIBUTE(dropped_kernel, "%lld", atomic64_read(&dev->dropped));
ATTRIBUTE(dropped_msg, "%lld", atomic64_read(&dev->msg.limited));
ATTRIBUTE(dropped_busy, "%llu", plog_load(&dev->win.ctl->dropped_busy));
ATTRIBUTE(dropped_full, "%llu", plog_load(&dev->win.ctl->dropped_full));
ATTRIBUTE(cut, "%llu", plog_load(&dev->win.ctl->cut));
ATTRIBUTE(dict_full, "%llu", plog_load(&dev->win.ctl->dict_full));
ATTRIBUTE(chunks_leased, "%llu", plog_load(&dev->win.ctl->next_gen) - dev->first_gen);

static struct attribute *plog_attrs[] = {
	&dev_attr_address.attr,
	&dev_attr_size.attr,
	&dev_attr_cache.attr,
	&dev_attr_found.attr,
	&dev_attr_moved_from.attr,
	&dev_attr_boots.attr,
	&dev_attr_records_found.attr,
	&dev_attr_chunks_damaged.attr,
	&dev_attr_chunks_protected.attr,
	&dev_attr_records.attr,
	&dev_attr_records_kernel.attr,
	&dev_attr_dropped_kernel.attr,
	&dev_attr_dropped_msg.attr,
	&dev_attr_dropped_busy.attr,
	&dev_attr_dropped_full.attr,
	&dev_attr_cut.attr,
	&dev_attr_dict_full.attr,
	&dev_attr_chunks_leased.attr,
	NULL,
};

static const struct attribute_group plog_group = { .attrs = plog_attrs };

const struct attribute_group *plog_groups[] = { &plog_group, NULL };
