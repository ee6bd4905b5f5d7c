// SPDX-License-Identifier: BSD-2-Clause
/*
 * Windows of which every byte is known: same arguments, same file, anywhere.
 *
 *	make_image example FILE		the 64 KiB window that docs/format.md explains
 *	make_image story FILE		256 KiB, three boots, laps, two clocks, all
 *					kinds of records and arguments
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/core.h"

#define MS 1000000ULL
#define SECOND (1000 * MS)

struct maker {
	u8 *base;
	u64 size;
	void *control;
	u32 control_size;
	struct plog_window win;
	struct plog_attach arg;
};

/* A record's payload, or the body of a dictionary entry behind its head. */
struct bytes {
	u64 buf[512];
	u32 len;
};

static void fail(const char *what, int err)
{
	fprintf(stderr, "make_image: %s: %s\n", what, strerror(-err));
	exit(1);
}

static void *pages(u64 size)
{
	void *p = aligned_alloc(PLOG_PAGE, size);

	if (!p)
		fail("memory", -ENOMEM);
	memset(p, 0, size);
	return p;
}

static void maker_init(struct maker *m, u64 size)
{
	static const u8 salt[] = { 0x78, 0x56, 0x34, 0x12 };

	memset(m, 0, sizeof(*m));
	m->size = size;
	m->base = pages(size);
	m->control_size = plog_control_bytes(size);
	m->control = pages(m->control_size);
	for (u32 i = 0; i < 16; i++)
		m->arg.random[i] = (u8)(0x11 * i);
	memcpy(m->arg.random + 16, salt, sizeof(salt));
	m->arg.kernel = "6.1.0";
	m->arg.machine = "x86_64";
	m->arg.shared_lanes = 4;
	m->arg.protect = 50;
}

/* A reset takes the control plane; mono starts again at five seconds. */
static void boot_begin(struct maker *m, u32 clock, u64 hz, u64 real)
{
	static u8 number;
	int err;

	number++;
	memset(m->control, 0, m->control_size);
	for (u32 i = 0; i < 16; i++)
		m->arg.boot_id[i] = (u8)(0xb0 + i + 16 * (number - 1));
	m->arg.clock = clock;
	m->arg.counter_hz = hz;
	m->arg.now.mono = 5 * SECOND;
	m->arg.now.boottime = 5 * SECOND;
	m->arg.now.counter = clock == PLOG_CLOCK_MONOTONIC ? 5 * SECOND : 0x123456789aULL;
	m->arg.now.real = real;
	err = plog_attach(&m->win, m->base, m->size, m->control, &m->arg, &(struct plog_report){});
	if (err)
		fail("attach", err);
}

static void boot_end(struct maker *m, u8 verdict, const char *reason)
{
	const struct plog_geometry *geo = &m->win.geo;
	struct plog_boot b;
	int slot = plog_boot_find(m->base, geo, m->win.salt, m->win.boot, &b);

	if (slot < 0)
		fail("boot entry", slot);
	b.state.verdict = verdict;
	b.state.alive = (struct plog_anchor){
		plog_set64(m->arg.now.counter),
		plog_set64(m->arg.now.mono),
		plog_set64(m->arg.now.boottime),
		plog_set64(m->arg.now.real),
	};
	snprintf(b.state.reason, sizeof(b.state.reason), "%s", reason);
	plog_boot_put_state(m->base, geo, m->win.salt, (u32)slot, &b.state);
}

static void wait_ns(struct maker *m, u64 ns)
{
	m->arg.now.mono += ns;
	m->arg.now.boottime += ns;
	m->arg.now.real += ns;
	m->arg.now.counter +=
		m->win.clock == PLOG_CLOCK_MONOTONIC ? ns : ns * (m->arg.counter_hz / MS) / 1000;
}

static void put(struct bytes *b, const void *p, u32 n)
{
	memcpy((u8 *)b->buf + b->len, p, n);
	b->len += n;
}

static void put_number(struct bytes *b, u64 v, u32 n)
{
	v = plog_set64(v);
	put(b, &v, n);
}

static void put_counted(struct bytes *b, const char *text)
{
	put_number(b, strlen(text), 1);
	put(b, text, (u32)strlen(text));
}

static struct bytes record_begin(void)
{
	return (struct bytes){ .len = PLOG_RECORD_HEAD };
}

static void put_context(struct bytes *b, u32 pid, u32 tid, const char *comm)
{
	put_number(b, pid, 4);
	put_number(b, tid, 4);
	put_counted(b, comm);
}

static void put_site(struct bytes *b, u32 line, const char *tag, const char *file, const char *func)
{
	put_number(b, line, 4);
	put_counted(b, tag);
	put_counted(b, file);
	put_counted(b, func);
}

/* As the writers do it: behind the lane's cursor, or in its next chunk. */
static void record_end(struct maker *m, u32 lane, struct bytes *b, u32 attr, u32 site, u32 ctx)
{
	struct plog_lane *l = plog_window_lane(&m->win, lane);
	u32 off = PLOG_CURSOR_OFF(l->cursor), stride = plog_record_stride(off, b->len, attr);
	struct plog_head head = { .site = site, .ctx = ctx, .attr = attr };
	u32 index, total;
	u64 gen;

	if (!l->cursor || off + stride > m->win.geo.chunk_size) {
		struct plog_lease ask = { .lane = lane, .cursor = l->cursor, .now = m->arg.now };
		int err = plog_lease(&m->win, &ask);

		if (err)
			fail("lease", err);
		off = PLOG_CURSOR_OFF(l->cursor);
		stride = plog_record_stride(off, b->len, attr);
	}
	wait_ns(m, MS);
	gen = PLOG_CURSOR_GEN(l->cursor);
	index = (u32)(gen % m->win.geo.chunk_count);
	head.dt = m->arg.now.counter - plog_window_slot(&m->win, index)->base;
	total = plog_record_seal(b->buf, b->len, &head, plog_seed(m->win.salt, gen) ^ off);
	plog_put(plog_window_chunk(&m->win, index) + off, b->buf, total);
	l->cursor = PLOG_CURSOR(gen, off + stride);
}

static u32 dict_put(struct maker *m, struct bytes *b, u8 type, u8 level, u32 line, u32 pid, u32 tid)
{
	struct plog_dict *e = (struct plog_dict *)b->buf;
	u32 id;
	int err;

	e->len = plog_set16((u16)b->len);
	e->type = type;
	e->level = level;
	e->line = plog_set32(line);
	e->pid = plog_set32(pid);
	e->tid = plog_set32(tid);
	err = plog_dict_put(&m->win, e, &id);
	if (err)
		fail("dictionary", err);
	return id;
}

static u32 dict_site(struct maker *m, u8 level, u32 line, const char *types,
		     const char *const text[4])
{
	struct bytes b = { .len = sizeof(struct plog_dict) };

	put(&b, types, (u32)strlen(types));
	for (u32 i = 0; i < 4; i++)
		put(&b, text[i], (u32)strlen(text[i]) + 1);
	return dict_put(m, &b, PLOG_DICT_SITE, level, line, (u32)strlen(types), 0);
}

static u32 dict_ctx(struct maker *m, u32 pid, u32 tid, const char *comm, const char *exe)
{
	struct bytes b = { .len = sizeof(struct plog_dict) };

	put(&b, comm, (u32)strlen(comm) + 1);
	put(&b, exe, (u32)strlen(exe) + 1);
	return dict_put(m, &b, PLOG_DICT_CTX, 0, 0, pid, tid);
}

#define APP(level) ((level) | PLOG_SOURCE_APP << PLOG_ATTR_SOURCE_SHIFT)
#define KERNEL(level) ((level) | PLOG_SOURCE_KERNEL << PLOG_ATTR_SOURCE_SHIFT)
#define MSG(level) ((level) | PLOG_SOURCE_MSG << PLOG_ATTR_SOURCE_SHIFT)
#define SELF(level) ((level) | PLOG_SOURCE_SELF << PLOG_ATTR_SOURCE_SHIFT)

static void log_text(struct maker *m, u32 lane, u32 attr, u32 site, u32 ctx, const char *text)
{
	struct bytes b = record_begin();

	if (!ctx)
		put_context(&b, 42, 43, "sh");
	if (!site)
		put_site(&b, 7, "t", "", "");
	put(&b, text, (u32)strlen(text));
	record_end(m, lane, &b, attr | PLOG_ATTR_TEXT, site, ctx);
}

static const char *const pump_text[4] = { "pump %d on", "pump", "pump.c", "pump_on" };

static void example(struct maker *m)
{
	static const char types[] = { PLOG_ARG_I32, 0 };
	struct bytes b = record_begin();
	u32 site, ctx;

	maker_init(m, 64 << 10);
	boot_begin(m, PLOG_CLOCK_MONOTONIC, SECOND, 1700000000 * SECOND);
	ctx = dict_ctx(m, 1234, 1235, "pumpd", "/usr/sbin/pumpd");
	site = dict_site(m, 6, 41, types, pump_text);
	put_number(&b, 3, 4);
	record_end(m, 0, &b, APP(6), site, ctx);
	log_text(m, 0, APP(4) | PLOG_ATTR_CLOSED, site, ctx, "pressure low");
	log_text(m, 0, APP(6), 0, 0, "hello");
}

static void log_lap(struct maker *m, u32 chunks, u32 site, u32 ctx, const char *what)
{
	u64 until = m->win.ctl->next_gen + chunks;
	char text[400];

	for (u32 i = 0; m->win.ctl->next_gen < until; i++) {
		int n = snprintf(text, sizeof(text), "%s %u ", what, i);

		memset(text + n, '.', i * 37 % 300);
		text[n + i * 37 % 300] = 0;
		log_text(m, i * 7 % 3, APP(i % 8) | (i % 8 <= 4 ? PLOG_ATTR_CLOSED : 0), site, ctx,
			 text);
	}
}

static void log_arguments(struct maker *m, u32 ctx)
{
	static const char types[] = { PLOG_ARG_I32,  PLOG_ARG_I64, PLOG_ARG_F64, PLOG_ARG_STR,
				      PLOG_ARG_STR,  PLOG_ARG_STR, PLOG_ARG_PTR, PLOG_ARG_X87,
				      PLOG_ARG_BLOB, PLOG_ARG_F128, 0 };
	static const char *const text[4] = { "%d %lld %g %s %s %s %p %Lg %s %Lg", "args",
					     "args.c", "all" };
	u32 site = dict_site(m, 7, 99, types, text);
	struct bytes b = record_begin();
	double pi = 3.141592653589793;
	char longer[300];

	put_number(&b, (u32)-5, 4);
	put_number(&b, (u64)-6000000000LL, 8);
	put(&b, &pi, 8);
	put_counted(&b, "short");
	memset(longer, 'x', sizeof(longer));
	put_number(&b, 0xff, 1);
	put_number(&b, sizeof(longer), 2);
	put(&b, longer, sizeof(longer));
	put_number(&b, 0xffffff, 3);
	put_number(&b, 0x7f0011223344ULL, 8);
	put_number(&b, 0xd000000000000000ULL, 8); /* 3.25 */
	put_number(&b, 0x4000, 8);
	put_number(&b, 3, 2);
	put_number(&b, 0xc0ffee, 3);
	put_number(&b, 0, 8);
	put_number(&b, 0xbffe800000000000ULL, 8); /* -0.75 */
	record_end(m, 3, &b, APP(7), site, ctx);
}

static void story(struct maker *m)
{
	u32 site, ctx;

	maker_init(m, 256 << 10);
	boot_begin(m, PLOG_CLOCK_MONOTONIC, SECOND, 1700000000 * SECOND);
	ctx = dict_ctx(m, 1234, 1235, "pumpd", "/usr/sbin/pumpd");
	site = dict_site(m, 6, 41, "", pump_text);
	log_lap(m, 20, site, ctx, "first");
	boot_end(m, PLOG_BOOT_REBOOT, "");
	boot_begin(m, PLOG_CLOCK_TSC, 2400 * MS, 1700001000 * SECOND);
	ctx = dict_ctx(m, 77, 77, "pumpd", "/usr/sbin/pumpd");
	site = dict_site(m, 6, 41, "", pump_text);
	log_lap(m, 70, site, ctx, "second");
	log_arguments(m, ctx);
	boot_end(m, PLOG_BOOT_PANIC, "sysrq triggered crash");
	boot_begin(m, PLOG_CLOCK_TSC, 2400 * MS, 1700002000 * SECOND);
	log_text(m, 0, SELF(5), 0, 0, "attached");
	log_text(m, 1, KERNEL(3), 0, 0, "usb 1-1: device descriptor read/64, error -71");
	log_text(m, 1, MSG(6), 0, 0, "from a shell");
	log_text(m, 2, APP(6), 0x1badbeef, 0x5eed, "whose entries are lost");
	log_text(m, 2, APP(6) | PLOG_ATTR_CUT, 0, ctx, "caf\xc3\xa9 \xff\x1b[31m\n\"cut\"");
}

int main(int argc, char **argv)
{
	struct maker m;
	FILE *f;

	if (argc == 3 && !strcmp(argv[1], "example"))
		example(&m);
	else if (argc == 3 && !strcmp(argv[1], "story"))
		story(&m);
	else
		return fputs("usage: make_image example|story FILE\n", stderr), 2;
	f = fopen(argv[2], "wb");
	if (!f || fwrite(m.base, 1, m.size, f) != m.size || fclose(f))
		fail(argv[2], -errno);
	free(m.base);
	free(m.control);
	return 0;
}
