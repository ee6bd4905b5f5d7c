/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOGDUMP_DELIVER_RUN_H
#define LOGDUMP_DELIVER_RUN_H

#include "carrier.h"
#include "deliver_line.h"
#include "delivered.h"
#include "logdump_print.h"
#include "progress.h"

/**
 * struct deliver_run - one run
 * @dump:	what is read
 * @first:	position of the first boot
 * @count:	boots
 * @line:	how a record is put
 * @carrier:	how it gets there
 * @addr:	where
 * @batch:	what is under way
 * @origin:	this machine
 * @about:	of the boot at hand
 * @delivered:	of the boot at hand
 * @left:	records of each boot that are yet to come
 * @matched:	records that are selected
 * @skip:	of these, so many at the beginning are not wanted
 * @had:	records delivered before this run
 * @put:	records delivered by it
 * @progress:	shown on a terminal
 * @unkept:	it was said that nothing is kept
 */
struct deliver_run {
	struct logdump *dump;
	uint32_t first;
	uint32_t count;
	deliver_line line;
	struct carrier carrier;
	struct syslog_addr addr;
	struct batch batch;
	struct origin origin;
	struct deliver_about about;
	struct delivered delivered;
	uint64_t *left;
	uint64_t matched;
	uint64_t skip;
	uint64_t had;
	uint64_t put;
	struct progress progress;
	bool unkept;
};

/* deliver_boot.c */

/**
 * deliver_boot_run() - deliver the records of one boot
 *
 * Return: 0 or a negative errno.
 */
int deliver_boot_run(struct deliver_run *run, uint32_t boot_at);

#endif
