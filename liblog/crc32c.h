/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLOG_LIBLOG_CRC32C_H
#define PLOG_LIBLOG_CRC32C_H

#include "core/port.h"

/**
 * plog_crc32c_table() - plog_crc32c() without the CPU's instruction
 */
u32 plog_crc32c_table(u32 crc, const void *p, size_t n);

#endif
