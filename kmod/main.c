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
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "plog_dev.h"

/* What the windows hang on that parameters ask for. */
static struct device *parents[PLOG_WINDOWS_MAX];
static DEFINE_IDA(numbers);

static void number_undo(void *data)
{
	struct plog_dev *dev = data;

	ida_free(&numbers, dev->number);
}

static int number_take(struct plog_dev *dev)
{
	int number = ida_alloc_max(&numbers, PLOG_WINDOWS_MAX - 1, GFP_KERNEL);

	if (number < 0) {
		pr_err("there are %u windows already; leave one out\n", PLOG_WINDOWS_MAX);
		return number;
	}
	dev->number = number;
	snprintf(dev->name, sizeof(dev->name), "plog%u", dev->number);
	/* The kernel has one log; the first window has it. */
	dev->opt.console &= !number;
	return devm_add_action_or_reset(dev->parent, number_undo, dev);
}

static int (*const parts[])(struct plog_dev *dev) = {
	number_take,
	plog_region_claim,
	plog_omen_look,
	plog_plane_make,
	plog_adopt,
	plog_sweep_start,
	plog_klanes_make,
	plog_life_start,
	plog_msg_register,
	plog_device_register,
	plog_adopt_report,
	plog_klog_start,
};

/**
 * plog_dev_make() - have a window, under the first number that is free
 * @parent: device that it hangs on: it goes when this one goes, or loses its driver
 * @opt: where and how
 *
 * Process context. Return: 0, or a negative errno after a line that says what is
 * wrong; what was made until then goes with @parent.
 */
int plog_dev_make(struct device *parent, const struct plog_options *opt)
{
	struct plog_dev *dev = devm_kzalloc(parent, sizeof(*dev), GFP_KERNEL);
	int ret = 0;
	size_t i;

	if (!dev)
		return -ENOMEM;
	dev->parent = parent;
	dev->opt = *opt;
	for (i = 0; !ret && i < ARRAY_SIZE(parts); i++)
		ret = parts[i](dev);
	return ret;
}

static void parameters_undo(void)
{
	u32 i;

	for (i = 0; i < PLOG_WINDOWS_MAX; i++) {
		if (!parents[i])
			continue;
		/* Now, and not when the last one lets go of the device. */
		devres_release_group(parents[i], parents);
		root_device_unregister(parents[i]);
	}
}

static int parameter_add(u32 index)
{
	struct plog_options opt;
	struct device *parent;
	char name[16];
	int ret = plog_options_get(&opt, index);

	if (ret)
		return ret;
	snprintf(name, sizeof(name), "plog.%u", index);
	parent = root_device_register(name);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	parents[index] = parent;
	if (!devres_open_group(parent, parents, GFP_KERNEL))
		return -ENOMEM;
	return plog_dev_make(parent, &opt);
}

static int __init plog_init(void)
{
	u32 count = plog_options_count(), i;
	int ret = 0;

	/* Somebody has to say where; that nobody did is said as of the first one. */
	if (!count && !plog_nodes_any())
		count = 1;
	/* Before the nodes, so that they have the first numbers. */
	for (i = 0; !ret && i < count; i++)
		ret = parameter_add(i);
	if (!ret)
		ret = platform_driver_register(&plog_node_driver);
	/* One window that cannot be had is reason enough to have none. */
	if (ret)
		parameters_undo();
	return ret;
}

static void __exit plog_exit(void)
{
	platform_driver_unregister(&plog_node_driver);
	parameters_undo();
}

module_init(plog_init);
module_exit(plog_exit);
MODULE_DESCRIPTION("Log in RAM that survives panics and resets");
MODULE_LICENSE("GPL");
