// SPDX-License-Identifier: BSD-2-Clause
/* The list of boots: what their table says, and whom the chunks name besides. */
#include <stdlib.h>

#include "reader.h"

static int boot_compare(const void *a, const void *b)
{
	const struct reader_boot *x = a, *y = b;

	if (x->scan.boot != y->scan.boot)
		return x->scan.boot < y->scan.boot ? -1 : 1;
	/* Of two entries of one boot the one that says more comes first, and stays. */
	return y->scan.known + y->scan.state - x->scan.known - x->scan.state;
}

u32 plog_reader_find_boot(const struct plog_reader *reader, u32 boot)
{
	u32 lo = 0, hi = reader->boot_count, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (reader->boots[mid].scan.boot < boot)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < reader->boot_count && reader->boots[lo].scan.boot == boot ? lo : READER_NO_BOOT;
}

static u32 boots_gather(struct plog_reader *reader)
{
	struct reader_boot *boots = reader->boots;
	u32 i, n = 0;

	for (i = 0; i < reader->win.layout.boot_slots; i++)
		n += plog_scan_boot(&boots[n].scan, &reader->win, i);
	for (i = 0; i < reader->chunk_count; i++)
		if (reader->chunks[i].head)
			boots[n++].scan = (struct scan_boot){ .boot = reader->chunks[i].boot };
	/* Headless chunks, and nothing that could say whose they are. */
	if (!n)
		boots[n++].scan = (struct scan_boot){ .boot = 0 };
	return n;
}

static u32 boots_unique(struct reader_boot *boots, u32 n)
{
	u32 i, kept = 0;

	qsort(boots, n, sizeof(*boots), boot_compare);
	for (i = 0; i < n; i++)
		if (!kept || boots[kept - 1].scan.boot != boots[i].scan.boot)
			boots[kept++] = boots[i];
	return kept;
}

/* Counts a second, from the first and the last head of a boot that lost its entry. */
static void hz_estimate(struct plog_reader *reader, u32 at)
{
	const struct reader_chunk *first = NULL, *last = NULL, *c;
	double hz;
	u32 i;

	for (i = 0; i < reader->chunk_count; i++) {
		c = &reader->chunks[i];
		if (c->boot_at != at || c->clock == PLOG_CLOCK_MONOTONIC)
			continue;
		if (!first || c->base < first->base)
			first = c;
		if (!last || c->base > last->base)
			last = c;
	}
	if (!first || last->base_mono <= first->base_mono)
		return;
	hz = (double)(last->base - first->base) * 1e9 /
	     (double)(last->base_mono - first->base_mono);
	reader->boots[at].hz = hz < 1e12 ? (u64)hz : 0;
}

static void clocks_find(struct plog_reader *reader)
{
	u32 i, estimates = 0;

	for (i = 0; i < reader->boot_count; i++) {
		struct reader_boot *boot = &reader->boots[i];
		const struct plog_anchor *start = &boot->scan.entry.ident.start;
		const struct plog_anchor *alive = &boot->scan.entry.state.alive;

		if (boot->scan.known)
			boot->hz = plog_get64(boot->scan.entry.ident.counter_hz);
		else if (estimates++ < 64) /* so that hostile counters stay linear */
			hz_estimate(reader, i);
		/* The newest one: early wall clocks may not have been set yet. */
		if (boot->scan.state && alive->real)
			start = alive;
		boot->anchored = start->real;
		boot->anchor_mono = plog_get64(start->mono);
		boot->anchor_real = plog_get64(start->real);
	}
}

static void lost_note(struct plog_reader *reader, u32 boot, u64 until)
{
	u32 at = boot ? plog_reader_find_boot(reader, boot) : READER_NO_BOOT;

	if (at != READER_NO_BOOT && until > reader->boots[at].lost_until)
		reader->boots[at].lost_until = until;
}

/* Complete since: the newest time of all that is noted as overwritten. */
static void lost_gather(struct plog_reader *reader)
{
	struct scan_chunk head;
	u32 i;

	for (i = 0; i < reader->boot_count; i++)
		if (reader->boots[i].scan.state)
			reader->boots[i].lost_until =
				plog_get64(reader->boots[i].scan.entry.state.lost_until);
	for (i = 0; i < reader->chunk_count; i++) {
		if (!reader->chunks[i].head || !plog_scan_chunk(&reader->win, i, &head))
			continue;
		lost_note(reader, head.boot, head.lost_until);
		lost_note(reader, head.lost_boot, head.lost_other);
	}
}

int plog_reader_load_boots(struct plog_reader *reader)
{
	size_t room = (size_t)reader->win.layout.boot_slots + reader->heads_good + 1;
	u32 i;

	reader->boots = calloc(room, sizeof(*reader->boots));
	if (!reader->boots)
		return -ENOMEM;
	reader->boot_count = boots_unique(reader->boots, boots_gather(reader));
	reader->list = calloc(reader->boot_count, sizeof(*reader->list));
	if (!reader->list)
		return -ENOMEM;
	for (i = 0; i < reader->chunk_count; i++)
		if (reader->chunks[i].head)
			reader->chunks[i].boot_at =
				plog_reader_find_boot(reader, reader->chunks[i].boot);
	clocks_find(reader);
	lost_gather(reader);
	return 0;
}

int64_t plog_reader_real(const struct reader_boot *boot, u64 mono)
{
	int64_t real = (int64_t)(boot->anchor_real + (mono - boot->anchor_mono));

	return boot->anchored && real >= 0 ? real : PLOG_READER_UNKNOWN;
}
