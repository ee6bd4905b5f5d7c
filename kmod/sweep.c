// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sweep: once a millisecond it cleans what the lanes have written since the
 * last time, so that INFO and below costs a writer nothing and a reset loses at
 * most a millisecond of it. A thread with a high resolution sleep, because a
 * timer tick may be ten times as long.
 *
 * What it reads of the control plane is written by user space: a cursor is a
 * hint, taken apart against the module's own copy of the geometry. Nonsense in
 * it makes the sweep clean the wrong part of the window, and nothing else.
 *
 * A lane moves through chunks; between two sweeps it may have left several. All
 * generations between its old cursor and its new one are looked up in the lease
 * words, which keep the last holder's name after it has left.
 *
 * Going to sleep. A writer stores its cursor, then looks at @sweeping, and kicks
 * when it is 0. It has no barrier between the two (that would cost more than the
 * record), so it may see the old 1 while its cursor is still in its store
 * buffer. Hence the sweep stores 0, waits for a tick, in which every store
 * buffer drains, and looks once more before it sleeps.
 *
 * Not every writer can kick: a daemon's closefrom() takes the descriptor and
 * leaves the mapping. So the sleep ends by itself too, to look at the cursors:
 * once a second, some cache lines each time. Once that has found something, such
 * a writer exists, and the next looks come sooner, less and less so.
 */
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "core/barrier.h"
#include "plog_dev.h"

#define SWEEP_TICK_NS	NSEC_PER_MSEC
#define SWEEP_SLACK_NS	(50 * NSEC_PER_USEC)
#define SWEEP_IDLE	20	/* ticks without a record before it stops */
#define LOOK_SLOW	HZ	/* between looks for records without a kick */
#define LOOK_FAST	(HZ / 10)	/* after one that found some */

static void chunk_clean(const struct plog_window *win, u64 gen, u32 from, u32 to)
{
	u32 size = win->geo.chunk_size;

	from = min(from, size);
	to = min(to, size);
	if (from < to)
		plog_clean(plog_window_chunk(win, plog_mod64(gen, win->geo.chunk_count)) + from,
			   to - from);
}

/* The chunks that the lane took and left between two of its cursors. */
static void passed_clean(const struct plog_window *win, u32 lane, u64 old, u64 new)
{
	u64 gen = old + 1;

	if (new > win->geo.chunk_count)
		gen = max(gen, new - win->geo.chunk_count);
	for (; gen < new; gen++) {
		const struct plog_slot *slot =
			plog_window_slot(win, plog_mod64(gen, win->geo.chunk_count));

		if (plog_load(&slot->lease) == PLOG_LEASE(gen, lane))
			chunk_clean(win, gen, 0, U32_MAX);
	}
}

static bool lane_sweep(struct plog_dev *dev, u32 lane)
{
	const struct plog_window *win = &dev->win;
	u64 old = dev->sweep.swept[lane];
	u64 new = plog_load_acquire(&plog_window_lane(win, lane)->cursor);

	if (new == old)
		return false;
	if (PLOG_CURSOR_GEN(new) == PLOG_CURSOR_GEN(old)) {
		chunk_clean(win, PLOG_CURSOR_GEN(new), PLOG_CURSOR_OFF(old), PLOG_CURSOR_OFF(new));
	} else {
		if (old)
			chunk_clean(win, PLOG_CURSOR_GEN(old), PLOG_CURSOR_OFF(old), U32_MAX);
		passed_clean(win, lane, PLOG_CURSOR_GEN(old), PLOG_CURSOR_GEN(new));
		chunk_clean(win, PLOG_CURSOR_GEN(new), 0, PLOG_CURSOR_OFF(new));
	}
	dev->sweep.swept[lane] = new;
	return true;
}

/* Returns true when any lane had moved. */
static bool lanes_sweep(struct plog_dev *dev)
{
	bool moved = false;
	u32 lane;

	mutex_lock(&dev->sweep.lock);
	for (lane = 0; lane < dev->win.lanes; lane++) {
		moved |= lane_sweep(dev, lane);
		cond_resched();
	}
	mutex_unlock(&dev->sweep.lock);
	return moved;
}

static void tick_wait(void)
{
	ktime_t tick = ns_to_ktime(SWEEP_TICK_NS);

	set_current_state(TASK_IDLE);
	if (kthread_should_stop())
		__set_current_state(TASK_RUNNING);
	else
		schedule_hrtimeout_range(&tick, SWEEP_SLACK_NS, HRTIMER_MODE_REL);
}

/* Sweeps until nobody has written for a while. */
static void busy(struct plog_dev *dev)
{
	unsigned int ticks = 0;

	while (ticks < SWEEP_IDLE && !kthread_should_stop()) {
		tick_wait();
		ticks = lanes_sweep(dev) ? 0 : ticks + 1;
	}
}

/* Sleeps until somebody kicks, or has written without. Returns the next @look. */
static long idle(struct plog_dev *dev, long look)
{
	struct plog_sweep *sweep = &dev->sweep;

	while (!wait_event_idle_timeout(sweep->wait,
					READ_ONCE(sweep->kicked) || kthread_should_stop(), look)) {
		if (lanes_sweep(dev))
			return LOOK_FAST;
		look = min_t(long, 2 * look, LOOK_SLOW);
	}
	return look;
}

static int sweep_thread(void *data)
{
	struct plog_dev *dev = data;
	struct plog_sweep *sweep = &dev->sweep;
	struct plog_control *ctl = dev->win.ctl;
	long look = LOOK_SLOW;

	set_user_nice(current, -10);
	while (!kthread_should_stop()) {
		WRITE_ONCE(sweep->kicked, 0);
		WRITE_ONCE(ctl->sweeping, 1);
		busy(dev);
		WRITE_ONCE(ctl->sweeping, 0);
		tick_wait();
		if (!lanes_sweep(dev))
			look = idle(dev, look);
	}
	return 0;
}

void plog_sweep_kick(struct plog_dev *dev)
{
	if (!dev->sweep.thread)
		return;
	WRITE_ONCE(dev->sweep.kicked, 1);
	wake_up(&dev->sweep.wait);
}

void plog_sweep_now(struct plog_dev *dev)
{
	if (dev->sweep.thread) {
		lanes_sweep(dev);
		plog_sweep_kick(dev);
	}
	plog_fence();
}

int plog_sweep_start(struct plog_dev *dev)
{
	struct plog_sweep *sweep = &dev->sweep;
	struct task_struct *thread;

	if (dev->opt.cache != PLOG_CACHE_WB)
		return 0;
	mutex_init(&sweep->lock);
	init_waitqueue_head(&sweep->wait);
	sweep->swept = kvcalloc(dev->win.lanes, sizeof(*sweep->swept), GFP_KERNEL);
	thread = sweep->swept ? kthread_run(sweep_thread, dev, "%s", dev->name) : ERR_PTR(-ENOMEM);
	if (IS_ERR(thread)) {
		pr_err("%s: no memory for the sweep; free some\n", dev->name);
		kvfree(sweep->swept);
		return PTR_ERR(thread);
	}
	sweep->thread = thread;
	return 0;
}

void plog_sweep_undo(struct plog_dev *dev)
{
	struct plog_sweep *sweep = &dev->sweep;

	if (!sweep->thread)
		return;
	kthread_stop(sweep->thread);
	sweep->thread = NULL;
	kvfree(sweep->swept);
}
