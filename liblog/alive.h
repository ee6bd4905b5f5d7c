/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The heartbeat of windows that no module looks after: their writers note, about
 * once a second while they write, that the boot lives. It dates an end without a
 * word, and its pair of clocks tells the reader how fast the counter ran and what
 * the wall clock came to say.
 */
#ifndef PLOG_LIBLOG_ALIVE_H
#define PLOG_LIBLOG_ALIVE_H

#include "open.h"

/**
 * plog_alive_prepare() - set up a window's heartbeat, before it is published
 */
void plog_alive_prepare(struct plog_instance *in);

/**
 * plog_alive_note() - note that the boot lives, unless that was done lately
 *
 * Any context; does not wait.
 */
void plog_alive_note(struct plog_instance *in);

#endif
