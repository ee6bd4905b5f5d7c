// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's parameters. What is wrong with one is said in a line of ours,
 * so they are taken as text; address and size are marked as hardware
 * parameters, which a locked down kernel refuses.
 */
#define pr_fmt(fmt) "plog: " fmt

#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "compat.h"
#include "plog_dev.h"

static char *mem_address;
module_param_hw(mem_address, charp, iomem, 0444);
MODULE_PARM_DESC(mem_address, "physical address of the window, such as 0xf000000 or 240M");

static char *mem_size;
module_param_hw(mem_size, charp, iomem, 0444);
MODULE_PARM_DESC(mem_size, "bytes of the window, such as 0x100000, 1024K or 1M; at least 64K");

static char *cache = PLOG_CAN_CLEAN ? "wb" : "wc";
module_param(cache, charp, 0444);
MODULE_PARM_DESC(cache, "wb: cached and cleaned (default), wc: write-combined");

static char *protect = "50";
module_param(protect, charp, 0444);
MODULE_PARM_DESC(protect, "percent of the window kept for logs that nobody has fetched yet, 0 to 90");

/* How far a K, M or G shifts, and where the digits end. */
static int unit_shift(const char *text, size_t *digits)
{
	static const char units[] = "KMG";
	size_t len = strlen(text);
	const char *unit;

	if (len && text[len - 1] == '\n')
		len--;
	*digits = len;
	if (!len)
		return 0;
	unit = strchr(units, toupper(text[len - 1]));
	if (!unit)
		return 0;
	*digits = len - 1;
	return 10 * (int)(unit - units + 1);
}

/* memparse() would take "12x" for 12 and let a number too large wrap around. */
static int bytes_parse(const char *text, u64 *value)
{
	char number[32];
	size_t digits;
	int shift = unit_shift(text, &digits);
	int ret;

	if (!digits || digits >= sizeof(number))
		return -EINVAL;
	memcpy(number, text, digits);
	number[digits] = 0;
	ret = kstrtoull(number, 0, value);
	if (ret)
		return ret;
	if (*value << shift >> shift != *value)
		return -ERANGE;
	*value <<= shift;
	return 0;
}

static int bytes_get(const char *name, const char *text, const char *example, u64 *value)
{
	int ret;

	if (!text) {
		pr_err("%s= is missing; name the reserved memory, as in mem_address=0xf000000 mem_size=1M\n",
		       name);
		return -EINVAL;
	}
	ret = bytes_parse(text, value);
	if (ret)
		pr_err("%s=%s is no number of bytes; write it like %s\n", name, text, example);
	return ret;
}

static int cache_get(enum plog_cache *value)
{
	*value = PLOG_CACHE_WB;
	if (sysfs_streq(cache, "wc")) {
		*value = PLOG_CACHE_WC;
	} else if (!sysfs_streq(cache, "wb")) {
		pr_err("cache=%s is unknown; use cache=wb or cache=wc\n", cache);
		return -EINVAL;
	} else if (!PLOG_CAN_CLEAN) {
		pr_err("cache=wb would lose the log in a reset, for this kernel cannot clean its caches; use cache=wc\n");
		return -EOPNOTSUPP;
	}
	return 0;
}

static int protect_get(u32 *value)
{
	if (!kstrtouint(protect, 0, value) && *value <= 90)
		return 0;
	pr_err("protect=%s is no percentage from 0 to 90; leave it out for 50\n", protect);
	return -EINVAL;
}

/**
 * plog_options_get() - what the parameters ask for
 * @opt: filled in
 *
 * Return: 0, or a negative errno after a line that says what is wrong.
 */
int plog_options_get(struct plog_options *opt)
{
	int ret;

	ret = bytes_get("mem_address", mem_address, "0xf000000 or 240M", &opt->address);
	if (ret)
		return ret;
	ret = bytes_get("mem_size", mem_size, "0x100000 or 1M", &opt->size);
	if (ret)
		return ret;
	ret = cache_get(&opt->cache);
	if (ret)
		return ret;
	return protect_get(&opt->protect);
}
