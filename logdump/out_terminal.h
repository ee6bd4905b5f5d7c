/* SPDX-License-Identifier: BSD-2-Clause */
/* Standard output as a terminal: colours and width. A pager in between changes neither. */
#ifndef LOGDUMP_OUT_TERMINAL_H
#define LOGDUMP_OUT_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

/**
 * out_terminal() - is standard output a terminal, or was it before a pager took it?
 */
bool out_terminal(void);

/**
 * out_terminal_columns() - its width, 0 when nobody knows
 */
unsigned int out_terminal_columns(void);

/* Colours are wanted: on a terminal that is not dumb, unless NO_COLOR is set. */
extern bool out_colors;

/**
 * out_terminal_begin() - look at standard output, once and before all output
 * @color: 1: colours everywhere, 0: nowhere, -1: where they are wanted
 */
void out_terminal_begin(int color);

/**
 * out_color_level() - what switches to the colour of a level, "" for none
 *
 * As journalctl(1): err and worse red, warning yellow, notice bold, debug grey.
 */
const char *out_color_level(uint8_t level);

#define OUT_COLOR_OFF "\033[0m"

#endif
