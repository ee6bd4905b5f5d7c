// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sweep: once a millisecond it cleans what the lanes have written since the
 * last time, so that INFO and below costs a writer nothing and a reset loses at
 * most a millisecond of it. A thread with a high resolution sleep, because a
 * timer tick may be ten times as long.
 *
 * Going to sleep. A writer stores its cursor, then looks at @sweeping, and kicks
 * when it is 0. It has no barrier between the two (that would cost more than the
 * record), so it may see the old 1 while its cursor is still in its store
 * buffer. Hence the sweep stores 0, waits for a tick, in which every store
 * buffer drains, and looks once more before it sleeps.
 *
 * Not every writer can kick: a daemon's closefrom() takes the descriptor and
 * leaves the mapping. So the heartbeat looks at the cursors too, some cache lines
 * once a second, and kicks for them. The thread itself runs no more until then.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "plog_dev.h"
#include "pure/swept.h"

#define SWEEP_TICK_NS	NSEC_PER_MSEC
#define SWEEP_SLACK_NS	(50 * NSEC_PER_USEC)
#define SWEEP_IDLE	20	/* ticks without a record before it stops */

/* The module's own lanes have cleaned what they wrote. Returns true when any lane had moved. */
static bool lanes_sweep(struct plog_dev *dev)
{
	bool moved = false;
	u32 lane;

	mutex_lock(&dev->sweep.lock);
	for (lane = 0; lane < plog_note_first(&dev->win); lane++) {
		moved |= plog_swept_clean(&dev->win, lane, &dev->sweep.swept[lane]);
		cond_resched();
	}
	mutex_unlock(&dev->sweep.lock);
	return moved;
}

static void tick_wait(void)
{
	ktime_t tick = ns_to_ktime(SWEEP_TICK_NS);

	set_current_state(TASK_IDLE);
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

static int sweep_thread(void *data)
{
	struct plog_dev *dev = data;
	struct plog_sweep *sweep = &dev->sweep;
	struct plog_control *ctl = dev->win.ctl;

	set_user_nice(current, -10);
	while (!kthread_should_stop()) {
		WRITE_ONCE(sweep->kicked, 0);
		WRITE_ONCE(ctl->sweeping, 1);
		busy(dev);
		WRITE_ONCE(ctl->sweeping, 0);
		tick_wait();
		if (!lanes_sweep(dev))
			wait_event_idle(sweep->wait,
					READ_ONCE(sweep->kicked) || kthread_should_stop());
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

void plog_sweep_look(struct plog_dev *dev)
{
	if (dev->sweep.thread && !READ_ONCE(dev->win.ctl->sweeping) && lanes_sweep(dev))
		plog_sweep_kick(dev);
}

void plog_sweep_now(struct plog_dev *dev)
{
	if (dev->sweep.thread) {
		lanes_sweep(dev);
		plog_sweep_kick(dev);
	}
	plog_fence();
}

static void sweep_undo(void *data)
{
	struct plog_dev *dev = data;

	kthread_stop(dev->sweep.thread);
}

int plog_sweep_start(struct plog_dev *dev)
{
	struct plog_sweep *sweep = &dev->sweep;
	struct task_struct *thread;

	if (dev->opt.cache != PLOG_CACHE_WB)
		return 0;
	mutex_init(&sweep->lock);
	init_waitqueue_head(&sweep->wait);
	sweep->swept = devm_kcalloc(dev->parent, dev->win.lanes, sizeof(*sweep->swept),
				    GFP_KERNEL);
	thread = sweep->swept ? kthread_run(sweep_thread, dev, "%s", dev->name) : ERR_PTR(-ENOMEM);
	if (IS_ERR(thread)) {
		pr_err("%s: no memory for the sweep; free some\n", dev->name);
		return PTR_ERR(thread);
	}
	sweep->thread = thread;
	return devm_add_action_or_reset(dev->parent, sweep_undo, dev);
}
