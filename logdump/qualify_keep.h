/* SPDX-License-Identifier: BSD-2-Clause */
/* The process that keeps lines dirty until the reset. */
#ifndef PLOG_LOGDUMP_QUALIFY_KEEP_H
#define PLOG_LOGDUMP_QUALIFY_KEEP_H

#include <sys/types.h>

#include "qualify.h"
#include "window.h"

/**
 * qualify_keep_start() - write the lines of QUALIFY_DIRTY again and again, for an hour
 * @map: window; the process has it from now on
 * @plan: pattern
 * @state: path of the state file; what is locked is beside it
 *
 * Return: its process id, or a negative errno.
 */
pid_t qualify_keep_start(struct plog_map *map, const struct qualify_plan *plan, const char *state);

/**
 * qualify_keep_stop() - end it, if it is there
 */
void qualify_keep_stop(const char *state);

#endif
