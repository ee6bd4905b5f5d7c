// SPDX-License-Identifier: BSD-2-Clause
/* plogctl setup: reserve memory for a window on this machine */
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "plogctl.h"
#include "setup.h"
#include "window.h"

#define OPTIONS_FILE "/etc/modprobe.d/plog.conf"
#define LOAD_FILE "/etc/modules-load.d/plog.conf"
#define SIZE_MIN (64u << 10)
#define SIZE_MAX_SETUP (1ULL << 30)

static const struct tool_option options[] = {
	{ .letter = 'n', .name = "dry-run", .arg = "", .help = "write no file" },
	{ .letter = 's',
	  .name = "size",
	  .operand = TOOL_OPERAND_NEEDED,
	  .arg = "SIZE",
	  .help = "a power of two from 64K to 1G" },
	{ .letter = 'r',
	  .name = "root",
	  .operand = TOOL_OPERAND_NEEDED,
	  .arg = "DIR",
	  .help = "the image of another machine",
	  .complete = TOOL_COMPLETE_DIR },
	TOOL_OPTION_END,
};

/* One part in 64 of the RAM, 1 MiB at most: some ten thousand lines. */
static uint64_t size_choose(const struct doctor_machine *m)
{
	uint64_t kib = 0, size = 1 << 20;
	char text[256];

	board_read(&m->board, "/proc/meminfo", text, sizeof(text));
	if (sscanf(text, "MemTotal: %" SCNu64, &kib) == 1)
		while (size > SIZE_MIN && size >> 10 > kib / 64)
			size /= 2;
	return size;
}

/* What an earlier run proposed, and a reboot has put into effect. */
static bool there_already(const struct doctor_machine *m, struct setup_plan *plan)
{
	struct board_memmap list[16];
	unsigned int n = board_memmaps(m->cmdline, list, 16), i;

	for (i = 0; i < n && plan->way == SETUP_MEMMAP; i++) {
		if (list[i].mark != '$' || list[i].size < SIZE_MIN)
			continue;
		plan->address = list[i].address;
		plan->size = list[i].size;
		return true;
	}
	return false;
}

static int plan_make(const struct doctor_machine *m, struct setup_plan *plan)
{
	struct doctor_finding kaslr = { DOCTOR_OK, "" };
	struct board_iomem io;
	int err;

	if (plan->there || plan->way == SETUP_NAME)
		return 0;
	err = board_iomem(&m->board, &io);
	if (err) {
		fprintf(stderr, "plogctl: /proc/iomem %s\n",
			err == -EACCES ? "hides its addresses; run as root"
				       : "cannot be read; mount /proc");
		return PLOGCTL_WINDOW;
	}
	err = setup_place(m, &io, plan);
	board_iomem_free(&io);
	if (err) {
		fprintf(stderr,
			"plogctl: no %" PRIu64 " KiB of System RAM are free of kernel and boot "
			"loader; ask for less with --size\n",
			plan->size >> 10);
		return PLOGCTL_WINDOW;
	}
	doctor_kaslr(m, &kaslr);
	plan->nokaslr = plan->way == SETUP_MEMMAP && m->version < 6010 &&
			board_has(&m->board, "/sys/firmware/efi") && kaslr.grade == DOCTOR_OK &&
			!strstr(m->cmdline, "nokaslr");
	return 0;
}

static int file_write(const struct board *b, const char *path, const char *text)
{
	char full[BOARD_PATH], old[256];
	FILE *file;
	int got = board_read(b, path, old, sizeof(old));

	if (got >= 0 && strncmp(old, text, strlen(text) - 1) != 0) {
		fprintf(stderr, "plogctl: %s%s is there and says something else; write by hand: %s",
			b->root, path, text);
		return PLOGCTL_WINDOW;
	}
	file = fopen(board_path(b, path, full, sizeof(full)), "we");
	if (!file) {
		fprintf(stderr, "plogctl: %s: %s\n", full, strerror(errno));
		return PLOGCTL_WINDOW;
	}
	fputs(text, file);
	if (fclose(file)) {
		fprintf(stderr, "plogctl: %s: %s\n", full, strerror(errno));
		return PLOGCTL_WINDOW;
	}
	printf("wrote %s\n", full);
	return PLOGCTL_OK;
}

static int files_write(const struct doctor_machine *m, const struct setup_plan *plan)
{
	char text[128];
	int ret = PLOGCTL_OK;

	setup_module_options(plan, text, sizeof(text));
	if (*text)
		ret = file_write(&m->board, OPTIONS_FILE, text);
	if (*text && !ret)
		ret = file_write(&m->board, LOAD_FILE, "plog\n");
	if (!ret && !plan->there)
		puts("the boot loader's part is yours: add the above, reboot, then plogctl doctor");
	return ret;
}

static int setup(struct doctor_machine *m, struct setup_plan *plan, bool dry)
{
	int ret;

	plan->way = setup_way_of(m);
	if (plan->way == SETUP_NONE) {
		fprintf(stderr,
			"plogctl: Linux %s on this machine has neither memmap= (x86, not "
			"locked down) nor a device tree nor reserve_mem= (6.11)\n",
			m->release);
		return PLOGCTL_WINDOW;
	}
	plan->there = there_already(m, plan);
	ret = plan_make(m, plan);
	if (ret)
		return ret;
	setup_print(m, plan);
	return dry ? PLOGCTL_OK : files_write(m, plan);
}

static int run(int argc, char **argv)
{
	struct setup_plan plan = { .size = 0 };
	struct doctor_machine m;
	const char *root = "";
	bool dry = false;
	u64 size = 0;
	int c;

	while ((c = tool_option_next(options, argc, argv)) != -1) {
		if (c == '?' || c == ':')
			return PLOGCTL_SYNTAX;
		if (c == 's' && (plog_size_parse(optarg, &size) || size < SIZE_MIN ||
				 size > SIZE_MAX_SETUP || size & (size - 1))) {
			fprintf(stderr, "plogctl: --size %s: not a power of two from 64K to 1G\n",
				optarg);
			return PLOGCTL_USAGE;
		}
		dry |= c == 'n';
		if (c == 'r')
			root = optarg;
	}
	if (optind != argc)
		return PLOGCTL_SYNTAX;
	doctor_machine_read(&m, root);
	plan.size = size ? size : size_choose(&m);
	return setup(&m, &plan, dry);
}

const struct plogctl_command plogctl_setup = {
	.name = "setup",
	.run = run,
	.options = options,
	.help = "choose memory for a window, and say or write what reserves it",
};
