/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of fuzz_pure; each checks what its code promises, and returns. */
#ifndef PLOG_FUZZ_PURE_H
#define PLOG_FUZZ_PURE_H

#include "core/port.h"

/**
 * fuzz_pure_text() - numbers of bytes, levels, times, words
 * @data: the text, of any bytes
 * @n: how many
 */
void fuzz_pure_text(const u8 *data, size_t n);

/**
 * fuzz_pure_rate() - users who do something now and then
 * @data: who, and when
 * @n: bytes of it
 * @seed: what one costs, and how many may be done at once
 */
void fuzz_pure_rate(const u8 *data, size_t n, u64 seed);

#endif
