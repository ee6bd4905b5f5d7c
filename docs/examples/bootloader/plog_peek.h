/* SPDX-License-Identifier: BSD-2-Clause */
/* Shows the last lines of a plog window where there is no C library: see plog_peek.c. */
#ifndef PLOG_PEEK_H
#define PLOG_PEEK_H

/**
 * plog_peek() - print the newest lines of the last boot in a window
 * @window: where the window is; any bytes
 * @size: how many
 * @lines: at most so many, 64 at most
 * @put: prints one character; gets printable ASCII and '\n' only
 *
 * Return: how many lines were printed; -1 when there is no superblock.
 */
int plog_peek(const void *window, unsigned long size, unsigned int lines, void (*put)(char c));

#endif
