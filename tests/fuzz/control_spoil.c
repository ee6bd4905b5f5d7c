// SPDX-License-Identifier: BSD-2-Clause
#include "control_spoil.h"

#include <string.h>

u64 control_nonsense(struct fuzz_random *r, const struct plog_window *win)
{
	u64 v = (u64)fuzz_random(r) << 32 | fuzz_random(r);

	switch (fuzz_below(r, 6)) {
	case 0:
		return v;
	case 1:
		return v >> fuzz_below(r, 64);
	case 2:
		return ~0ULL << fuzz_below(r, 64);
	case 3:
		return PLOG_CURSOR(win->ctl->next_gen + fuzz_below(r, 4), 8 * fuzz_below(r, 65536));
	case 4:
		return PLOG_LEASE(win->ctl->next_gen + fuzz_below(r, 4), fuzz_below(r, 65536));
	default:
		return fuzz_below(r, 300);
	}
}

void control_spoil(struct fuzz_random *r, const struct plog_window *win, u32 from)
{
	u32 n = 1 + fuzz_below(r, 40), size = win->ctl_size, at, i;
	u8 *control = (u8 *)win->ctl;
	u64 v;

	/* Of an index or map most words are never looked at: all of them, then. */
	if (!fuzz_below(r, 4)) {
		v = control_nonsense(r, win);
		for (i = 0; i < win->index_size; i++, v += fuzz_below(r, 3))
			memcpy(control + win->index_off + 4 * i, &v, 4);
		memset(control + win->map_off, fuzz_below(r, 2), win->dict_slots);
	}
	while (n--) {
		v = control_nonsense(r, win);
		/* Half of them where there are few things, and those are important. */
		at = fuzz_below(r, 2) ? from + fuzz_below(r, win->slot_off - from) / 8 * 8
				      : from + fuzz_below(r, size - from) / 8 * 8;
		if (at + 8 <= size)
			memcpy(control + at, &v, fuzz_below(r, 3) ? 8 : 1 + fuzz_below(r, 8));
	}
}
