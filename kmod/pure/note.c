// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "note.h"
#include "../core/barrier.h"

#define DT_BITS 48
#define NAME_MAX_BYTES 31u
#define AGO_MAX (100 * 1000000000ULL)

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
	size_t n = text ? strlen(text) : 0;

	if (n > NAME_MAX_BYTES)
		n = NAME_MAX_BYTES;
	d->bytes[d->len++] = (u8)n;
	memcpy(d->bytes + d->len, text ? text : "", n);
	d->len += (u32)n;
}

/* The record, all but what depends on its place. */
static u32 draft_make(struct plog_klane *lane, const struct plog_note *note)
{
	struct draft d = { .bytes = (u8 *)lane->draft, .len = PLOG_RECORD_HEAD };
	u32 n = note->len < PLOG_NOTE_MAX ? note->len : PLOG_NOTE_MAX;

	draft_u32(&d, note->pid);
	draft_u32(&d, note->tid);
	draft_text(&d, note->comm);
	draft_u32(&d, 0);
	draft_text(&d, note->tag);
	draft_text(&d, NULL);
	draft_text(&d, NULL);
	memcpy(d.bytes + d.len, note->text, n);
	return d.len + n;
}

static bool klane_lease(struct plog_window *win, struct plog_klane *lane, u32 number,
			const struct plog_instant *now)
{
	struct plog_lease ask = { .lane = number, .now = *now };
	u64 cursor;

	ask.cursor = lane->gen ? PLOG_CURSOR(lane->gen, lane->off) : 0;
	if (plog_lease(win, &ask))
		return false;
	cursor = plog_load(&plog_window_lane(win, number)->cursor);
	lane->gen = PLOG_CURSOR_GEN(cursor);
	lane->index = plog_mod64(lane->gen, win->geo.chunk_count);
	lane->off = sizeof(struct plog_chunk);
	lane->base = plog_load(&plog_window_slot(win, lane->index)->base);
	lane->seed = plog_seed(win->salt, lane->gen);
	return true;
}

/* Counts since the chunk was leased; what was said before counts as said then. */
static u64 since_base(const struct plog_klane *lane, const struct plog_note *note)
{
	return note->when.counter > lane->base ? note->when.counter - lane->base : 0;
}

static bool klane_write(struct plog_window *win, struct plog_klane *lane, u32 number,
			const struct plog_note *note)
{
	struct plog_head head = { .attr = note->level | note->source << PLOG_ATTR_SOURCE_SHIFT |
					  PLOG_ATTR_TEXT };
	u32 len = draft_make(lane, note), total;
	u8 *to;

	if (note->cut || note->len > PLOG_NOTE_MAX)
		head.attr |= PLOG_ATTR_CUT;
	if (!lane->gen || lane->off + plog_record_stride(0, len, 0) > win->geo.chunk_size ||
	    since_base(lane, note) >> DT_BITS)
		if (!klane_lease(win, lane, number, &note->when))
			return false;
	head.dt = since_base(lane, note);
	total = plog_record_seal(lane->draft, len, &head, lane->seed ^ lane->off);
	to = plog_window_chunk(win, lane->index) + lane->off;
	plog_put(to, lane->draft, total);
	lane->off += total;
	plog_store_release(&plog_window_lane(win, number)->cursor,
			   PLOG_CURSOR(lane->gen, lane->off));
	/* At once, whatever its level: who would come after a hard reset? */
	plog_clean(to, total);
	return true;
}

void plog_note_back(struct plog_instant *when, u64 ago, u64 counter_hz)
{
	u64 counts;

	/* So that the product fits 64 bits. */
	if (ago > AGO_MAX)
		ago = AGO_MAX;
	counts = plog_div64(ago * plog_div64(counter_hz, 1000), 1000000);
	when->mono -= when->mono < ago ? when->mono : ago;
	when->counter -= when->counter < counts ? when->counter : counts;
}

void plog_note_follow(struct plog_instant *when, struct plog_instant *newest)
{
	if (when->mono < newest->mono)
		*when = *newest;
	*newest = *when;
}

bool plog_note_write(struct plog_window *win, struct plog_klane *lanes,
		     const struct plog_note *note)
{
	u32 first = plog_note_first(win), i;
	bool done;

	for (i = 0; i < win->lanes - first; i++) {
		if (!plog_cas32(&lanes[i].busy, 0, 1))
			continue;
		done = klane_write(win, &lanes[i], first + i, note);
		plog_store_release(&lanes[i].busy, 0);
		return done;
	}
	return false;
}
