/* SPDX-License-Identifier: BSD-2-Clause */
/* plogctl setup: a place for a window, and what to write where for it. */
#ifndef PLOG_LOGDUMP_SETUP_H
#define PLOG_LOGDUMP_SETUP_H

#include "doctor.h"

/**
 * enum setup_way - how memory is kept from Linux
 * @SETUP_MEMMAP:	memmap= on the kernel's command line
 * @SETUP_TREE:		a node of the device tree
 * @SETUP_NAME:		reserve_mem= on the command line
 * @SETUP_NONE:		this kernel has none of them
 */
enum setup_way {
	SETUP_MEMMAP,
	SETUP_TREE,
	SETUP_NAME,
	SETUP_NONE,
};

/**
 * struct setup_plan - what is proposed
 * @way:	enum setup_way
 * @address:	of the window, aligned to @size; 0 with SETUP_NAME
 * @size:	bytes, a power of two from 64 KiB on
 * @within:	the range of System RAM that it is taken from
 * @there:	it is reserved already
 * @nokaslr:	the kernel must be told to stay where it is
 */
struct setup_plan {
	enum setup_way way;
	uint64_t address;
	uint64_t size;
	struct board_range within;
	bool there;
	bool nokaslr;
};

/* setup_place.c */

/**
 * setup_way_of() - what this machine can do
 */
enum setup_way setup_way_of(const struct doctor_machine *m);

/**
 * setup_place() - choose a range
 * @m: machine
 * @io: its memory
 * @plan: size is given, address and within are filled in
 *
 * In the middle of the largest stretch that is away from the top of its range,
 * where boot loaders put things, from the kernel, and from what is reserved.
 * Return: 0; -ENOSPC when there is none.
 */
int setup_place(const struct doctor_machine *m, const struct board_iomem *io,
		struct setup_plan *plan);

/* setup_print.c */

/**
 * setup_print() - what to add where, by hand
 */
void setup_print(const struct doctor_machine *m, const struct setup_plan *plan);

/**
 * setup_module_options() - the content of /etc/modprobe.d/plog.conf, "" when none is needed
 */
void setup_module_options(const struct setup_plan *plan, char *buf, size_t n);

#endif
