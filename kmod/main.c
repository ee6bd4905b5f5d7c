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
#define pr_fmt(fmt) "plog: " fmt

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "plog_dev.h"

#define WINDOWS_MAX	8

/* By number; the ones that parameters asked for are stopped when the module goes. */
static struct plog_dev *windows[WINDOWS_MAX];
static u32 from_parameters;
static DEFINE_MUTEX(windows_lock);

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
	ret = plog_klanes_make(dev);
	if (ret)
		goto undo_sweep;
	ret = plog_life_start(dev);
	if (ret)
		goto undo_klanes;
	ret = plog_msg_register(dev);
	if (ret)
		goto undo_life;
	ret = plog_device_register(dev);
	if (ret)
		goto undo_msg;
	plog_adopt_report(dev);
	plog_klog_start(dev);
	return 0;

undo_msg:
	plog_msg_undo(dev);
undo_life:
	plog_life_undo(dev);
undo_klanes:
	plog_klanes_undo(dev);
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
	plog_klog_undo(dev);
	plog_device_undo(dev);
	plog_msg_undo(dev);
	plog_life_undo(dev);
	plog_klanes_undo(dev);
	plog_sweep_undo(dev);
	plog_adopt_undo(dev);
	plog_region_undo(dev);
}

static struct plog_dev *dev_make(const struct plog_options *opt, u32 number)
{
	struct plog_dev *dev = kvzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev)
		return NULL;
	dev->number = number;
	snprintf(dev->name, sizeof(dev->name), "plog%u", number);
	dev->opt = *opt;
	/* The kernel has one log; the first window has it. */
	dev->opt.console &= !number;
	return dev;
}

static u32 number_free(void)
{
	u32 number;

	for (number = 0; number < WINDOWS_MAX && windows[number]; number++)
		;
	return number;
}

/**
 * plog_dev_add() - have a window under the first number that is free
 * @opt: where and how
 *
 * Process context. Return: the window, or an error pointer after a line that says
 * what is wrong.
 */
struct plog_dev *plog_dev_add(const struct plog_options *opt)
{
	struct plog_dev *dev = NULL;
	u32 number;
	int ret = -ENOSPC;

	mutex_lock(&windows_lock);
	number = number_free();
	if (number < WINDOWS_MAX) {
		dev = dev_make(opt, number);
		ret = dev ? dev_start(dev) : -ENOMEM;
	} else {
		pr_err("there are %u windows already; leave one out\n", WINDOWS_MAX);
	}
	if (!ret)
		windows[number] = dev;
	else
		kvfree(dev);
	mutex_unlock(&windows_lock);
	return ret ? ERR_PTR(ret) : dev;
}

/**
 * plog_dev_remove() - give a window back
 * @dev: from plog_dev_add()
 */
void plog_dev_remove(struct plog_dev *dev)
{
	mutex_lock(&windows_lock);
	windows[dev->number] = NULL;
	dev_stop(dev);
	mutex_unlock(&windows_lock);
	kvfree(dev);
}

static void parameters_undo(void)
{
	while (from_parameters)
		plog_dev_remove(windows[--from_parameters]);
}

/* One window that cannot be had is reason enough to have none. */
static int parameters_add(void)
{
	struct plog_options opt;
	struct plog_dev *dev;
	int ret;

	while (!(ret = plog_options_get(&opt, from_parameters))) {
		dev = plog_dev_add(&opt);
		if (IS_ERR(dev)) {
			ret = PTR_ERR(dev);
			break;
		}
		from_parameters++;
	}
	if (ret == -ENODATA)
		return 0;
	parameters_undo();
	return ret;
}

static int __init plog_init(void)
{
	int ret = 0;

	/* First, so that they have the first numbers. */
	if (plog_options_any() || !plog_nodes_any())
		ret = parameters_add();
	if (ret)
		return ret;
	ret = plog_nodes_register();
	if (ret)
		parameters_undo();
	return ret;
}

static void __exit plog_exit(void)
{
	plog_nodes_undo();
	parameters_undo();
}

module_init(plog_init);
module_exit(plog_exit);
MODULE_DESCRIPTION("Log in RAM that survives panics and resets");
MODULE_LICENSE("GPL");
