// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's parameters. What is wrong with one is said in a line of ours,
 * so they are taken as text; address and size are marked as hardware
 * parameters, which a locked down kernel refuses.
 */
#define pr_fmt(fmt) "plog: " fmt

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "plog_dev.h"
#include "pure/text.h"

static char *mem_address[PLOG_WINDOWS_MAX];
static unsigned int addresses;
module_param_hw_array(mem_address, charp, iomem, &addresses, 0444);
MODULE_PARM_DESC(mem_address, "physical address of the window, such as 0xf000000 or 240M; several with commas");

static char *mem_size[PLOG_WINDOWS_MAX];
static unsigned int sizes;
module_param_hw_array(mem_size, charp, iomem, &sizes, 0444);
MODULE_PARM_DESC(mem_size, "bytes of the window, such as 0x100000, 1024K or 1M, at least 64K; one for each address");

static char *mem_name[PLOG_WINDOWS_MAX];
static unsigned int names;
module_param_array(mem_name, charp, &names, 0444);
MODULE_PARM_DESC(mem_name, "instead: name of the memory that reserve_mem=SIZE:ALIGN:NAME sets aside; several with commas");

static char *cache = PLOG_CAN_CLEAN ? "wb" : "wc";
module_param(cache, charp, 0444);
MODULE_PARM_DESC(cache, "wb: cached and cleaned (default), wc: write-combined, uc: not cached (x86)");

static char *protect;
module_param(protect, charp, 0444);
MODULE_PARM_DESC(protect, "percent of the window kept for logs that nobody has fetched yet, 0 to 90 (default 50)");

static bool console = true;
module_param(console, bool, 0444);
MODULE_PARM_DESC(console, "have the kernel's log in the first window, too (default 1)");

static int bytes_get(const char *name, const char *text, const char *example, u64 *value)
{
	int ret;

	if (!text) {
		pr_err("%s= is missing; name the reserved memory, as in mem_address=0xf000000 mem_size=1M\n",
		       name);
		return -EINVAL;
	}
	ret = plog_text_bytes(text, value);
	if (ret)
		pr_err("%s=%s is no number of bytes; write it like %s\n", name, text, example);
	return ret;
}

/**
 * plog_options_cache() - a cache type by its name
 * @opt: its cache is filled in
 * @text: "wb", "wc" or "uc"
 *
 * Return: 0, or a negative errno after a line that says what is wrong.
 */
int plog_options_cache(struct plog_options *opt, const char *text)
{
	int type = match_string(plog_cache_name, PLOG_CACHE_UC + 1, text);

	if (type < 0) {
		pr_err("cache=%s is unknown; use cache=wb, cache=wc or cache=uc\n", text);
		return -EINVAL;
	}
	if (type == PLOG_CACHE_UC && !IS_ENABLED(CONFIG_X86)) {
		pr_err("cache=uc would be device memory here, which faults on unaligned access; use cache=wc, it is not cached either\n");
		return -EOPNOTSUPP;
	}
	if (type == PLOG_CACHE_WB && !PLOG_CAN_CLEAN) {
		pr_err("cache=wb would lose the log in a reset, for this kernel cannot clean its caches; use cache=wc\n");
		return -EOPNOTSUPP;
	}
	opt->cache = type;
	return 0;
}

/* System RAM: the kernel maps it cached, so there is no other type. */
static int name_get(const char *name, struct plog_options *opt)
{
	phys_addr_t start, size;

	if (addresses || sizes) {
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
	if (!plog_compat_reserved(name, &start, &size)) {
		pr_err("mem_name=%s is not reserved; boot with reserve_mem=1M:4096:%s\n", name,
		       name);
		return -ENOENT;
	}
	opt->address = start;
	opt->size = size;
	opt->ram = true;
	return 0;
}

/**
 * plog_options_count() - how many windows do parameters ask for?
 */
u32 plog_options_count(void)
{
	return max3(addresses, sizes, names);
}

/**
 * plog_options_default() - what holds for windows that do not say otherwise
 * @opt: cache, protect and console are filled in, the rest is zero
 */
void plog_options_default(struct plog_options *opt)
{
	*opt = (struct plog_options){
		.cache = PLOG_CAN_CLEAN ? PLOG_CACHE_WB : PLOG_CACHE_WC,
		.protect = PLOG_PROTECT_DEFAULT,
		.console = console,
	};
}

/**
 * plog_options_get() - a window that the parameters ask for
 * @opt: filled in
 * @index: 0 the first one, ...
 *
 * Return: 0, or a negative errno after a line that says what is wrong.
 */
int plog_options_get(struct plog_options *opt, u32 index)
{
	int ret;

	plog_options_default(opt);
	ret = plog_options_cache(opt, cache);
	if (ret)
		return ret;
	if (protect && (kstrtouint(protect, 0, &opt->protect) || opt->protect > PLOG_PROTECT_MAX)) {
		pr_err("protect=%s is no percentage from 0 to 90; leave it out for 50\n", protect);
		return -EINVAL;
	}
	if (index < names)
		return name_get(mem_name[index], opt);
	ret = bytes_get("mem_address", mem_address[index], "0xf000000 or 240M", &opt->address);
	if (ret)
		return ret;
	return bytes_get("mem_size", mem_size[index], "0x100000 or 1M", &opt->size);
}
