// SPDX-License-Identifier: BSD-2-Clause
/* The boot behind the reset: it attaches, and then logs more than the window holds. */
#include "oracle.h"

#define NEXT_START 500000000ULL
#define NEXT_LEASES 30u
#define LOG_EVERY 8u /* of the states that are attached to */

static void arg_make(struct plog_attach *arg)
{
	static const u32 salt = 0x77777777;

	memset(arg, 0, sizeof(*arg));
	memset(arg->boot_id, 0xee, sizeof(arg->boot_id));
	memset(arg->random, 0xee, sizeof(arg->random));
	memcpy(arg->random + 16, &salt, sizeof(salt));
	arg->now = (struct plog_instant){ NEXT_START, NEXT_START, NEXT_START, NEXT_START };
	arg->counter_hz = 1000000000;
	arg->kernel = "6.1.0-next";
	arg->machine = "none";
	arg->shared_lanes = 2;
	arg->protect = 50;
}

static bool window_given_up(const struct oracle *o)
{
	return o->now.epoch < o->w.t->epoch && o->w.step >= o->w.t->formatting;
}

/* All that was found before is found again, and says the same. */
static void kept_check(struct oracle *o)
{
	const struct trace *t = o->w.t;

	for (u32 i = 0; i < t->entries; i++)
		if (o->now.found[i] && !o->later.found[i] && !oracle_given_up(o, &t->entry[i]))
			oracle_fault(o, "an attach lost a record: \"%.8s\"", t->entry[i].text);
	/* What a window that is being formatted over says of its old boots is not kept. */
	for (u32 i = 0; i < o->now.boots && !window_given_up(o); i++) {
		const struct plog_reader_boot *was = &o->now.boot[i];
		const struct plog_reader_boot *is = view_boot(&o->later, was->boot);

		if (is && is->ident && was->ident && is->complete_mono < was->complete_mono)
			oracle_fault(o, "an attach made boot %u complete", was->boot);
		if (is && was->ident && is->ident && was->harvested != is->harvested)
			oracle_fault(o, "an attach changed whether boot %u was delivered",
				     was->boot);
	}
}

static void boot_check(struct oracle *o, const struct plog_window *win)
{
	const struct plog_reader_boot *b = view_boot(&o->later, win->boot);
	const struct trace *t = o->w.t;

	if (!b || !b->ident || b->boot_id[0] != 0xee)
		oracle_fault(o, "the boot that attached is not in the table");
	for (u32 i = 0; i < t->entries; i++)
		if (o->now.found[i] && !oracle_given_up(o, &t->entry[i]) &&
		    (t->entry[i].boot >= win->boot ||
		     t->entry[i].gen + 2 * CRASH_CHUNKS >= win->ctl->next_gen))
			oracle_fault(o,
				     "the boot that attached goes on at boot %u, generation %llu; "
				     "there is one of %llu",
				     win->boot, (unsigned long long)win->ctl->next_gen,
				     (unsigned long long)t->entry[i].gen);
}

/* A record in each chunk that two lanes get. */
static void log_laps(struct oracle *o, struct plog_window *win)
{
	struct plog_head head = { .attr = PLOG_ATTR_TEXT | 6 };
	u64 rec[16], cursor;

	for (u32 i = 0; i < NEXT_LEASES; i++) {
		struct plog_lane *lane = plog_window_lane(win, i % 2);
		u64 now = NEXT_START + 1000 * i;
		struct plog_lease ask = { .lane = i % 2,
					  .cursor = lane->cursor,
					  .now = { now, now, now, now } };
		u32 index;

		if (plog_lease(win, &ask)) {
			oracle_fault(o, "the next boot gets no chunk");
			return;
		}
		cursor = lane->cursor;
		index = (u32)(PLOG_CURSOR_GEN(cursor) % CRASH_CHUNKS);
		memset(rec, 'n', sizeof(rec));
		memset((u8 *)rec + PLOG_RECORD_HEAD, 0, PLOG_INLINE_CTX_MIN + PLOG_INLINE_SITE_MIN);
		plog_put(plog_window_chunk(win, index) + PLOG_CURSOR_OFF(cursor), rec,
			 plog_record_seal(rec, 100, &head,
					  plog_window_slot(win, index)->seed ^
						  PLOG_CURSOR_OFF(cursor)));
	}
}

/* Protected chunks as the attach chose them; that it chooses enough is seen below. */
static u32 protected_chunks(const struct plog_window *win, bool chunk[CRASH_CHUNKS])
{
	u32 n = 0;

	for (u32 i = 0; i < CRASH_CHUNKS; i++) {
		chunk[i] = plog_window_slot(win, i)->flags & PLOG_SLOT_PROTECTED;
		n += chunk[i];
	}
	return n;
}

/* Chunks with a head of the newest boot before; 0 when it was delivered. */
static u32 newest_chunks(const struct oracle *o, u32 before)
{
	u32 newest = 0, n = 0;

	for (u32 pass = 0; pass < 2; pass++)
		for (u32 i = 0; i < CRASH_CHUNKS; i++) {
			const struct plog_chunk *head =
				(const void *)(o->mem + plog_chunk_offset(&o->w.t->geo, i));
			u32 boot = plog_get32(head->boot);

			if (!o->now.head[i] || boot >= before)
				continue;
			if (!pass && boot > newest)
				newest = boot;
			n += pass && boot == newest;
		}
	if (!newest || (view_boot(&o->now, newest) && view_boot(&o->now, newest)->harvested))
		return 0;
	return n;
}

static void laps_check(struct oracle *o, const bool chunk[CRASH_CHUNKS])
{
	const struct trace *t = o->w.t;

	for (u32 i = 0; i < t->entries; i++) {
		const struct entry *e = &t->entry[i];
		u32 index = (u32)(e->gen % CRASH_CHUNKS);

		if (!o->now.found[i] || o->later.found[i] || oracle_given_up(o, e))
			continue;
		if (chunk[index])
			oracle_fault(o, "a protected record was overwritten: \"%.8s\"", e->text);
		if (o->now.head[index] == e->gen)
			oracle_complete(o, &o->later, e);
	}
	if (!o->later.foreign)
		oracle_fault(o, "what the next boot logged is not found");
}

void oracle_next(struct oracle *o)
{
	struct plog_report report;
	struct plog_attach arg;
	struct plog_window win;
	bool chunk[CRASH_CHUNKS];
	u32 n, want;
	int err;

	o->counts->attached++;
	memcpy(o->copy, o->mem, CRASH_SIZE);
	memset(o->control, 0, plog_control_bytes(CRASH_SIZE));
	arg_make(&arg);
	err = plog_attach(&win, o->copy, CRASH_SIZE, o->control, &arg, &report);
	if (err) {
		oracle_fault(o, "an attach failed: %s", strerror(-err));
		return;
	}
	o->later.stranger = win.boot;
	view_read(&o->later, o->w.t, o->w.step, o->copy, oracle_fault, o);
	kept_check(o);
	boot_check(o, &win);
	n = protected_chunks(&win, chunk);
	want = newest_chunks(o, win.boot);
	if (n < (want < 3 ? want : 3) && !window_given_up(o))
		oracle_fault(o, "%u chunks are protected, and there are %u of a boot", n, want);
	if (o->w.hash / o->every % LOG_EVERY)
		return;
	o->counts->logged++;
	log_laps(o, &win);
	view_read(&o->later, o->w.t, o->w.step, o->copy, oracle_fault, o);
	laps_check(o, chunk);
}
