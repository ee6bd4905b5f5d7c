/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLOG_LOGDUMP_FOUND_H
#define PLOG_LOGDUMP_FOUND_H

/**
 * found_why() - why a window has no earlier boot, as far as its module knows
 * @window: window specification
 *
 * Return: the rest of a sentence, from a colon on; "" when @window is no device, or
 * its module found a log.
 */
const char *found_why(const char *window);

#endif
