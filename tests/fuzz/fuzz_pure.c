// SPDX-License-Identifier: BSD-2-Clause
/*
 * The module's pure code (kmod/pure), compiled for user space: texts and rates, and on
 * a hostile window with a hostile control plane the module's own lanes, the sweep, the
 * counts, and a window that moved.
 *
 * Window and control plane end at pages that cannot be touched; what is stored and
 * cleaned is checked where it happens (--wrap).
 */
#include "fuzz_pure.h"

#include <string.h>

#include "control_spoil.h"
#include "core/control.h"
#include "core/core.h"
#include "fuzz.h"
#include "plog_reader.h"
#include "pure/count.h"
#include "pure/moved.h"
#include "pure/note.h"
#include "pure/swept.h"

#define WINDOW_MAX (64u << 10)
#define PAGE 4096u
#define KERNEL_LANES 4u
#define CPU_LANES 2u
#define NOTES_MAX 24u

/**
 * struct params - the first bytes of an input; text or the window's bytes are behind
 * @part:	enum part
 * @pages:	of the memory that moved
 * @flags:	FLAG_*
 * @fill:	of what the input does not have of the window
 * @notes:	how many
 * @seed:	of all that is not in the input
 * @address:	physical, of the memory that moved; a cursor for the sweep
 */
struct params {
	u8 part;
	u8 pages;
	u8 flags;
	u8 fill;
	u8 notes;
	u8 reserved[3];
	u64 seed;
	u64 address;
	u64 reserved1;
};

enum part { PART_TEXT, PART_RATE, PART_NOTES, PART_SWEPT, PART_COUNTS, PART_MOVED, PARTS };

#define FLAG_FORMAT 1u
#define FLAG_HOSTILE 2u /* spoil the control plane as well */
#define FLAG_NEAR 4u    /* memory that moved by some pages only */

_Static_assert(sizeof(struct params) == 32, "as long as the mutator's prefix");

const size_t fuzz_prefix = sizeof(struct params);

static u8 *window_end, *control;
static u8 *base;
static u32 size, cleans, cleaned_most;

void __real_plog_put(void *dst, const void *src, size_t n);
void __wrap_plog_put(void *dst, const void *src, size_t n);
void __wrap_plog_clean(const void *p, size_t n);

static void inside_check(const void *p, size_t n)
{
	size_t at = (size_t)((const u8 *)p - base);

	FUZZ_CHECK((const u8 *)p >= base && at <= size && n <= size - at);
}

void __wrap_plog_put(void *dst, const void *src, size_t n)
{
	inside_check(dst, n);
	FUZZ_CHECK((uintptr_t)dst % 8 == 0 && n % 8 == 0);
	__real_plog_put(dst, src, n);
}

void __wrap_plog_clean(const void *p, size_t n)
{
	inside_check(p, n);
	FUZZ_CHECK(n);
	cleans++;
	if (n > cleaned_most)
		cleaned_most = (u32)n;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	u32 n = plog_control_bytes(WINDOW_MAX);

	(void)argc;
	(void)argv;
	window_end = fuzz_guarded(WINDOW_MAX);
	control = fuzz_guarded(n) - n;
	return 0;
}

static void memory_make(u32 bytes, u8 fill, const u8 *data, size_t n)
{
	size = bytes;
	base = window_end - size;
	memset(base, fill & 1 ? 0xff : 0, size);
	memcpy(base, data, n < size ? n : size);
}

static const u8 boot_id[16] = { 0xf, 0x2, 0x2 };

static bool attach(struct plog_window *win, u32 flags)
{
	struct plog_attach arg = { .now = { 1000000, 1000000, 1000000, 1700000000000000000ULL },
				   .clock = PLOG_CLOCK_MONOTONIC,
				   .counter_hz = 1000000000,
				   .kernel = "6.1.0-fuzz",
				   .machine = "fuzz",
				   .cpu_lanes = CPU_LANES,
				   .shared_lanes = 1,
				   .kernel_lanes = KERNEL_LANES,
				   .protect = 50,
				   .format = flags & FLAG_FORMAT };
	struct plog_report report;

	memcpy(arg.boot_id, boot_id, sizeof(boot_id));
	memset(arg.random, 0x5a, sizeof(arg.random));
	memset(control, 0, plog_control_bytes(size));
	return !plog_attach(win, base, size, control, &arg, &report);
}

/* ---- the module's own lanes */

/**
 * struct notes - what was said to the module's lanes
 * @r:		decides what
 * @data:	bytes of texts and names
 * @n:		how many there are
 * @text:	the texts that were taken
 * @len:	bytes of each
 * @taken:	how many were
 * @found:	how often the reader has each
 * @alone:	the window was formatted, so that there is nothing else
 */
struct notes {
	struct fuzz_random r;
	const u8 *data;
	size_t n;
	char text[NOTES_MAX][PLOG_NOTE_MAX + 8];
	u32 len[NOTES_MAX];
	u32 taken;
	u32 found[NOTES_MAX];
	bool alone;
};

/* A piece of the data behind a number, so that no two are the same. */
static u32 text_make(struct notes *notes, char *text)
{
	u32 len = fuzz_below(&notes->r, 4) ? fuzz_below(&notes->r, 80)
					   : fuzz_below(&notes->r, PLOG_NOTE_MAX + 1);
	size_t at = fuzz_below(&notes->r, notes->n);

	if (len > notes->n - at)
		len = (u32)(notes->n - at);
	sprintf(text, "%02u:", notes->taken);
	memcpy(text + 3, notes->data + at, len);
	text[3 + len] = '.';
	return len + 4;
}

/* NULL, or a name of any bytes and any length. */
static const char *name_make(struct notes *notes, char name[100])
{
	size_t at = fuzz_below(&notes->r, notes->n), n = fuzz_below(&notes->r, 99);

	if (!fuzz_below(&notes->r, 4))
		return NULL;
	if (n > notes->n - at)
		n = notes->n - at;
	memcpy(name, notes->data + at, n);
	name[n] = 0;
	return name;
}

static void note_write(struct plog_window *win, struct plog_klane *lanes, struct notes *notes)
{
	char *text = notes->text[notes->taken], comm[100], tag[100];
	u64 at = 2000000 + fuzz_random(&notes->r);
	struct plog_note note = { .when = { at, at, at, at }, .text = text };

	note.len = text_make(notes, text);
	note.level = fuzz_below(&notes->r, 8);
	note.source = 1 + fuzz_below(&notes->r, 2);
	note.pid = fuzz_random(&notes->r) >> 8;
	note.tid = note.pid;
	note.comm = name_make(notes, comm);
	note.tag = name_make(notes, tag);
	plog_note_back(&note.when, (u64)fuzz_random(&notes->r) << fuzz_below(&notes->r, 32),
		       1000000000);
	FUZZ_CHECK(note.when.counter <= at && note.when.mono <= at);
	notes->len[notes->taken] = note.len < PLOG_NOTE_MAX ? note.len : PLOG_NOTE_MAX;
	if (plog_note_write(win, lanes, &note))
		notes->taken++;
}

static void lanes_check(const struct plog_window *win, const struct plog_klane *lanes)
{
	u32 i;

	for (i = 0; i < KERNEL_LANES; i++)
		FUZZ_CHECK(lanes[i].index < win->geo.chunk_count &&
			   lanes[i].off <= win->geo.chunk_size);
}

static void record_check(struct notes *notes, const struct plog_reader_record *rec)
{
	u32 i;

	if (rec->verdict != PLOG_VERDICT_INTACT)
		return;
	FUZZ_CHECK(rec->comm.len <= 31 && rec->tag.len <= 31 && rec->level <= 7);
	for (i = 0; i < notes->taken; i++)
		if (rec->msg.len == notes->len[i] &&
		    !memcmp(rec->msg.text, notes->text[i], rec->msg.len))
			break;
	/* A hostile window may hold good records that claim to be of this boot. */
	FUZZ_CHECK(i < notes->taken || !notes->alone);
	if (i < notes->taken)
		notes->found[i]++;
	FUZZ_CHECK(!notes->alone || notes->found[i] == 1);
}

/* Of this boot the reader finds the last one at least, and nothing else, nothing twice. */
static void notes_read(struct notes *notes)
{
	const struct plog_reader_boot *boots;
	struct plog_reader_record rec;
	struct plog_reader *reader;
	u32 n, i;

	FUZZ_CHECK(!plog_reader_open_memory(&reader, base, size));
	plog_reader_running(reader, boot_id);
	n = plog_reader_boots(reader, &boots);
	for (i = 0; i < n && boots[i].index; i++)
		;
	FUZZ_CHECK(i < n && !memcmp(boots[i].boot_id, boot_id, sizeof(boot_id)));
	plog_reader_select(reader, i, 1);
	while (plog_reader_next(reader, &rec))
		record_check(notes, &rec);
	FUZZ_CHECK(!notes->taken || notes->found[notes->taken - 1]);
	plog_reader_close(reader);
}

static void notes_part(struct plog_window *win, const struct params *p, const u8 *data, size_t n)
{
	struct plog_klane lanes[KERNEL_LANES] = { { 0 } };
	static struct notes notes;
	u32 i;

	memset(&notes, 0, sizeof(notes));
	notes.r = fuzz_seeded(p->seed);
	notes.data = data;
	notes.n = n;
	notes.alone = p->flags & FLAG_FORMAT;
	for (i = 0; i < p->notes % (NOTES_MAX + 1u); i++) {
		if (p->flags & FLAG_HOSTILE)
			control_spoil(&notes.r, win,
				      fuzz_below(&notes.r, 2) ? 0
							      : (u32)sizeof(struct plog_control));
		/* A CPU died with a lane in hand. */
		if (!fuzz_below(&notes.r, 32))
			lanes[fuzz_below(&notes.r, KERNEL_LANES)].busy = 1;
		note_write(win, lanes, &notes);
		lanes_check(win, lanes);
	}
	if (!(p->flags & FLAG_HOSTILE))
		notes_read(&notes);
	for (i = 0; i < KERNEL_LANES; i++)
		lanes[i].busy = 1;
	i = notes.taken;
	if (i < NOTES_MAX)
		note_write(win, lanes, &notes);
	FUZZ_CHECK(notes.taken == i);
}

/* ---- the sweep, and counts */

/* Half of the cursors lie near the last one, and name chunks that the lane has had. */
static void swept_part(struct plog_window *win, const struct params *p)
{
	struct fuzz_random r = fuzz_seeded(p->seed);
	u64 swept = 0, cursor = p->address;
	u32 round, i, lane;
	bool moved;

	cleaned_most = 0;
	for (round = 0; round < 16; round++) {
		lane = fuzz_below(&r, win->lanes);
		plog_window_lane(win, lane)->cursor = cursor;
		for (i = 0; i < win->geo.chunk_count; i++)
			plog_window_slot(win, i)->lease =
				fuzz_below(&r, 2) ? control_nonsense(&r, win)
						  : PLOG_LEASE(PLOG_CURSOR_GEN(cursor) - i, lane);
		cleans = 0;
		moved = swept != cursor;
		FUZZ_CHECK(plog_swept_clean(win, lane, &swept) == moved && swept == cursor);
		/* No more than all chunks, and both ends: however far the cursor has gone. */
		FUZZ_CHECK(cleans <= win->geo.chunk_count + 2);
		FUZZ_CHECK(cleaned_most <= win->geo.chunk_size);
		cleans = 0;
		FUZZ_CHECK(!plog_swept_clean(win, lane, &swept) && !cleans);
		cursor = fuzz_below(&r, 2)
				 ? control_nonsense(&r, win)
				 : cursor + ((u64)fuzz_below(&r, 40) << PLOG_CURSOR_BITS) +
					   fuzz_below(&r, 600);
	}
}

static void counts_part(struct plog_window *win, const struct params *p)
{
	struct fuzz_random r = fuzz_seeded(p->seed);
	u32 i, most = win->geo.chunk_size / PLOG_RECORD_ALIGN;

	if (p->flags & FLAG_HOSTILE)
		control_spoil(&r, win, 0);
	for (i = 0; i < win->geo.chunk_count; i++)
		FUZZ_CHECK(plog_chunk_records(win, i) <= most);
	FUZZ_CHECK(plog_chunks_protected(win) <= win->geo.chunk_count);
}

/* ---- a window that moved */

static bool is_zero(const u8 *p, u64 n)
{
	return !n || (!*p && !memcmp(p, p + 1, n - 1));
}

/* Where the image says that it is, and some pages from there: else nothing would move. */
static u64 near(const struct params *p)
{
	u64 phys = 0;

	memcpy(&phys, base + offsetof(struct plog_super, phys_addr), sizeof(phys));
	return phys + ((p->address & 63) - 32) * PAGE;
}

static void moved_part(const struct params *p)
{
	static u8 before[WINDOW_MAX];
	u64 address = p->flags & FLAG_NEAR ? near(p) : p->address & ~(u64)(PAGE - 1);
	u64 kept = UINT64_MAX, from, by;

	memcpy(before, base, size);
	from = plog_moved_bring(base, size, address, &kept);
	if (!from) {
		FUZZ_CHECK(kept == UINT64_MAX && !memcmp(before, base, size));
		return;
	}
	by = from > address ? from - address : address - from;
	FUZZ_CHECK(by && by < size && kept && kept <= size - by);
	if (from > address) {
		FUZZ_CHECK(!memcmp(base, before + by, kept) && is_zero(base + kept, size - kept));
	} else {
		FUZZ_CHECK(is_zero(base, by) && !memcmp(base + by, before, kept));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct plog_window win;
	struct params p;
	u64 begin = fuzz_now();

	if (n < sizeof(p))
		return 0;
	memcpy(&p, data, sizeof(p));
	data += sizeof(p);
	n -= sizeof(p);
	if (p.part % PARTS == PART_TEXT) {
		fuzz_pure_text(data, n);
	} else if (p.part % PARTS == PART_RATE) {
		fuzz_pure_rate(data, n, p.seed);
	} else if (p.part % PARTS == PART_MOVED) {
		memory_make(PAGE * (1 + p.pages % (WINDOW_MAX / PAGE)), p.fill, data, n);
		moved_part(&p);
	} else {
		memory_make(WINDOW_MAX, p.fill, data, n);
		if (!attach(&win, p.flags))
			return 0;
		if (p.part % PARTS == PART_NOTES)
			notes_part(&win, &p, data, n);
		else if (p.part % PARTS == PART_SWEPT)
			swept_part(&win, &p);
		else
			counts_part(&win, &p);
	}
	fuzz_slow_note(fuzz_now() - begin, n);
	return 0;
}
