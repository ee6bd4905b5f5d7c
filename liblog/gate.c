// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "gate.h"

#define BASE_STEP (1u << 21) /* below: 16 bits of the window's word, and a state */
#define PLAIN 16u

static const u32 no_window = PLOG_DEBUG;

/* A site's state of 0 is below any key: undecided. */
struct plog_gate plog_gate = { &no_window, BASE_STEP };

void plog_gate_turn(const u32 *levels)
{
	u32 base;

	if (levels)
		plog_store(&plog_gate.levels, levels);
	do
		base = plog_load(&plog_gate.base);
	while (!plog_cas32(&plog_gate.base, base, base + BASE_STEP));
}

int plog_gate_limit(const struct plog_instance *in, const char *tag)
{
	int own = plog_load(&plog_level_max);
	int all = in ? (int)(plog_load(&in->map.win.ctl->level) & PLOG_LEVEL_BITS) : PLOG_DEBUG;

	(void)tag;
	return own < all ? own : all;
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
