/* SPDX-License-Identifier: BSD-2-Clause */
/* plogctl doctor: its checks, each of which looks at files and says one line. */
#ifndef PLOG_LOGDUMP_DOCTOR_H
#define PLOG_LOGDUMP_DOCTOR_H

#include "board.h"

/**
 * enum doctor_grade - how bad it is
 * @DOCTOR_OK:		as it should be
 * @DOCTOR_WARN:	some logs will be lost, or it may go wrong
 * @DOCTOR_FAIL:	plog does not work so, or the log does not survive
 * @DOCTOR_UNKNOWN:	this machine, or this user, cannot tell
 */
enum doctor_grade {
	DOCTOR_OK,
	DOCTOR_WARN,
	DOCTOR_FAIL,
	DOCTOR_UNKNOWN,
};

/**
 * struct doctor_finding - what a check found
 * @grade:	how bad
 * @text:	what there is, and what to do
 */
struct doctor_finding {
	enum doctor_grade grade;
	char text[320];
};

/**
 * struct doctor_machine - what several checks want to know; gathered once
 * @board:	its files
 * @cmdline:	the running kernel's
 * @release:	kernel release
 * @version:	as board_release()
 * @x86:	is it one?
 * @windows:	windows of the module
 * @count:	how many
 */
struct doctor_machine {
	struct board board;
	char cmdline[4096];
	char release[80];
	unsigned int version;
	bool x86;
	struct board_window windows[BOARD_WINDOWS];
	unsigned int count;
};

/**
 * struct doctor_check - a check
 * @name:	first column
 * @run:	looks, and fills in what it found
 */
struct doctor_check {
	const char *name;
	void (*run)(const struct doctor_machine *m, struct doctor_finding *f);
};

/**
 * doctor_say() - fill in a finding
 */
void doctor_say(struct doctor_finding *f, enum doctor_grade grade, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * doctor_machine_read() - gather what several checks want
 * @root: in front of all paths
 */
void doctor_machine_read(struct doctor_machine *m, const char *root);

/* doctor_memory.c */
void doctor_ram(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_reservation(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_grub(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_iomem(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_kaslr(const struct doctor_machine *m, struct doctor_finding *f);

/* doctor_module.c */
void doctor_kernel(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_module(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_autoload(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_lockdown(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_device(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_harvest(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_clock(const struct doctor_machine *m, struct doctor_finding *f);

/* doctor_reset.c */
void doctor_panic(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_reboot(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_overwrite(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_encryption(const struct doctor_machine *m, struct doctor_finding *f);
void doctor_kdump(const struct doctor_machine *m, struct doctor_finding *f);

#endif
