/* SPDX-License-Identifier: BSD-2-Clause */
/* The clocks of time stamps. */
#ifndef PLOG_LIBLOG_CLOCK_H
#define PLOG_LIBLOG_CLOCK_H

#include "core/core.h"

/**
 * plog_clock_counter() - the counter of the records' time stamps
 * @clock: enum plog_clock of the running boot
 */
u64 plog_clock_counter(u32 clock);

/**
 * plog_clock_instant() - all clocks, read as close together as can be
 */
void plog_clock_instant(u32 clock, struct plog_instant *now);

#endif
