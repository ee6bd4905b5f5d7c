// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's own lanes: where it logs what the kernel says, and what comes
 * through /dev/plogmsgN. Any context, NMI and a panic too.
 *
 * Whoever logs takes any lane that is free, by one atomic exchange, and gives up
 * when there is none: nobody waits. A CPU that died with a lane in hand keeps it;
 * its record does not validate, and the others go on.
 *
 * What the module has to trust is its own: where a lane stands is in struct
 * plog_klane. The control plane, which user space may write, is told, so that
 * nobody leases the chunk. What a lease takes from there is checked against the
 * geometry: nonsense in it spoils the log, and reaches nothing else.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core/barrier.h"
#include "plog_dev.h"

#define DT_BITS 48

/* A record as it is put together; strings with a length byte. */
struct draft {
	u8 *bytes;
	u32 len;
};

static void draft_u32(struct draft *d, u32 v)
{
	plog_le32 le = plog_set32(v);

	memcpy(d->bytes + d->len, &le, sizeof(le));
	d->len += sizeof(le);
}

static void draft_text(struct draft *d, const char *text)
{
	u32 n = text ? min_t(u32, strlen(text), U8_MAX) : 0;

	d->bytes[d->len++] = n;
	memcpy(d->bytes + d->len, text, n);
	d->len += n;
}

static struct plog_klane *klane_get(struct plog_klanes *lanes)
{
	u32 i;

	for (i = 0; i < lanes->count; i++)
		if (!atomic_cmpxchg(&lanes->lane[i].busy, 0, 1))
			return &lanes->lane[i];
	return NULL;
}

static void klane_put(struct plog_klane *lane)
{
	atomic_set_release(&lane->busy, 0);
}

static bool klane_lease(struct plog_dev *dev, struct plog_klane *lane,
			const struct plog_instant *now)
{
	struct plog_window *win = &dev->win;
	struct plog_lease ask = { .lane = lane->number, .now = *now };
	const struct plog_slot *slot;
	u64 cursor;

	ask.cursor = lane->gen ? PLOG_CURSOR(lane->gen, lane->off) : 0;
	if (plog_lease(win, &ask))
		return false;
	cursor = plog_load(&plog_window_lane(win, lane->number)->cursor);
	lane->gen = PLOG_CURSOR_GEN(cursor);
	lane->index = plog_mod64(lane->gen, win->geo.chunk_count);
	lane->off = sizeof(struct plog_chunk);
	slot = plog_window_slot(win, lane->index);
	lane->base = plog_load(&slot->base);
	lane->seed = plog_seed(win->salt, lane->gen);
	return true;
}

/* The record, all but what depends on its place. */
static u32 draft_make(struct plog_klane *lane, const struct plog_note *note, bool *cut)
{
	struct draft d = { .bytes = (u8 *)lane->draft, .len = PLOG_RECORD_HEAD };
	u32 n = note->len;

	draft_u32(&d, note->pid);
	draft_u32(&d, note->tid);
	draft_text(&d, note->comm);
	draft_u32(&d, 0);
	draft_text(&d, note->tag);
	draft_text(&d, note->file);
	draft_text(&d, NULL);
	*cut = note->cut || n > PLOG_NOTE_MAX;
	n = min_t(u32, n, PLOG_NOTE_MAX);
	memcpy(d.bytes + d.len, note->text, n);
	return d.len + n;
}

static bool klane_write(struct plog_dev *dev, struct plog_klane *lane, const struct plog_note *note)
{
	const struct plog_instant *now = &note->when;
	struct plog_head head = { .attr = note->level | note->source << PLOG_ATTR_SOURCE_SHIFT |
					  PLOG_ATTR_TEXT };
	u32 len, total;
	bool cut;
	u8 *to;

	len = draft_make(lane, note, &cut);
	if (cut)
		head.attr |= PLOG_ATTR_CUT;
	if (!lane->gen || lane->off + ALIGN(len, PLOG_RECORD_ALIGN) > dev->win.geo.chunk_size ||
	    (now->counter > lane->base && (now->counter - lane->base) >> DT_BITS))
		if (!klane_lease(dev, lane, now))
			return false;
	head.dt = now->counter > lane->base ? now->counter - lane->base : 0;
	total = plog_record_seal(lane->draft, len, &head, lane->seed ^ lane->off);
	to = plog_window_chunk(&dev->win, lane->index) + lane->off;
	plog_put(to, lane->draft, total);
	lane->off += total;
	plog_store_release(&plog_window_lane(&dev->win, lane->number)->cursor,
			   PLOG_CURSOR(lane->gen, lane->off));
	/* At once, whatever its level: who would come after a hard reset? */
	plog_clean(to, total);
	return true;
}

/**
 * plog_note_put() - log something from the kernel
 * @dev: window
 * @note: what; its time may lie in the past
 *
 * Any context. Return: false when it was dropped: no lane or no chunk was free.
 */
bool plog_note_put(struct plog_dev *dev, const struct plog_note *note)
{
	struct plog_klane *lane = klane_get(&dev->klanes);
	bool done;

	done = lane && klane_write(dev, lane, note);
	if (lane)
		klane_put(lane);
	atomic64_inc(done ? &dev->klanes.written : &dev->klanes.dropped);
	return done;
}

int plog_klanes_make(struct plog_dev *dev)
{
	struct plog_klanes *lanes = &dev->klanes;
	u32 first = dev->win.cpu_lanes + dev->win.shared_lanes, i;

	lanes->count = dev->win.lanes - first;
	lanes->lane = kcalloc(lanes->count, sizeof(*lanes->lane), GFP_KERNEL);
	if (!lanes->lane) {
		pr_err("%s: no memory for the kernel's lanes; free some\n", dev->name);
		return -ENOMEM;
	}
	for (i = 0; i < lanes->count; i++)
		lanes->lane[i].number = first + i;
	return 0;
}

void plog_klanes_undo(struct plog_dev *dev)
{
	kfree(dev->klanes.lane);
}
