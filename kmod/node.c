// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows that the device tree names:
 *
 *	plog {
 *		compatible = "plog,window";
 *		memory-region = <&label>;	no-map child of /reserved-memory
 *		cache = "wc";			optional, as the parameter
 *		protect = <50>;			optional, as the parameter
 *		no-console;			optional: not the kernel's log
 *	};
 *
 * The node stands at the root of the tree, or on a bus: the kernel makes devices
 * of children of /reserved-memory for a list of its own only. The binding is
 * packaging/devicetree/plog,window.yaml.
 */
#define pr_fmt(fmt) "plog: " fmt

#include <linux/of.h>
#include <linux/of_reserved_mem.h>
#include <linux/platform_device.h>

#include "plog_dev.h"

static const struct of_device_id node_match[] = {
	{ .compatible = "plog,window" },
	{}
};
MODULE_DEVICE_TABLE(of, node_match);

static int node_region(const struct device_node *node, struct plog_options *opt)
{
	struct device_node *region = of_parse_phandle(node, "memory-region", 0);
	struct reserved_mem *mem = region ? of_reserved_mem_lookup(region) : NULL;

	of_node_put(region);
	if (!mem) {
		pr_err("%pOF: memory-region names no child of /reserved-memory; give it one with reg and no-map\n",
		       node);
		return -EINVAL;
	}
	opt->address = mem->base;
	opt->size = mem->size;
	return 0;
}

static int node_probe(struct platform_device *pdev)
{
	const struct device_node *node = pdev->dev.of_node;
	struct plog_options opt;
	const char *cache;
	int ret;

	plog_options_default(&opt);
	ret = node_region(node, &opt);
	if (!ret && !of_property_read_string(node, "cache", &cache))
		ret = plog_options_cache(&opt, cache);
	if (ret)
		return ret;
	of_property_read_u32(node, "protect", &opt.protect);
	if (opt.protect > PLOG_PROTECT_MAX) {
		pr_err("%pOF: protect = <%u> is no percentage from 0 to 90; leave it out for 50\n",
		       node, opt.protect);
		return -EINVAL;
	}
	if (of_property_read_bool(node, "no-console"))
		opt.console = false;
	return plog_dev_make(&pdev->dev, &opt);
}

/* Not to be unbound by hand: only the module's count knows of open mappings. */
struct platform_driver plog_node_driver = {
	.probe = node_probe,
	.driver = {
		.name = "plog",
		.of_match_table = of_match_ptr(node_match),
		.suppress_bind_attrs = true,
	},
};

/**
 * plog_nodes_any() - does the device tree name a window?
 */
bool plog_nodes_any(void)
{
	struct device_node *node = of_find_matching_node(NULL, node_match);

	of_node_put(node);
	return node;
}
