// SPDX-License-Identifier: BSD-2-Clause
/* plogctl status -o json: one object */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "out.h"
#include "status.h"

static void text(const char *key, const char *value)
{
	printf("\"%s\":", key);
	out_json_text(stdout, (struct plog_text){ value, value ? strlen(value) : 0 });
}

static void boot_print(const struct plog_reader_boot *boot)
{
	printf("{\"index\":%d,", boot->index);
	text("end", boot->verdict);
	printf(",\"records\":%" PRIu64 ",\"repaired\":%" PRIu64 ",\"damaged\":%" PRIu64
	       ",\"harvested\":%s}",
	       boot->records, boot->repaired, boot->damaged, boot->harvested ? "true" : "false");
}

static void live_print(const struct status *s)
{
	const struct plog_window *win = &s->win;
	u32 history = status_history(&s->rate);

	if (s->device) {
		printf(",\"address\":%" PRIu64 ",", s->info.phys_addr);
		text("cache", status_cache(s->info.cache));
		putchar(',');
		text("reserved", s->reserved);
		printf(",\"chunks_protected\":%u", s->info.protected_chunks);
	}
	printf(",\"records_per_s\":%.1f,\"bytes_per_s\":%.1f,\"history_s\":", s->rate.records,
	       s->rate.bytes);
	if (history)
		printf("%u", history);
	else
		fputs("null", stdout);
	printf(",\"lanes\":{\"cpu\":%u,\"shared\":%u,\"kernel\":%u,\"used\":%u,\"now\":%u,"
	       "\"rseq\":%s}",
	       win->cpu_lanes, win->shared_lanes, win->lanes - win->cpu_lanes - win->shared_lanes,
	       s->rate.used, s->rate.now, s->rseq ? "true" : "false");
	printf(",\"dropped_busy\":%" PRIu64 ",\"dropped_full\":%" PRIu64 ",\"cut\":%" PRIu64
	       ",\"dict_full\":%" PRIu64 ",",
	       s->dropped_busy, s->dropped_full, s->cut, s->dict_full);
	text("level", status_level(s->level));
	putchar(',');
	text("clock", status_clock(win->clock));
}

void status_json(const struct status *s)
{
	static const char *const writing[] = { "yes", "idle", "not yet", "no" };
	u32 i;

	putchar('{');
	text("window", s->spec);
	putchar(',');
	text("state", s->wrongs ? "wrong" : "well");
	fputs(",\"wrong\":[", stdout);
	for (i = 0; i < s->wrongs; i++) {
		if (i)
			putchar(',');
		out_json_text(stdout, (struct plog_text){ s->wrong[i], strlen(s->wrong[i]) });
	}
	fputs("],", stdout);
	text("writing", writing[s->writing]);
	if (s->found) {
		printf(",\"size\":%" PRIu64 ",\"chunks\":%u,\"superblocks\":%u,\"boots\":[",
		       s->window.size, s->window.chunks, s->window.supers);
		for (i = 0; i < s->count; i++) {
			if (i)
				putchar(',');
			boot_print(&s->boots[i]);
		}
		putchar(']');
	}
	if (s->live)
		live_print(s);
	puts("}");
}
