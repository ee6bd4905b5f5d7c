// SPDX-License-Identifier: GPL-2.0-only
/* What the command line of this boot holds in store for the window. */
#include <linux/efi.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "plog_dev.h"
#include "pure/text.h"

#define LINE_BYTES	4096

/* Who puts a kernel somewhere by chance: x86's decompressor, and EFI's stub. */
static bool kernel_roams(const char *line)
{
	return IS_ENABLED(CONFIG_RANDOMIZE_BASE) &&
	       (IS_ENABLED(CONFIG_X86) || efi_enabled(EFI_BOOT)) &&
	       !plog_text_word(line, "nokaslr");
}

int plog_omen_look(struct plog_dev *dev)
{
	char *line = kzalloc(LINE_BYTES, GFP_KERNEL);

	if (!line)
		return -ENOMEM;
	/* Without /proc there is a line about that already. */
	if (plog_proc_read("/proc/cmdline", line, LINE_BYTES) || !kernel_roams(line))
		goto out;
	if (dev->opt.ram)
		pr_warn("%s: KASLR may unpack the next kernel over memory of reserve_mem=; add nokaslr to the kernel's command line\n",
			dev->name);
	else if (PLOG_STUB_IS_BLIND && efi_enabled(EFI_BOOT) && strstr(line, "memmap="))
		pr_warn("%s: KASLR of this kernel's EFI boot may place the next one over memory of memmap=; add nokaslr to the kernel's command line, or use Linux 6.1.93, 6.6.33, 6.9.4 or later\n",
			dev->name);
out:
	kfree(line);
	return 0;
}
