// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Leases: how a lane gets its next chunk.
 *
 * Generations are one sequence for the whole window and over all boots, and a
 * generation's chunk is gen % count: so the chunks form one FIFO. A lane takes
 * the next generation, notes it as its intent (@pending), leases the chunk by a
 * compare-and-swap on the chunk's lease word, writes the chunk's head and moves
 * its @cursor there.
 *
 *   pending == cursor's generation	nothing is under way
 *   pending != cursor's generation	a lease is under way, or its owner was
 *					killed: whoever has the lane next finishes
 *
 * A chunk is in use while the lane in its lease word names that generation in
 * @pending or @cursor; nobody takes a chunk in use, or a protected one: the
 * generation is skipped. The caller is the only one who leases for the lane, so
 * only lease words and next_gen are contended. On a CPU's lane others may commit
 * records meanwhile: there the cursor moves by a restartable sequence, which
 * fails when it is not where the caller saw it, or when the thread was moved to
 * another CPU; the lease is then left under way, for whoever comes next.
 *
 * A kill between any two stores below:
 *   before pending	a generation is skipped: nothing
 *   before the lease	the next one on the lane tries the same generation again,
 *			or gives it up when another lane has lapped it
 *   before the head	the chunk's old records are there still, and the old head
 *   in the head	the head does not validate; the old records still do, as
 *			what they are; the next one on the lane writes it again
 *   before the cursor	an empty chunk; the next one on the lane moves there
 */
#include "core.h"
#include "barrier.h"

static u64 gen_next(struct plog_window *win)
{
	u64 gen;

	do
		gen = plog_load(&win->ctl->next_gen);
	while (!plog_cas64(&win->ctl->next_gen, gen, gen + 1));
	return gen;
}

/* LMM(chunk_in_use:A): reads the lease word before the lane, see plog_lease:A, :B */
static bool chunk_in_use(const struct plog_window *win, u64 word)
{
	u64 gen = PLOG_LEASE_GEN(word);
	const struct plog_lane *lane;

	if (!word || PLOG_LEASE_LANE(word) >= win->lanes)
		return false;
	lane = plog_window_lane(win, PLOG_LEASE_LANE(word));
	return plog_load_acquire(&lane->pending) == gen ||
	       PLOG_CURSOR_GEN(plog_load_acquire(&lane->cursor)) == gen;
}

/* Returns false when the generation is to be given up. */
static bool chunk_take(struct plog_window *win, struct plog_slot *slot, u64 gen, u32 lane)
{
	u64 mine = PLOG_LEASE(gen, lane), word;

	do {
		word = plog_load_acquire(&slot->lease);
		if (word == mine)
			return true;
		if (PLOG_LEASE_GEN(word) > gen || chunk_in_use(win, word))
			return false;
	} while (!plog_cas64(&slot->lease, word, mine)); /* LMM(plog_lease:B) */
	return true;
}

static void head_make(struct plog_window *win, struct plog_chunk *head,
		      const struct plog_slot *slot, u64 gen, const struct plog_lease *ask)
{
	memset(head, 0, sizeof(*head));
	head->magic = plog_set64(PLOG_MAGIC_CHUNK_KEY ^ PLOG_MAGIC_MASK);
	head->gen = plog_set64(gen);
	head->boot = plog_set32(win->boot);
	head->lane = plog_set16((u16)ask->lane);
	head->clock = (u8)win->clock;
	head->base = plog_set64(ask->now.counter);
	head->base_mono = plog_set64(ask->now.mono);
	if (slot->boot == win->boot) {
		head->lost_until = plog_set64(slot->end);
		head->lost_boot = plog_set32(slot->lost_boot);
		head->lost_other = plog_set64(slot->lost_other);
	} else if (slot->boot) {
		head->lost_boot = plog_set32(slot->boot);
		head->lost_other = plog_set64(slot->end);
	}
	head->crc = plog_set32(plog_crc32c(win->salt, head, offsetof(struct plog_chunk, crc)));
}

/* The slot repeats the head, so a killed owner's half-written slot is made whole from it. */
static void slot_fill(struct plog_window *win, struct plog_slot *slot,
		      const struct plog_chunk *head, u64 gen)
{
	slot->base = plog_get64(head->base);
	slot->seed = plog_seed(win->salt, gen);
	slot->lost_until = plog_get64(head->lost_until);
	slot->lost_other = plog_get64(head->lost_other);
	slot->lost_boot = plog_get32(head->lost_boot);
	slot->boot = win->boot;
	slot->end = 0;
}

/*
 * The chunk that the lane leaves: no record in it is newer than now, and the slot
 * must say so before the cursor moves, for from then on the chunk can be leased.
 */
static void chunk_close(struct plog_window *win, const struct plog_lease *ask)
{
	u64 gen = PLOG_CURSOR_GEN(ask->cursor);

	if (gen)
		plog_window_slot(win, plog_mod64(gen, win->geo.chunk_count))->end = ask->now.mono;
}

/* LMM(plog_lease:C): slot and head before the cursor that leads to them */
static bool cursor_publish(struct plog_window *win, const struct plog_lease *ask, u64 next)
{
	u64 *cursor = &plog_window_lane(win, ask->lane)->cursor;

	if (ask->publish)
		return ask->publish(ask->lane, cursor, ask->cursor, next);
	plog_store_release(cursor, next);
	return true;
}

static bool chunk_open(struct plog_window *win, const struct plog_lease *ask, u64 gen, bool again)
{
	u32 index = plog_mod64(gen, win->geo.chunk_count);
	struct plog_slot *slot = plog_window_slot(win, index);
	void *chunk = plog_window_chunk(win, index);
	struct plog_chunk head;

	memcpy(&head, chunk, sizeof(head));
	if (!again || plog_get64(head.gen) != gen || plog_get32(head.boot) != win->boot ||
	    !plog_chunk_check(&head, &win->geo, win->salt, index)) {
		head_make(win, &head, slot, gen, ask);
		plog_put(chunk, &head, sizeof(head));
		plog_clean(chunk, sizeof(head));
		plog_fence(); /* PMO(plog_lease:D): in memory before a record behind it */
	}
	slot_fill(win, slot, &head, gen);
	chunk_close(win, ask);
	return cursor_publish(win, ask, PLOG_CURSOR(gen, sizeof(head)));
}

int plog_lease(struct plog_window *win, const struct plog_lease *ask)
{
	struct plog_lane *l = plog_window_lane(win, ask->lane);
	u64 held = PLOG_CURSOR_GEN(ask->cursor);
	u32 tries;

	for (tries = 0; tries < 2 * win->geo.chunk_count + win->lanes; tries++) {
		u64 gen = plog_load(&l->pending);
		bool again = gen && gen != held;
		struct plog_slot *slot;

		if (!again)
			gen = gen_next(win);
		if (gen >> 47)
			return -ENOSPC;
		slot = plog_window_slot(win, plog_mod64(gen, win->geo.chunk_count));
		if (!again) {
			if (plog_load(&slot->flags) & PLOG_SLOT_PROTECTED ||
			    chunk_in_use(win, plog_load_acquire(&slot->lease)))
				continue;
			/* LMM(plog_lease:A): the intent before the lease word that names it */
			plog_store_release(&l->pending, gen);
		}
		if (chunk_take(win, slot, gen, ask->lane))
			return chunk_open(win, ask, gen, again) ? 0 : -EAGAIN;
		plog_store_release(&l->pending, held);
	}
	return -ENOSPC;
}

/*
 * Whoever is no lane and wants a chunk for himself. First the flag, then a number:
 * leases that got theirs later see the flag, and leases that got theirs before are
 * behind the generation that goes into the lease word, and give up.
 */
bool plog_lease_claim(struct plog_window *win, u32 index, u64 first_gen)
{
	struct plog_slot *slot = plog_window_slot(win, index);
	u32 flags = plog_load(&slot->flags), count = win->geo.chunk_count;
	u64 gen, word;

	plog_store(&slot->flags, flags | PLOG_SLOT_PROTECTED);
	do /* LMM(plog_lease_claim:A): pairs with plog_lease(): number, then flag */
		gen = gen_next(win) + 1;
	while (gen < first_gen + count);
	gen += (index + count - plog_mod64(gen, count)) % count;
	do {
		word = plog_load_acquire(&slot->lease);
		if (chunk_in_use(win, word))
			goto not_ours;
	} while (!plog_cas64(&slot->lease, word, PLOG_LEASE(gen, PLOG_LEASE_NOBODY)));
	if (plog_load(&slot->boot) != win->boot)
		return true;
	/* Taken and left meanwhile: the sweep would have looked for the lease word. */
	plog_clean(plog_window_chunk(win, index), win->geo.chunk_size);
not_ours:
	plog_store_release(&slot->flags, flags);
	return false;
}

/*
 * An empty chunk of the running boot, in the generation before that of the claim, which
 * nobody can use any more: a chunk of zeros would look as if the memory had lost it.
 */
void plog_lease_return(struct plog_window *win, u32 index, const struct plog_boot_ident *ident)
{
	struct plog_slot *slot = plog_window_slot(win, index);
	u64 gen = PLOG_LEASE_GEN(slot->lease) - win->geo.chunk_count;
	struct plog_lease ask = { .lane = PLOG_LEASE_NOBODY };
	struct plog_chunk head;

	slot->boot = 0;
	ask.now.counter = plog_get64(ident->start.counter);
	ask.now.mono = plog_get64(ident->start.mono);
	head_make(win, &head, slot, gen, &ask);
	plog_put(plog_window_chunk(win, index), &head, sizeof(head));
	plog_clean(plog_window_chunk(win, index), sizeof(head));
	plog_fence();
	slot_fill(win, slot, &head, gen);
	plog_store_release(&slot->flags, 0);
}
