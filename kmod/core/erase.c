// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Erasing what earlier boots left, beside writers who go on.
 *
 *   the losses, into the boot table	all that a boot has is overwritten, or will be
 *   the chunks, each claimed first	zeros, from the end to the head
 *   the boots, out of the table		copy after copy
 *
 * A reset between any two stores leaves boots of which less and less is there, and
 * which say so; behind the last store nothing tells that they were. A chunk that a
 * lane has is the running boot's and stays: what is left of others behind its
 * records is in no generation that is read.
 */
#include "core.h"
#include "barrier.h"

static bool boot_earlier(const struct plog_window *win, u32 slot, struct plog_boot *b)
{
	return !plog_boot_read(win->base, &win->geo, win->salt, slot, b) &&
	       plog_get32(b->ident.boot) != win->boot;
}

static void losses_note(const struct plog_window *win)
{
	struct plog_boot b;
	u32 slot, i;

	for (slot = 0; slot < win->geo.boot_slots; slot++) {
		u64 end, chunks = 0;

		if (!boot_earlier(win, slot, &b))
			continue;
		end = plog_get64(b.state.alive.mono);
		for (i = 0; i < win->geo.chunk_count; i++) {
			const struct plog_slot *s = plog_window_slot(win, i);

			if (s->boot != plog_get32(b.ident.boot))
				continue;
			end = s->end > end ? s->end : end;
			chunks++;
		}
		if (end > plog_get64(b.state.lost_until))
			b.state.lost_until = plog_set64(end);
		b.state.overwritten = plog_set64(plog_get64(b.state.overwritten) + chunks);
		plog_boot_put_state(win->base, &win->geo, win->salt, slot, &b.state);
	}
}

/* From the end: without its head, what is left of a chunk would be whose? */
static void chunk_zero(struct plog_window *win, u32 index)
{
	u8 *chunk = plog_window_chunk(win, index);
	u32 off = win->geo.chunk_size;

	while (off) {
		off -= PLOG_LINE;
		plog_zero(chunk + off, PLOG_LINE);
	}
	plog_clean(chunk, win->geo.chunk_size);
}

static void part_zero(struct plog_window *win, u32 slot, u64 off, u32 size)
{
	u32 copy;

	for (copy = 0; copy < PLOG_TABLE_COPIES; copy++) {
		u8 *at = win->base + win->geo.boot_off[copy] +
			 (u64)slot * sizeof(struct plog_boot) + off;

		plog_zero(at, size);
		plog_clean(at, size);
		plog_fence();
	}
}

/* The state last: as long as somebody may know of the boot, it says what it lost. */
static void boots_forget(struct plog_window *win)
{
	struct plog_boot b;
	u32 slot;

	for (slot = 0; slot < win->geo.boot_slots; slot++) {
		if (!boot_earlier(win, slot, &b))
			continue;
		part_zero(win, slot, 0, sizeof(b.ident));
		part_zero(win, slot, sizeof(b.ident), sizeof(b.state));
	}
}

u32 plog_erase(struct plog_window *win)
{
	u32 erased = 0, i;
	struct plog_boot own;

	memset(&own, 0, sizeof(own));
	plog_boot_find(win->base, &win->geo, win->salt, win->boot, &own);
	losses_note(win);
	for (i = 0; i < win->geo.chunk_count; i++) {
		if (plog_load(&plog_window_slot(win, i)->boot) == win->boot ||
		    !plog_lease_claim(win, i, plog_get64(own.ident.first_gen)))
			continue;
		chunk_zero(win, i);
		/* PMO(plog_erase:A): zeros in memory before a head says what is behind it */
		plog_fence();
		plog_lease_return(win, i, &own.ident);
		erased++;
	}
	boots_forget(win);
	return erased;
}

void plog_wipe(struct plog_window *win)
{
	const struct plog_geometry *geo = &win->geo;
	u32 i;

	win->boot = 0; /* of the running boot, too */
	losses_note(win);
	for (i = 0; i < geo->chunk_count; i++)
		chunk_zero(win, i);
	plog_fence();
	boots_forget(win);
	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		plog_zero(win->base + geo->dict_off[i], geo->dict_size);
		plog_clean(win->base + geo->dict_off[i], geo->dict_size);
	}
	plog_fence();
	for (i = 0; i < PLOG_SUPER_COPIES; i++) {
		plog_zero(win->base + geo->super_off[i], sizeof(struct plog_super));
		plog_clean(win->base + geo->super_off[i], sizeof(struct plog_super));
	}
	plog_fence();
}
