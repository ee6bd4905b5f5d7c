/* SPDX-License-Identifier: BSD-2-Clause */
/* The control plane as somebody hostile leaves it, who may write all of it. */
#ifndef PLOG_FUZZ_CONTROL_SPOIL_H
#define PLOG_FUZZ_CONTROL_SPOIL_H

#include "core/core.h"
#include "fuzz.h"

/**
 * control_nonsense() - a number that somebody may have put where only good ones belong
 */
u64 control_nonsense(struct fuzz_random *r, const struct plog_window *win);

/**
 * control_spoil() - write such numbers into the control plane
 * @r: decides what, and where
 * @win: attached window, whose control plane it is
 * @from: offset of the first word that may be hit
 */
void control_spoil(struct fuzz_random *r, const struct plog_window *win, u32 from);

#endif
