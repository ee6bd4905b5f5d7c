// SPDX-License-Identifier: BSD-2-Clause
#include "walk.h"

static u64 lot(u64 *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* A unit that was stored to in this step has its newest version in all states of it. */
static u32 least_version(const struct walk *w, u32 unit)
{
	return unit == w->model.newest ? w->model.unit[unit].count - 1 : 0;
}

static void version_set(struct walk *w, u32 unit, u32 version)
{
	const struct model *m = &w->model;
	const struct unit *u = &m->unit[unit];

	if (w->choice[unit] == version)
		return;
	w->hash ^= m->hash[u->first + w->choice[unit]] ^ m->hash[u->first + version];
	memcpy(w->mem + u->off, m->content + (size_t)(u->first + version) * m->bytes, m->bytes);
	w->choice[unit] = version;
}

void walk_to(struct walk *w, const struct trace *t, u32 step)
{
	const struct model *m = &w->model;

	w->t = t;
	w->step = step;
	model_make(&w->model, t, step);
	memcpy(w->mem, m->least, CRASH_SIZE);
	w->hash = m->rest;
	for (u32 i = 0; i < m->units; i++) {
		w->choice[i] = 0;
		w->hash ^= m->hash[m->unit[i].first];
	}
}

/* All combinations; 0 when there are more than fit. */
static u64 combinations(const struct walk *w)
{
	u64 n = 1;

	for (u32 i = 0; i < w->model.units; i++) {
		n *= w->model.unit[i].count - least_version(w, i);
		if (n >> 40)
			return 0;
	}
	return n;
}

bool walk_all(const struct walk *w, const struct bounds *bounds)
{
	u64 n = combinations(w);

	return n && n <= bounds->all;
}

static bool make_all(struct walk *w, u64 number)
{
	for (u32 i = 0; i < w->model.units; i++) {
		u32 least = least_version(w, i), n = w->model.unit[i].count - least;

		version_set(w, i, least + (u32)(number % n));
		number /= n;
	}
	return !number;
}

/* Ways in which one unit can deviate. */
static u32 deviations(const struct walk *w)
{
	u32 n = 0;

	for (u32 i = 0; i < w->model.units; i++)
		n += w->model.unit[i].count - 1 - least_version(w, i);
	return n;
}

static void deviate(struct walk *w, u32 nth, bool newest)
{
	for (u32 i = 0; nth && i < w->model.units; i++) {
		u32 least = least_version(w, i), last = w->model.unit[i].count - 1;

		if (nth <= last - least) {
			version_set(w, i, newest ? last - nth : least + nth);
			return;
		}
		nth -= last - least;
	}
}

static bool make_near(struct walk *w, u64 number, bool newest)
{
	u64 n = deviations(w) + 1;

	if (number / n >= n)
		return false;
	for (u32 i = 0; i < w->model.units; i++)
		version_set(w, i, newest ? w->model.unit[i].count - 1 : least_version(w, i));
	deviate(w, (u32)(number % n), newest);
	deviate(w, (u32)(number / n), newest);
	return true;
}

/* Memory that is nearly all old, half and half, or nearly all new. */
static bool make_drawn(struct walk *w, u64 number)
{
	u64 seed = model_hash((u32)number, (const u8 *)&(u64){ number }, 8) ^
		   model_hash(w->step, (const u8 *)w->t->name, 8) ^ w->t->wc;
	u32 old = (u32)(lot(&seed) % 31 + 1);

	for (u32 i = 0; i < w->model.units; i++) {
		u32 least = least_version(w, i), last = w->model.unit[i].count - 1;
		u64 draw = lot(&seed) >> 8;

		if (draw % 32 < old)
			version_set(w, i, least);
		else if (draw >> 5 & 1)
			version_set(w, i, last);
		else
			version_set(w, i, least + (u32)((draw >> 6) % (last - least + 1)));
	}
	return true;
}

bool walk_make(struct walk *w, char class, u64 number)
{
	w->class = class;
	w->number = number;
	switch (class) {
	case 'x':
		return make_all(w, number);
	case 'n':
	case 'o':
		return make_near(w, number, class == 'n');
	case 'r':
		return make_drawn(w, number);
	default:
		return false;
	}
}

static void visit(struct walk *w, char class, u64 number)
{
	if (walk_make(w, class, number))
		w->check(w);
}

/* One that deviates, then two; when those are too many, some of them, evenly spread. */
static void visit_near(struct walk *w, char class, u32 most)
{
	u64 n = deviations(w) + 1, all = n * n, stride = all / most + 1;
	u64 i;

	for (i = 0; i < n && i < most; i++)
		visit(w, class, i);
	for (i = n; i < all; i += stride)
		if (i / n < i % n)
			visit(w, class, i);
}

void walk_step(struct walk *w, const struct bounds *bounds)
{
	u64 n = combinations(w), i;

	if (walk_all(w, bounds)) {
		for (i = 0; i < n; i++)
			visit(w, 'x', i);
		return;
	}
	visit_near(w, 'n', bounds->near);
	visit_near(w, 'o', bounds->near);
	for (i = 0; i < bounds->drawn; i++)
		visit(w, 'r', i);
}
