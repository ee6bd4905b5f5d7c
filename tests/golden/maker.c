// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "args.h"
#include "maker.h"

/* A record, or an entry of the dictionary, being put together. */
struct bytes {
	u64 buf[520];
	u32 len;
};

#define TEXT_MAX 3600u /* with any names in front it fits the smallest chunk */

static void fail(const char *what, int err)
{
	fprintf(stderr, "maker: %s: %s\n", what, strerror(-err));
	exit(2);
}

static void *pages(u64 size)
{
	void *p = aligned_alloc(PLOG_PAGE, size);

	if (!p)
		fail("memory", -ENOMEM);
	memset(p, 0, size);
	return p;
}

void maker_init(struct maker *m, u64 size, u32 seed)
{
	memset(m, 0, sizeof(*m));
	m->size = size;
	m->base = pages(size);
	m->control_size = plog_control_bytes(size);
	m->control = pages(m->control_size);
	for (u32 i = 0; i < sizeof(m->arg.random); i++) {
		seed = seed * 1664525 + 1013904223;
		m->arg.random[i] = (u8)(seed >> 24);
	}
	m->arg.kernel = "6.1.0-golden";
	m->arg.machine = "x86_64";
	m->arg.shared_lanes = 4;
	m->arg.protect = 50;
}

void maker_free(struct maker *m)
{
	free(m->base);
	free(m->control);
}

void maker_boot(struct maker *m, u32 clock, u64 hz, u64 real)
{
	int err;

	memset(m->control, 0, m->control_size);
	m->boots++;
	for (u32 i = 0; i < sizeof(m->arg.boot_id); i++)
		m->arg.boot_id[i] = (u8)((0xa0 + i + 16 * m->boots) ^ (m->machine >> 8 * (i % 4)));
	m->arg.clock = clock;
	m->arg.counter_hz = hz;
	m->arg.now.mono = 5 * MAKER_SECOND;
	m->arg.now.boottime = 6 * MAKER_SECOND;
	m->arg.now.counter = clock == PLOG_CLOCK_MONOTONIC ? 5 * MAKER_SECOND : 0x1234567890ULL;
	m->arg.now.real = real;
	err = plog_attach(&m->win, m->base, m->size, m->control, &m->arg, &(struct plog_report){});
	if (err)
		fail("attach", err);
}

void maker_end(struct maker *m, u8 verdict, const char *reason)
{
	const struct plog_geometry *geo = &m->win.geo;
	struct plog_boot b;
	int slot = plog_boot_find(m->base, geo, m->win.salt, m->win.boot, &b);

	if (slot < 0)
		fail("boot entry", slot);
	b.state.verdict = verdict;
	b.state.alive.counter = plog_set64(m->arg.now.counter);
	b.state.alive.mono = plog_set64(m->arg.now.mono);
	b.state.alive.boottime = plog_set64(m->arg.now.boottime);
	b.state.alive.real = plog_set64(m->arg.now.real);
	snprintf(b.state.reason, sizeof(b.state.reason), "%s", reason);
	plog_boot_put_state(m->base, geo, m->win.salt, (u32)slot, &b.state);
}

void maker_wait(struct maker *m, u64 ns)
{
	m->arg.now.mono += ns;
	m->arg.now.boottime += ns;
	m->arg.now.real += ns;
	m->arg.now.counter += m->win.clock == PLOG_CLOCK_MONOTONIC
				      ? ns
				      : ns * (m->arg.counter_hz / MAKER_MS) / 1000;
}

static void put(struct bytes *b, const void *p, u32 n)
{
	if (n)
		memcpy((u8 *)b->buf + b->len, p, n);
	b->len += n;
}

static void put_u32(struct bytes *b, u32 v)
{
	plog_le32 le = plog_set32(v);

	put(b, &le, sizeof(le));
}

static void put_counted(struct bytes *b, const char *text)
{
	u8 n = text ? (u8)strlen(text) : 0;

	put(b, &n, 1);
	put(b, text, n);
}

static void put_text(struct bytes *b, const char *text)
{
	put(b, text ? text : "", text ? (u32)strlen(text) + 1 : 1);
}

static u32 dict_put(struct maker *m, struct bytes *b)
{
	struct plog_dict *e = (struct plog_dict *)b->buf;
	u32 id = 0;
	int err;

	e->len = plog_set16((u16)b->len);
	err = plog_dict_put(&m->win, e, &id);
	if (err && err != -ENOSPC)
		fail("dictionary", err);
	return err ? 0 : id;
}

static u32 site_put(struct maker *m, const struct maker_site *site, const u8 *types, u32 n)
{
	struct bytes b = { .len = sizeof(struct plog_dict) };
	struct plog_dict *e = (struct plog_dict *)b.buf;

	e->type = PLOG_DICT_SITE;
	e->level = site->level;
	e->line = plog_set32(site->line);
	e->pid = plog_set32(n);
	put(&b, types, n);
	put_text(&b, site->format);
	put_text(&b, site->tag);
	put_text(&b, site->file);
	put_text(&b, site->func);
	return dict_put(m, &b);
}

void maker_site(struct maker *m, struct maker_site *site)
{
	u8 types[PLOG_ARGS_MAX];
	u32 n = 0;

	site->plan = plog_args_plan(site->format);
	if (site->plan != PLOG_PLAN_TEXT)
		n = plog_args_types(site->plan, types);
	site->id = site_put(m, site, types, n);
}

u32 maker_site_raw(struct maker *m, const struct maker_site *site, const char *types)
{
	return site_put(m, site, (const u8 *)types, (u32)strlen(types));
}

void maker_ctx(struct maker *m, struct maker_ctx *ctx)
{
	struct bytes b = { .len = sizeof(struct plog_dict) };
	struct plog_dict *e = (struct plog_dict *)b.buf;

	e->type = PLOG_DICT_CTX;
	e->pid = plog_set32(ctx->pid);
	e->tid = plog_set32(ctx->tid);
	put_text(&b, ctx->comm);
	put_text(&b, ctx->exe);
	ctx->id = dict_put(m, &b);
}

static void lane_lease(struct maker *m, u32 lane, const struct plog_lane *l)
{
	struct plog_lease ask = { .lane = lane, .cursor = l->cursor, .now = m->arg.now };
	int err;

	if (m->lease)
		m->lease(m->arg_lease, m);
	m->leases++;
	err = plog_lease(&m->win, &ask);
	if (err)
		fail("lease", err);
}

/* As the writers do it: behind the lane's cursor, or in its next chunk. */
static void record_end(struct maker *m, u32 lane, struct bytes *b, struct plog_head *head)
{
	struct plog_lane *l = plog_window_lane(&m->win, lane % m->win.lanes);
	u32 off = PLOG_CURSOR_OFF(l->cursor), index, total;
	u32 stride = plog_record_stride(off, b->len, head->attr);
	u64 gen;

	if (!l->cursor || off + stride > m->win.geo.chunk_size) {
		lane_lease(m, lane % m->win.lanes, l);
		off = PLOG_CURSOR_OFF(l->cursor);
		stride = plog_record_stride(off, b->len, head->attr);
	}
	gen = PLOG_CURSOR_GEN(l->cursor);
	index = (u32)(gen % m->win.geo.chunk_count);
	head->dt = m->arg.now.counter - plog_window_slot(&m->win, index)->base;
	total = plog_record_seal(b->buf, b->len, head, plog_seed(m->win.salt, gen) ^ off);
	plog_put(plog_window_chunk(&m->win, index) + off, b->buf, total);
	l->cursor = PLOG_CURSOR(gen, off + stride);
}

static void names_put(struct bytes *b, const struct maker_site *site, const struct maker_ctx *ctx)
{
	if (!ctx->id) {
		put_u32(b, ctx->pid);
		put_u32(b, ctx->tid);
		put_counted(b, ctx->comm);
	}
	if (!site->id) {
		put_u32(b, site->line);
		put_counted(b, site->tag);
		put_counted(b, site->file);
		put_counted(b, site->func);
	}
}

void maker_bytes(struct maker *m, u32 lane, u32 attr, const struct maker_site *site,
		 const struct maker_ctx *ctx, const void *text, u32 n)
{
	struct bytes b = { .len = PLOG_RECORD_HEAD };
	struct plog_head head = { .site = site->id, .ctx = ctx->id, .attr = attr | PLOG_ATTR_TEXT };

	names_put(&b, site, ctx);
	put(&b, text, n < TEXT_MAX ? n : TEXT_MAX);
	record_end(m, lane, &b, &head);
}

void maker_raw(struct maker *m, u32 lane, u32 attr, u32 site, u32 ctx, const void *payload, u32 n)
{
	struct bytes b = { .len = PLOG_RECORD_HEAD };
	struct plog_head head = { .site = site, .ctx = ctx, .attr = attr };

	put(&b, payload, n);
	record_end(m, lane, &b, &head);
}

void maker_log(struct maker *m, u32 lane, u32 attr, const struct maker_site *site,
	       const struct maker_ctx *ctx, ...)
{
	struct bytes b = { .len = PLOG_RECORD_HEAD };
	struct plog_head head = { .site = site->id, .ctx = ctx->id, .attr = attr };
	struct plog_args args = { site->plan, site->format, EIO, 1 };
	char text[TEXT_MAX + 1];
	va_list ap;
	int n;

	va_start(ap, ctx);
	if (attr & PLOG_ATTR_TEXT || !site->id || site->plan == PLOG_PLAN_TEXT) {
		n = vsnprintf(text, sizeof(text), site->format, ap);
		maker_bytes(m, lane, attr, site, ctx, text, n < 0 ? 0 : (u32)n);
	} else {
		names_put(&b, site, ctx);
		n = plog_args_store(&args, (u8 *)b.buf + b.len, TEXT_MAX, ap);
		if (args.cut == 2)
			head.attr |= PLOG_ATTR_CUT;
		b.len += (u32)n;
		record_end(m, lane, &b, &head);
	}
	va_end(ap);
}
