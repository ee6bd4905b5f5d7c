// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stdio.h>

#include "oracle.h"

#define LOUD_MAX 5u /* of a trace, in one process */

void oracle_fault(void *arg, const char *format, ...)
{
	struct oracle *o = arg;
	/* One line for a state, unless somebody looks at this one. */
	bool said = o->faulty || o->counts->faults >= LOUD_MAX;
	const struct walk *w = &o->w;
	va_list ap;

	o->faulty = true;
	if (said && !o->loud)
		return;
	printf("# %s:%s:%u:%c%llu: ", w->t->name, w->t->wc ? "wc" : "wb", w->step, w->class,
	       (unsigned long long)w->number);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

/* The newest generation of which memory holds a record, chunk by chunk. */
static void newest_find(const struct oracle *o, const bool *intact, u64 newest[CRASH_CHUNKS])
{
	const struct trace *t = o->w.t;

	memset(newest, 0, CRASH_CHUNKS * sizeof(*newest));
	for (u32 i = 0; i < t->entries; i++) {
		u64 *gen = &newest[t->entry[i].gen % CRASH_CHUNKS];

		if (intact[i] && t->entry[i].epoch == o->now.epoch && t->entry[i].gen > *gen)
			*gen = t->entry[i].gen;
	}
}

/* A head that is nearly written may have been repaired: then it counts, and says so. */
static bool taken_over(const struct oracle *o, const struct entry *e)
{
	const struct plog_reader_boot *b = view_boot(&o->now, e->boot);

	return e->lost <= o->w.step && b && (u64)b->complete_mono >= e->mono;
}

bool oracle_given_up(const struct oracle *o, const struct entry *e)
{
	return e->epoch < o->w.t->epoch && o->w.step >= o->w.t->formatting;
}

/* What is in memory is found: with its chunk's head, and without. */
static void present_check(struct oracle *o, u32 i, const u64 *newest)
{
	const struct entry *e = &o->w.t->entry[i];
	u64 head = o->now.head[e->gen % CRASH_CHUNKS];

	if (o->now.found[i] || oracle_given_up(o, e))
		return;
	if (head == e->gen)
		oracle_fault(o, "a whole record was not found: \"%.8s\"", e->text);
	else if (!head && newest[e->gen % CRASH_CHUNKS] == e->gen && taken_over(o, e))
		o->counts->headless++;
	else if (!head && newest[e->gen % CRASH_CHUNKS] == e->gen)
		oracle_fault(o, "a record of a lost head was not found: \"%.8s\"", e->text);
}

static void durable_check(struct oracle *o, u32 i)
{
	const struct entry *e = &o->w.t->entry[i];

	if (e->must <= o->w.step && (o->w.step < e->keep || o->w.step < e->lost) && o->now.found[i] != 1)
		oracle_fault(o, "a record that was safe is gone: \"%.8s\"", e->text);
}

void oracle_complete(struct oracle *o, const struct view *v, const struct entry *e)
{
	const struct plog_reader_boot *b = view_boot(v, e->boot);

	if (b && b->ident && (u64)b->complete_mono < e->mono)
		oracle_fault(o,
			     "boot %u is said to be complete since %lld, and \"%.8s\" of %llu was "
			     "overwritten",
			     e->boot, (long long)b->complete_mono, e->text,
			     (unsigned long long)e->mono);
}

/*
 * Overwritten, by the head of its chunk or by records behind a head that lags: either
 * way "complete since" has to be later.
 */
static void overwritten_check(struct oracle *o, const struct entry *e, bool intact)
{
	if (e->done > o->w.step || e->dropped || e->epoch != o->now.epoch)
		return;
	if (o->now.head[e->gen % CRASH_CHUNKS] > e->gen ||
	    (e->lost <= o->w.step && e->must <= o->w.step && !intact))
		oracle_complete(o, &o->now, e);
}

static void twice_count(struct oracle *o)
{
	const struct trace *t = o->w.t;

	for (u32 i = 1; i < t->entries; i++)
		if (o->now.found[i] && o->now.found[i - 1] &&
		    !strcmp(t->entry[i].text, t->entry[i - 1].text)) {
			o->counts->twice++;
			return;
		}
}

static void window_check(struct oracle *o)
{
	const struct trace *t = o->w.t;
	const struct view *v = &o->now;
	static const u8 none[sizeof(struct plog_chunk)];

	if (t->formatted <= o->w.step && v->condition != PLOG_CONDITION_GOOD)
		oracle_fault(o, "no superblock was found");
	/* A new window shows nothing of what was there before. */
	for (u32 i = 0; v->epoch == t->epoch && o->w.step < t->formatted && i < CRASH_CHUNKS; i++)
		if (memcmp(o->mem + plog_chunk_offset(&t->geo, i), none, sizeof(none)))
			oracle_fault(o, "a new window has a head of before in chunk %u", i);
}

static void entries_check(struct oracle *o)
{
	const struct trace *t = o->w.t;
	bool intact[CRASH_RECORDS];
	u64 newest[CRASH_CHUNKS];
	u32 i;

	for (i = 0; i < t->entries; i++)
		intact[i] = t->entry[i].put <= o->w.step && view_intact(t, &t->entry[i], o->mem);
	newest_find(o, intact, newest);
	for (i = 0; i < t->entries && t->entry[i].put <= o->w.step; i++) {
		if (intact[i] && t->entry[i].epoch == o->now.epoch)
			present_check(o, i, newest);
		if (oracle_given_up(o, &t->entry[i]))
			continue;
		durable_check(o, i);
		overwritten_check(o, &t->entry[i], intact[i]);
	}
}

void oracle_check(struct oracle *o)
{
	const struct trace *t = o->w.t;
	u64 digest;

	o->faulty = false;
	o->counts->checks++;
	o->now.stranger = 0;
	view_read(&o->now, t, o->w.step, o->mem, oracle_fault, o);
	o->counts->repaired += o->now.repaired;
	o->counts->misrepaired += !!o->now.misrepaired;
	if (o->now.misrepaired && o->loud)
		printf("# %u records were made by repair, and never logged\n", o->now.misrepaired);
	window_check(o);
	entries_check(o);
	twice_count(o);
	if (o->w.hash % o->every == 0) {
		/* Found again the same; and what was found is still there in the next boot. */
		digest = o->now.digest;
		view_read(&o->now, t, o->w.step, o->mem, oracle_fault, o);
		if (o->now.digest != digest)
			oracle_fault(o, "a second reading found something else");
		oracle_next(o);
	}
	o->counts->faults += o->faulty;
}
