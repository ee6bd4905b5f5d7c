// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a boot: a heartbeat once a second, so that a reset without a word
 * can be dated, and the verdict when it ends with one. Whoever announces the
 * end also has the whole window cleaned, for what comes next may be a reset
 * that forgets the caches.
 *
 * The first verdict stays, but a panic on the way to a reboot is a panic, and an
 * oops is none if the boot goes on to end otherwise.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "core/barrier.h"
#include "plog_dev.h"

static void state_put(struct plog_dev *dev)
{
	const struct plog_control *ctl = dev->win.ctl;
	struct plog_boot_state *state = &dev->life.state;
	struct plog_instant now;

	plog_now(dev->win.clock, &now);
	plog_anchor_set(&state->alive, &now);
	state->dropped = cpu_to_le64(plog_load(&ctl->dropped_busy) +
				     plog_load(&ctl->dropped_full) + atomic64_read(&dev->dropped));
	plog_boot_put_state(dev->win.base, &dev->win.geo, dev->win.salt, dev->life.slot, state);
}

static void window_clean(const struct plog_dev *dev)
{
	plog_clean(dev->win.base, dev->opt.size);
	plog_fence();
}

/* A boot goes on behind an oops: how it ends then is what counts. */
static bool verdict_counts(u8 old, u8 new)
{
	if (old == PLOG_BOOT_RUNNING || old == PLOG_BOOT_OOPS)
		return new != old;
	return new == PLOG_BOOT_PANIC && old != PLOG_BOOT_PANIC;
}

static void verdict_put(struct plog_dev *dev, u8 verdict, const char *reason)
{
	struct plog_boot_state *state = &dev->life.state;

	if (!verdict_counts(state->verdict, verdict))
		return;
	state->verdict = verdict;
	strscpy_pad(state->reason, reason, sizeof(state->reason));
	state_put(dev);
}

static void heartbeat(struct work_struct *work)
{
	struct plog_dev *dev = container_of(work, struct plog_dev, life.heartbeat.work);
	unsigned long flags;

	raw_spin_lock_irqsave(&dev->life.lock, flags);
	if (dev->life.state.verdict == PLOG_BOOT_RUNNING ||
	    dev->life.state.verdict == PLOG_BOOT_OOPS)
		state_put(dev);
	raw_spin_unlock_irqrestore(&dev->life.lock, flags);
	plog_klog_read(dev);
	plog_sweep_look(dev);
	schedule_delayed_work(&dev->life.heartbeat, HZ);
}

static int on_reboot(struct notifier_block *nb, unsigned long action, void *command)
{
	struct plog_dev *dev = container_of(nb, struct plog_dev, life.reboot);
	u8 verdict = action == SYS_RESTART ? PLOG_BOOT_REBOOT : PLOG_BOOT_POWEROFF;
	const char *detail = command;
	char reason[sizeof(dev->life.state.reason)];
	unsigned long flags;

	snprintf(reason, sizeof(reason), "by %s[%d]%s%s", current->comm, task_pid_nr(current),
		 detail && *detail ? ": " : "", detail ? detail : "");
	raw_spin_lock_irqsave(&dev->life.lock, flags);
	verdict_put(dev, verdict, reason);
	raw_spin_unlock_irqrestore(&dev->life.lock, flags);
	/* No dumper runs before a kexec in kernels as old as 5.10. */
	plog_klog_read(dev);
	window_clean(dev);
	return NOTIFY_DONE;
}

/*
 * From the kernel's dumpers: an oops, whose CPU may hold the lock, or a restart
 * that announced itself to nobody else and follows at once.
 */
void plog_life_verdict(struct plog_dev *dev, u8 verdict)
{
	char reason[sizeof(dev->life.state.reason)];
	unsigned long flags;

	snprintf(reason, sizeof(reason), "%s in %s[%d]",
		 verdict == PLOG_BOOT_OOPS ? "oops" : "emergency restart", current->comm,
		 task_pid_nr(current));
	if (raw_spin_trylock_irqsave(&dev->life.lock, flags)) {
		verdict_put(dev, verdict, reason);
		raw_spin_unlock_irqrestore(&dev->life.lock, flags);
	}
	if (verdict == PLOG_BOOT_EMERGENCY)
		window_clean(dev);
}

/*
 * No lock: the other CPUs have been stopped, and whoever held it, there or on
 * this CPU, does not go on. Of the two copies of the state it left at most one
 * torn; both are written anew.
 */
static int on_panic(struct notifier_block *nb, unsigned long unused, void *message)
{
	struct plog_dev *dev = container_of(nb, struct plog_dev, life.panic);

	verdict_put(dev, PLOG_BOOT_PANIC, message ? message : "");
	window_clean(dev);
	return NOTIFY_DONE;
}

static void life_undo(void *data)
{
	struct plog_dev *dev = data;

	unregister_reboot_notifier(&dev->life.reboot);
	atomic_notifier_chain_unregister(&panic_notifier_list, &dev->life.panic);
	cancel_delayed_work_sync(&dev->life.heartbeat);
	window_clean(dev);
}

/**
 * plog_life_start() - keep this boot's entry up to date from now on
 * @dev: attached window
 *
 * Return: 0, -EIO when the entry that attach made is not to be found, or -ENOMEM.
 */
int plog_life_start(struct plog_dev *dev)
{
	struct plog_life *life = &dev->life;
	struct plog_boot boot;
	int slot = plog_boot_find(dev->win.base, &dev->win.geo, dev->win.salt, dev->win.boot,
				  &boot);

	/* Attach has just written it, unless nothing is there to write to. */
	if (slot < 0) {
		pr_err("%s: mem_address=%#llx does not keep what is written to it; name RAM that the machine has\n",
		       dev->name, dev->opt.address);
		return -EIO;
	}
	life->slot = slot;
	life->state = boot.state;
	raw_spin_lock_init(&life->lock);
	INIT_DELAYED_WORK(&life->heartbeat, heartbeat);
	schedule_delayed_work(&life->heartbeat, 0);
	/* First in the panic, because others may hang; last in the reboot, because others log. */
	life->panic = (struct notifier_block){ .notifier_call = on_panic, .priority = INT_MAX };
	atomic_notifier_chain_register(&panic_notifier_list, &life->panic);
	life->reboot = (struct notifier_block){ .notifier_call = on_reboot, .priority = INT_MIN };
	register_reboot_notifier(&life->reboot);
	return devm_add_action_or_reset(dev->parent, life_undo, dev);
}
