/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instead of liblog/flush.h, for the instrumented library: cleaning and fencing are
 * noted, not done.
 */
#ifndef PLOG_LIBLOG_FLUSH_H
#define PLOG_LIBLOG_FLUSH_H

#include "core/port.h"

#define plog_clean_now(p, n) plog_clean(p, n)
#define plog_fence_now() plog_fence()

#endif
