// SPDX-License-Identifier: BSD-2-Clause
/* An index of the dictionary: its two copies as one, by type and id. */
#include <stdlib.h>

#include "reader.h"

/*
 * At half load nobody's turn comes so late, but with ids that were chosen to
 * collide: the rest of those is lost, so that the time stays linear.
 */
#define PROBES_MAX 256u

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

/* A table entry is the window's offset of the entry; the type fills its low bits. */
static bool entry_at(const struct plog_reader *reader, u64 ref, struct scan_dict *out)
{
	u64 off = ref & ~(u64)(PLOG_DICT_SLOT - 1);

	return plog_scan_dict(out, reader->win.base + off, reader->win.avail - off,
			      reader->win.salt);
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

static u32 copies_read(struct plog_reader *reader, bool insert)
{
	const struct scan_window *win = &reader->win;
	struct scan_dict entry;
	u32 copy, slots, n = 0;
	u64 off, room;

	for (copy = 0; copy < PLOG_TABLE_COPIES; copy++) {
		room = copy_room(win, copy);
		for (off = 0; off < room; off += (u64)(slots ? slots : 1) * PLOG_DICT_SLOT) {
			u64 at = win->layout.dict_off[copy] + off;

			slots = plog_scan_dict(&entry, win->base + at, room - off, win->salt);
			n += slots != 0;
			if (slots && insert)
				entry_insert(reader, &entry, at);
		}
	}
	return n;
}

int plog_reader_load_dict(struct plog_reader *reader)
{
	u32 n = copies_read(reader, false);
	u32 room = 16;

	while (room < 2 * n)
		room *= 2;
	reader->dict = calloc(room, sizeof(*reader->dict));
	if (!reader->dict)
		return -ENOMEM;
	reader->dict_mask = room - 1;
	copies_read(reader, true);
	return 0;
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
