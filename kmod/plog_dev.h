/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A window in the kernel: one struct plog_dev each, built by main.c from the
 * parts below, in their order. A part's _undo() takes back what the part did;
 * a part that fails has undone itself and has said why in one line.
 */
#ifndef PLOG_DEV_H
#define PLOG_DEV_H

#include <linux/atomic.h>
#include <linux/console.h>
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

struct attribute_group;
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

#define PLOG_NOTE_MAX		1024u	/* bytes of a text from the kernel or a line-in */
#define PLOG_LEVEL_DEFAULT	6	/* info */

/**
 * struct plog_note - a record of the module's, not put together yet
 * @when: its time; counter and mono are used
 * @text: not NUL-terminated
 * @len: bytes of it
 * @level: syslog severity
 * @source: enum plog_source
 * @pid: who speaks, 0 the kernel
 * @tid: likewise
 * @comm: likewise, NULL for none
 * @tag: or NULL
 * @file: or NULL
 * @cut: @text is not all of it
 */
struct plog_note {
	struct plog_instant when;
	const char *text;
	u32 len;
	u32 level;
	u32 source;
	u32 pid;
	u32 tid;
	const char *comm;
	const char *tag;
	const char *file;
	bool cut;
};

/**
 * struct plog_klane - a lane of the module's own
 * @busy: somebody writes
 * @number: in the control plane
 * @index: its chunk
 * @off: where the next record goes
 * @seed: of the chunk's records
 * @gen: of the chunk, 0 for none yet
 * @base: counter that its records add to
 * @draft: a record before it is copied into the window
 */
struct plog_klane {
	atomic_t busy;
	u32 number;
	u32 index;
	u32 off;
	u32 seed;
	u64 gen;
	u64 base;
	u64 draft[(PLOG_RECORD_HEAD + PLOG_NOTE_MAX + 128) / sizeof(u64)];
};

/**
 * struct plog_klanes - all of them
 * @written: records
 * @dropped: records that found no lane or no chunk
 */
struct plog_klanes {
	struct plog_klane *lane;
	u32 count;
	atomic64_t written;
	atomic64_t dropped;
};

/**
 * struct plog_klog - the kernel's log on its way to the window
 * @on: asked for
 * @busy: somebody reads
 * @at: up to where the kernel's ring buffer has been read
 * @console: tells that there is more
 * @dumper: tells of the end
 * @text: a line
 */
struct plog_klog {
	bool on;
	atomic_t busy;
	plog_compat_log at;
	struct console console;
	struct kmsg_dumper dumper;
	char text[PLOG_NOTE_MAX + 64];
};

#define PLOG_BUCKET_BITS 4

struct plog_bucket {
	u64 paid;
};

/**
 * struct plog_msg - the line-in
 * @name: "plogmsg0"
 * @misc: its device node
 * @lock: guards @buckets
 * @buckets: how much each user has written lately
 * @limited: writes refused for that
 */
struct plog_msg {
	char name[16];
	struct miscdevice misc;
	spinlock_t lock;
	struct plog_bucket buckets[1 << PLOG_BUCKET_BITS];
	atomic64_t limited;
};

/**
 * struct plog_dev - a window
 * @name: "plog0", also in /proc/iomem
 * @number: 0
 * @opt: what was asked for
 * @counter_hz: counts a second of the clock of its records
 * @first_gen: generation that this boot began with
 * @win: the window as the core sees it
 * @report: what was found in it
 * @plane: memory of the control plane
 * @sweep: see there
 * @klanes: see there
 * @life: see there
 * @klog: see there
 * @msg: see there
 * @misc: the device node
 */
struct plog_dev {
	char name[16];
	u32 number;
	struct plog_options opt;
	u64 counter_hz;
	u64 first_gen;
	struct plog_window win;
	struct plog_report report;
	struct plog_plane plane;
	struct plog_sweep sweep;
	struct plog_klanes klanes;
	struct plog_life life;
	struct plog_klog klog;
	struct plog_msg msg;
	struct miscdevice misc;
};

/* options.c: the module's parameters, checked */
int plog_options_get(struct plog_options *opt, u32 index);
bool plog_options_any(void);
int plog_options_cache(const char *text, enum plog_cache *value);
void plog_options_default(struct plog_options *opt);

/* node.c: windows of the device tree */
bool plog_nodes_any(void);
int plog_nodes_register(void);
void plog_nodes_undo(void);

/* main.c */
struct plog_dev *plog_dev_add(const struct plog_options *opt);
void plog_dev_remove(struct plog_dev *dev);

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

/* klane.c: records of the module's own */
int plog_klanes_make(struct plog_dev *dev);
void plog_klanes_undo(struct plog_dev *dev);
bool plog_note_put(struct plog_dev *dev, const struct plog_note *note);

/* life.c: heartbeat, verdict and the last cleaning of a boot */
int plog_life_start(struct plog_dev *dev);
void plog_life_undo(struct plog_dev *dev);
/* Something happened that may be the end; any context. */
void plog_life_verdict(struct plog_dev *dev, u8 verdict);

/* klog.c: the kernel's log */
void plog_klog_start(struct plog_dev *dev);
void plog_klog_undo(struct plog_dev *dev);
/* Reads on, if that was asked for; not in NMI. */
void plog_klog_read(struct plog_dev *dev);

/* msg.c: /dev/plogmsgN */
int plog_msg_register(struct plog_dev *dev);
void plog_msg_undo(struct plog_dev *dev);

/* attributes.c: sysfs */
extern const char *const plog_cache_name[];
extern const struct attribute_group *plog_groups[];

/* device.c: /dev/plogN */
int plog_device_register(struct plog_dev *dev);
void plog_device_undo(struct plog_dev *dev);

/* machine.c */

/* All clocks now; any context, NMI too. */
void plog_now(u32 clock, struct plog_instant *now);
/* What the core wants to know of the machine; the rest of @arg is zeroed. */
void plog_machine_describe(struct plog_attach *arg);

#endif
