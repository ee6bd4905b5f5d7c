/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A window in the kernel: one struct plog_dev each, built by main.c from the
 * parts below, in their order. What a part does is undone when the device goes
 * that the window hangs on, @parent, in the opposite order; a part that fails has
 * said why in one line.
 */
#ifndef PLOG_DEV_H
#define PLOG_DEV_H

#include <linux/atomic.h>
#include <linux/console.h>
#include <linux/device.h>
#include <linux/kmsg_dump.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "core/core.h"
#include "pure/note.h"
#include "pure/rate.h"

struct file;
struct page;
struct platform_driver;
struct task_struct;
struct vm_area_struct;

#define PLOG_WINDOWS_MAX	8
#define PLOG_LEVEL_DEFAULT	6	/* info */
#define PLOG_PROTECT_DEFAULT	50
#define PLOG_PROTECT_MAX	90

/**
 * struct plog_options - what the user asked for
 * @address: physical address of the window
 * @size: bytes
 * @cache: type of all mappings, kernel's and users'
 * @protect: percent of the chunks that unharvested boots may keep
 * @console: have the kernel's log in it
 * @ram: it is System RAM that reserve_mem= set aside: cached, and not to be claimed
 */
struct plog_options {
	u64 address;
	u64 size;
	enum plog_cache cache;
	u32 protect;
	bool console;
	bool ram;
};

/**
 * struct plog_plane - the memory of the control plane
 * @file: tmpfs file without a name
 * @pages: its pages, held
 * @count: how many
 * @memory: where the kernel has them
 */
struct plog_plane {
	struct file *file;
	struct page **pages;
	unsigned long count;
	void *memory;
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
 * struct plog_klog - the kernel's log on its way to the window
 * @on: asked for
 * @busy: somebody reads
 * @at: up to where the kernel's ring buffer has been read
 * @newest: when the last of its lines was printed
 * @console: tells that there is more
 * @dumper: tells of the end
 * @text: a line
 */
struct plog_klog {
	bool on;
	atomic_t busy;
	plog_compat_log at;
	struct plog_instant newest;
	struct console console;
	struct kmsg_dumper dumper;
	char text[PLOG_NOTE_MAX + 64];
};

/**
 * struct plog_msg - the line-in
 * @name: "plogmsg0"
 * @misc: its device node
 * @lock: guards @rate
 * @rate: how much each user has written lately
 * @limited: writes refused for that
 */
struct plog_msg {
	char name[16];
	struct miscdevice misc;
	spinlock_t lock; /* one look at the rate at a time */
	struct plog_rate rate;
	atomic64_t limited;
};

/**
 * struct plog_dev - a window
 * @parent: device that it hangs on
 * @name: "plog0", also in /proc/iomem
 * @number: 0
 * @opt: what was asked for
 * @counter_hz: counts a second of the clock of its records
 * @first_gen: generation that this boot began with
 * @win: the window as the core sees it
 * @report: what was found in it
 * @plane: memory of the control plane
 * @sweep: see there
 * @klanes: the module's own lanes
 * @written: records of the module's own
 * @dropped: those that found no lane or no chunk
 * @life: see there
 * @klog: see there
 * @msg: see there
 * @misc: the device node
 */
struct plog_dev {
	struct device *parent;
	char name[16];
	u32 number;
	struct plog_options opt;
	u64 counter_hz;
	u64 first_gen;
	struct plog_window win;
	struct plog_report report;
	struct plog_plane plane;
	struct plog_sweep sweep;
	struct plog_klane *klanes;
	atomic64_t written;
	atomic64_t dropped;
	struct plog_life life;
	struct plog_klog klog;
	struct plog_msg msg;
	struct miscdevice misc;
};

/* main.c: builds a window; it goes with @parent */
int plog_dev_make(struct device *parent, const struct plog_options *opt);

/* options.c: the module's parameters, checked */
int plog_options_get(struct plog_options *opt, u32 index);
u32 plog_options_count(void);
void plog_options_default(struct plog_options *opt);
int plog_options_cache(struct plog_options *opt, const char *text);

/* node.c: windows of the device tree */
bool plog_nodes_any(void);
extern struct platform_driver plog_node_driver;

/* The parts. */

/* region.c: checks, claims and maps the memory: win.base */
int plog_region_claim(struct plog_dev *dev);

/* omen.c: warns of what will lose the window; fails never */
int plog_omen_look(struct plog_dev *dev);

/* plane.c: plane */
int plog_plane_make(struct plog_dev *dev);
int plog_plane_mmap(struct plog_dev *dev, struct vm_area_struct *vma, unsigned long first);

/* adopt.c: finds or makes the window there, opens this boot: win, report */
int plog_adopt(struct plog_dev *dev);
int plog_adopt_report(struct plog_dev *dev);

/* sweep.c */
int plog_sweep_start(struct plog_dev *dev);
/* Cleans what the lanes have committed so far; may sleep. */
void plog_sweep_now(struct plog_dev *dev);
/* Wakes the sweep; any context. */
void plog_sweep_kick(struct plog_dev *dev);
/* Wakes it if somebody wrote while it slept; may sleep. */
void plog_sweep_look(struct plog_dev *dev);

/* klane.c: the module's own lanes */
int plog_klanes_make(struct plog_dev *dev);
/* Logs something; false when it was dropped. Any context. */
bool plog_note_put(struct plog_dev *dev, const struct plog_note *note);

/* life.c: heartbeat, verdict and the last cleaning of a boot */
int plog_life_start(struct plog_dev *dev);
/* Something happened that may be the end; any context. */
void plog_life_verdict(struct plog_dev *dev, u8 verdict);

/* klog.c: the kernel's log */
int plog_klog_start(struct plog_dev *dev);
/* Reads on, if that was asked for; not in NMI. */
void plog_klog_read(struct plog_dev *dev);

/* msg.c: /dev/plogmsgN */
int plog_msg_register(struct plog_dev *dev);

/* device.c: /dev/plogN */
int plog_device_register(struct plog_dev *dev);
/* Registers a device node, and says so when that fails. */
int plog_misc_register(struct plog_dev *dev, struct miscdevice *misc);

/* attributes.c: sysfs */
extern const char *const plog_cache_name[];
extern const char *const plog_found_name[];
extern const struct attribute_group *plog_groups[];

/* machine.c */

/* All clocks now; any context, NMI too. */
void plog_now(u32 clock, struct plog_instant *now);
/* A short file of /proc, as a string. */
int plog_proc_read(const char *path, char *text, size_t size);
/* What the core wants to know of the machine; the rest of @arg is zeroed. */
void plog_machine_describe(struct plog_attach *arg);

#endif
