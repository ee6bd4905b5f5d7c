/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Holders whom the kernel does not look after: what their lock word says, and
 * whether they are dead.
 */
#ifndef PLOG_LIBLOG_LOCK_FRAIL_H
#define PLOG_LIBLOG_LOCK_FRAIL_H

#include "core/port.h"

/* In what the kernel takes for a thread id, which is smaller: PID_MAX_LIMIT is 2^22. */
#define PLOG_LOCK_FRAIL 0x20000000u

/**
 * plog_frail_word() - the word of a thread that holds a lock without a robust list
 * @tid: its id
 */
u32 plog_frail_word(u32 tid);

/**
 * plog_frail_dead() - is it the word of a frail holder that does not exist any more?
 *
 * Any context; errno is kept. Return: true when the lock may be taken over. When
 * in doubt, false.
 */
bool plog_frail_dead(u32 word);

#endif
