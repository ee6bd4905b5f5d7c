// SPDX-License-Identifier: BSD-2-Clause
/*
 * The scenarios: short sequences in the middle of a history.
 *
 * Each runs on write-back memory with the policies of a window in it, and on
 * write-combined memory with its policy.
 */
#include <stdio.h>

#include "plog.h"
#include "stage.h"

/* A window in use: one boot, some chunks, both lanes in the middle of one. */
static void running(struct trace *t)
{
	stage_open(t, 0);
	stage_boot();
	stage_chunks(2);
	for (u32 i = 0; i < 4; i++)
		stage_say(i % STAGE_LANES, PLOG_INFO, i / 2, SIZE_LONG);
	stage_say(0, PLOG_INFO, 0, SIZE_LINE);
	stage_say(1, PLOG_INFO, 1, SIZE_LINE);
}

/* Each severity has its own way to memory; a reset may come between any two. */
static void levels(struct trace *t)
{
	running(t);
	stage_begin();
	stage_say(0, PLOG_INFO, 0, SIZE_TINY);
	stage_say(0, PLOG_WARNING, 0, SIZE_LINE);
	stage_say(1, PLOG_DEBUG, 0, SIZE_LINE);
	stage_say(0, PLOG_CRIT, 1, SIZE_TINY);
	stage_say(1, PLOG_ERR, 1, SIZE_TINY);
	stage_say(0, PLOG_INFO, 1, SIZE_LINE);
	stage_sweep();
	stage_say(0, PLOG_NOTICE, 0, SIZE_TINY);
	stage_say(1, PLOG_EMERG, 0, SIZE_LINE);
	stage_say(1, PLOG_INFO, 0, SIZE_TINY);
}

/* A lane takes a chunk that nobody had before. */
static void lease(struct trace *t)
{
	running(t);
	stage_fill(0, SIZE_LINE);
	stage_fill(1, SIZE_LINE);
	stage_begin();
	stage_say(0, PLOG_INFO, 0, SIZE_LONG);
	stage_say(0, PLOG_INFO, 1, SIZE_TINY);
	stage_say(1, PLOG_CRIT, 0, SIZE_LINE);
	stage_say(1, PLOG_WARNING, 0, SIZE_LINE);
	stage_sweep();
}

/* Chunks of an older lap are taken again. */
static void wrap(struct trace *t)
{
	running(t);
	stage_chunks(CRASH_CHUNKS + 3);
	stage_begin();
	stage_say(0, PLOG_CRIT, 0, SIZE_LONG);
	stage_say(0, PLOG_INFO, 1, SIZE_LINE);
	stage_say(1, PLOG_INFO, 0, SIZE_LONG);
	stage_say(1, PLOG_WARNING, 1, SIZE_TINY);
	stage_sweep();
	stage_fill(0, SIZE_LONG);
	stage_say(0, PLOG_WARNING, 2, SIZE_LONG);
	stage_say(0, PLOG_CRIT, 2, SIZE_TINY);
}

/* Chunks of the boot before are taken, as far as they are not protected. */
static void other(struct trace *t)
{
	running(t);
	stage_chunks(CRASH_CHUNKS);
	stage_verdict(PLOG_BOOT_PANIC, "the first one");
	stage_reset(false);
	stage_boot();
	stage_keep(3);
	stage_begin();
	stage_say(0, PLOG_CRIT, 0, SIZE_LONG);
	stage_say(1, PLOG_INFO, 1, SIZE_LONG);
	stage_sweep();
	stage_say(0, PLOG_INFO, 1, SIZE_LINE);
	stage_fill(1, SIZE_LONG);
	stage_say(1, PLOG_ERR, 1, SIZE_LINE);
	stage_say(1, PLOG_ALERT, 1, SIZE_LINE);
}

/* A boot that logs a lot, and keeps what it should keep of the one before. */
static void protect(struct trace *t)
{
	running(t);
	stage_chunks(CRASH_CHUNKS - 3);
	stage_verdict(PLOG_BOOT_PANIC, "oh");
	stage_reset(false);
	stage_boot();
	stage_keep(3);
	stage_chunks(2 * CRASH_CHUNKS);
	stage_begin();
	stage_say(0, PLOG_CRIT, 0, SIZE_LINE);
	stage_say(1, PLOG_CRIT, 0, SIZE_LINE);
	stage_fill(0, SIZE_LONG);
	stage_say(0, PLOG_ERR, 0, SIZE_LONG);
	stage_sweep();
	stage_fill(1, SIZE_LONG);
	stage_say(1, PLOG_CRIT, 0, SIZE_LINE);
}

/* What was protected is harvested, twice, and then overwritten at once. */
static void harvest(struct trace *t)
{
	running(t);
	stage_chunks(CRASH_CHUNKS - 3);
	stage_verdict(PLOG_BOOT_PANIC, "oh");
	stage_reset(false);
	stage_boot();
	stage_keep(3);
	stage_chunks(2 * CRASH_CHUNKS);
	stage_begin();
	stage_say(0, PLOG_CRIT, 0, SIZE_LINE);
	stage_harvest(1);
	for (u32 i = 0; i < 8; i++)
		stage_say(i % STAGE_LANES, PLOG_INFO, 0, SIZE_LONG);
	stage_harvest(1);
	stage_fill(0, SIZE_LONG);
	stage_say(0, PLOG_CRIT, 0, SIZE_LONG);
	stage_sweep();
}

/* Sites that are new: written through before a record names them. */
static void dict(struct trace *t)
{
	running(t);
	stage_begin();
	stage_say(0, PLOG_INFO, 5, SIZE_LINE);
	stage_say(1, PLOG_CRIT, 6, SIZE_TINY);
	stage_say(0, PLOG_INFO, 7, SIZE_TINY);
	stage_sweep();
}

/* A dictionary without room, and entries of earlier boots that are used again or freed. */
static void full(struct trace *t)
{
	running(t);
	for (u32 i = 0; i < 66; i++)
		stage_say(i % 2, PLOG_INFO, i, SIZE_TINY);
	stage_reset(false);
	stage_boot();
	stage_begin();
	stage_say(0, PLOG_INFO, 3, SIZE_TINY);
	stage_say(0, PLOG_CRIT, 70, SIZE_LINE);
	stage_say(1, PLOG_INFO, 80, SIZE_LINE);
	stage_say(1, PLOG_INFO, 4, SIZE_TINY);
	stage_sweep();
}

/* The entries of a boot that left nothing in the window are freed, and their room used. */
static void aged(struct trace *t)
{
	running(t);
	for (u32 i = 0; i < 40; i++)
		stage_say(i % 2, PLOG_INFO, i, SIZE_TINY);
	stage_reset(false);
	stage_boot();
	stage_harvest(1);
	stage_chunks(2 * CRASH_CHUNKS);
	stage_reset(false);
	stage_begin();
	stage_boot();
	stage_say(0, PLOG_INFO, 60, SIZE_LINE);
	stage_say(1, PLOG_CRIT, 61, SIZE_LINE);
}

/* Memory that was never a window becomes one. */
static void format(struct trace *t)
{
	stage_open(t, 0);
	stage_begin();
	stage_boot();
	stage_say(0, PLOG_INFO, 0, SIZE_LINE);
	stage_say(1, PLOG_CRIT, 1, SIZE_LINE);
}

static void foreign(struct trace *t)
{
	stage_open(t, 0x9e3779b97f4a7c15ULL);
	stage_begin();
	stage_boot();
	stage_say(0, PLOG_ERR, 0, SIZE_LINE);
	stage_say(1, PLOG_CRIT, 1, SIZE_LINE);
}

/* A new window over an old one that was full. */
static void anew(struct trace *t)
{
	running(t);
	stage_chunks(CRASH_CHUNKS);
	stage_reset(false);
	stage_begin();
	stage_format();
	stage_say(0, PLOG_CRIT, 0, SIZE_LINE);
	stage_say(1, PLOG_INFO, 1, SIZE_LONG);
	stage_sweep();
}

/* The next boot, which finds all; and notes what the one before took of the first. */
static void boot(struct trace *t)
{
	running(t);
	stage_chunks(CRASH_CHUNKS);
	stage_verdict(PLOG_BOOT_PANIC, "first");
	stage_reset(false);
	stage_boot();
	stage_chunks(4);
	stage_reset(false);
	stage_begin();
	stage_boot();
	stage_say(0, PLOG_CRIT, 0, SIZE_LINE);
	stage_say(1, PLOG_INFO, 1, SIZE_LINE);
	stage_reset(true);
	stage_boot();
	stage_say(0, PLOG_WARNING, 0, SIZE_LINE);
}

/* The next boot, after a reset that took all that was not certain. */
static void drop(struct trace *t)
{
	running(t);
	stage_chunks(CRASH_CHUNKS - 4);
	stage_sweep();
	stage_chunks(2);
	stage_say(0, PLOG_INFO, 9, SIZE_LINE);
	stage_say(1, PLOG_CRIT, 10, SIZE_LINE);
	stage_say(1, PLOG_INFO, 10, SIZE_LINE);
	stage_reset(true);
	stage_begin();
	stage_boot();
	stage_say(0, PLOG_INFO, 0, SIZE_LINE);
	stage_say(1, PLOG_INFO, 11, SIZE_LINE);
	stage_sweep();
}

/* A copy of everything that has copies is damaged: made good by the next boot. */
static void mend(struct trace *t)
{
	running(t);
	for (u32 i = 0; i < 6; i++)
		stage_say(i % 2, PLOG_INFO, 20 + i, SIZE_LINE);
	stage_chunks(2);
	stage_reset(false);
	stage_damage(t->geo.super_off[0] + 40, 24);
	stage_damage(t->geo.boot_off[0], 64);
	stage_damage(t->geo.boot_off[1] + 256, 64);
	stage_damage(t->geo.dict_off[0] + 128, 256);
	stage_damage(t->geo.dict_off[1] + 512, 256);
	stage_begin();
	stage_boot();
	stage_say(0, PLOG_INFO, 20, SIZE_LINE);
	stage_say(1, PLOG_CRIT, 30, SIZE_LINE);
}

/* More boots than the table has room for. */
static void slots(struct trace *t)
{
	stage_open(t, 0);
	for (u32 i = 0; i < 7; i++) {
		stage_boot();
		stage_say(0, PLOG_INFO, 0, SIZE_LONG);
		if (i % 3 == 1)
			stage_verdict(PLOG_BOOT_REBOOT, "by init[1]");
		stage_reset(false);
	}
	stage_begin();
	stage_boot();
	stage_say(0, PLOG_CRIT, 0, SIZE_LINE);
	stage_reset(false);
	stage_boot();
	stage_say(0, PLOG_INFO, 0, SIZE_LINE);
}

/* What becomes of a boot: alive, delivered, ended. */
static void state(struct trace *t)
{
	stage_open(t, 0);
	stage_heartbeat();
	stage_boot();
	stage_chunks(CRASH_CHUNKS - 2);
	stage_reset(false);
	stage_boot();
	stage_chunks(1);
	stage_begin();
	stage_wait(2000000000);
	stage_say(0, PLOG_INFO, 0, SIZE_LONG);
	stage_harvest(1);
	stage_say(1, PLOG_CRIT, 0, SIZE_LINE);
	stage_verdict(PLOG_BOOT_REBOOT, "by shutdown[1]");
	stage_verdict(PLOG_BOOT_PANIC, "Attempted to kill init!");
	stage_reset(true);
	stage_boot();
	stage_say(0, PLOG_INFO, 0, SIZE_LINE);
}

/* Writers die in the middle; one was moved, and wrote its record twice. */
static void killed(struct trace *t)
{
	running(t);
	stage_begin();
	stage_kill(0, PLOG_INFO, 0, SIZE_LONG, 5);
	stage_say(0, PLOG_INFO, 1, SIZE_LINE);
	stage_kill(1, PLOG_CRIT, 1, SIZE_LINE, 0);
	stage_say_again(0);
	stage_sweep();
	stage_kill(0, PLOG_INFO, 0, SIZE_LINE, 0);
	stage_say(0, PLOG_CRIT, 0, SIZE_TINY);
	stage_say(1, PLOG_WARNING, 0, SIZE_LONG);
}

struct scene {
	const char *name;
	void (*play)(struct trace *t);
	bool wc;
	u32 flush;
};

#define BOTH(name)                                 \
	{ #name, name, false, PLOG_FLUSH_LADDER }, \
	{                                          \
#name, name, true, PLOG_FLUSH_WC   \
	}

static const struct scene scenes[] = {
	BOTH(levels),
	BOTH(lease),
	BOTH(wrap),
	BOTH(other),
	BOTH(protect),
	BOTH(harvest),
	BOTH(dict),
	BOTH(full),
	BOTH(aged),
	BOTH(format),
	BOTH(foreign),
	BOTH(anew),
	BOTH(boot),
	BOTH(drop),
	BOTH(mend),
	BOTH(slots),
	BOTH(state),
	BOTH(killed),
	{ "levels-eager", levels, false, PLOG_FLUSH_EAGER },
	{ "wrap-eager", wrap, false, PLOG_FLUSH_EAGER },
};

bool crash_scene(struct trace *t, u32 index)
{
	if (index >= sizeof(scenes) / sizeof(scenes[0]))
		return false;
	snprintf(t->name, sizeof(t->name), "%s", scenes[index].name);
	t->wc = scenes[index].wc;
	t->flush = scenes[index].flush;
	scenes[index].play(t);
	stage_close();
	return true;
}
