// SPDX-License-Identifier: GPL-2.0-only
/*
 * plog: a log in RAM that survives the machine.
 *
 * The module guards a range of reserved memory, attaches to what an earlier
 * boot left there and gives it to user space as /dev/plogN. Writing records is
 * the library's business; the module cleans their cache lines, notes how the
 * boot ends and keeps everybody from mapping what is not the window's.
 *
 * Order of construction; everything else is in the file that is named like it.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "plog_dev.h"

static struct plog_dev *plog_dev0;

static struct plog_dev *dev_make(const struct plog_options *opt, unsigned int number)
{
	struct plog_dev *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev)
		return NULL;
	snprintf(dev->name, sizeof(dev->name), "plog%u", number);
	dev->opt = *opt;
	return dev;
}

static int dev_start(struct plog_dev *dev)
{
	int ret;

	ret = plog_region_claim(dev);
	if (ret)
		return ret;
	ret = plog_adopt(dev);
	if (ret)
		goto undo_region;
	ret = plog_sweep_start(dev);
	if (ret)
		goto undo_adopt;
	ret = plog_life_start(dev);
	if (ret)
		goto undo_sweep;
	ret = plog_device_register(dev);
	if (ret)
		goto undo_life;
	plog_adopt_report(dev);
	return 0;

undo_life:
	plog_life_undo(dev);
undo_sweep:
	plog_sweep_undo(dev);
undo_adopt:
	plog_adopt_undo(dev);
undo_region:
	plog_region_undo(dev);
	return ret;
}

static void dev_stop(struct plog_dev *dev)
{
	plog_device_undo(dev);
	plog_life_undo(dev);
	plog_sweep_undo(dev);
	plog_adopt_undo(dev);
	plog_region_undo(dev);
}

static int __init plog_init(void)
{
	struct plog_options opt;
	int ret = plog_options_get(&opt);

	if (ret)
		return ret;
	plog_dev0 = dev_make(&opt, 0);
	if (!plog_dev0)
		return -ENOMEM;
	ret = dev_start(plog_dev0);
	if (ret)
		kfree(plog_dev0);
	return ret;
}

static void __exit plog_exit(void)
{
	dev_stop(plog_dev0);
	kfree(plog_dev0);
}

module_init(plog_init);
module_exit(plog_exit);
MODULE_DESCRIPTION("Log in RAM that survives panics and resets");
MODULE_LICENSE("GPL");
