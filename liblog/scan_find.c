// SPDX-License-Identifier: BSD-2-Clause
/* From a stretch of memory to the window in it, or to a word for what it is instead. */
#include "scan.h"

/* Every copy that sits where the first good one says. */
static void supers_count(struct scan_window *win)
{
	struct scan_window other;
	const u8 *p;
	u32 i, copy;

	win->supers = 0;
	for (i = 0; i < PLOG_SUPER_COPIES; i++) {
		p = scan_at(win, win->layout.super_off[i], sizeof(struct plog_super));
		if (p && !plog_scan_super(&other, &copy, p) && copy == i && other.salt == win->salt)
			win->supers |= 1u << i;
	}
}

/* The window whose superblock copy @copy, already read, is at @off. */
static int super_place(struct scan_window *win, u32 copy, const u8 *mem, u64 size, u64 off)
{
	u64 start;

	if (win->layout.super_off[copy] > off)
		return -ENOENT;
	start = off - win->layout.super_off[copy];
	win->base = mem + start;
	win->avail = size - start < win->layout.size ? size - start : win->layout.size;
	supers_count(win);
	return 0;
}

/* A superblock at this place, of a window that starts in the memory. */
static int super_try(struct scan_window *win, const u8 *mem, u64 size, u64 off)
{
	u32 copy;
	int err;

	if (off > size || size - off < sizeof(struct plog_super))
		return -ENOENT;
	err = plog_scan_super(win, &copy, mem + off);
	return err ? err : super_place(win, copy, mem, size, off);
}

/* The same where all three copies are there, and damaged. */
static int super_mend(struct scan_window *win, const u8 *mem, u64 size,
		      const u64 place[PLOG_SUPER_COPIES])
{
	const u8 *p[PLOG_SUPER_COPIES];
	u32 i, copy;
	int err;

	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		p[i] = size >= sizeof(struct plog_super) &&
				       place[i] <= size - sizeof(struct plog_super)
			       ? mem + place[i]
			       : NULL;
	err = plog_scan_super_mend(win, &copy, p);
	return err ? err : super_place(win, copy, mem, size, place[copy]);
}

static int super_usual(struct scan_window *win, const u8 *mem, u64 size)
{
	u64 whole = size & ~(u64)(PLOG_PAGE - 1);
	struct scan_layout lay;
	u64 place[PLOG_SUPER_COPIES] = { 0, 0, 0 };
	u32 i;
	int err = -ENOENT, other;

	if (plog_scan_layout_default(&lay, size))
		memcpy(place, lay.super_off, sizeof(place));
	else if (whole)
		place[2] = whole - PLOG_PAGE;
	for (i = 0; i < PLOG_SUPER_COPIES; i++) {
		other = super_try(win, mem, size, place[i]);
		if (!other)
			return 0;
		if (other == -EPROTONOSUPPORT)
			err = other;
	}
	return err == -EPROTONOSUPPORT ? err : super_mend(win, mem, size, place);
}

/* A RAM dump, or an image whose front is something else. */
static int super_search(struct scan_window *win, const u8 *mem, u64 size)
{
	u64 off;

	for (off = 0; off + sizeof(struct plog_super) <= size; off += PLOG_LINE)
		if (scan_near(scan_get64(mem + off), PLOG_MAGIC_SUPER_KEY) &&
		    !super_try(win, mem, size, off))
			return 0;
	return -ENOENT;
}

static bool super_deduce(struct scan_window *win, const u8 *mem, u64 size)
{
	memset(win, 0, sizeof(*win));
	if (!plog_scan_layout_default(&win->layout, size))
		return false;
	win->base = mem;
	win->avail = win->layout.size;
	win->salt = plog_scan_salt(win);
	return win->salt;
}

static enum scan_found blank_classify(const u8 *mem, u64 size)
{
	u64 i;

	if (!size)
		return SCAN_EMPTY;
	if (mem[0] == 0 || mem[0] == 0xff) {
		for (i = 1; i < size && mem[i] == mem[0]; i++)
			;
		if (i == size)
			return mem[0] ? SCAN_ONES : SCAN_ZERO;
	}
	return size < PLOG_WINDOW_MIN ? SCAN_SHORT : SCAN_FOREIGN;
}

enum scan_found plog_scan_find(struct scan_window *win, const void *mem, u64 size)
{
	enum scan_found blank;
	int err;

	memset(win, 0, sizeof(*win));
	err = super_usual(win, mem, size);
	if (err == -EPROTONOSUPPORT)
		return SCAN_NEWER;
	if (!err)
		return SCAN_WINDOW;
	blank = blank_classify(mem, size);
	if (blank == SCAN_EMPTY || blank == SCAN_ZERO || blank == SCAN_ONES)
		return blank;
	if (!super_search(win, mem, size))
		return SCAN_WINDOW;
	if (super_deduce(win, mem, size))
		return SCAN_NO_SUPER;
	return blank;
}
