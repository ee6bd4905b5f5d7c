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
#include <linux/kernel.h>
#include <linux/kmsg_dump.h>
#include <linux/sched/clock.h>
#include <linux/string.h>

#include "compat.h"
#include "plog_dev.h"

#define LINES_MAX	4096	/* read in one go: a flood must not keep us for ever */

/* "<6>" in front of a line */
static const char *level_skip(const char *line, u32 *level)
{
	const char *p = line;
	u32 n = 0;

	if (*p++ != '<')
		return line;
	while (*p >= '0' && *p <= '9')
		n = n * 10 + *p++ - '0';
	if (*p != '>')
		return line;
	*level = n & PLOG_ATTR_LEVEL;
	return p + 1;
}

/* "[   12.345678] " behind it, if the kernel prints times; ns of its own clock */
static const char *time_skip(const char *line, u64 *ns)
{
	const char *p = line;
	u64 second = 0, micro = 0;
	u32 digits = 0;

	if (*p++ != '[')
		return line;
	while (*p == ' ')
		p++;
	while (*p >= '0' && *p <= '9')
		second = second * 10 + *p++ - '0';
	if (*p++ != '.')
		return line;
	for (; *p >= '0' && *p <= '9'; digits++)
		micro = micro * 10 + *p++ - '0';
	if (*p != ']' || digits != 6)
		return line;
	*ns = second * NSEC_PER_SEC + micro * NSEC_PER_USEC;
	return p[1] == ' ' ? p + 2 : p + 1;
}

/* printk() has a clock of its own: what counts is how long ago it was. */
static void when_printed(const struct plog_dev *dev, u64 printed, struct plog_instant *when)
{
	u64 now, ago;

	plog_now(dev->win.clock, when);
	now = local_clock();
	ago = printed && now > printed ? now - printed : 0;
	ago = min3(ago, when->mono, 100ULL * NSEC_PER_SEC);
	when->mono -= ago;
	if (dev->win.clock == PLOG_CLOCK_MONOTONIC)
		when->counter = when->mono;
	else
		when->counter -= plog_div64(ago * plog_div64(dev->counter_hz, 1000),
					    NSEC_PER_SEC / 1000);
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
		note.text = time_skip(level_skip(line, &note.level), &printed);
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
		if (!plog_compat_log_line(&log->at, log->text, sizeof(log->text) - 1, &len))
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

static void on_dump(struct kmsg_dumper *dumper, enum kmsg_dump_reason reason)
{
	struct plog_dev *dev = container_of(dumper, struct plog_dev, klog.dumper);

	log_read(dev, reason == KMSG_DUMP_PANIC || reason == KMSG_DUMP_EMERG);
	if (reason == KMSG_DUMP_OOPS)
		plog_life_verdict(dev, PLOG_BOOT_OOPS);
	else if (reason == KMSG_DUMP_EMERG)
		plog_life_verdict(dev, PLOG_BOOT_EMERGENCY);
}

PLOG_COMPAT_DUMP(dump, on_dump)

/**
 * plog_klog_start() - have the kernel's log in the window from now on
 * @dev: window whose lanes are made
 *
 * What was printed before stays where it is: it may be more than the window holds.
 */
void plog_klog_start(struct plog_dev *dev)
{
	struct plog_klog *log = &dev->klog;
	size_t len;

	if (!dev->opt.console)
		return;
	plog_compat_log_first(&log->at);
	while (plog_compat_log_line(&log->at, log->text, sizeof(log->text), &len))
		;
	log->on = true;
	log->dumper.dump = dump;
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
}

void plog_klog_undo(struct plog_dev *dev)
{
	if (!dev->klog.on)
		return;
	unregister_console(&dev->klog.console);
	kmsg_dump_unregister(&dev->klog.dumper);
	dev->klog.on = false;
}
