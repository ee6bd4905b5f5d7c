// SPDX-License-Identifier: BSD-2-Clause
/* An index of the dictionary: its two copies as one, by type and id. */
#include <stdlib.h>

#include "reader.h"

/*
 * At half load nobody's turn comes so late, but with ids that were chosen to
 * collide: the rest of those is lost, so that the time stays linear.
 */
#define PROBES_MAX 64u
#define MEND_BUDGET 4 /* times the dictionary may be read for repairs */

/* What is there of a copy of the dictionary. */
static u64 copy_room(const struct scan_window *win, u32 copy)
{
	u64 off = win->layout.dict_off[copy];
	u64 there = off < win->avail ? win->avail - off : 0;

	return there < win->layout.dict_size ? there : win->layout.dict_size;
}

static u32 hash_of(const struct plog_reader *reader, u8 type, u32 id)
{
	u32 h = (id + type) * 0x9e3779b1u;

	return (h ^ h >> 15) & reader->dict_mask;
}

/*
 * A table entry is where the entry is: in either copy, or among the repaired ones,
 * which are counted as a third copy behind them. The type fills its low bits.
 */
static bool entry_at(const struct plog_reader *reader, u64 ref, struct scan_dict *out)
{
	const struct scan_window *win = &reader->win;
	u64 off = ref & ~(u64)(PLOG_DICT_SLOT - 1);
	u32 size = win->layout.dict_size, copy = (u32)(off / size);

	off %= size;
	if (copy == PLOG_TABLE_COPIES)
		return plog_scan_dict(out, reader->dict_fixed + off, size - off, win->salt);
	return plog_scan_dict(out, win->base + win->layout.dict_off[copy] + off,
			      copy_room(win, copy) - off, win->salt);
}

/* Where an entry is in the table, or the free place where it belongs; or ~0. */
static u32 entry_probe(const struct plog_reader *reader, u8 type, u32 id, struct scan_dict *out)
{
	u32 at = hash_of(reader, type, id), probes;

	for (probes = 0; probes < PROBES_MAX; probes++) {
		if (!reader->dict[at])
			return at;
		if ((reader->dict[at] & (PLOG_DICT_SLOT - 1)) == type &&
		    entry_at(reader, reader->dict[at], out) && out->id == id)
			return at;
		at = (at + 1) & reader->dict_mask;
	}
	return ~0u;
}

static void entry_insert(struct plog_reader *reader, const struct scan_dict *entry, u64 off)
{
	struct scan_dict old;
	u32 at = entry_probe(reader, entry->type, entry->id, &old);

	if (at == ~0u)
		return;
	/* Both copies, or an id used again: the younger one counts. */
	if (reader->dict[at] && entry->used <= old.used)
		return;
	reader->dict_count += !reader->dict[at];
	reader->dict[at] = off | entry->type;
}

static void copies_insert(struct plog_reader *reader)
{
	const struct scan_window *win = &reader->win;
	struct scan_dict entry;
	u32 copy, slots;
	u64 off, room;

	for (copy = 0; copy < PLOG_TABLE_COPIES; copy++) {
		room = copy_room(win, copy);
		for (off = 0; off < room; off += (u64)(slots ? slots : 1) * PLOG_DICT_SLOT) {
			slots = plog_scan_dict(&entry, win->base + win->layout.dict_off[copy] + off,
					       room - off, win->salt);
			if (slots)
				entry_insert(reader, &entry,
					     (u64)copy * win->layout.dict_size + off);
		}
	}
}

/* A slot of which no copy is good: of what is there, an entry is made if it can be. */
static int slot_mend(struct plog_reader *reader, const u8 *a, const u8 *b, u64 off, u32 *slots)
{
	u32 size = reader->win.layout.dict_size, flips;
	u8 fixed[PLOG_DICT_MAX];
	struct scan_dict entry;

	flips = plog_scan_dict_mend(fixed, a, b, size - off, reader->win.salt,
				    &reader->dict_budget);
	if (!flips)
		return 0;
	if (!reader->dict_fixed)
		reader->dict_fixed = calloc(1, size);
	if (!reader->dict_fixed)
		return -ENOMEM;
	memcpy(reader->dict_fixed + off, fixed, scan_get16(fixed + 4));
	*slots = plog_scan_dict(&entry, reader->dict_fixed + off, size - off, reader->win.salt);
	reader->dict_repaired++;
	reader->bits.flipped += flips;
	entry_insert(reader, &entry, (u64)PLOG_TABLE_COPIES * size + off);
	return 0;
}

/* Both copies side by side; only what is in neither is repaired. */
static int copies_mend(struct plog_reader *reader)
{
	const struct scan_window *win = &reader->win;
	const u64 *at = win->layout.dict_off;
	u64 off, room = copy_room(win, 0), other = copy_room(win, 1);
	struct scan_dict entry;
	u32 slots, more;
	int err = 0;

	/* In an image that was cut the first copy is there if any of the second one is. */
	for (off = 0; off < room && !err; off += (u64)(slots ? slots : 1) * PLOG_DICT_SLOT) {
		const u8 *a = win->base + at[0] + off;
		const u8 *b = other == room ? win->base + at[1] + off : NULL;

		slots = plog_scan_dict(&entry, a, room - off, win->salt);
		more = b ? plog_scan_dict(&entry, b, room - off, win->salt) : 0;
		slots = slots > more ? slots : more;
		if (slots)
			reader->bits.checked += (u64)slots * PLOG_DICT_SLOT * 8;
		else if (room == win->layout.dict_size)
			err = slot_mend(reader, a, b, off, &slots);
	}
	return err;
}

int plog_reader_load_dict(struct plog_reader *reader)
{
	/* As many as there are slots; where a slot is repaired, neither copy has an entry. */
	u64 most = (copy_room(&reader->win, 0) + copy_room(&reader->win, 1)) / PLOG_DICT_SLOT;
	u32 room = 16;

	while (room < 2 * most)
		room *= 2;
	reader->dict = calloc(room, sizeof(*reader->dict));
	if (!reader->dict)
		return -ENOMEM;
	reader->dict_mask = room - 1;
	reader->dict_budget = MEND_BUDGET * (u64)reader->win.layout.dict_size;
	copies_insert(reader);
	return copies_mend(reader);
}

static bool entry_find(struct plog_reader *reader, u8 type, u32 id, struct scan_dict *out)
{
	u32 at = entry_probe(reader, type, id, out);

	return at != ~0u && reader->dict[at];
}

const struct scan_dict *plog_reader_lookup(struct plog_reader *reader, u8 type, u32 id)
{
	struct reader_dict_slot *slot =
		&reader->cache[type == PLOG_DICT_CTX][(id ^ id >> 8) & (READER_SITES - 1)];

	if (slot->id != id) {
		slot->known = entry_find(reader, type, id, &slot->entry);
		slot->id = id;
	}
	return slot->known ? &slot->entry : NULL;
}
