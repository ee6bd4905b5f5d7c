// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the module does to a window before anybody has looked at it: attach with
 * all its repairs, join, dictionary, leases, protection; and the same with a
 * control plane that others have written nonsense into.
 *
 * Window and control plane end at pages that cannot be touched, every store into
 * the window is checked (--wrap), and an attach must leave something that can be
 * logged to, read, and attached again.
 */
#include "core/core.h"
#include "control_spoil.h"
#include "core/control.h"
#include "fuzz.h"
#include "plog_reader.h"
#include "scan.h"

#define WINDOW_MAX (256u << 10)
#define PAGE 4096u

/**
 * struct params - the first bytes of an input; the window's bytes are behind
 * @size:	of the window, which is one of four
 * @fill:	of what the input does not have of it
 * @protect:	percent
 * @lanes:	that are asked for
 * @flags:	FLAG_*
 * @seed:	of what is written into the control plane
 */
struct params {
	u8 size;
	u8 fill;
	u8 protect;
	u8 lanes;
	u8 flags;
	u8 reserved[3];
	u64 seed;
	u64 reserved1[2];
};

#define FLAG_FORMAT 1u
#define FLAG_OTHER_BOOT 2u /* a boot_id that the window does not know */
#define FLAG_HOSTILE 4u    /* spoil the control plane as well */

_Static_assert(sizeof(struct params) == 32, "as long as the mutator's prefix");

const size_t fuzz_prefix = sizeof(struct params);

static u8 *window_end, *control_end; /* the pages behind */
static u8 *base, *control;
static u32 size, control_size;

void __real_plog_put(void *dst, const void *src, size_t n);
void __real_plog_zero(void *dst, size_t n);
void __wrap_plog_put(void *dst, const void *src, size_t n);
void __wrap_plog_zero(void *dst, size_t n);

static void store_check(const void *dst, size_t n)
{
	size_t at = (size_t)((const u8 *)dst - base);

	FUZZ_CHECK((const u8 *)dst >= base && at <= size && n <= size - at);
	FUZZ_CHECK(at % 8 == 0 && n % 8 == 0);
}

void __wrap_plog_put(void *dst, const void *src, size_t n)
{
	store_check(dst, n);
	__real_plog_put(dst, src, n);
}

void __wrap_plog_zero(void *dst, size_t n)
{
	store_check(dst, n);
	__real_plog_zero(dst, n);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	window_end = fuzz_guarded(WINDOW_MAX);
	control_end = fuzz_guarded(plog_control_bytes(WINDOW_MAX));
	return 0;
}

static void memory_make(const struct params *p, const u8 *data, size_t n)
{
	static const u32 sizes[] = { 65536, 65536 + PAGE, 131072, WINDOW_MAX };

	size = sizes[p->size % 4];
	control_size = plog_control_bytes(size);
	base = window_end - size;
	control = control_end - control_size;
	n = n < size ? n : size;
	memset(base, p->fill & 1 ? 0xff : 0, size);
	memcpy(base, data, n);
}

static struct plog_attach attach_arg(const struct params *p, u8 boot)
{
	struct plog_attach arg = { .now = { 1000000, 1000000, 1000000, 1700000000000000000ULL },
				   .clock = PLOG_CLOCK_MONOTONIC,
				   .counter_hz = 1000000000,
				   .kernel = "6.1.0-fuzz",
				   .machine = "fuzz",
				   .cpu_lanes = p->lanes & 3,
				   .shared_lanes = 1 + (p->lanes >> 2 & 7),
				   .kernel_lanes = p->lanes >> 5,
				   .protect = p->protect % 91,
				   .format = boot == 1 && (p->flags & FLAG_FORMAT) };

	memset(arg.boot_id, p->flags & FLAG_OTHER_BOOT ? 0xe0 + boot : boot, sizeof(arg.boot_id));
	memset(arg.random, 0x5a + boot, sizeof(arg.random));
	return arg;
}

static void geometry_check(const struct plog_geometry *geo)
{
	struct plog_geometry copy;
	u32 i;
	const struct scan_layout lay = {
		.size = geo->size,
		.super_off = { geo->super_off[0], geo->super_off[1], geo->super_off[2] },
		.boot_off = { geo->boot_off[0], geo->boot_off[1] },
		.dict_off = { geo->dict_off[0], geo->dict_off[1] },
		.chunk_off = { geo->chunk_off[0], geo->chunk_off[1] },
		.chunk_size = geo->chunk_size,
		.chunk_count = geo->chunk_count,
		.chunk_split = geo->chunk_split,
		.boot_slots = geo->boot_slots,
		.dict_size = geo->dict_size,
	};

	/* By the reader's own rules, too. */
	FUZZ_CHECK(geo->size <= size && plog_scan_layout_check(&lay));
	/* All copies were made whole, and nothing was written over them since. */
	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		FUZZ_CHECK(!plog_super_check((void *)(base + geo->super_off[i]), size, &copy));
}

/*
 * Attach; false when it refuses, for a reason that there is, and has not written.
 * While it runs chunks may be written only by a format.
 */
static bool attach(struct plog_window *win, const struct plog_attach *arg)
{
	static u8 before[WINDOW_MAX];
	struct plog_report report;
	int err;

	memcpy(before, base, size);
	memset(control, 0, control_size);
	err = plog_attach(win, base, size, control, arg, &report);
	if (err) {
		FUZZ_CHECK(err == -EFBIG || err == -EPROTONOSUPPORT);
		FUZZ_CHECK(err != -EFBIG || report.made_size > size);
		FUZZ_CHECK(!arg->format && !memcmp(before, base, size));
		return false;
	}
	geometry_check(&win->geo);
	FUZZ_CHECK(win->boot && win->boot == report.boot && win->salt);
	FUZZ_CHECK(report.protected_chunks <= win->geo.chunk_count * arg->protect / 100);
	FUZZ_CHECK(report.chunks + report.damaged <= win->geo.chunk_count);
	if (report.found == PLOG_FOUND_VALID || report.found == PLOG_FOUND_DAMAGED) {
		u32 i;

		for (i = 0; i < win->geo.chunk_count; i++) {
			u64 off = plog_chunk_offset(&win->geo, i);

			FUZZ_CHECK(!memcmp(before + off, base + off, win->geo.chunk_size));
		}
	}
	return true;
}

static void join_check(const struct plog_window *win)
{
	struct plog_window other;

	FUZZ_CHECK(!plog_window_join(&other, base, size, control, control_size));
	FUZZ_CHECK(!memcmp(&other.geo, &win->geo, sizeof(other.geo)));
	FUZZ_CHECK(other.lanes == win->lanes && other.boot == win->boot &&
		   other.salt == win->salt && other.map_off == win->map_off);
	FUZZ_CHECK(plog_window_join(&other, base, size, control, control_size - PAGE) == -EINVAL);
}

static int dict_put(struct plog_window *win, u8 type, const char *body, u32 n, u32 *id)
{
	u64 room[64] = { 0 };
	struct plog_dict *e = (void *)room;

	e->len = plog_set16((u16)(sizeof(*e) + n));
	e->type = type;
	e->pid = plog_set32(type == PLOG_DICT_CTX ? 4321 : 0);
	memcpy(e + 1, body, n);
	return plog_dict_put(win, e, id);
}

static int lease(struct plog_window *win, u32 lane, u64 mono)
{
	struct plog_lease ask = { .lane = lane,
				  .cursor = plog_window_lane(win, lane)->cursor,
				  .now = { mono, mono, mono, mono } };

	return plog_lease(win, &ask);
}

/* A record of text behind the cursor, as a writer makes it. */
static void record_put(struct plog_window *win, u32 lane, u32 site, u32 ctx, const char *text)
{
	struct plog_lane *l = plog_window_lane(win, lane);
	struct plog_head head = { .site = site, .ctx = ctx, .attr = PLOG_ATTR_TEXT | 6 };
	u64 gen = PLOG_CURSOR_GEN(l->cursor), buf[32] = { 0 };
	u32 off = PLOG_CURSOR_OFF(l->cursor), index = (u32)(gen % win->geo.chunk_count);
	u32 len = PLOG_RECORD_HEAD + (u32)strlen(text), total;

	FUZZ_CHECK(off == sizeof(struct plog_chunk));
	memcpy((u8 *)buf + PLOG_RECORD_HEAD, text, strlen(text));
	total = plog_record_seal(buf, len, &head, plog_window_slot(win, index)->seed ^ off);
	plog_put(plog_window_chunk(win, index) + off, buf, total);
	l->cursor = PLOG_CURSOR(gen, off + total);
}

/* The running boot's one record, with its names, whatever else there is. */
static void read_back(const struct plog_attach *arg, const char *text, bool named)
{
	const struct plog_reader_boot *boots;
	struct plog_reader_record rec;
	struct plog_reader *reader;
	u32 n, i, found = 0;

	FUZZ_CHECK(!plog_reader_open_memory(&reader, base, size));
	plog_reader_running(reader, arg->boot_id);
	n = plog_reader_boots(reader, &boots);
	for (i = 0; i < n && boots[i].index; i++)
		;
	FUZZ_CHECK(i < n);
	FUZZ_CHECK(!memcmp(boots[i].boot_id, arg->boot_id, 16));
	plog_reader_select(reader, i, 1);
	while (plog_reader_next(reader, &rec)) {
		if (rec.msg.len != strlen(text) || memcmp(rec.msg.text, text, rec.msg.len))
			continue;
		found++;
		FUZZ_CHECK(rec.verdict == PLOG_VERDICT_INTACT && rec.level == 6);
		FUZZ_CHECK(!named || (rec.pid == 4321 && rec.tag.len == 3));
	}
	FUZZ_CHECK(found == 1);
	plog_reader_close(reader);
}

/* Generations end at 2^47; a window that says that it is there cannot be logged to. */
static bool spent(const struct plog_window *win)
{
	return win->ctl->next_gen >> 47;
}

static void use(struct plog_window *win, const struct plog_attach *arg, const char *text)
{
	u32 site = 0, ctx = 0, lane = win->lanes - 1, again = 0;
	int err = dict_put(win, PLOG_DICT_SITE, "%s\0tag\0f.c\0f", 13, &site), err2;

	FUZZ_CHECK(!err || err == -ENOSPC);
	err2 = dict_put(win, PLOG_DICT_CTX, "comm\0exe", 9, &ctx);
	FUZZ_CHECK(!err2 || err2 == -ENOSPC);
	FUZZ_CHECK((err || site) && (err2 || (ctx && ctx <= PLOG_CTX_MASK)));
	if (!err)
		FUZZ_CHECK(!dict_put(win, PLOG_DICT_SITE, "%s\0tag\0f.c\0f", 13, &again) &&
			   again == site);
	err |= err2;
	if (spent(win)) {
		FUZZ_CHECK(lease(win, lane, 2000000) == -ENOSPC);
		return;
	}
	err2 = lease(win, lane, 2000000);
	if (err2 == -ENOSPC && win->geo.chunk_count <= 2 * win->lanes)
		return;
	FUZZ_CHECK(!err2);
	record_put(win, lane, err ? 0x7777 : site, err ? 0x7777 : ctx, text);
	read_back(arg, text, !err);
}

/* The control plane's numbers are not believed; with the private copy all goes on, somehow. */
static void spoiled(struct plog_window *win, u64 seed)
{
	struct fuzz_random r = fuzz_seeded(seed);
	struct plog_window other;
	u32 id, i;
	int err;

	control_spoil(&r, win, fuzz_below(&r, 2) ? 0 : sizeof(struct plog_control));
	err = plog_window_join(&other, base, size, control, control_size);
	if (!err) {
		FUZZ_CHECK(other.lanes == other.ctl->lanes && other.map_off == other.ctl->map_off);
		geometry_check(&other.geo);
	}
	for (i = 0; i < 2 * win->lanes + 4; i++) {
		err = lease(win, i % win->lanes, 3000000 + i);
		FUZZ_CHECK(!err || err == -ENOSPC);
		dict_put(win, PLOG_DICT_SITE, (const char *)&r, 8, &id);
		dict_put(win, PLOG_DICT_CTX, "spoiled\0exe", 12, &id);
		control_spoil(&r, win, sizeof(struct plog_control));
		plog_protect(win, 50);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct plog_window win;
	struct plog_attach arg;
	struct params p;
	u64 begin = fuzz_now();

	if (n < sizeof(p))
		return 0;
	memcpy(&p, data, sizeof(p));
	memory_make(&p, data + sizeof(p), n - sizeof(p));
	arg = attach_arg(&p, 1);
	if (!attach(&win, &arg))
		return 0;
	join_check(&win);
	use(&win, &arg, "the first record");
	if (p.flags & FLAG_HOSTILE)
		spoiled(&win, p.seed);
	arg = attach_arg(&p, 2);
	FUZZ_CHECK(attach(&win, &arg));
	use(&win, &arg, "the second record");
	fuzz_slow_note(fuzz_now() - begin, n);
	return 0;
}
