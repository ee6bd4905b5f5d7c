/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOGDUMP_OUT_SPAN_H
#define LOGDUMP_OUT_SPAN_H

#include <stdint.h>

#define OUT_SPAN 32 /* bytes of any length of time printed below */

/**
 * out_span() - a length of time as people say it: "12 ms", "3.4 s", "5 min 2 s", "3 d 4 h"
 */
void out_span(char buf[OUT_SPAN], uint64_t ns);

#endif
