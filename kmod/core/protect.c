// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Protection: the newest chunks of boots that nobody has harvested yet are not
 * overwritten, up to a budget. Of the budget the first crash of a crash loop
 * gets up to a quarter, the newest boot at least half, the boots between share
 * what is left, and what they do not need goes to the newest.
 */
#include "core.h"

static u32 boot_below(const struct plog_window *win, u32 bound)
{
	u32 best = 0, i;

	for (i = 0; i < win->geo.chunk_count; i++) {
		u32 boot = plog_window_slot(win, i)->boot;

		if (boot < bound && boot > best)
			best = boot;
	}
	return best;
}

static bool boot_wanted(const struct plog_window *win, u32 boot, bool crashes_only)
{
	struct plog_boot b;

	if (plog_boot_find(win->base, &win->geo, win->salt, boot, &b) < 0)
		return true; /* its entry is lost: nobody can have harvested it */
	if (b.state.harvest == PLOG_HARVEST_DONE)
		return false;
	return !crashes_only || (b.state.verdict != PLOG_BOOT_REBOOT &&
				 b.state.verdict != PLOG_BOOT_POWEROFF);
}

/* Unprotected chunks of @boot that are not older than @end. */
static u32 chunks_since(const struct plog_window *win, u32 boot, u64 end)
{
	u32 n = 0, i;

	for (i = 0; i < win->geo.chunk_count; i++) {
		const struct plog_slot *s = plog_window_slot(win, i);

		if (s->boot == boot && s->end >= end && !(s->flags & PLOG_SLOT_PROTECTED))
			n++;
	}
	return n;
}

/* The oldest end such that at most @want chunks are not older. */
static u64 newest_from(const struct plog_window *win, u32 boot, u32 want)
{
	u64 low = 0, high = ~0ULL;

	if (chunks_since(win, boot, 0) <= want)
		return 0;
	while (low + 1 < high) {
		u64 mid = low + (high - low) / 2;

		if (chunks_since(win, boot, mid) <= want)
			high = mid;
		else
			low = mid;
	}
	return high;
}

static u32 protect_newest(struct plog_window *win, u32 boot, u32 want)
{
	u64 from = newest_from(win, boot, want);
	u32 n = 0, i;

	for (i = 0; i < win->geo.chunk_count && n < want; i++) {
		struct plog_slot *s = plog_window_slot(win, i);

		if (s->boot != boot || s->end < from || s->flags & PLOG_SLOT_PROTECTED)
			continue;
		s->flags |= PLOG_SLOT_PROTECTED;
		n++;
	}
	return n;
}

static u32 budget_of(const struct plog_window *win, u32 percent)
{
	u32 budget = (u32)plog_div64((u64)win->geo.chunk_count * percent, 100);
	u32 needed = 2 * win->lanes + 2; /* leases cannot starve with more than twice the lanes */

	if (win->geo.chunk_count <= needed)
		return 0;
	return budget < win->geo.chunk_count - needed ? budget : win->geo.chunk_count - needed;
}

struct boots {
	u32 newest;
	u32 first_crash;
	u32 between;
};

static struct boots boots_survey(const struct plog_window *win)
{
	struct boots b = { 0, 0, 0 };
	u32 boot, wanted = 0;

	for (boot = boot_below(win, win->boot); boot; boot = boot_below(win, boot)) {
		if (!boot_wanted(win, boot, false))
			continue;
		wanted++;
		if (!b.newest)
			b.newest = boot;
		else if (boot_wanted(win, boot, true))
			b.first_crash = boot;
	}
	b.between = wanted - !!b.newest - !!b.first_crash;
	return b;
}

u32 plog_protect(struct plog_window *win, u32 percent)
{
	u32 budget = budget_of(win, percent), left = budget, boot;
	struct boots b = boots_survey(win);

	if (!b.newest || !budget)
		return 0;
	if (b.first_crash)
		left -= protect_newest(win, b.first_crash, (budget + 3) / 4);
	left -= protect_newest(win, b.newest, left < (budget + 1) / 2 ? left : (budget + 1) / 2);
	for (boot = boot_below(win, b.newest); boot && b.between; boot = boot_below(win, boot)) {
		if (boot == b.first_crash || !boot_wanted(win, boot, false))
			continue;
		left -= protect_newest(win, boot, (left + b.between - 1) / b.between);
		b.between--;
	}
	for (boot = b.newest; boot && left; boot = boot_below(win, boot))
		if (boot_wanted(win, boot, false))
			left -= protect_newest(win, boot, left);
	return budget - left;
}
