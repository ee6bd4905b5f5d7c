// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Harvest: a boot's log has been delivered, and its chunks may be overwritten.
 *
 * First the mark, in both copies of the boot table and in memory, then the
 * chunks: so whatever a lease overwrites of a boot that was protected, the boot
 * is known as delivered. A reset between the two, or between the copies, leaves a
 * boot that is delivered or is not, and all of its records.
 *
 * The mark is made of what the table says, and of nothing else: two callers at
 * once, or one behind another who was killed, store the same bytes. A boot that
 * is marked already gets the newest copy of its state in both places again.
 */
#include "core.h"
#include "barrier.h"

static void boot_mark(const struct plog_window *win, u32 slot, struct plog_boot_state *state)
{
	if (state->harvest == PLOG_HARVEST_DONE) {
		plog_boot_mend_state(win->base, &win->geo, slot, state);
		return;
	}
	state->harvest = PLOG_HARVEST_DONE;
	plog_boot_put_state(win->base, &win->geo, win->salt, slot, state);
}

/* PMO(harvest:A): behind the fences of the mark */
static void boot_release(struct plog_window *win, u32 boot)
{
	u32 i;

	for (i = 0; i < win->geo.chunk_count; i++) {
		struct plog_slot *s = plog_window_slot(win, i);
		u32 flags = plog_load(&s->flags);

		if (plog_load(&s->boot) == boot && flags & PLOG_SLOT_PROTECTED)
			plog_store_release(&s->flags, flags & ~PLOG_SLOT_PROTECTED);
	}
}

int plog_harvest(struct plog_window *win, u32 boot)
{
	struct plog_boot b;
	int slot;

	if (!boot || boot == win->boot)
		return -EBUSY;
	slot = plog_boot_find(win->base, &win->geo, win->salt, boot, &b);
	if (slot >= 0)
		boot_mark(win, (u32)slot, &b.state);
	if (win->ctl)
		boot_release(win, boot);
	return slot < 0 ? -ENOENT : 0;
}
