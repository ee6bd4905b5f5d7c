// SPDX-License-Identifier: BSD-2-Clause
/* plogctl setup: lines for command lines, device trees and files. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "setup.h"

static void size_text(char *buf, size_t n, uint64_t size)
{
	if (size % (1 << 20))
		snprintf(buf, n, "%" PRIu64 "K", size >> 10);
	else
		snprintf(buf, n, "%" PRIu64 "M", size >> 20);
}

void setup_module_options(const struct setup_plan *plan, char *buf, size_t n)
{
	char size[32];

	size_text(size, sizeof(size), plan->size);
	if (plan->way == SETUP_MEMMAP)
		snprintf(buf, n, "options plog mem_address=0x%" PRIx64 " mem_size=%s\n",
			 plan->address, size);
	else
		snprintf(buf, n, "%s",
			 plan->way == SETUP_NAME ? "options plog mem_name=plog\n" : "");
}

static void words(const struct setup_plan *plan, const char *dollar, char *buf, size_t n)
{
	char size[32];

	size_text(size, sizeof(size), plan->size);
	if (plan->way == SETUP_MEMMAP)
		snprintf(buf, n, "memmap=%s%s0x%" PRIx64 "%s", size, dollar, plan->address,
			 plan->nokaslr ? " nokaslr" : "");
	else
		snprintf(buf, n, "reserve_mem=%s:4096:plog nokaslr", size);
}

static bool default_line(char *text, void *arg)
{
	if (strncmp(text, "GRUB_CMDLINE_LINUX_DEFAULT=", 27) != 0)
		return false;
	snprintf(arg, 2048, "%s", text + 27);
	return true;
}

/* The line of /etc/default/grub as it has to become, in its own kind of quotes. */
static void grub_print(const struct doctor_machine *m, const struct setup_plan *plan)
{
	char old[2048] = "", add[256];
	const char *own;
	size_t len;
	char quote = '"';

	if (!board_each_line(&m->board, "/etc/default/grub", "", default_line, old))
		snprintf(old, sizeof(old), "\"quiet\"");
	len = strlen(old);
	while (len && isspace((unsigned char)old[len - 1]))
		old[--len] = 0;
	own = old;
	if (len > 1 && (old[0] == '"' || old[0] == '\'') && old[len - 1] == old[0]) {
		quote = old[0];
		old[len - 1] = 0;
		own = old + 1;
	}
	words(plan, quote == '"' ? "\\\\\\$" : "\\$", add, sizeof(add));
	printf("# /etc/default/grub; then update-grub\n"
	       "GRUB_CMDLINE_LINUX_DEFAULT=%c%s%s%s%c\n",
	       quote, own, *own ? " " : "", add, quote);
}

static void cells(uint64_t value, unsigned int n)
{
	if (n > 1)
		printf("0x%" PRIx64 " ", value >> 32);
	printf("0x%" PRIx64, value & 0xffffffff);
}

static unsigned int cell_count(const struct doctor_machine *m, const char *name)
{
	char path[BOARD_PATH], full[BOARD_PATH];
	unsigned char p[4] = { 0, 0, 0, 2 };
	FILE *file;

	snprintf(path, sizeof(path), "/proc/device-tree/%s", name);
	file = fopen(board_path(&m->board, path, full, sizeof(full)), "re");
	if (file && fread(p, 1, 4, file) != 4)
		p[3] = 2;
	if (file)
		fclose(file);
	return p[3] == 1 ? 1 : 2;
}

static void tree_print(const struct doctor_machine *m, const struct setup_plan *plan)
{
	unsigned int na = cell_count(m, "#address-cells"), ns = cell_count(m, "#size-cells");

	printf("/* device tree; see that the boot loader keeps away, too: bdinfo, printenv */\n"
	       "/ {\n\treserved-memory {\n\t\t#address-cells = <%u>;\n\t\t#size-cells = <%u>;\n"
	       "\t\tranges;\n\n\t\tplog_ram: plog@%" PRIx64 " {\n\t\t\treg = <",
	       na, ns, plan->address);
	cells(plan->address, na);
	putchar(' ');
	cells(plan->size, ns);
	printf(">;\n\t\t\tno-map;\n\t\t};\n\t};\n\n\tplog {\n\t\tcompatible = \"plog,window\";\n"
	       "\t\tmemory-region = <&plog_ram>;\n\t};\n};\n");
}

static void reservation_print(const struct doctor_machine *m, const struct setup_plan *plan)
{
	char line[256];

	if (plan->way == SETUP_TREE) {
		tree_print(m, plan);
		return;
	}
	words(plan, "$", line, sizeof(line));
	printf("# the kernel's command line\n%s\n", line);
	grub_print(m, plan);
}

void setup_print(const struct doctor_machine *m, const struct setup_plan *plan)
{
	char options[128];

	if (plan->there)
		printf("# 0x%" PRIx64 "-0x%" PRIx64 " is reserved already\n", plan->address,
		       plan->address + plan->size - 1);
	else if (plan->way != SETUP_NAME)
		printf("%s 0x%" PRIx64 "-0x%" PRIx64 ", of the System RAM 0x%" PRIx64 "-0x%" PRIx64
		       "%s\n",
		       plan->way == SETUP_TREE ? "/*" : "#", plan->address,
		       plan->address + plan->size - 1, plan->within.start, plan->within.end,
		       plan->way == SETUP_TREE ? " */" : "");
	if (!plan->there)
		reservation_print(m, plan);
	setup_module_options(plan, options, sizeof(options));
	if (*options)
		printf("# /etc/modprobe.d/plog.conf\n%s# /etc/modules-load.d/plog.conf\nplog\n",
		       options);
}
