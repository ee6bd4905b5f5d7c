// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The dictionary: entries in whole slots, the same in both copies.
 *
 * Volatile beside it: a map, one byte a slot (0 free, 1 used), and an index, an
 * open-addressed hash table of slot numbers + 1 by content hash. An insert
 * writes both copies, then the map, then the index; killed anywhere it leaves
 * at worst an entry that nobody refers to.
 */
#include "core.h"
#include "barrier.h"

static u8 *dict_map(const struct plog_window *win)
{
	return (u8 *)win->ctl + win->map_off;
}

static u32 *dict_index(const struct plog_window *win)
{
	return (u32 *)((u8 *)win->ctl + win->index_off);
}

static struct plog_dict *dict_entry(const struct plog_window *win, u32 copy, u32 slot)
{
	return (void *)(win->base + win->geo.dict_off[copy] + (u64)slot * PLOG_DICT_SLOT);
}

static u32 slots_of(u32 len)
{
	return (len + PLOG_DICT_SLOT - 1) / PLOG_DICT_SLOT;
}

/* Everything but crc and used; the id is left out where content is compared. */
static u32 entry_crc(const struct plog_dict *e, u32 seed, u32 len)
{
	u32 crc = plog_crc32c(seed, &e->len, offsetof(struct plog_dict, used) -
					     offsetof(struct plog_dict, len));

	return plog_crc32c(crc, &e->pid, len - offsetof(struct plog_dict, pid));
}

u32 plog_dict_check(const struct plog_dict *entry, u32 room, u32 salt)
{
	u32 len;

	if (room < sizeof(*entry))
		return 0;
	len = plog_get16(entry->len);
	if (len < sizeof(*entry) || len > PLOG_DICT_MAX || len > room)
		return 0;
	/* A type of a later minor version is kept as well. */
	if (!entry->type || !entry->id ||
	    entry_crc(entry, salt, len) != plog_get32(entry->crc))
		return 0;
	return slots_of(len);
}

static u64 used_word(u32 boot)
{
	return (u64)~boot << 32 | boot;
}

/* 0 when the word is torn or decayed: such an entry counts as used for ever */
static u32 used_boot(const struct plog_dict *e)
{
	u64 word = plog_get64(e->used);
	u32 boot = (u32)word;

	return (u32)(word >> 32) == ~boot ? boot : 0;
}

static u32 content_hash(const struct plog_dict *e, u32 len)
{
	struct plog_dict head = *e;

	head.id = 0;
	return plog_crc32c(entry_crc(&head, 0x706c6f67, sizeof(head)), (const u8 *)e + sizeof(*e),
			   len - sizeof(*e));
}

static bool same_content(const struct plog_dict *a, const struct plog_dict *b)
{
	return a->len == b->len && a->type == b->type && a->level == b->level &&
	       a->line == b->line && a->pid == b->pid && a->tid == b->tid &&
	       !memcmp(a + 1, b + 1, plog_get16(a->len) - sizeof(*a));
}

static void index_add(struct plog_window *win, u32 hash, u32 slot)
{
	u32 *index = dict_index(win);
	u32 mask = win->index_size - 1;
	u32 i = hash & mask, n;

	for (n = 0; n < win->index_size; n++, i = (i + 1) & mask) {
		if (plog_load(&index[i]))
			continue;
		plog_store_release(&index[i], slot + 1);
		return;
	}
}

/* The slot of an entry with this content, or -ENOENT. */
static int index_find(struct plog_window *win, const struct plog_dict *e, u32 hash)
{
	u32 *index = dict_index(win);
	u32 mask = win->index_size - 1;
	u32 i = hash & mask, n;

	for (n = 0; n < win->index_size; n++, i = (i + 1) & mask) {
		u32 slot = plog_load_acquire(&index[i]);
		const struct plog_dict *have;

		if (!slot)
			return -ENOENT;
		if (slot > win->dict_slots)
			continue;
		have = dict_entry(win, 0, slot - 1);
		if (plog_dict_check(have, (win->dict_slots - slot + 1) * PLOG_DICT_SLOT,
				    win->salt) && same_content(have, e))
			return (int)slot - 1;
	}
	return -ENOENT;
}

static u32 id_mask(u8 type)
{
	return type == PLOG_DICT_CTX ? PLOG_CTX_MASK : 0xffffffffu;
}

/* Entries that the map marks are this boot's or were checked when it attached. */
static bool id_taken(struct plog_window *win, u8 type, u32 id)
{
	u8 *map = dict_map(win);
	u32 slot = 0;

	while (slot < win->dict_slots) {
		const struct plog_dict *e = dict_entry(win, 0, slot);
		u32 n = map[slot] ? slots_of(plog_get16(e->len)) : 0;

		if (n && e->type == type && plog_get32(e->id) == id)
			return true;
		slot += n ? n : 1;
	}
	return false;
}

/* First fit. The map is believed only as far as it is harmless. */
static int slots_find(struct plog_window *win, u32 want)
{
	u8 *map = dict_map(win);
	u32 run = 0, slot;

	for (slot = 0; slot < win->dict_slots; slot++) {
		run = map[slot] ? 0 : run + 1;
		if (run == want)
			return (int)(slot + 1 - want);
	}
	return -ENOSPC;
}

static void entry_store(struct plog_window *win, u32 slot, const struct plog_dict *e, u32 len)
{
	u32 bytes = (len + 7) & ~7u, copy;

	for (copy = 0; copy < PLOG_TABLE_COPIES; copy++) {
		struct plog_dict *to = dict_entry(win, copy, slot);

		plog_put(to, e, bytes);
		plog_clean(to, bytes);
	}
	plog_fence(); /* PMO(dict_put:A): in memory before a record names it */
}

static void mark_used(struct plog_window *win, u32 slot)
{
	plog_le64 word = plog_set64(used_word(win->boot));
	u32 copy;

	for (copy = 0; copy < PLOG_TABLE_COPIES; copy++) {
		struct plog_dict *e = dict_entry(win, copy, slot);

		if (e->used == word)
			continue;
		plog_put(&e->used, &word, sizeof(word));
		plog_clean(&e->used, sizeof(word));
	}
	plog_fence();
}

static int entry_insert(struct plog_window *win, struct plog_dict *e, u32 len, u32 hash)
{
	u32 want = slots_of(len), id = hash & id_mask(e->type), tries, i;
	int slot = slots_find(win, want);

	if (slot < 0)
		return slot;
	for (tries = 0; !id || id_taken(win, e->type, id); tries++) {
		if (tries == 1000)
			return -ENOSPC;
		id = (id + 0x9e3779b9u) & id_mask(e->type);
	}
	e->id = plog_set32(id);
	e->used = plog_set64(used_word(win->boot));
	e->crc = plog_set32(entry_crc(e, win->salt, len));
	entry_store(win, (u32)slot, e, len);
	for (i = 0; i < want; i++)
		dict_map(win)[(u32)slot + i] = 1;
	index_add(win, hash, (u32)slot);
	return slot;
}

int plog_dict_put(struct plog_window *win, struct plog_dict *entry, u32 *id)
{
	u32 len = plog_get16(entry->len), hash;
	int slot;

	if (len < sizeof(*entry) || len > PLOG_DICT_MAX)
		return -EINVAL;
	hash = content_hash(entry, len);
	slot = index_find(win, entry, hash);
	if (slot >= 0)
		mark_used(win, (u32)slot);
	else
		slot = entry_insert(win, entry, len, hash);
	if (slot < 0)
		return slot;
	*id = plog_get32(dict_entry(win, 0, (u32)slot)->id);
	return 0;
}

/* Make both copies the same when one of them is good; 0 when none is. */
static u32 entry_mend(struct plog_window *win, u32 slot)
{
	u32 room = (win->dict_slots - slot) * PLOG_DICT_SLOT;
	struct plog_dict *a = dict_entry(win, 0, slot), *b = dict_entry(win, 1, slot);
	u32 na = plog_dict_check(a, room, win->salt), nb = plog_dict_check(b, room, win->salt);
	struct plog_dict *good = na ? a : b, *bad = na ? b : a;

	if (!na && !nb)
		return 0;
	if (na && nb && a->crc == b->crc && a->used == b->used)
		return na;
	plog_put(bad, good, (plog_get16(good->len) + 7) & ~7u);
	plog_clean(bad, PLOG_DICT_MAX < room ? PLOG_DICT_MAX : room);
	plog_fence();
	return na ? na : nb;
}

static void entry_free(struct plog_window *win, u32 slot)
{
	u32 copy;

	for (copy = 0; copy < PLOG_TABLE_COPIES; copy++) {
		struct plog_dict *e = dict_entry(win, copy, slot);

		plog_zero(e, sizeof(*e));
		plog_clean(e, sizeof(*e));
	}
	plog_fence();
}

void plog_dict_load(struct plog_window *win, u32 oldest)
{
	u32 slot = 0, i;

	while (slot < win->dict_slots) {
		const struct plog_dict *e = dict_entry(win, 0, slot);
		u32 n = entry_mend(win, slot), boot;

		if (!n) {
			slot++;
			continue;
		}
		boot = used_boot(e);
		if (boot && boot < oldest) {
			entry_free(win, slot);
		} else {
			for (i = 0; i < n; i++)
				dict_map(win)[slot + i] = 1;
			index_add(win, content_hash(e, plog_get16(e->len)), slot);
		}
		slot += n;
	}
}
