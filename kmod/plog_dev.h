/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A window in the kernel: one struct plog_dev each, built by main.c from the
 * parts below, in their order. A part's _undo() takes back what the part did;
 * a part that fails has undone itself and has said why in one line.
 */
#ifndef PLOG_DEV_H
#define PLOG_DEV_H

#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "core/core.h"

struct file;
struct page;
struct task_struct;
struct vm_area_struct;

/**
 * struct plog_options - what the user asked for
 * @address: physical address of the window
 * @size: bytes
 * @cache: type of all mappings, kernel's and users'
 * @protect: percent of the chunks that unharvested boots may keep
 */
struct plog_options {
	u64 address;
	u64 size;
	enum plog_cache cache;
	u32 protect;
};

/**
 * struct plog_plane - the memory of the control plane
 * @file: tmpfs file without a name
 * @pages: its pages, held
 * @count: how many
 */
struct plog_plane {
	struct file *file;
	struct page **pages;
	u32 count;
};

/**
 * struct plog_sweep - the thread that cleans what the lanes wrote
 * @thread: NULL when the window needs none
 * @wait: where it sleeps when nobody writes
 * @kicked: somebody wants it awake
 * @lock: one sweep at a time; guards @swept
 * @swept: per lane: cursor up to which all is clean
 */
struct plog_sweep {
	struct task_struct *thread;
	wait_queue_head_t wait;
	int kicked;
	struct mutex lock; /* one sweep at a time */
	u64 *swept;
};

/**
 * struct plog_life - this boot's entry in the boot table
 * @slot: which one
 * @lock: guards @state, except in a panic
 * @state: what the window says of this boot
 * @heartbeat: rewrites it once a second
 * @panic: notes a panic
 * @reboot: notes an orderly end
 */
struct plog_life {
	u32 slot;
	raw_spinlock_t lock;
	struct plog_boot_state state;
	struct delayed_work heartbeat;
	struct notifier_block panic;
	struct notifier_block reboot;
};

/**
 * struct plog_dev - a window
 * @name: "plog0", also in /proc/iomem
 * @opt: what was asked for
 * @win: the window as the core sees it
 * @report: what was found in it
 * @plane: memory of the control plane
 * @sweep: see there
 * @life: see there
 * @misc: the device node
 */
struct plog_dev {
	char name[16];
	struct plog_options opt;
	struct plog_window win;
	struct plog_report report;
	struct plog_plane plane;
	struct plog_sweep sweep;
	struct plog_life life;
	struct miscdevice misc;
};

/* options.c: the module's parameters, checked */
int plog_options_get(struct plog_options *opt);

/* region.c: checks, claims and maps the memory: win.base */
int plog_region_claim(struct plog_dev *dev);
void plog_region_undo(struct plog_dev *dev);

/* plane.c */
void *plog_plane_make(struct plog_plane *plane, u32 bytes);
void plog_plane_undo(struct plog_plane *plane, void *memory);
int plog_plane_mmap(const struct plog_plane *plane, struct vm_area_struct *vma,
		    unsigned long first);

/* adopt.c: finds or makes the window there, opens this boot: win, report */
int plog_adopt(struct plog_dev *dev);
void plog_adopt_undo(struct plog_dev *dev);
void plog_adopt_report(const struct plog_dev *dev);

/* sweep.c */
int plog_sweep_start(struct plog_dev *dev);
void plog_sweep_undo(struct plog_dev *dev);
/* Cleans what the lanes have committed so far; may sleep. */
void plog_sweep_now(struct plog_dev *dev);
/* Wakes the sweep; any context. */
void plog_sweep_kick(struct plog_dev *dev);

/* life.c: heartbeat, verdict and the last cleaning of a boot */
int plog_life_start(struct plog_dev *dev);
void plog_life_undo(struct plog_dev *dev);

/* device.c: /dev/plogN */
int plog_device_register(struct plog_dev *dev);
void plog_device_undo(struct plog_dev *dev);

/* machine.c */

/* All clocks now; any context, NMI too. */
void plog_now(u32 clock, struct plog_instant *now);
/* What the core wants to know of the machine; the rest of @arg is zeroed. */
void plog_machine_describe(struct plog_attach *arg);

#endif
