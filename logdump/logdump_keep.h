/* SPDX-License-Identifier: BSD-2-Clause */
/* What is done with the log of a boot once it has been read: kept, and marked as harvested. */
#ifndef LOGDUMP_KEEP_H
#define LOGDUMP_KEEP_H

#include "logdump_print.h"

/**
 * logdump_keep_check() - do the options that keep go with the others?
 *
 * Return: 0, or LOGDUMP_USAGE after a line on stderr.
 */
int logdump_keep_check(const struct logdump_options *opt);

/* logdump_save.c */

/**
 * logdump_save() - save the window as an archive, named after the newest selected boot
 *
 * On disk when it returns LOGDUMP_PRINTED, and its path is on stdout. An archive in the
 * folder that has as much of the selected boots is left as it is, and is the answer.
 */
int logdump_save(struct logdump *dump);

/* logdump_ack.c */

/**
 * logdump_ack() - mark the selected boots as harvested
 * @dump: run
 * @code: of all outputs; what it is nothing is marked for is returned as it is
 *
 * A boot without records is marked although nothing was put out of it.
 */
int logdump_ack(struct logdump *dump, int code);

#endif
