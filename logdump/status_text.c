// SPDX-License-Identifier: BSD-2-Clause
/* plogctl status for people: what is wrong first, then what there is. */
#include <inttypes.h>
#include <stdio.h>

#include "out.h"
#include "status.h"

static const char *const levels[] = {
	"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug",
};
static const char *const caches[] = { "write-back", "write-combining", "uncached" };
static const char *const clocks[] = {
	"CLOCK_MONOTONIC",
	"the CPU's time stamp counter",
	"the Arm generic timer",
	"the RISC-V timer",
};
static const char *const flushes[] = {
	"none: a file keeps what processes lose, not what the machine loses",
	"by severity: warnings and worse at once, the rest within 1 ms by the module",
	"every record at once",
	"write-combined memory, drained at warnings and worse",
};

static const char *pick(const char *const *names, size_t n, u32 value)
{
	return value < n ? names[value] : "?";
}

#define PICK(names, value) pick(names, sizeof(names) / sizeof((names)[0]), value)

const char *status_level(u32 level)
{
	return PICK(levels, level);
}

const char *status_cache(u32 cache)
{
	return PICK(caches, cache);
}

const char *status_clock(u32 clock)
{
	return PICK(clocks, clock);
}

static void line(const char *key, const char *value)
{
	printf("%-10s %s\n", key, value);
}

static void show_state(const struct status *s)
{
	u32 i;

	if (!s->wrongs)
		line("state", "well");
	for (i = 0; i < s->wrongs; i++)
		line(i ? "" : "wrong", s->wrong[i]);
}

/* "running" would be read as somebody logging. */
static const char *boot_end(const struct plog_reader_boot *boot)
{
	if (!boot->index)
		return "the machine's running boot";
	return boot->verdict ? boot->verdict : "unknown";
}

static void show_boots(const struct status *s)
{
	u32 i;

	for (i = s->count; i-- > 0;) {
		const struct plog_reader_boot *boot = &s->boots[i];

		printf("%-10s %d: %s, %" PRIu64 " records, %" PRIu64 " repaired, %" PRIu64
		       " damaged, kernel ",
		       i == s->count - 1 ? "boots" : "", boot->index, boot_end(boot), boot->records,
		       boot->repaired, boot->damaged);
		out_text(stdout, boot->kernel);
		putchar('\n');
	}
	if (!s->count)
		line("boots", "none");
}

static void show_history(const struct status *s)
{
	const struct status_rate *r = &s->rate;
	u32 kib = r->begun * (s->win.geo.chunk_size >> 10) / r->seconds;

	if (kib)
		printf("%-10s about %u s at the rate of the last minute (%u KiB/s)\n", "history",
		       status_history(r), kib);
	else
		printf("%-10s more than %u min; chunks begun in the last minute: %u of %u\n",
		       "history", r->room / (r->begun ? r->begun : 1), r->begun, r->room);
}

static void show_device(const struct status *s)
{
	printf("%-10s physical address 0x%" PRIx64 ", %s\n", "memory", s->info.phys_addr,
	       status_cache(s->info.cache));
	line("reserved", s->reserved);
	printf("%-10s %u boots, %u chunks, %u damaged; %u protected now\n", "attached",
	       s->info.boots, s->info.chunks, s->info.damaged, s->info.protected_chunks);
}

static void show_live(const struct status *s)
{
	const struct plog_window *win = &s->win;

	if (s->device)
		show_device(s);
	printf("%-10s %.0f records/s, %.0f KiB/s at present\n", "rate", s->rate.records,
	       s->rate.bytes / 1024);
	show_history(s);
	printf("%-10s %u of CPUs%s, %u shared (by lock%s), %u of the kernel; %u have been used, %u "
	       "just now\n",
	       "lanes", win->cpu_lanes, s->rseq ? " (in use, by restartable sequences)" : "",
	       win->shared_lanes, s->rseq ? "" : ", in use",
	       win->lanes - win->cpu_lanes - win->shared_lanes, s->rate.used, s->rate.now);
	printf("%-10s %" PRIu64 " with all lanes busy, %" PRIu64 " without a free chunk\n",
	       "dropped", s->dropped_busy, s->dropped_full);
	printf("%-10s %" PRIu64 " records; %" PRIu64 " entries found the dictionary full\n", "cut",
	       s->cut, s->dict_full);
	line("level", status_level(s->level));
	line("clock", status_clock(win->clock));
	line("to memory", PICK(flushes, s->flush));
	if (s->device && s->flush == PLOG_FLUSH_LADDER)
		line("sweep", s->sweeping ? "awake" : "asleep, nothing to do");
}

static void show_writing(const struct status *s)
{
	switch (s->writing) {
	case STATUS_YES:
		line("writing", "yes");
		break;
	case STATUS_IDLE:
		line("writing", "no process has it open at the moment; the next that logs to it "
				"will");
		break;
	case STATUS_NOT_YET:
		line("writing", "not yet: the first plog() of a program makes this file");
		break;
	case STATUS_NO:
		printf("%-10s no: %s\n", "writing", s->why);
		break;
	}
}

void status_text(const struct status *s)
{
	show_state(s);
	if (s->found)
		printf("%-10s %s, %" PRIu64 " KiB, %u chunks of %u KiB, %u of 3 superblocks good\n",
		       "window", s->spec, s->window.size >> 10, s->window.chunks,
		       s->window.chunk_size >> 10, s->window.supers);
	else
		line("window", s->spec);
	show_writing(s);
	if (s->live)
		show_live(s);
	if (s->found)
		show_boots(s);
}
