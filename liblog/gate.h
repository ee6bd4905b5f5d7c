/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who may pass: the decision about a site's records, made here once and kept in
 * the site until a level or the window changes (struct plog_gate in plog.h).
 */
#ifndef PLOG_LIBLOG_GATE_H
#define PLOG_LIBLOG_GATE_H

#include "open.h"
#include "plog.h"

/* Control plane's @level: bits 0-3 the level, above them a count of changes. */
#define PLOG_LEVEL_BITS 15u

/**
 * plog_gate_turn() - forget all decisions
 * @levels: word of the control plane that changes with its levels; NULL: as before
 *
 * After a change of what they were made from, by plog_level_set() and when the
 * window is opened or closed. Any context.
 */
void plog_gate_turn(const u32 *levels);

/**
 * plog_gate_limit() - greatest level that is wanted
 * @in: window, or NULL
 * @tag: whose records
 */
int plog_gate_limit(const struct plog_instance *in, const char *tag);

/**
 * plog_gate_keep() - remember a decision
 * @site: call site
 * @key: PLOG_GATE_KEY_() from before the decision was made
 * @limit: plog_gate_limit()
 * @plain: callers may store the arguments themselves
 *
 * Return: PLOG_STATE_() of it.
 */
u32 plog_gate_keep(struct plog_site *site, u32 key, int limit, bool plain);

#endif
