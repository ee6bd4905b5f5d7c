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
MODULE_PARM_DESC(mem_address, "physical address of the window, such as 0xf000000 or 240M; several with commas");

static char *mem_size;
module_param_hw(mem_size, charp, iomem, 0444);
MODULE_PARM_DESC(mem_size, "bytes of the window, such as 0x100000, 1024K or 1M, at least 64K; one for each address");

static char *mem_name;
module_param(mem_name, charp, 0444);
MODULE_PARM_DESC(mem_name, "instead: name of the memory that reserve_mem=SIZE:ALIGN:NAME sets aside; several with commas");

static char *cache = PLOG_CAN_CLEAN ? "wb" : "wc";
module_param(cache, charp, 0444);
MODULE_PARM_DESC(cache, "wb: cached and cleaned (default), wc: write-combined, uc: not cached (x86)");

static char *protect = "50";
module_param(protect, charp, 0444);
MODULE_PARM_DESC(protect, "percent of the window kept for logs that nobody has fetched yet, 0 to 90");

static bool console = true;
module_param(console, bool, 0444);
MODULE_PARM_DESC(console, "have the kernel's log in the first window, too (default 1)");

/* The item of a comma-separated list, in @buf; false when there is none of that index. */
static bool item_get(const char *list, u32 index, char *buf, size_t size)
{
	size_t len;

	for (; list && index; index--) {
		list = strchr(list, ',');
		list += list != NULL;
	}
	if (!list)
		return false;
	len = strcspn(list, ",\n");
	if (len >= size)
		len = size - 1;
	memcpy(buf, list, len);
	buf[len] = 0;
	return true;
}

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

static int bytes_get(const char *name, const char *list, u32 index, const char *example, u64 *value)
{
	char text[32];
	int ret;

	if (!item_get(list, index, text, sizeof(text))) {
		pr_err("%s= is missing; name the reserved memory, as in mem_address=0xf000000 mem_size=1M\n",
		       name);
		return -EINVAL;
	}
	ret = bytes_parse(text, value);
	if (ret)
		pr_err("%s=%s is no number of bytes; write it like %s\n", name, text, example);
	return ret;
}

/**
 * plog_options_cache() - a cache type by its name
 * @text: "wb", "wc" or "uc"
 * @value: filled in
 *
 * Return: 0, or a negative errno after a line that says what is wrong.
 */
int plog_options_cache(const char *text, enum plog_cache *value)
{
	*value = PLOG_CACHE_WB;
	if (sysfs_streq(text, "wc")) {
		*value = PLOG_CACHE_WC;
	} else if (sysfs_streq(text, "uc")) {
		*value = PLOG_CACHE_UC;
		if (!IS_ENABLED(CONFIG_X86)) {
			pr_err("cache=uc would be device memory here, which faults on unaligned access; use cache=wc, it is not cached either\n");
			return -EOPNOTSUPP;
		}
	} else if (!sysfs_streq(text, "wb")) {
		pr_err("cache=%s is unknown; use cache=wb, cache=wc or cache=uc\n", text);
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

/* System RAM: the kernel maps it cached, so there is no other type. */
static int name_get(u32 index, struct plog_options *opt)
{
	char name[64];

	item_get(mem_name, index, name, sizeof(name));
	if (mem_address || mem_size) {
		pr_err("mem_name=%s already says where and how much; leave out mem_address= and mem_size=\n",
		       name);
		return -EINVAL;
	}
	if (!PLOG_HAS_RESERVE_MEM) {
		pr_err("mem_name=%s needs a kernel with reserve_mem=, 6.11 or later; use mem_address= and mem_size=\n",
		       name);
		return -EOPNOTSUPP;
	}
	if (opt->cache != PLOG_CACHE_WB) {
		pr_err("mem_name=%s is System RAM, which is cached; use cache=wb, or reserve memory with memmap=\n",
		       name);
		return -EINVAL;
	}
	if (!plog_compat_reserved(name, &opt->address, &opt->size)) {
		pr_err("mem_name=%s is not reserved; boot with reserve_mem=1M:4096:%s\n", name, name);
		return -ENOENT;
	}
	opt->ram = true;
	return 0;
}

/**
 * plog_options_any() - is a window asked for by parameters?
 */
bool plog_options_any(void)
{
	return mem_address || mem_size || mem_name;
}

/**
 * plog_options_default() - what holds for windows that do not say otherwise
 * @opt: cache, protect and console are filled in, the rest is zero
 */
void plog_options_default(struct plog_options *opt)
{
	*opt = (struct plog_options){ .protect = 50, .console = console };
	if (!PLOG_CAN_CLEAN)
		opt->cache = PLOG_CACHE_WC;
}

/**
 * plog_options_get() - the window that the parameters ask for
 * @opt: filled in
 * @index: 0 the first one, ...
 *
 * Return: 0; -ENODATA when there are no more; or another negative errno, after a
 * line that says what is wrong.
 */
int plog_options_get(struct plog_options *opt, u32 index)
{
	char item[32];
	int ret;

	if (index && !item_get(mem_address, index, item, sizeof(item)) &&
	    !item_get(mem_name, index, item, sizeof(item)))
		return -ENODATA;
	plog_options_default(opt);
	ret = plog_options_cache(cache, &opt->cache);
	if (ret)
		return ret;
	ret = protect_get(&opt->protect);
	if (ret)
		return ret;
	if (mem_name)
		return name_get(index, opt);
	ret = bytes_get("mem_address", mem_address, index, "0xf000000 or 240M", &opt->address);
	if (ret)
		return ret;
	return bytes_get("mem_size", mem_size, index, "0x100000 or 1M", &opt->size);
}
