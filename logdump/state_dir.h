/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOGDUMP_STATE_DIR_H
#define LOGDUMP_STATE_DIR_H

#include <stddef.h>

/**
 * state_dir_make() - where the tools keep what has to outlast them; made when missing
 * @path: receives $PLOG_STATE, or /var/lib/plog for root, or $XDG_STATE_HOME/plog, or
 *        ~/.local/state/plog, with @sub behind it
 * @size: room there
 * @sub: folder in it
 *
 * Return: 0 or a negative errno; @path then is what could not be made.
 */
int state_dir_make(char *path, size_t size, const char *sub);

#endif
