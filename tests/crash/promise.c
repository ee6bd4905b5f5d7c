// SPDX-License-Identifier: BSD-2-Clause
/* Which records must be found from which step on, worked out from the finished trace. */
#include <stdlib.h>

#include "plog.h"
#include "stage.h"

/* The first fence behind a step, if no reset comes before. */
static u32 fence_after(const struct trace *t, u32 step)
{
	for (; step < t->events && t->event[step].kind != EVENT_RESET; step++)
		if (t->event[step].kind == EVENT_FENCE)
			return step;
	return CRASH_NEVER;
}

static u32 least(u32 a, u32 b)
{
	return a < b ? a : b;
}

/* docs/design.md, section 6, in steps. */
static u32 must_from(const struct trace *t, const struct entry *e)
{
	bool eager = e->level <= PLOG_WARNING;
	u32 must = CRASH_NEVER;

	if (e->done == CRASH_NEVER)
		return CRASH_NEVER;
	if (t->flush == PLOG_FLUSH_WC)
		must = eager ? e->done : fence_after(t, e->done);
	else if (e->level <= PLOG_CRIT)
		must = e->done;
	else if (eager || t->flush == PLOG_FLUSH_EAGER)
		must = fence_after(t, e->done);
	if (e->swept != CRASH_NEVER)
		must = least(must, fence_after(t, e->swept));
	return must;
}

static void entry_put(struct trace *t, struct entry *e)
{
	u64 at = plog_chunk_offset(&t->geo, (u32)(e->gen % CRASH_CHUNKS)) + e->off;

	for (u32 i = e->put; i < t->events && i < e->done; i++)
		if (t->event[i].kind == EVENT_STORE && t->event[i].at >= at / 8 &&
		    t->event[i].at < (at + e->bytes) / 8) {
			e->put = i;
			return;
		}
}

/* From the first store into the head of its chunk on, which may be of the same call. */
static void entry_lost(struct trace *t, struct entry *e)
{
	u32 head = (u32)plog_chunk_offset(&t->geo, (u32)(e->gen % CRASH_CHUNKS)) / 8;

	for (u32 i = e->put; i < t->events && i < e->lost; i++)
		if (t->event[i].kind == EVENT_STORE && t->event[i].at >= head &&
		    t->event[i].at < head + sizeof(struct plog_chunk) / 8)
			e->lost = i;
}

/* A reset that kept all of it; or that did not, and nobody can say what was there. */
static void entry_resets(struct trace *t, struct entry *e)
{
	u64 chunk = plog_chunk_offset(&t->geo, (u32)(e->gen % CRASH_CHUNKS));

	for (u32 i = e->put; i < t->events && i < e->lost; i++) {
		const u8 *mem = t->snapshot[t->event[i].at];
		const struct plog_chunk *head = (const void *)(mem + chunk);

		if (t->event[i].kind != EVENT_RESET)
			continue;
		if (memcmp(mem + chunk + e->off, e->copy, e->bytes) || head->gen != e->gen)
			e->dropped = true;
		else if (e->done != CRASH_NEVER)
			e->must = least(e->must, i);
	}
}

void promises_make(struct trace *t)
{
	for (u32 i = 0; i < t->entries; i++) {
		struct entry *e = &t->entry[i];

		entry_put(t, e);
		entry_lost(t, e);
		e->must = must_from(t, e);
		entry_resets(t, e);
	}
}
