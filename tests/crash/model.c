// SPDX-License-Identifier: BSD-2-Clause
/* From a trace to what memory may hold at a step. */
#include <stdio.h>
#include <stdlib.h>

#include "model.h"

/* Stores that are not certain, as lists by unit; they go by their events' numbers + 1. */
struct lists {
	const struct trace *t;
	u32 shift; /* from words to units */
	u32 first[MODEL_UNITS];
	u32 last[MODEL_UNITS];
	u32 cleaned[MODEL_UNITS];  /* the last store that the next fence makes certain */
	u32 waiting[CRASH_EVENTS]; /* units with something in @cleaned */
	u32 waits;
	u32 next[CRASH_EVENTS + 1];
};

static void word_set(u8 *mem, const struct event *e)
{
	memcpy(mem + 8 * e->at, &e->value, 8);
}

static void store_add(struct lists *l, u32 unit, u32 step)
{
	l->next[step + 1] = 0;
	if (l->first[unit])
		l->next[l->last[unit]] = step + 1;
	else
		l->first[unit] = step + 1;
	l->last[unit] = step + 1;
	if (l->t->wc) {
		l->cleaned[unit] = step + 1;
		l->waiting[l->waits++] = unit;
	}
}

static void fence(struct lists *l, u8 *mem)
{
	while (l->waits) {
		u32 unit = l->waiting[--l->waits], until = l->cleaned[unit];

		l->cleaned[unit] = 0;
		while (l->first[unit] && l->first[unit] <= until) {
			word_set(mem, &l->t->event[l->first[unit] - 1]);
			l->first[unit] = l->next[l->first[unit]];
		}
	}
}

static void reset(struct lists *l, u8 *mem, u32 snapshot)
{
	memcpy(mem, l->t->snapshot[snapshot], CRASH_SIZE);
	memset(l->first, 0, sizeof(l->first));
	memset(l->cleaned, 0, sizeof(l->cleaned));
	l->waits = 0;
}

static u32 last_reset(const struct trace *t, u32 step)
{
	while (step && t->event[step].kind != EVENT_RESET)
		step--;
	return step;
}

/* Events up to and with @step; from the last reset, for it knows all before. */
static void replay(struct lists *l, u8 *mem, const struct trace *t, u32 step)
{
	memset(l->first, 0, sizeof(l->first));
	memset(l->cleaned, 0, sizeof(l->cleaned));
	l->t = t;
	l->waits = 0;
	l->shift = t->wc ? 0 : 3;
	for (u32 i = last_reset(t, step); i <= step && i < t->events; i++) {
		const struct event *e = &t->event[i];

		if (e->kind == EVENT_STORE) {
			store_add(l, e->at >> l->shift, i);
		} else if (e->kind == EVENT_CLEAN && !t->wc && l->first[e->at]) {
			l->cleaned[e->at] = l->last[e->at];
			l->waiting[l->waits++] = e->at;
		} else if (e->kind == EVENT_FENCE) {
			fence(l, mem);
		} else if (e->kind == EVENT_RESET) {
			reset(l, mem, e->at);
		}
	}
}

void model_least(const struct trace *t, u32 step, u8 *mem)
{
	static struct lists l;

	replay(&l, mem, t, step ? step - 1 : 0);
}

/* Murmur's mixing steps. */
static u64 mix(u64 h)
{
	h = (h ^ h >> 33) * 0xff51afd7ed558ccdULL;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53ULL;
	return h ^ h >> 33;
}

u64 model_hash(u32 off, const u8 *p, u32 bytes)
{
	u64 h = mix(off + 1), v;

	for (u32 i = 0; i < bytes; i += 8) {
		memcpy(&v, p + i, 8);
		h = mix(h + v) + i;
	}
	return mix(h);
}

/* The versions of a unit, oldest first. */
static u32 versions(struct model *m, const struct lists *l, u32 unit, u32 at)
{
	u32 off = unit * m->bytes, i;
	struct unit *u = &m->unit[m->units];

	*u = (struct unit){ off, 1, at };
	memcpy(m->content + (size_t)at * m->bytes, m->least + off, m->bytes);
	for (i = l->first[unit]; i; i = l->next[i]) {
		const struct event *e = &l->t->event[i - 1];
		u8 *to = m->content + (size_t)(u->first + u->count) * m->bytes;

		memcpy(to, to - m->bytes, m->bytes);
		memcpy(to + (8 * e->at - off), &e->value, 8);
		u->count++;
	}
	for (i = 0; i < u->count; i++)
		m->hash[at + i] =
			model_hash(off, m->content + (size_t)(at + i) * m->bytes, m->bytes);
	m->units++;
	return at + u->count;
}

void model_make(struct model *m, const struct trace *t, u32 step)
{
	static struct lists l;
	u32 n = 0, unit;

	replay(&l, m->least, t, step);
	m->bytes = t->wc ? 8 : PLOG_LINE;
	m->units = 0;
	m->newest = CRASH_NEVER;
	m->rest = 0;
	if (!m->content) {
		m->content = malloc((size_t)(CRASH_EVENTS + MODEL_UNITS) * PLOG_LINE);
		m->hash = malloc((CRASH_EVENTS + MODEL_UNITS) * sizeof(u64));
	}
	if (!m->content || !m->hash)
		CHECK_FAILED("no memory");
	for (unit = 0; unit < CRASH_SIZE / m->bytes; unit++) {
		if (!l.first[unit]) {
			m->rest ^=
				model_hash(unit * m->bytes, m->least + unit * m->bytes, m->bytes);
			continue;
		}
		if (t->event[step].kind == EVENT_STORE && t->event[step].at >> l.shift == unit)
			m->newest = m->units;
		n = versions(m, &l, unit, n);
	}
}
