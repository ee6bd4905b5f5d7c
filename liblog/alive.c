// SPDX-License-Identifier: BSD-2-Clause
#include "alive.h"
#include "clock.h"
#include "lock.h"

void plog_alive_prepare(struct plog_instance *in)
{
	const struct plog_window *win = &in->map.win;
	struct plog_boot boot;

	in->second = 0;
	if (in->map.kind != PLOG_MAP_DEVICE &&
	    plog_boot_find(win->base, &win->geo, win->salt, win->boot, &boot) >= 0)
		in->second = plog_get64(boot.ident.counter_hz);
	in->alive_dt = in->second ? in->second : ~0ULL;
}

static void state_put(const struct plog_window *win)
{
	struct plog_instant now;
	struct plog_boot boot;
	int slot = plog_boot_find(win->base, &win->geo, win->salt, win->boot, &boot);

	if (slot < 0)
		return;
	plog_clock_instant(win->clock, &now);
	plog_anchor_set(&boot.state.alive, &now);
	boot.state.dropped = plog_set64(plog_load(&win->ctl->dropped_busy) +
					plog_load(&win->ctl->dropped_full));
	plog_boot_put_state(win->base, &win->geo, win->salt, (u32)slot, &boot.state);
}

void plog_alive_note(struct plog_instance *in)
{
	struct plog_window *win = &in->map.win;
	u64 now = plog_clock_counter(win->clock), at = plog_load(&win->ctl->alive_at);

	if (!in->second || now - at < in->second || plog_lock_try(&win->ctl->dict_lock) < 0)
		return;
	if (plog_load(&win->ctl->alive_at) == at) {
		plog_store(&win->ctl->alive_at, now);
		state_put(win);
	}
	plog_lock_release(&win->ctl->dict_lock);
}
