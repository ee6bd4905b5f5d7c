/* SPDX-License-Identifier: BSD-2-Clause */
/* --summary: what one wants to know of a dead boot first, in a few lines. */
#ifndef LOGDUMP_SUMMARY_H
#define LOGDUMP_SUMMARY_H

#include "logdump_print.h"

/**
 * logdump_summary() - print it, of each boot that was asked for
 * @dump: run, with an open reader
 *
 * Return: exit code.
 */
int logdump_summary(struct logdump *dump);

/* summary_rates.c */

struct tally;

/**
 * summary_rates() - the line of the rates, with a bar for each stretch of time
 */
void summary_rates(FILE *f, const struct tally *tally);

#endif
