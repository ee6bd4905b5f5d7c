// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The control plane: how big it is, where things are in it, who may join it. */
#include "core.h"
#include "barrier.h"
#include "control.h"

static u32 lanes_limit(u32 chunks)
{
	return chunks / 8 > 2 ? chunks / 8 : 2;
}

static u32 index_size_for(u32 slots)
{
	u32 n = 64;

	while (n < slots) /* an entry fills two slots or more: never more than half full */
		n *= 2;
	return n;
}

static u32 align_line(u32 n)
{
	return (n + PLOG_LINE - 1) & ~(PLOG_LINE - 1);
}

u64 plog_control_layout(struct plog_window *win, u32 lanes)
{
	win->dict_slots = win->geo.dict_size / PLOG_DICT_SLOT;
	win->index_size = index_size_for(win->dict_slots);
	win->lane_off = sizeof(struct plog_control);
	win->slot_off = win->lane_off + lanes * (u32)sizeof(struct plog_lane);
	win->index_off = win->slot_off + win->geo.chunk_count * (u32)sizeof(struct plog_slot);
	win->map_off = win->index_off + win->index_size * (u32)sizeof(u32);
	return align_line(win->map_off + win->dict_slots);
}

u32 plog_control_bytes(u64 size)
{
	struct plog_window win;
	u64 bytes;

	if (plog_geometry_make(&win.geo, size))
		return 0;
	/* a window that was formatted at a smaller size can have a few more chunks */
	if (win.geo.chunk_count < 512)
		win.geo.chunk_count = 512;
	bytes = plog_control_layout(&win, lanes_limit(win.geo.chunk_count));
	return (u32)(bytes + PLOG_PAGE - 1) & ~(PLOG_PAGE - 1);
}

void plog_control_share(struct plog_window *win, const struct plog_attach *arg)
{
	u32 limit = lanes_limit(win->geo.chunk_count), most, kernel, least;

	most = limit < 8 ? limit / 2 : limit / 4;
	kernel = arg->kernel_lanes < most ? arg->kernel_lanes : most;
	limit -= kernel;
	least = limit / 4 ? limit / 4 : 1;
	if (least > arg->shared_lanes)
		least = arg->shared_lanes;
	win->cpu_lanes = arg->cpu_lanes < limit - least ? arg->cpu_lanes : limit - least;
	limit -= win->cpu_lanes;
	win->shared_lanes = arg->shared_lanes < limit ? arg->shared_lanes : limit;
	win->lanes = win->cpu_lanes + win->shared_lanes + kernel;
}

static bool join_layout(struct plog_window *win, u32 control_size)
{
	const struct plog_control *ctl = win->ctl;

	win->lanes = ctl->lanes;
	win->cpu_lanes = ctl->cpu_lanes;
	win->shared_lanes = ctl->shared_lanes;
	if (!win->lanes || win->lanes > lanes_limit(win->geo.chunk_count) ||
	    win->cpu_lanes > win->lanes || win->shared_lanes > win->lanes - win->cpu_lanes)
		return false;
	if (plog_control_layout(win, win->lanes) > control_size || ctl->size > control_size)
		return false;
	return win->lane_off == ctl->lane_off && win->slot_off == ctl->slot_off &&
	       win->index_off == ctl->index_off && win->index_size == ctl->index_size &&
	       win->map_off == ctl->map_off;
}

int plog_window_join(struct plog_window *win, void *base, u64 size, void *control,
		     u32 control_size)
{
	struct plog_control *ctl = control;
	struct plog_super_id id;
	u64 made_size;
	int err;

	memset(win, 0, sizeof(*win));
	win->base = base;
	win->ctl = ctl;
	if (control_size < sizeof(*ctl) || plog_load_acquire(&ctl->magic) != PLOG_CONTROL_MAGIC)
		return -EAGAIN; /* LMM(plog_window_join:A) pairs with plog_attach:A */
	if (ctl->version != PLOG_CONTROL_VERSION)
		return -EPROTO;
	err = plog_super_find(win, &id, size, &made_size);
	if (err)
		return err;
	win->ctl_size = ctl->size;
	win->boot = ctl->boot;
	win->clock = ctl->clock;
	if (win->salt != ctl->salt || memcmp(id.uuid, ctl->uuid, sizeof(ctl->uuid)) ||
	    !join_layout(win, control_size))
		return -EINVAL;
	return 0;
}
