// SPDX-License-Identifier: BSD-2-Clause
#include "dice.h"
#include "story.h"

#define SITES 14u
#define CONTEXTS 4u

/* Of each, what maker_log() is given is in site_log(). */
static const struct maker_site sites_told[SITES] = {
	{ "pump %d on", "pump", "pump.c", "pump_on", 41, 6, 0, 0 },
	{ "request %d from %s took %d us", "httpd", "serve.c", "serve", 120, 6, 0, 0 },
	{ "pressure %d mbar, limit %d", "pump", "pump.c", "watch", 77, 4, 0, 0 },
	{ "%s: %lld bytes, %.3f s", "copy", "copy.c", "report", 12, 7, 0, 0 },
	{ "link %s up, %llx", "net", "drivers/net/link.c", "link_change", 512, 5, 0, 0 },
	{ "nothing to say", "idle", "idle.c", "idle", 9, 7, 0, 0 },
	{ "valve %d of %d stuck at %d, torque %g", "valve", "valve.c", "turn", 301, 3, 0, 0 },
	{ "%c%c %5d|%-6x|", "odd", "odd.c", "formats", 66, 7, 0, 0 },
	{ "out of %s", "kernel", "mm.c", "oom", 1, 1, 0, 0 },
	{ "state %d -> %d", "fsm", "fsm.c", "step", 88, 6, 0, 0 },
	{ "at %p", "ptr", "ptr.c", "show", 3, 7, 0, 0 },
	{ "%s", "text", "text.c", "say", 19, 6, 0, 0 },
	{ "meltdown in %d", "core", "core.c", "scram", 2, 0, 0, 0 },
	{ "crit %d", "core", "core.c", "trip", 4, 2, 0, 0 },
};

static const struct maker_ctx contexts_told[CONTEXTS] = {
	{ 1234, 1234, "pumpd", "/usr/sbin/pumpd", 0 },
	{ 1234, 1235, "watcher", "/usr/sbin/pumpd", 0 },
	{ 77, 77, "sh", "/bin/dash", 0 },
	{ 4242, 4250, "worker/3", "/opt/srv/bin/httpd", 0 },
};

struct story {
	struct maker *m;
	struct dice dice;
	struct maker_site site[SITES];
	struct maker_ctx ctx[CONTEXTS];
};

static const char *words(struct story *s, u32 n)
{
	static const char text[] =
		"the quick relay of line seven did not answer within its time and was taken off; ";
	static char buf[3200];
	u32 i, at = dice_below(&s->dice, sizeof(text) - 1);

	for (i = 0; i < n && i < sizeof(buf) - 1; i++)
		buf[i] = text[(at + i) % (sizeof(text) - 1)];
	buf[i] = 0;
	return buf;
}

/* Arguments that fit the formats above. */
static void site_log(struct story *s, u32 lane, u32 attr, u32 which, const struct maker_ctx *ctx)
{
	const struct maker_site *site = &s->site[which];
	int a = (int)dice_below(&s->dice, 10000), b = (int)dice_below(&s->dice, 9000) - 4000;
	u64 big = dice_next(&s->dice);
	struct maker *m = s->m;

	if (which == 1)
		maker_log(m, lane, attr, site, ctx, a, words(s, (u32)a % 9), b);
	else if (which == 3)
		maker_log(m, lane, attr, site, ctx, words(s, 8), (long long)(big >> 20), a / 1e3);
	else if (which == 4)
		maker_log(m, lane, attr, site, ctx, "eth0", (long long)big);
	else if (which == 6)
		maker_log(m, lane, attr, site, ctx, a % 8, 8, b, (double)b / 7);
	else if (which == 7)
		maker_log(m, lane, attr, site, ctx, 'a' + a % 26, 'Z', b, a);
	else if (which == 8)
		maker_log(m, lane, attr, site, ctx, (char *)NULL);
	else if (which == 10)
		maker_log(m, lane, attr, site, ctx, (void *)(uintptr_t)(big & 0xffffff));
	else if (which == 11)
		maker_log(m, lane, attr, site, ctx, words(s, 2 + (u32)a % 40));
	else
		maker_log(m, lane, attr, site, ctx, a, b);
}

/* Mostly short; one in a thousand is of kilobytes. */
static u32 text_length(struct story *s)
{
	u32 kind = dice_below(&s->dice, 1000);

	if (kind < 3)
		return 1000 + dice_below(&s->dice, 2000);
	if (kind < 60)
		return 80 + dice_below(&s->dice, 200);
	return 8 + dice_below(&s->dice, 56);
}

static void record_tell(struct story *s)
{
	u32 lane = dice_below(&s->dice, 4), kind = dice_below(&s->dice, 100), n;
	u32 which = dice_below(&s->dice, SITES), level = s->site[which].level;
	struct maker_site site = s->site[which];
	struct maker_ctx ctx = s->ctx[lane];
	u32 attr = (kind % 20 ? PLOG_SOURCE_APP : kind / 20 % 4) << PLOG_ATTR_SOURCE_SHIFT;

	/* Not all are of their site's own level. */
	if (level < 3 && dice_below(&s->dice, 8))
		level = dice_below(&s->dice, 8);
	attr |= level | (level <= 4 ? PLOG_ATTR_CLOSED : 0);
	maker_wait(s->m, 1000 + dice_below(&s->dice, 2000000));
	if (kind < 60) {
		site_log(s, lane, attr, which, &ctx);
		return;
	}
	n = text_length(s);
	if (kind >= 93)
		site.id = 0;
	if (kind >= 96)
		ctx.id = 0;
	maker_bytes(s->m, lane, attr | (n > 2900 ? PLOG_ATTR_CUT : 0), &site, &ctx, words(s, n), n);
}

static void boot_tell(struct story *s, u32 nth, u32 leases)
{
	static const u8 ends[] = { PLOG_BOOT_PANIC, PLOG_BOOT_REBOOT, PLOG_BOOT_RUNNING };
	bool tsc = dice_below(&s->dice, 2);
	u32 i, until = s->m->leases + leases, rest;

	maker_boot(s->m, tsc ? PLOG_CLOCK_TSC : PLOG_CLOCK_MONOTONIC,
		   tsc ? 2400 * MAKER_MS : MAKER_SECOND, (1700000000 + 5000 * nth) * MAKER_SECOND);
	memcpy(s->site, sites_told, sizeof(s->site));
	memcpy(s->ctx, contexts_told, sizeof(s->ctx));
	for (i = 0; i < CONTEXTS; i++)
		maker_ctx(s->m, &s->ctx[i]);
	for (i = 0; i < SITES; i++)
		maker_site(s->m, &s->site[i]);
	while (s->m->leases < until)
		record_tell(s);
	/* Chunks that are begun and not full, above what an older lap left. */
	for (rest = dice_below(&s->dice, 40); rest; rest--)
		record_tell(s);
	maker_end(s->m, ends[nth % 3], nth % 3 ? "" : "sysrq triggered crash");
}

void story_tell(struct maker *m, u32 seed)
{
	struct story s = { .m = m, .dice = { seed } };
	u32 boots = 3 + dice_below(&s.dice, 2), i, chunks;

	maker_boot(m, PLOG_CLOCK_MONOTONIC, MAKER_SECOND, 1690000000 * MAKER_SECOND);
	chunks = m->win.geo.chunk_count;
	/* The first boot goes round more than once. */
	for (i = 0; i < boots; i++)
		boot_tell(&s, i,
			  i ? chunks * (2 + dice_below(&s.dice, 5)) / 10
			    : chunks + dice_below(&s.dice, chunks));
}
