// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "gate.h"

#define BASE_STEP (1u << 21) /* below: 16 bits of the window's word, and a state */
#define PLAIN 16u

static const u32 no_window = PLOG_DEBUG;

/* A site's state of 0 is below any key: undecided. */
struct plog_gate plog_gate = { &no_window, BASE_STEP };

void plog_gate_turn(const u32 *levels)
{
	u32 base;

	/* LMM(plog_gate_turn:A): the word before the pointer, by which callers reach it */
	if (levels)
		plog_store_release(&plog_gate.levels, levels);
	do
		base = plog_load(&plog_gate.base);
	while (!plog_cas32(&plog_gate.base, base, base + BASE_STEP));
}

u32 plog_gate_tag(const char *tag)
{
	return plog_crc32c(~0u, tag, strlen(tag)) | 1;
}

/* The level of a tag in this window. */
static int window_limit(const struct plog_control *ctl, const char *tag)
{
	/* LMM(window_limit:A): of the tags, what belongs to this level; pairs with
	 * LMM(plog_gate_set_tag:A). A caller's key was read before, so is not newer.
	 */
	u32 all = plog_load_acquire(&ctl->level), name, i;

	if (all < PLOG_LEVEL_STEP) /* no tag ever had one */
		return (int)all;
	name = plog_gate_tag(tag ? tag : program_invocation_short_name);
	for (i = 0; i < PLOG_TAG_LEVELS; i++)
		if (plog_load_acquire(&ctl->tags[i].tag) == name)
			return (int)plog_load(&ctl->tags[i].level);
	return (int)(all & PLOG_LEVEL_BITS);
}

int plog_gate_limit(const struct plog_instance *in, const char *tag)
{
	int own = plog_load(&plog_level_max);
	int window = in ? window_limit(in->map.win.ctl, tag) : PLOG_DEBUG;

	return own < window ? own : window;
}

static struct plog_tag_level *tag_find(struct plog_control *ctl, u32 name)
{
	u32 i;

	for (i = 0; i < PLOG_TAG_LEVELS; i++)
		if (plog_load(&ctl->tags[i].tag) == name)
			return &ctl->tags[i];
	return NULL;
}

int plog_gate_set_tag(struct plog_control *ctl, const char *tag, int level)
{
	u32 name = plog_gate_tag(tag);
	struct plog_tag_level *entry = tag_find(ctl, name);

	if (!entry && level >= 0)
		entry = tag_find(ctl, 0);
	if (!entry)
		return level < 0 ? 0 : -ENOSPC;
	if (level >= 0)
		plog_store(&entry->level, (u32)level);
	plog_store_release(&entry->tag, level < 0 ? 0 : name);
	/* LMM(plog_gate_set_tag:A): last, whoever sees the step sees the entry; see
	 * LMM(window_limit:A)
	 */
	plog_store_release(&ctl->level, plog_load(&ctl->level) + PLOG_LEVEL_STEP);
	return 0;
}

u32 plog_gate_keep(struct plog_site *site, u32 key, int limit, bool plain)
{
	u32 state = (u32)(limit + 1) + (plain ? PLAIN : 0);

	/* Not written when nothing is new: callers on other CPUs read its line. */
	if (plog_load(&site->state) != key + state)
		plog_store(&site->state, key + state);
	return state;
}

u32 plog_site_decide(struct plog_site *site)
{
	u32 key = PLOG_GATE_KEY_(); /* first: a change from here on makes it void */
	int err = errno;
	const struct plog_instance *in = plog_instance_get();

	errno = err;
	return plog_gate_keep(site, key, plog_gate_limit(in, site->tag), false);
}
