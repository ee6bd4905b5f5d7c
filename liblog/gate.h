/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who may pass: the decision about a site's records, made here once and kept in
 * the site until a level or the window changes (struct plog_gate in plog.h).
 */
#ifndef PLOG_LIBLOG_GATE_H
#define PLOG_LIBLOG_GATE_H

#include "open.h"
#include "plog.h"

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
 * @tag: whose records, NULL for the program's name
 *
 * The lesser of the process's level and the window's, which for some tags is one
 * of their own.
 */
int plog_gate_limit(const struct plog_instance *in, const char *tag);

/**
 * plog_gate_tag() - what a tag is called in the control plane
 */
u32 plog_gate_tag(const char *tag);

/**
 * plog_gate_set_tag() - give a tag a level of its own, or take it back
 * @ctl: control plane
 * @tag: tag
 * @level: 0 to 7, or -1: the window's again
 *
 * One caller at a time. Return: 0, or -ENOSPC when PLOG_TAG_LEVELS tags have one.
 */
int plog_gate_set_tag(struct plog_control *ctl, const char *tag, int level);

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
