/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Delivery to other programs: records in batches, and a note of each batch that the
 * receiver has. A run that is cut short is gone on with by the next one; what that
 * delivers twice is at most the batch that was under way.
 */
#ifndef LOGDUMP_DELIVER_H
#define LOGDUMP_DELIVER_H

#include "logdump_print.h"

/**
 * logdump_deliver_records() - deliver the selected records, but those that were before
 *
 * Return: an exit code; LOGDUMP_PRINTED only when the receiver has all of them, as far
 * as that can be known.
 */
int logdump_deliver_records(struct logdump *dump);

#endif
