// SPDX-License-Identifier: BSD-2-Clause
/* plogctl doctor: a line for each thing that has to be right for a log to survive */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "plogctl.h"

static const struct doctor_check checks[] = {
	{ "kernel", doctor_kernel },
	{ "ram", doctor_ram },
	{ "reservation", doctor_reservation },
	{ "grub", doctor_grub },
	{ "iomem", doctor_iomem },
	{ "kaslr", doctor_kaslr },
	{ "module", doctor_module },
	{ "autoload", doctor_autoload },
	{ "lockdown", doctor_lockdown },
	{ "device", doctor_device },
	{ "harvest", doctor_harvest },
	{ "clock", doctor_clock },
	{ "panic", doctor_panic },
	{ "reboot", doctor_reboot },
	{ "overwrite", doctor_overwrite },
	{ "encryption", doctor_encryption },
	{ "kdump", doctor_kdump },
};

static const char *const grades[] = {
	[DOCTOR_OK] = "OK",
	[DOCTOR_WARN] = "WARN",
	[DOCTOR_FAIL] = "FAIL",
	[DOCTOR_UNKNOWN] = "unknown",
};

static const struct tool_option options[] = {
	{ .letter = 'r',
	  .name = "root",
	  .operand = TOOL_OPERAND_NEEDED,
	  .arg = "DIR",
	  .help = "the image of another machine",
	  .complete = TOOL_COMPLETE_DIR },
	TOOL_OPTION_END,
};

void doctor_say(struct doctor_finding *f, enum doctor_grade grade, const char *fmt, ...)
{
	va_list ap;

	f->grade = grade;
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

void doctor_machine_read(struct doctor_machine *m, const char *root)
{
	memset(m, 0, sizeof(*m));
	m->board.root = root;
	board_read(&m->board, "/proc/cmdline", m->cmdline, sizeof(m->cmdline));
	m->version = board_release(&m->board, m->release, sizeof(m->release));
	m->x86 = board_x86(&m->board);
	m->count = board_windows(&m->board, m->windows);
}

/* Names of files and devices are other people's. */
static void printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

static int run(int argc, char **argv)
{
	struct doctor_machine m;
	const char *root = "";
	int c, ret = PLOGCTL_OK;
	size_t i;

	while ((c = tool_option_next(options, argc, argv)) != -1) {
		if (c != 'r')
			return PLOGCTL_SYNTAX;
		root = optarg;
	}
	if (optind != argc)
		return PLOGCTL_SYNTAX;
	doctor_machine_read(&m, root);
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct doctor_finding f = { DOCTOR_OK, "" };

		checks[i].run(&m, &f);
		printable(f.text);
		printf("%-7s %-11s %s\n", grades[f.grade], checks[i].name, f.text);
		if (f.grade == DOCTOR_FAIL)
			ret = PLOGCTL_WRONG;
	}
	return ret;
}

const struct plogctl_command plogctl_doctor = {
	.name = "doctor",
	.run = run,
	.options = options,
	.help = "is this machine set up so that a log survives? what to do",
};
