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

	for (i = 0; i < reader->win.layout.boot_slots; i++) {
		if (!plog_scan_boot(&boots[n].scan, &reader->win, i))
			continue;
		reader->boots_repaired += boots[n].scan.flips != 0;
		reader->bits.flipped += boots[n].scan.flips;
		reader->bits.checked += 8 * sizeof(struct plog_boot);
		n++;
	}
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

#define SPAN_MIN 10000000 /* ns; the clocks of an anchor are read within a microsecond */

/* The beginning of a chunk, on both clocks. */
struct instant {
	u64 counter;
	u64 mono;
};

/* The two instants of a boot that are furthest apart, on both clocks. */
struct span {
	u64 counter[2];
	u64 mono[2];
	bool any;
};

static void span_add(struct span *s, u64 counter, u64 mono)
{
	if (!s->any || counter < s->counter[0]) {
		s->counter[0] = counter;
		s->mono[0] = mono;
	}
	if (!s->any || counter > s->counter[1]) {
		s->counter[1] = counter;
		s->mono[1] = mono;
	}
	s->any = true;
}

static u64 span_hz(const struct span *s)
{
	double hz;

	if (!s->any || s->mono[1] <= s->mono[0] || s->mono[1] - s->mono[0] < SPAN_MIN)
		return 0;
	hz = (double)(s->counter[1] - s->counter[0]) * 1e9 / (double)(s->mono[1] - s->mono[0]);
	return hz < 1e12 ? (u64)(hz + 0.5) : 0;
}

/*
 * Counts a second: measured over the boot's life, from its anchors and the heads
 * of its chunks. What the boot noted at its start was measured over milliseconds.
 */
static u64 hz_measure(const struct plog_reader *reader, u32 at)
{
	const struct scan_boot *boot = &reader->boots[at].scan;
	const struct plog_anchor *start = &boot->entry.ident.start;
	const struct plog_anchor *alive = &boot->entry.state.alive;
	struct span span = { .any = false };
	u32 i;

	if (boot->known)
		span_add(&span, plog_get64(start->counter), plog_get64(start->mono));
	if (boot->state && alive->real)
		span_add(&span, plog_get64(alive->counter), plog_get64(alive->mono));
	for (i = 0; i < reader->chunk_count; i++) {
		const struct reader_chunk *c = &reader->chunks[i];

		if (c->boot_at == at && c->head && c->clock != PLOG_CLOCK_MONOTONIC)
			span_add(&span, c->base, c->base_mono);
	}
	return span_hz(&span);
}

/* A measurement that is far from what the boot said is of damaged anchors. */
static u64 hz_choose(u64 said, u64 measured)
{
	u64 off = said > measured ? said - measured : measured - said;

	return measured && (!said || off < said / 100) ? measured : said;
}

#define MEASURED_BOOTS 64 /* so that hostile tables stay linear */

/* The counter of a machine runs at one speed: another boot's is as good as a lost one. */
static u64 hz_of_others(const struct plog_reader *reader)
{
	u32 i;

	for (i = reader->boot_count; i--;)
		if (reader->boots[i].hz && reader->boots[i].scan.known &&
		    plog_get16(reader->boots[i].scan.entry.ident.clock) != PLOG_CLOCK_MONOTONIC)
			return reader->boots[i].hz;
	return 0;
}

static void clocks_find(struct plog_reader *reader)
{
	u64 others;
	u32 i;

	for (i = 0; i < reader->boot_count; i++) {
		struct reader_boot *boot = &reader->boots[i];
		const struct plog_anchor *start = &boot->scan.entry.ident.start;
		const struct plog_anchor *alive = &boot->scan.entry.state.alive;

		if (boot->scan.known)
			boot->hz = plog_get64(boot->scan.entry.ident.counter_hz);
		if (reader->boot_count - i <= MEASURED_BOOTS)
			boot->hz = hz_choose(boot->hz, hz_measure(reader, i));
		/* The newest one: early wall clocks may not have been set yet. */
		if (boot->scan.state && alive->real)
			start = alive;
		boot->anchored = start->real;
		boot->anchor_mono = plog_get64(start->mono);
		boot->anchor_real = plog_get64(start->real);
	}
	others = hz_of_others(reader);
	for (i = 0; i < reader->boot_count; i++)
		if (!reader->boots[i].hz)
			reader->boots[i].hz = others;
}

#define SKEW_MAX 1000000 /* ns between two looks at clocks that belong together */

static int instant_compare(const void *a, const void *b)
{
	const struct instant *x = a, *y = b;

	return (x->counter > y->counter) - (x->counter < y->counter);
}

/* Do counter and clock rise together over all chunks of the boot? */
static bool counter_rises(struct instant *instant, u32 n)
{
	u32 i;

	qsort(instant, n, sizeof(*instant), instant_compare);
	for (i = 1; i < n; i++)
		if (instant[i].mono + SKEW_MAX < instant[i - 1].mono)
			return false;
	return true;
}

/* Whether a boot's records are in the order of its counter. */
static int orders_find(struct plog_reader *reader)
{
	struct instant *instant = calloc((size_t)reader->chunk_count + 1, sizeof(*instant));
	u32 at, i, n;

	if (!instant)
		return -ENOMEM;
	for (at = reader->boot_count; at-- && reader->boot_count - at <= MEASURED_BOOTS;) {
		bool counts = true;

		for (i = n = 0; i < reader->chunk_count; i++) {
			const struct reader_chunk *c = &reader->chunks[i];

			if (c->boot_at != at || !c->head)
				continue;
			counts &= c->clock != PLOG_CLOCK_MONOTONIC;
			instant[n++] = (struct instant){ c->base, c->base_mono };
		}
		reader->boots[at].counted = n && counts && counter_rises(instant, n);
	}
	free(instant);
	return 0;
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
	reader->list = calloc((size_t)reader->boot_count + 1, sizeof(*reader->list));
	if (!reader->list)
		return -ENOMEM;
	for (i = 0; i < reader->chunk_count; i++)
		if (reader->chunks[i].head)
			reader->chunks[i].boot_at =
				plog_reader_find_boot(reader, reader->chunks[i].boot);
	clocks_find(reader);
	lost_gather(reader);
	return orders_find(reader);
}

int64_t plog_reader_real(const struct reader_boot *boot, u64 mono)
{
	int64_t real = (int64_t)(boot->anchor_real + (mono - boot->anchor_mono));

	return boot->anchored && real >= 0 ? real : PLOG_READER_UNKNOWN;
}
