// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "dump.h"
#include "progress.h"
#include "scan.h"

#define WINDOW_MAX (1ULL << 40)
#define STEP (4u << 20) /* bytes between two looks at the clock */

bool dump_single(const uint8_t *bytes, uint64_t size)
{
	struct scan_layout layout;
	struct scan_window win;
	uint32_t copy, i;

	if (!plog_scan_layout_default(&layout, size))
		return false;
	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		if (!plog_scan_super(&win, &copy, bytes + layout.super_off[i]) && copy == i &&
		    win.layout.super_off[i] == layout.super_off[i] &&
		    win.layout.size >= (size & ~(uint64_t)(PLOG_PAGE - 1)))
			return true;
	return false;
}

/* A superblock that says where its window begins; others may have said so before. */
static void super_take(struct dump *dump, const struct dump_segment *seg, uint64_t off)
{
	struct scan_window win;
	uint64_t address;
	uint32_t copy, i;

	if (plog_scan_super(&win, &copy, seg->bytes + off) ||
	    win.layout.super_off[copy] > seg->address + off || win.layout.size > WINDOW_MAX)
		return;
	address = seg->address + off - win.layout.super_off[copy];
	for (i = 0; i < dump->windows; i++)
		if (dump->window[i].address == address &&
		    !memcmp(dump->window[i].uuid, win.uuid, sizeof(win.uuid)))
			return;
	if (dump->windows == DUMP_WINDOWS)
		return;
	dump->window[dump->windows] = (struct dump_window){ address, win.layout.size, { 0 } };
	memcpy(dump->window[dump->windows++].uuid, win.uuid, sizeof(win.uuid));
}

/* Superblocks are at multiples of a line of their memory, wherever the file has it. */
static void segment_scan(struct dump *dump, const struct dump_segment *seg,
			 struct progress *progress, uint64_t before)
{
	uint64_t off = -seg->address & (PLOG_LINE - 1), end;

	while (off < seg->size) {
		end = seg->size - off < STEP ? seg->size : off + STEP;
		for (; off < end && seg->size - off >= sizeof(struct plog_super); off += PLOG_LINE)
			if (scan_near(scan_get64(seg->bytes + off), PLOG_MAGIC_SUPER_KEY))
				super_take(dump, seg, off);
		off = off < end ? seg->size : off;
		progress_step(progress, (before + off) >> 20);
	}
}

static int by_address(const void *a, const void *b)
{
	const struct dump_window *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

void dump_scan(struct dump *dump, const uint8_t *bytes, uint64_t size, const char *name)
{
	struct progress progress;
	uint64_t before = 0;
	char what[128];
	uint32_t i;

	dump->segments = dump->windows = 0;
	dump->core = dump_core_read(dump, bytes, size);
	if (!dump->core) {
		dump->segments = 1;
		dump->segment[0] = (struct dump_segment){ 0, size, bytes };
	}
	snprintf(what, sizeof(what), "logdump: looking for windows in %s", name);
	progress_begin(&progress, what, "MiB", size >> 20);
	for (i = 0; i < dump->segments; i++) {
		segment_scan(dump, &dump->segment[i], &progress, before);
		before += dump->segment[i].size;
	}
	progress_end(&progress);
	qsort(dump->window, dump->windows, sizeof(dump->window[0]), by_address);
}

/* The part of a segment that lies in a window, copied; returns where it ends there. */
static uint64_t part_copy(uint8_t *to, const struct dump_window *win,
			  const struct dump_segment *seg)
{
	uint64_t from, end, win_end = win->address + win->size;

	if (seg->address >= win_end || seg->address + seg->size <= win->address)
		return 0;
	from = seg->address > win->address ? seg->address : win->address;
	end = seg->address + seg->size < win_end ? seg->address + seg->size : win_end;
	memcpy(to + (from - win->address), seg->bytes + (from - seg->address),
	       (size_t)(end - from));
	return end - win->address;
}

int dump_bytes(const struct dump *dump, uint32_t index, const uint8_t **bytes, uint64_t *size,
	       void **made)
{
	const struct dump_window *win = &dump->window[index];
	const struct dump_segment *seg;
	uint64_t end;
	uint32_t i;

	*made = NULL;
	for (i = 0; i < dump->segments; i++) {
		seg = &dump->segment[i];
		if (win->address < seg->address || win->address - seg->address >= seg->size)
			continue;
		*bytes = seg->bytes + (win->address - seg->address);
		*size = seg->size - (win->address - seg->address);
		if (*size > win->size)
			*size = win->size;
		if (*size == win->size || !dump->core)
			return 0;
	}
	/* In several pieces. What is between them is zeros. */
	*made = mmap(NULL, win->size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (*made == MAP_FAILED) {
		*made = NULL;
		return -ENOMEM;
	}
	*bytes = *made;
	*size = 0;
	for (i = 0; i < dump->segments; i++) {
		end = part_copy(*made, win, &dump->segment[i]);
		*size = end > *size ? end : *size;
	}
	return 0;
}
