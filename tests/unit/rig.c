// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>

#include "rig.h"

static void *pages(u64 size)
{
	void *p = aligned_alloc(PLOG_PAGE, size);

	if (!p)
		abort();
	memset(p, 0, size);
	return p;
}

void rig_make(struct rig *rig, u64 size)
{
	memset(rig, 0, sizeof(*rig));
	rig->size = size;
	rig->base = pages(size);
	rig->control_size = plog_control_bytes(size);
	rig->control = pages(rig->control_size);
	for (u32 i = 0; i < sizeof(rig->arg.random); i++)
		rig->arg.random[i] = (u8)(17 * i + 3);
	rig->arg.now = (struct plog_instant){ 1000000, 1000000, 1000000, 1700000000000000000ULL };
	rig->arg.counter_hz = 1000000000;
	rig->arg.kernel = "6.1.0-test";
	rig->arg.machine = "test";
	rig->arg.shared_lanes = 4;
	rig->arg.protect = 50;
}

void rig_free(struct rig *rig)
{
	free(rig->base);
	free(rig->control);
}

int rig_boot(struct rig *rig, u8 boot)
{
	memset(rig->control, 0, rig->control_size);
	memset(rig->arg.boot_id, boot, sizeof(rig->arg.boot_id));
	return plog_attach(&rig->win, rig->base, rig->size, rig->control, &rig->arg,
			   &rig->report);
}

int rig_lease(struct rig *rig, u32 lane)
{
	struct plog_lease ask = {
		.lane = lane,
		.cursor = plog_window_lane(&rig->win, lane)->cursor,
		.now = rig->arg.now,
	};

	return plog_lease(&rig->win, &ask);
}

int rig_log(struct rig *rig, u32 lane, const char *text)
{
	struct plog_window *win = &rig->win;
	struct plog_lane *l = plog_window_lane(win, lane);
	u64 buf[512] = { 0 };
	u32 len = PLOG_RECORD_HEAD + (u32)strlen(text), off, total;
	struct plog_head head = { .site = 7, .ctx = 9, .attr = PLOG_ATTR_TEXT | 6 };
	struct plog_slot *slot;
	u64 gen;

	rig->arg.now.counter += 1000;
	rig->arg.now.mono += 1000;
	off = PLOG_CURSOR_OFF(l->cursor);
	if (!l->cursor || off + ((len + 7) & ~7u) > win->geo.chunk_size) {
		int err = rig_lease(rig, lane);

		if (err)
			return err;
		off = PLOG_CURSOR_OFF(l->cursor);
	}
	gen = PLOG_CURSOR_GEN(l->cursor);
	slot = plog_window_slot(win, (u32)(gen % win->geo.chunk_count));
	head.dt = rig->arg.now.counter - slot->base;
	memcpy((u8 *)buf + PLOG_RECORD_HEAD, text, strlen(text));
	total = plog_record_seal(buf, len, &head, slot->seed ^ off);
	plog_put(plog_window_chunk(win, (u32)(gen % win->geo.chunk_count)) + off, buf, total);
	l->cursor = PLOG_CURSOR(gen, off + total);
	return 0;
}

void rig_each(const struct rig *rig,
	      void (*fn)(void *arg, const struct plog_chunk *head, const char *text, u32 len),
	      void *arg)
{
	const struct plog_geometry *geo = &rig->win.geo;

	for (u32 i = 0; i < geo->chunk_count; i++) {
		const u8 *chunk = rig->base + plog_chunk_offset(geo, i);
		const struct plog_chunk *head = (const void *)chunk;
		u32 off = sizeof(*head), len, seed;

		if (!plog_chunk_check(head, geo, rig->win.salt, i))
			continue;
		seed = plog_seed(rig->win.salt, head->gen);
		while ((len = plog_record_check(chunk + off, geo->chunk_size - off, seed ^ off))) {
			fn(arg, head, (const char *)chunk + off + PLOG_RECORD_HEAD,
			   len - PLOG_RECORD_HEAD);
			off += plog_record_stride(off, len, 0);
		}
	}
}
