// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Attach: from memory that survived, or did not, to a window with a new boot.
 *
 *   find the superblock, or salvage, or format
 *   read every chunk head and walk its records	-> slots, greatest generation
 *   read the boot table				-> the counter of this boot
 *   write down what earlier boots lost		(their notes may be overwritten now)
 *   mend and index the dictionary
 *   protect, enter the boot, lay out the lanes, publish the control plane
 *
 * Killed anywhere, it is simply done again: the control plane is not ready, and
 * what was written so far is what the next attach would write.
 */
#include "core.h"
#include "barrier.h"
#include "control.h"
#include "salvage.h"

#define LAPS_UNSEEN (1u << 16)
#define BOOT_MAX 0x80000000u
#define GEN_BITS 47 /* as in plog_lease() */

struct attach {
	struct plog_window *win;
	const struct plog_attach *arg;
	struct plog_report *report;
	struct plog_super_id id;
	u64 max_gen;
	u32 max_boot;
	u32 oldest;
};

/* --- superblock --- */

static bool super_same(const struct attach *a, u32 copy)
{
	const struct plog_geometry *geo = &a->win->geo;
	const struct plog_super *s = (const void *)(a->win->base + geo->super_off[copy]);
	struct plog_geometry found;

	return !plog_super_check(s, geo->size, &found) &&
	       !memcmp(s->uuid, a->id.uuid, sizeof(s->uuid)) && plog_get32(s->copy) == copy &&
	       !memcmp(&found, geo, sizeof(found));
}

static void super_mend(struct attach *a)
{
	u32 copy;

	for (copy = 0; copy < PLOG_SUPER_COPIES; copy++) {
		if (super_same(a, copy))
			continue;
		a->report->super_bad++;
		plog_super_write(a->win->base, &a->win->geo, &a->id, copy);
	}
}

static void id_make(struct attach *a, u32 salt)
{
	u32 fresh;

	memcpy(&fresh, a->arg->random + 16, sizeof(fresh));
	memcpy(a->id.uuid, a->arg->random, sizeof(a->id.uuid));
	a->id.salt = salt ? salt : fresh ? fresh : 1;
	a->id.phys_addr = a->arg->phys_addr;
	a->id.created = a->arg->now.real;
	a->win->salt = a->id.salt;
}

static void area_clear(struct attach *a, u64 off, u64 size)
{
	plog_zero(a->win->base + off, size);
	plog_clean(a->win->base + off, size);
}

/*
 * The fresh salt alone makes all that was there invalid; zeros make that legible.
 * Superblocks first: half cleared under the old salt, a window would begin its
 * generations anew, and its old records would be valid again.
 */
static void format(struct attach *a)
{
	const struct plog_geometry *geo = &a->win->geo;
	u32 i;

	id_make(a, 0);
	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		area_clear(a, geo->super_off[i], sizeof(struct plog_super));
	plog_fence();
	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		area_clear(a, geo->boot_off[i], geo->boot_slots * sizeof(struct plog_boot));
		area_clear(a, geo->dict_off[i], geo->dict_size);
	}
	for (i = 0; i < geo->chunk_count; i++)
		area_clear(a, plog_chunk_offset(geo, i), sizeof(struct plog_chunk));
	plog_fence();
	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		plog_super_write(a->win->base, geo, &a->id, i);
}

static void super_make(struct attach *a, u64 size)
{
	plog_geometry_make(&a->win->geo, size);
	a->report->found = plog_salvage_blank(a->win->base, a->win->geo.size) ?
				   PLOG_FOUND_EMPTY : PLOG_FOUND_FOREIGN;
	format(a);
}

static int super_open(struct attach *a, u64 size)
{
	int err = plog_super_find(a->win, &a->id, size, &a->report->made_size);
	u32 salt;

	if (err == -ERANGE || (err == -EPROTONOSUPPORT && !a->arg->format))
		return err;
	if (a->arg->format) {
		super_make(a, size);
		return 0;
	}
	/* A wrong size must not cost the log that is there. */
	if (err && a->report->made_size)
		return -EFBIG;
	if (!err) {
		a->report->found = PLOG_FOUND_VALID;
		if (a->id.phys_addr != a->arg->phys_addr)
			a->report->moved_from = a->id.phys_addr;
		super_mend(a);
		return 0;
	}
	salt = plog_salvage_salt(a->win->base, &a->win->geo);
	if (!salt) {
		super_make(a, size);
		return 0;
	}
	a->report->found = PLOG_FOUND_DAMAGED;
	id_make(a, salt);
	super_mend(a);
	return 0;
}

/* --- control plane --- */

/*
 * Never a generation again: records whose chunk lost its head must not become
 * valid behind a new one. Leases may have been under way on every lane, and when
 * heads are missing, the greatest generation may be among them.
 */
static u64 gen_start(const struct attach *a)
{
	u32 count = a->win->geo.chunk_count;
	u64 laps = 2;

	if (a->max_boot && a->report->chunks < count)
		laps += LAPS_UNSEEN;
	return a->max_gen + 1 + laps * count;
}

static void control_fill(struct attach *a)
{
	struct plog_window *win = a->win;
	struct plog_control *ctl = win->ctl;

	ctl->version = PLOG_CONTROL_VERSION;
	ctl->size = win->ctl_size;
	memcpy(ctl->uuid, a->id.uuid, sizeof(ctl->uuid));
	memcpy(ctl->boot_id, a->arg->boot_id, sizeof(ctl->boot_id));
	ctl->boot = win->boot;
	ctl->salt = win->salt;
	ctl->clock = win->clock;
	ctl->flush = a->arg->flush;
	ctl->lanes = win->lanes;
	ctl->cpu_lanes = win->cpu_lanes;
	ctl->shared_lanes = win->shared_lanes;
	ctl->kernel_lanes = win->lanes - win->cpu_lanes - win->shared_lanes;
	ctl->lane_off = win->lane_off;
	ctl->slot_off = win->slot_off;
	ctl->index_off = win->index_off;
	ctl->index_size = win->index_size;
	ctl->map_off = win->map_off;
	ctl->level = 7;
	ctl->next_gen = gen_start(a);
}

/* --- what is there --- */

static u64 dt_to_ns(struct attach *a, u32 boot, u8 clock, u64 dt)
{
	struct plog_boot b;
	u64 hz;

	if (clock == PLOG_CLOCK_MONOTONIC)
		return dt;
	if (plog_boot_find(a->win->base, &a->win->geo, a->win->salt, boot, &b) < 0)
		return 0;
	hz = plog_get64(b.ident.counter_hz);
	if (!hz)
		return 0;
	return plog_div64(dt, hz) * 1000000000ULL +
	       plog_div64((dt - plog_div64(dt, hz) * hz) * 1000000ULL, hz) * 1000;
}

static bool head_blank(const struct plog_chunk *head)
{
	return !head->magic && !head->gen && !head->crc;
}

/*
 * The greatest numbers that are in use. What no window reaches in its life is not
 * believed: it would leave none to go on with.
 */
static void numbers_note(struct attach *a, u32 boot, u64 gen)
{
	if (boot > a->max_boot && boot < BOOT_MAX)
		a->max_boot = boot;
	if (gen > a->max_gen && !(gen >> GEN_BITS))
		a->max_gen = gen;
}

static void chunk_survey(struct attach *a, u32 index)
{
	struct plog_window *win = a->win;
	const u8 *chunk = plog_window_chunk(win, index);
	struct plog_slot *slot = plog_window_slot(win, index);
	struct plog_chunk head;
	struct plog_walk walk;
	u64 gen;

	slot->chunk = plog_chunk_offset(&win->geo, index);
	memcpy(&head, chunk, sizeof(head));
	if (!plog_chunk_check(&head, &win->geo, win->salt, index)) {
		a->report->damaged += !head_blank(&head);
		return;
	}
	gen = plog_get64(head.gen);
	plog_chunk_walk(chunk, win->geo.chunk_size, plog_seed(win->salt, gen), &walk);
	slot->boot = plog_get32(head.boot);
	slot->lost_boot = plog_get32(head.lost_boot);
	slot->lost_other = plog_get64(head.lost_other);
	slot->lost_until = plog_get64(head.lost_until);
	slot->end = plog_get64(head.base_mono) +
		    dt_to_ns(a, slot->boot, head.clock, walk.last_dt);
	a->report->chunks++;
	a->report->records += walk.records;
	numbers_note(a, slot->boot, gen);
	if (slot->boot < a->oldest)
		a->oldest = slot->boot;
}

static void survey(struct attach *a)
{
	u32 i;

	a->oldest = ~0u;
	for (i = 0; i < a->win->geo.chunk_count; i++)
		chunk_survey(a, i);
	if (a->report->damaged) {
		a->oldest = 0; /* somebody whom we cannot read may use any entry */
		if (a->report->found == PLOG_FOUND_VALID)
			a->report->found = PLOG_FOUND_DAMAGED;
	}
	if (a->report->super_bad && a->report->found == PLOG_FOUND_VALID)
		a->report->found = PLOG_FOUND_DAMAGED;
}

/* --- boots --- */

/* What heads say that a boot has lost: the newest time, and chunks, at least so many. */
static u64 lost_until(const struct plog_window *win, u32 boot, u64 *chunks)
{
	u64 lost = 0;
	u32 i;

	*chunks = 0;
	for (i = 0; i < win->geo.chunk_count; i++) {
		const struct plog_slot *s = plog_window_slot(win, i);

		if (s->boot == boot && s->lost_until) {
			lost = s->lost_until > lost ? s->lost_until : lost;
			++*chunks;
		}
		if (s->lost_boot == boot) {
			lost = s->lost_other > lost ? s->lost_other : lost;
			++*chunks;
		}
	}
	return lost;
}

static void losses_note(struct plog_window *win, u32 slot, struct plog_boot *b)
{
	u64 chunks, lost = lost_until(win, plog_get32(b->ident.boot), &chunks);

	if (lost <= plog_get64(b->state.lost_until) &&
	    chunks <= plog_get64(b->state.overwritten))
		return;
	if (lost > plog_get64(b->state.lost_until))
		b->state.lost_until = plog_set64(lost);
	if (chunks > plog_get64(b->state.overwritten))
		b->state.overwritten = plog_set64(chunks);
	plog_boot_put_state(win->base, &win->geo, win->salt, slot, &b->state);
}

static void boots_survey(struct attach *a)
{
	struct plog_window *win = a->win;
	struct plog_boot b;
	u32 slot;

	for (slot = 0; slot < win->geo.boot_slots; slot++) {
		u32 boot;

		if (plog_boot_read(win->base, &win->geo, win->salt, slot, &b))
			continue;
		boot = plog_get32(b.ident.boot);
		numbers_note(a, boot, plog_get64(b.ident.first_gen));
		if (!memcmp(b.ident.boot_id, a->arg->boot_id, sizeof(b.ident.boot_id))) {
			a->report->continued = true;
			win->boot = boot;
		} else {
			a->report->boots++;
		}
		losses_note(win, slot, &b);
	}
	/* The newest one, whose heads may all have been cleared, uses its entries still. */
	if (a->max_boot && a->max_boot < a->oldest)
		a->oldest = a->max_boot;
	if (!win->boot)
		win->boot = a->max_boot + 1;
}

/* What a boot still has in the window: 0 nothing, 1 chunks, 2 protected chunks. */
static u32 boot_worth(const struct plog_window *win, u32 boot)
{
	u32 worth = 0, i;

	for (i = 0; i < win->geo.chunk_count; i++) {
		const struct plog_slot *s = plog_window_slot(win, i);

		if (s->boot == boot && s->flags & PLOG_SLOT_PROTECTED)
			return 2;
		if (s->boot == boot)
			worth = 1;
	}
	return worth;
}

/*
 * A free slot; else that of the boot that has least left, the oldest of those. Not
 * that of the newest one: what is left of it may be behind a head that was lost.
 */
static u32 slot_choose(const struct plog_window *win, u32 newest)
{
	u32 best = 0, best_worth = 4, best_boot = 0, slot;
	struct plog_boot b;

	for (slot = 0; slot < win->geo.boot_slots; slot++) {
		u32 boot, worth;

		if (plog_boot_read(win->base, &win->geo, win->salt, slot, &b))
			return slot;
		boot = plog_get32(b.ident.boot);
		worth = boot == newest ? 3 : boot_worth(win, boot);
		if (worth < best_worth || (worth == best_worth && boot < best_boot)) {
			best = slot;
			best_worth = worth;
			best_boot = boot;
		}
	}
	return best;
}

static void text_copy(char *dst, const char *src, size_t n)
{
	size_t i;

	for (i = 0; i + 1 < n && src && src[i]; i++)
		dst[i] = src[i];
}

static void boot_enter(struct attach *a)
{
	struct plog_window *win = a->win;
	const struct plog_attach *arg = a->arg;
	struct plog_boot b;
	u32 slot;

	memset(&b, 0, sizeof(b));
	b.ident.boot = plog_set32(win->boot);
	b.ident.clock = plog_set16((u16)win->clock);
	memcpy(b.ident.boot_id, arg->boot_id, sizeof(b.ident.boot_id));
	b.ident.first_gen = plog_set64(win->ctl->next_gen);
	b.ident.counter_hz = plog_set64(arg->counter_hz);
	b.ident.phys_addr = plog_set64(arg->phys_addr);
	plog_anchor_set(&b.ident.start, &arg->now);
	text_copy(b.ident.kernel, arg->kernel, sizeof(b.ident.kernel));
	text_copy(b.ident.machine, arg->machine, sizeof(b.ident.machine));
	b.state.boot = b.ident.boot;
	plog_anchor_set(&b.state.alive, &arg->now);
	slot = slot_choose(win, a->max_boot);
	plog_boot_put_state(win->base, &win->geo, win->salt, slot, &b.state);
	plog_boot_put_ident(win->base, &win->geo, win->salt, slot, &b.ident);
}

int plog_attach(struct plog_window *win, void *base, u64 size, void *control,
		const struct plog_attach *arg, struct plog_report *report)
{
	struct attach a;
	int err;

	memset(win, 0, sizeof(*win));
	memset(report, 0, sizeof(*report));
	memset(&a, 0, sizeof(a));
	a.win = win;
	a.arg = arg;
	a.report = report;
	win->base = base;
	win->ctl = control;
	win->clock = arg->clock;

	err = super_open(&a, size);
	if (err)
		return err;
	win->ctl_size = plog_control_bytes(size);
	plog_control_share(win, arg);
	if (plog_control_layout(win, win->lanes) > win->ctl_size)
		return -E2BIG;
	survey(&a);
	boots_survey(&a);
	control_fill(&a);
	plog_dict_load(win, a.oldest);
	report->protected_chunks = plog_protect(win, arg->protect);
	if (!report->continued)
		boot_enter(&a);
	report->boot = win->boot;
	/* LMM(plog_attach:A): everything above before the word that says ready */
	plog_store_release(&win->ctl->magic, PLOG_CONTROL_MAGIC);
	return 0;
}
