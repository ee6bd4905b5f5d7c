// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's log in the window, as it is printed.
 *
 * A console of ours is told when the kernel prints, and takes that as the word
 * to read on in the kernel's own ring buffer, up to its end: so what is too
 * unimportant for consoles comes along as well. A boot that says little is read
 * once a second besides. Nothing is left for a last moment that may not come: a
 * watchdog's bite runs no code, and a crash kernel is started before dumpers run.
 *
 * The dumper is for the end: in an oops, a panic or a restart it reads what is
 * left, and tells the life of the boot what happened.
 *
 * One reader at a time, and who comes second leaves the rest to the first. In a
 * panic the other CPUs have been stopped, the first among them perhaps: there the
 * lock does not count. At worst a line is logged twice.
 */
#include <linux/console.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/kmsg_dump.h>
#include <linux/sched/clock.h>
#include <linux/string.h>

#include "plog_dev.h"
#include "pure/text.h"

#define LINES_MAX	4096	/* read in one go: a flood must not keep us for ever */
#define READ_NS		(20 * NSEC_PER_USEC)	/* what reading all clocks may take */

/*
 * printk() has a clock of its own: what counts is how long ago it was. When an
 * interrupt, or the host of a virtual machine, comes between the two clocks they are
 * read again. That clock may also stand still between two ticks, and then leap. So a
 * line is never older than the one before it: they come in the order they were printed.
 */
static void when_printed(struct plog_dev *dev, u64 printed, struct plog_instant *when)
{
	int tries = 4;
	u64 before, now;

	do {
		before = local_clock();
		plog_now(dev->win.clock, when);
		now = local_clock();
	} while (now - before > READ_NS && --tries);
	plog_note_back(when, printed && now > printed ? now - printed : 0, dev->counter_hz);
	plog_note_follow(when, &dev->klog.newest);
}

/* A record of the kernel's, with its prefix on each of its lines. */
static void lines_note(struct plog_dev *dev, char *text)
{
	struct plog_note note = { .source = PLOG_SOURCE_KERNEL, .level = PLOG_LEVEL_DEFAULT };
	u64 printed = 0;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (!*line && !text)
			break;
		note.text = plog_text_time(plog_text_level(line, U32_MAX, &note.level), &printed);
		note.len = strlen(note.text);
		when_printed(dev, printed, &note.when);
		plog_note_put(dev, &note);
	}
}

static void log_read(struct plog_dev *dev, bool last)
{
	struct plog_klog *log = &dev->klog;
	size_t len;
	int i;

	if (atomic_cmpxchg(&log->busy, 0, 1) && !last)
		return;
	for (i = 0; i < LINES_MAX; i++) {
		if (!kmsg_dump_get_line(&log->at, true, log->text, sizeof(log->text) - 1, &len))
			break;
		log->text[len] = 0;
		lines_note(dev, log->text);
	}
	plog_fence();
	atomic_set_release(&log->busy, 0);
}

void plog_klog_read(struct plog_dev *dev)
{
	if (dev->klog.on)
		log_read(dev, false);
}

static void on_print(struct console *con, const char *text, unsigned int len)
{
	log_read(container_of(con, struct plog_dev, klog.console), false);
}

static void on_dump(struct kmsg_dumper *dumper, PLOG_COMPAT_DETAIL detail)
{
	struct plog_dev *dev = container_of(dumper, struct plog_dev, klog.dumper);
	enum kmsg_dump_reason reason = plog_compat_reason(detail);

	log_read(dev, reason == KMSG_DUMP_PANIC || reason == KMSG_DUMP_EMERG);
	if (reason == KMSG_DUMP_OOPS)
		plog_life_verdict(dev, PLOG_BOOT_OOPS);
	else if (reason == KMSG_DUMP_EMERG)
		plog_life_verdict(dev, PLOG_BOOT_EMERGENCY);
}

static void klog_undo(void *data)
{
	struct plog_dev *dev = data;

	unregister_console(&dev->klog.console);
	kmsg_dump_unregister(&dev->klog.dumper);
	dev->klog.on = false;
}

/**
 * plog_klog_start() - have the kernel's log in the window from now on
 * @dev: window whose lanes are made
 *
 * What was printed before stays where it is: it may be more than the window holds.
 */
int plog_klog_start(struct plog_dev *dev)
{
	struct plog_klog *log = &dev->klog;
	size_t len;

	if (!dev->opt.console)
		return 0;
	plog_compat_log_first(&log->at);
	while (kmsg_dump_get_line(&log->at, true, log->text, sizeof(log->text), &len))
		;
	log->on = true;
	log->dumper.dump = on_dump;
	log->dumper.max_reason = KMSG_DUMP_SHUTDOWN;
	if (kmsg_dump_register(&log->dumper))
		pr_warn("%s: no dumper can be registered; an oops is not told from a reset\n",
			dev->name);
	strscpy(log->console.name, "plog", sizeof(log->console.name));
	log->console.write = on_print;
	/* Enabled by itself: nobody names it on the kernel's command line. */
	log->console.flags = CON_ENABLED | CON_ANYTIME;
	log->console.index = dev->number;
	register_console(&log->console);
	return devm_add_action_or_reset(dev->parent, klog_undo, dev);
}
