/* SPDX-License-Identifier: BSD-2-Clause */
/* `plogctl erase` and `logdump --erase`. */
#ifndef LOGDUMP_ERASE_H
#define LOGDUMP_ERASE_H

#include <stdbool.h>

/**
 * erase_window() - erase what earlier boots left in a window, and say what was done
 * @program: in front of what is said
 * @spec: window
 * @force: boots that were not harvested, too; and all of a window that nobody has open
 *
 * Return: 0; 2 when boots were not harvested and nothing was done; 3 when the window
 * cannot be used.
 */
int erase_window(const char *program, const char *spec, bool force);

#endif
