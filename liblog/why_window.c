// SPDX-License-Identifier: BSD-2-Clause
/* All of a window: copies, chunks, and what is public of that. */
#include <stdlib.h>

#include "why.h"

#define NEAR 10 /* of so many bits, three may be wrong */

static void byte_compare(struct why_bits *bits, u8 have, u8 want)
{
	bits->ones += (u64)__builtin_popcount(want);
	bits->ones_lost += (u64)__builtin_popcount(want & ~have & 0xff);
	bits->zeros += 8 - (u64)__builtin_popcount(want);
	bits->zeros_lost += (u64)__builtin_popcount(~want & have & 0xff);
}

/* Not known: uuid and salt; physical address and time; CRC. */
static bool super_known(u32 at)
{
	return at < offsetof(struct plog_super, uuid) ||
	       (at >= offsetof(struct plog_super, copy) &&
		at < offsetof(struct plog_super, phys_addr)) ||
	       (at >= offsetof(struct plog_super, chunk_size) &&
		at < offsetof(struct plog_super, crc));
}

void plog_why_super(struct why_bits *bits, const u8 *p, const struct scan_layout *lay, u32 copy)
{
	struct plog_super want;
	u32 i;

	memset(&want, 0, sizeof(want));
	want.magic = plog_set64(PLOG_MAGIC_SUPER_KEY ^ PLOG_MAGIC_MASK);
	want.major = plog_set16(PLOG_FORMAT_MAJOR);
	want.size = plog_set32(sizeof(want));
	want.copy = plog_set32(copy);
	want.window_size = plog_set64(lay->size);
	want.chunk_size = plog_set32(lay->chunk_size);
	want.chunk_count = plog_set32(lay->chunk_count);
	want.chunk_split = plog_set32(lay->chunk_split);
	want.boot_slots = plog_set32(lay->boot_slots);
	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		want.super_off[i] = plog_set64(lay->super_off[i]);
	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		want.boot_off[i] = plog_set64(lay->boot_off[i]);
		want.dict_off[i] = plog_set64(lay->dict_off[i]);
		want.chunk_off[i] = plog_set64(lay->chunk_off[i]);
	}
	want.dict_size = plog_set32(lay->dict_size);
	for (i = 0; i < sizeof(want); i++)
		if (super_known(i))
			byte_compare(bits, p[i], ((const u8 *)&want)[i]);
}

bool plog_why_near(const struct why_bits *bits)
{
	return bits->ones && bits->ones_lost * NEAR < bits->ones * 3 &&
	       bits->zeros_lost * NEAR < bits->zeros * 3;
}

/* Return: they were the same once. */
static bool bits_add(struct why *why, const struct why_bits *bits)
{
	if (!plog_why_near(bits))
		return false;
	plog_why_bits_add(&why->bits, bits);
	return true;
}

/**
 * struct judge - a page of copies, before it is counted
 * @page:	where in the window
 * @any:	there is one
 * @bad:	something in it is not valid
 * @foreign:	and not even nearly right
 */
struct judge {
	u64 page;
	bool any;
	bool bad;
	bool foreign;
};

static void judge_flush(struct judge *judge, struct why *why, const struct scan_window *win)
{
	const u8 *p = judge->any ? scan_at(win, judge->page, PLOG_PAGE) : NULL;

	if (p && judge->foreign)
		plog_why_bad(&why->pages, judge->page, p, PLOG_PAGE);
	else if (p && judge->bad)
		plog_why_worn(&why->pages, judge->page, p, PLOG_PAGE);
	else if (p)
		plog_why_good(&why->pages, judge->page);
	judge->any = judge->bad = judge->foreign = false;
}

enum entry {
	ENTRY_GOOD,
	ENTRY_NEAR,
	ENTRY_FOREIGN,
};

static void judge_entry(struct judge *judge, struct why *why, const struct scan_window *win,
			u64 off, enum entry entry)
{
	u64 page = off & ~(u64)(PLOG_PAGE - 1);

	if (judge->page != page)
		judge_flush(judge, why, win);
	judge->page = page;
	judge->any = true;
	judge->bad |= entry != ENTRY_GOOD;
	judge->foreign |= entry == ENTRY_FOREIGN;
}

static void super_judge(struct judge *judge, struct why *why, const struct scan_window *win,
			u32 copy)
{
	u64 off = win->layout.super_off[copy];
	const u8 *p = scan_at(win, off, sizeof(struct plog_super));
	struct why_bits bits = { 0 };
	enum entry entry = ENTRY_GOOD;

	if (!p)
		return;
	if (!(win->supers >> copy & 1)) {
		plog_why_super(&bits, p, &win->layout, copy);
		entry = bits_add(why, &bits) ? ENTRY_NEAR : ENTRY_FOREIGN;
	}
	judge_entry(judge, why, win, off, entry);
}

/* --- tables: what is valid in one copy should be in the other --- */

static bool slot_valid(const struct scan_window *win, u32 copy, u32 slot)
{
	u64 off = win->layout.boot_off[copy] + (u64)slot * sizeof(struct plog_boot);
	const u8 *p = scan_at(win, off, sizeof(struct plog_boot));
	struct plog_boot entry;

	if (!p)
		return false;
	memcpy(&entry, p, sizeof(entry));
	return plog_get32(entry.ident.boot) &&
	       plog_crc32c(win->salt, &entry.ident, offsetof(struct plog_boot_ident, crc)) ==
		       plog_get32(entry.ident.crc) &&
	       plog_crc32c(win->salt, &entry.state, offsetof(struct plog_boot_state, crc)) ==
		       plog_get32(entry.state.crc);
}

static u32 dict_slots(const struct scan_window *win, u32 copy, u64 off)
{
	u64 at = win->layout.dict_off[copy] + off, room = win->layout.dict_size - off;
	struct scan_dict entry;

	if (at >= win->avail)
		return 0;
	if (room > win->avail - at)
		room = win->avail - at;
	return plog_scan_dict(&entry, win->base + at, room, win->salt);
}

/* Bytes of one copy that are valid, and those in the other that are not. */
static enum entry copies_compare(struct why *why, const struct scan_window *win, u64 good, u64 bad,
				 u32 len)
{
	const u8 *want = scan_at(win, good, len), *have = scan_at(win, bad, len);
	struct why_bits bits = { 0 };
	u32 i;

	for (i = 0; want && have && i < len; i++)
		byte_compare(&bits, have[i], want[i]);
	return bits_add(why, &bits) ? ENTRY_NEAR : ENTRY_FOREIGN;
}

static void boots_judge(struct judge *judge, struct why *why, const struct scan_window *win,
			u32 copy)
{
	const u64 *at = win->layout.boot_off;
	enum entry entry;
	bool here, there;
	u64 off;
	u32 slot;

	for (slot = 0; slot < win->layout.boot_slots; slot++) {
		here = slot_valid(win, copy, slot);
		there = slot_valid(win, !copy, slot);
		why->boots_good[copy] += here;
		why->boots_known += !copy && (here || there);
		if (!here && !there)
			continue;
		off = slot * sizeof(struct plog_boot);
		entry = ENTRY_GOOD;
		if (!here)
			entry = copies_compare(why, win, at[!copy] + off, at[copy] + off,
					       sizeof(struct plog_boot_ident));
		judge_entry(judge, why, win, at[copy] + off, entry);
	}
}

static void dict_judge(struct judge *judge, struct why *why, const struct scan_window *win,
		       u32 copy)
{
	const u64 *at = win->layout.dict_off;
	enum entry entry;
	u32 here, there;
	u64 off;

	if (at[copy] >= win->avail)
		return;
	for (off = 0; off < win->layout.dict_size; off += (u64)(here    ? here
								: there ? there
									: 1) *
							  PLOG_DICT_SLOT) {
		here = dict_slots(win, copy, off);
		there = dict_slots(win, !copy, off);
		why->dict_good[copy] += here != 0;
		why->dict_known += !copy && (here || there);
		if (!here && !there && !why->dict_gone)
			continue;
		entry = here ? ENTRY_GOOD : ENTRY_FOREIGN;
		if (there && !here)
			entry = copies_compare(why, win, at[!copy] + off, at[copy] + off,
					       sizeof(struct plog_dict));
		judge_entry(judge, why, win, at[copy] + off, entry);
	}
}

/* Records name sites, and the dictionary has none. */
static bool dict_is_gone(const struct plog_reader *reader)
{
	const struct reader_chunk *chunk;
	struct scan_record rec;
	u32 i;

	for (i = 0; !reader->dict_count && i < reader->chunk_count; i++) {
		chunk = &reader->chunks[i];
		if (chunk->walk.records &&
		    plog_scan_record(&rec, chunk->bytes, chunk->size, chunk->walk.first,
				     chunk->seed) &&
		    rec.site)
			return true;
	}
	return false;
}

static void chunks_judge(struct why *why, const struct plog_reader *reader, const u8 *leased,
			 u32 from, u32 to)
{
	for (; from < to && from < reader->chunk_count; from++)
		why->states[plog_why_chunk(why, reader, from, leased[from])]++;
}

int plog_why_window(struct why *why, const struct plog_reader *reader)
{
	const struct scan_window *win = &reader->win;
	u32 split = win->layout.chunk_split, count = win->layout.chunk_count;
	u8 *leased = calloc((size_t)reader->chunk_count + 1, 1);
	int err = leased ? plog_why_leases(reader, leased) : -ENOMEM;
	struct judge judge = { .any = false };
	u32 half;

	memset(why, 0, sizeof(*why));
	if (!err) {
		why->dict_gone = dict_is_gone(reader);
		for (half = 0; half < PLOG_TABLE_COPIES; half++) {
			super_judge(&judge, why, win, half);
			boots_judge(&judge, why, win, half);
			dict_judge(&judge, why, win, half);
			judge_flush(&judge, why, win);
			chunks_judge(why, reader, leased, half ? split : 0, half ? count : split);
		}
		super_judge(&judge, why, win, 2);
		judge_flush(&judge, why, win);
		if (count > reader->chunk_count)
			why->states[PLOG_CHUNK_UNREAD] += count - reader->chunk_count;
	}
	free(leased);
	return err;
}

static bool found(const struct plog_reader *reader)
{
	return reader->found == SCAN_WINDOW || reader->found == SCAN_NO_SUPER;
}

static void survey_fill(struct plog_reader_survey *out, const struct scan_window *win,
			const struct why *why)
{
	const struct scan_layout *lay = &win->layout;

	out->created = win->created;
	out->phys_addr = win->phys_addr;
	memcpy(out->super_off, lay->super_off, sizeof(out->super_off));
	memcpy(out->boot_off, lay->boot_off, sizeof(out->boot_off));
	memcpy(out->dict_off, lay->dict_off, sizeof(out->dict_off));
	memcpy(out->chunk_off, lay->chunk_off, sizeof(out->chunk_off));
	out->super_good = win->supers;
	out->boot_slots = lay->boot_slots;
	out->dict_size = lay->dict_size;
	out->chunk_split = lay->chunk_split;
	out->boots_known = why->boots_known;
	memcpy(out->boots_good, why->boots_good, sizeof(out->boots_good));
	out->dict_known = why->dict_known;
	memcpy(out->dict_good, why->dict_good, sizeof(out->dict_good));
	memcpy(out->chunks, why->states, sizeof(out->chunks));
	out->heads_lost = why->heads_lost;
	out->pages_good = why->pages.good;
	out->pages_bad = why->pages.bad;
}

int plog_reader_survey(const struct plog_reader *reader, struct plog_reader_survey *out)
{
	struct why why;
	int err = found(reader) ? plog_why_window(&why, reader) : -ENOENT;

	memset(out, 0, sizeof(*out));
	if (err)
		return err;
	survey_fill(out, &reader->win, &why);
	/* What was repaired, and what is only known to be wrong. */
	out->bits_wrong = reader->bits.flipped + why.bits.ones_lost + why.bits.zeros_lost;
	out->bits_compared = reader->bits.checked + why.bits.ones + why.bits.zeros;
	out->damage = out->bits_wrong || why.pages.bad || why.torn || why.heads_lost ||
		      why.states[PLOG_CHUNK_UNREAD] || out->super_good != 7 || why.dict_gone ||
		      reader->win.avail < reader->win.layout.size;
	return 0;
}

uint32_t plog_reader_map(const struct plog_reader *reader, struct plog_reader_chunk *map,
			 uint32_t count)
{
	struct why why = { .stretches = 0 };
	u8 *leased = NULL;
	u32 i;

	if (found(reader))
		leased = calloc((size_t)reader->chunk_count + 1, 1);
	if (!leased || plog_why_leases(reader, leased))
		count = 0;
	for (i = 0; i < count && i < reader->chunk_count; i++) {
		const struct reader_chunk *chunk = &reader->chunks[i];
		u32 room;
		const u8 *p = plog_scan_chunk_at(&reader->win, i, &room);
		bool known = chunk->head || chunk->walk.records;

		if (!p)
			break;
		map[i] = (struct plog_reader_chunk){
			.offset = (u64)(p - reader->win.base),
			.gen = known ? chunk->gen : 0,
			.boot_at = known ? chunk->boot_at : READER_NO_BOOT,
			.records = chunk->walk.records,
			.repaired = chunk->walk.repaired,
			.damaged = chunk->walk.damaged,
			.state = (u8)plog_why_chunk(&why, reader, i, leased[i]),
		};
	}
	free(leased);
	return i < count ? i : count;
}
