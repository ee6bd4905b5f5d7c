// SPDX-License-Identifier: BSD-2-Clause
/* The operations of scenarios, and the journal of what they logged. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lane.h"
#include "model.h"
#include "plog.h"
#include "shim.h"
#include "stage.h"
#include "thread.h"

#define SITES 96u
#define START 1000000000ULL /* CLOCK_MONOTONIC of an attach */

static struct plog_site sites[SITES];
static char funcs[SITES][12];
static struct plog_map map;
static struct plog_attach arg;
static u8 *control;
static u64 swept[STAGE_LANES];
static enum plog_map_kind kind; /* a device's boot is noted alive by the module */
static u32 op_first;            /* first event of the operation under way */
static u32 said;                /* records so far: each has a number of its own */
static char last_text[CRASH_TEXT];
static u32 last_level, last_site;

static void *pages(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		CHECK_FAILED("no memory");
	return p;
}

static void sites_make(void)
{
	for (u32 i = 0; i < SITES; i++) {
		snprintf(funcs[i], sizeof(funcs[i]), "f%u", 100 + i);
		sites[i] = (struct plog_site){ .format = "%s",
					       .tag = CRASH_TAG,
					       .file = "scene.c",
					       .func = funcs[i],
					       .line = (int)(100 + i),
					       .level = PLOG_LEVEL_ANY_ };
	}
}

static void op_begin(void)
{
	op_first = shim.t->events;
}

static void op_done(void)
{
	struct trace *t = shim.t;

	shim_settle();
	if (memcmp(shim.base, shim.shadow, CRASH_SIZE))
		CHECK_FAILED("%s: a store was not noted", t->name);
	shim_boots();
	shim_event(EVENT_DONE, 0, 0);
	for (u32 i = 0; i < t->idents; i++)
		if (t->ident[i].done == CRASH_NEVER)
			t->ident[i].done = t->events - 1;
	for (u32 i = 0; i < t->states; i++)
		if (t->state[i].done == CRASH_NEVER)
			t->state[i].done = t->events - 1;
}

static void ident_note(struct trace *t, u32 slot, const struct plog_boot_ident *ident)
{
	for (u32 i = 0; i < t->idents; i++)
		if (t->ident[i].epoch == t->epoch &&
		    !memcmp(&t->ident[i].ident, ident, sizeof(*ident)))
			return;
	/* An older one in a copy that is not rewritten yet is in the list: this is new. */
	for (u32 i = 0; i < t->idents; i++)
		if (t->ident[i].slot == slot && t->ident[i].ends == CRASH_NEVER)
			t->ident[i].ends = op_first;
	if (t->idents == CRASH_IDENTS)
		CHECK_FAILED("%s: too many boots", t->name);
	t->ident[t->idents++] =
		(struct ident_entry){ t->epoch, slot, op_first, CRASH_NEVER, CRASH_NEVER, *ident };
}

static void state_note(struct trace *t, const struct plog_boot_state *state)
{
	for (u32 i = 0; i < t->states; i++)
		if (t->state[i].epoch == t->epoch &&
		    !memcmp(&t->state[i].state, state, sizeof(*state)))
			return;
	if (t->states == CRASH_STATES)
		CHECK_FAILED("%s: too many states of boots", t->name);
	t->state[t->states++] = (struct state_entry){ t->epoch, op_first, CRASH_NEVER, *state };
}

void shim_boots(void)
{
	struct trace *t = shim.t;

	for (u32 i = 0; t && i < 2 * t->geo.boot_slots; i++) {
		u32 slot = i / 2;
		const struct plog_boot *b =
			(const void *)(shim.base + t->geo.boot_off[i % 2] + slot * sizeof(*b));
		u32 salt = crash_salt(t->epoch);

		if (b->ident.boot &&
		    plog_crc32c(salt, &b->ident, sizeof(b->ident) - 4) == plog_get32(b->ident.crc))
			ident_note(t, slot, &b->ident);
		if (b->state.boot &&
		    plog_crc32c(salt, &b->state, sizeof(b->state) - 4) == plog_get32(b->state.crc))
			state_note(t, &b->state);
	}
}

static void snapshot(void)
{
	struct trace *t = shim.t;

	if (t->snapshots == CRASH_SNAPSHOTS)
		CHECK_FAILED("%s: too many resets", t->name);
	memcpy(t->snapshot[t->snapshots], shim.base, CRASH_SIZE);
	memcpy(shim.shadow, shim.base, CRASH_SIZE);
	shim_event(EVENT_RESET, t->snapshots++, 0);
}

void stage_open(struct trace *t, u64 pattern)
{
	if (!shim.base) {
		shim.base = pages(CRASH_SIZE);
		shim.shadow = pages(CRASH_SIZE);
		control = pages(plog_control_bytes(CRASH_SIZE));
	}
	shim.t = t;
	shim.pending = 0;
	shim.now = START;
	for (u32 i = 0; i < CRASH_SIZE / 8; i++)
		shim.shadow[i] = pattern * (2 * i + 1);
	memcpy(shim.base, shim.shadow, CRASH_SIZE);
	plog_geometry_make(&t->geo, CRASH_SIZE);
	if (t->geo.chunk_count != CRASH_CHUNKS)
		CHECK_FAILED("a window of %u bytes has %u chunks", CRASH_SIZE, t->geo.chunk_count);
	t->begin = t->formatted = t->formatting = CRASH_NEVER;
	said = 0;
	kind = PLOG_MAP_DEVICE;
	memset(&arg, 0, sizeof(arg));
	arg.counter_hz = 1000000000;
	arg.kernel = "6.1.0-crash";
	arg.machine = "none";
	arg.shared_lanes = STAGE_LANES;
	arg.flush = t->flush;
	arg.protect = 50;
	snapshot();
}

/* Attaches; each boot has an id of its own, and a fresh process that logs. */
static void attach(void)
{
	struct trace *t = shim.t;
	int err;

	arg.boot_id[0]++;
	op_begin();
	shim.now = START;
	plog_clock_instant(PLOG_CLOCK_MONOTONIC, &arg.now);
	memset(control, 0, plog_control_bytes(CRASH_SIZE));
	memset(&map, 0, sizeof(map));
	memset(swept, 0, sizeof(swept));
	err = plog_attach(&map.win, shim.base, CRASH_SIZE, control, &arg, &map.report);
	if (err)
		CHECK_FAILED("%s: attach: %s", t->name, strerror(-err));
	op_done();
	map.base = shim.base;
	map.size = CRASH_SIZE;
	map.kind = kind;
	map.flush = t->flush;
	map.fd = map.control_fd = -1;
	map.win.ctl->sweeping = 1;
	sites_make();
	if (plog_instance_use(&map, "memory"))
		CHECK_FAILED("%s: cannot use the window", t->name);
	plog_thread.last = 0;
	plog_thread.where = PLOG_NOWHERE;
	plog_thread.known = CRASH_NEVER; /* its names, but not this window */
	plog_thread.pid = CRASH_PID;
	plog_thread.tid = CRASH_PID + 1;
	snprintf(plog_thread.comm, sizeof(plog_thread.comm), "%s", CRASH_TAG);
}

static void attach_formatting(void)
{
	struct trace *t = shim.t;
	u32 salt = crash_salt(++t->epoch);

	memset(arg.random, (int)t->epoch, sizeof(arg.random));
	memcpy(arg.random + 16, &salt, sizeof(salt));
	t->formatting = t->events;
	for (u32 i = 0; i < t->entries; i++)
		if (t->entry[i].lost > t->events)
			t->entry[i].lost = t->events;
	for (u32 i = 0; i < t->idents; i++)
		if (t->ident[i].ends > t->events)
			t->ident[i].ends = t->events;
	attach();
	t->formatted = t->events - 1;
}

void stage_boot(void)
{
	if (!shim.t->epoch)
		attach_formatting();
	else
		attach();
	if (map.win.salt != crash_salt(shim.t->epoch))
		CHECK_FAILED("%s: the window got another salt", shim.t->name);
}

void stage_format(void)
{
	arg.format = true;
	attach_formatting();
	arg.format = false;
}

void stage_reset(bool drop)
{
	if (drop)
		model_least(shim.t, shim.t->events, shim.base);
	snapshot();
}

void stage_begin(void)
{
	snapshot();
	shim.t->begin = shim.t->events - 1;
}

void stage_damage(u64 off, u32 bytes)
{
	for (u32 i = 0; i < bytes; i++)
		shim.base[off + i] ^= 0x5a;
	snapshot();
}

static struct plog_lane *lane_of(u32 lane)
{
	return plog_window_lane(&map.win, map.win.cpu_lanes + lane);
}

/* The record that went in behind a cursor, as it is in the window. */
static struct entry *entry_note(u32 lane, u64 cursor, u64 after, bool done)
{
	struct trace *t = shim.t;
	struct entry *e = &t->entry[t->entries];
	u64 gen = PLOG_CURSOR_GEN(after);
	u32 off = PLOG_CURSOR_GEN(cursor) == gen ? PLOG_CURSOR_OFF(cursor)
						 : (u32)sizeof(struct plog_chunk);
	u32 index = (u32)(gen % CRASH_CHUNKS);
	const u8 *chunk = shim.base + plog_chunk_offset(&t->geo, index);
	const struct plog_chunk *head = (const void *)chunk;
	u64 dt = 0;
	u16 len;

	if (t->entries++ == CRASH_RECORDS)
		CHECK_FAILED("%s: too many records", t->name);
	memcpy(&len, chunk + off + 4, sizeof(len));
	memcpy(&dt, chunk + off + 16, 6);
	*e = (struct entry){ .gen = gen,
			     .boot = map.win.boot,
			     .epoch = t->epoch,
			     .lane = lane,
			     .off = off,
			     .bytes = (len + 7u) & ~7u,
			     .level = last_level,
			     .line = 100 + last_site,
			     .mono = head->base_mono + dt,
			     .put = op_first,
			     .done = done ? t->events - 1 : CRASH_NEVER,
			     .swept = CRASH_NEVER,
			     .must = CRASH_NEVER,
			     .lost = CRASH_NEVER };
	if (after == cursor || len < PLOG_RECORD_HEAD || e->bytes > sizeof(e->copy) ||
	    off + e->bytes > PLOG_CHUNK_MIN)
		CHECK_FAILED("%s: a record was not written", t->name);
	memcpy(e->copy, chunk + off, e->bytes);
	snprintf(e->text, sizeof(e->text), "%s", last_text);
	e->next = t->first_at[index][off / 8];
	t->first_at[index][off / 8] = t->entries;
	return e;
}

static void text_make(u32 level, u32 site, u32 size)
{
	u32 n = (u32)snprintf(last_text, sizeof(last_text), "#%u", ++said);

	for (; n < size && n < sizeof(last_text) - 1; n++)
		last_text[n] = (char)('a' + (said + n) % 26);
	last_text[n] = 0;
	last_level = level;
	last_site = site;
}

static void speak(u32 lane)
{
	u64 cursor = lane_of(lane)->cursor;

	op_begin();
	plog_thread.lane = lane;
	plog_site_printf(&sites[last_site], (int)last_level, "%s", last_text);
	op_done();
	entry_note(lane, cursor, lane_of(lane)->cursor, true);
}

void stage_say(u32 lane, u32 level, u32 site, u32 size)
{
	text_make(level, site, size);
	speak(lane);
}

void stage_say_again(u32 lane)
{
	speak(lane);
}

static void child_wait(pid_t child)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
	    WEXITSTATUS(status))
		CHECK_FAILED("%s: a writer's process did not end as it should", shim.t->name);
}

/* A fork makes the thread ask again who it is, and so forget its lane. */
static void child_speak(u32 lane)
{
	plog_thread.known = CRASH_NEVER;
	plog_thread.lane = lane;
	plog_site_printf(&sites[last_site], (int)last_level, "%s", last_text);
}

/* The first child is let go on, so that we know what the second one was about to write. */
void stage_kill(u32 lane, u32 level, u32 site, u32 size, u32 nth)
{
	static u8 kept[CRASH_SIZE], kept_control[1 << 17];
	u32 control_size = plog_control_bytes(CRASH_SIZE);
	struct trace *t = shim.t;
	u64 cursor = lane_of(lane)->cursor;
	pid_t child;

	text_make(level, site, size);
	op_begin();
	memcpy(kept, shim.base, CRASH_SIZE);
	memcpy(kept_control, control, control_size);
	fflush(NULL);
	child = fork();
	if (!child) {
		shim.t = NULL;
		child_speak(lane);
		_exit(0);
	}
	child_wait(child);
	if (PLOG_CURSOR_GEN(lane_of(lane)->cursor) != PLOG_CURSOR_GEN(cursor))
		CHECK_FAILED("%s: a killed writer leased a chunk", t->name);
	entry_note(lane, cursor, lane_of(lane)->cursor, false);
	memcpy(shim.base, kept, CRASH_SIZE);
	memcpy(control, kept_control, control_size);
	child = fork();
	if (!child) {
		shim.kill_store = nth;
		shim.kill_word = nth ? NULL : &lane_of(lane)->cursor;
		child_speak(lane);
		_exit(1);
	}
	child_wait(child);
	shim_event(EVENT_DONE, 0, 0);
	if (lane_of(lane)->cursor != cursor || memcmp(shim.base, shim.shadow, CRASH_SIZE))
		CHECK_FAILED("%s: a killed writer left more than it stored", t->name);
}

void stage_fill(u32 lane, u32 size)
{
	while (PLOG_CURSOR_OFF(lane_of(lane)->cursor) + size + 64 <= PLOG_CHUNK_MIN)
		stage_say(lane, PLOG_INFO, 0, size);
}

void stage_chunks(u32 n)
{
	u64 from = map.win.ctl->next_gen;

	for (u32 i = 0; map.win.ctl->next_gen - from < n; i++)
		stage_say(i % STAGE_LANES, i % 7 ? PLOG_INFO : PLOG_WARNING, i % 3, SIZE_LONG);
	stage_fill(0, SIZE_LONG);
	stage_fill(1, SIZE_LONG);
}

/* As the module's sweep does it: from the cursor that it saw the last time. */
void stage_sweep(void)
{
	struct trace *t = shim.t;

	op_begin();
	for (u32 lane = 0; lane < STAGE_LANES; lane++) {
		u64 new = lane_of(lane)->cursor, gen = PLOG_CURSOR_GEN(new);
		u32 from = PLOG_CURSOR_GEN(swept[lane]) == gen ? PLOG_CURSOR_OFF(swept[lane]) : 0;

		if (!new)
			continue;
		/* A chunk that was left meanwhile: all of the window will do. */
		if (PLOG_CURSOR_GEN(swept[lane]) != gen)
			plog_clean(shim.base, CRASH_SIZE);
		plog_clean(plog_window_chunk(&map.win, (u32)(gen % CRASH_CHUNKS)) + from,
			   PLOG_CURSOR_OFF(new) - from);
		swept[lane] = new;
	}
	for (u32 i = 0; i < t->entries; i++)
		if (t->entry[i].done != CRASH_NEVER && t->entry[i].swept == CRASH_NEVER &&
		    t->entry[i].boot == map.win.boot)
			t->entry[i].swept = t->events;
	plog_fence();
	op_done();
}

void stage_verdict(u8 verdict, const char *reason)
{
	struct plog_boot b;
	int slot = plog_boot_find(shim.base, &map.win.geo, map.win.salt, map.win.boot, &b);

	if (slot < 0)
		CHECK_FAILED("%s: no boot %u", shim.t->name, map.win.boot);
	b.state.verdict = verdict;
	b.state.alive.mono = b.state.alive.mono + 1;
	if (reason)
		snprintf(b.state.reason, sizeof(b.state.reason), "%s", reason);
	op_begin();
	plog_boot_put_state(shim.base, &map.win.geo, map.win.salt, (u32)slot, &b.state);
	op_done();
}

void stage_harvest(u32 boot)
{
	struct trace *t = shim.t;

	op_begin();
	if (plog_harvest(&map.win, boot))
		CHECK_FAILED("%s: boot %u cannot be harvested", t->name, boot);
	op_done();
	for (u32 i = 0; i < t->entries; i++)
		if (t->entry[i].boot == boot && t->entry[i].keep == CRASH_NEVER)
			t->entry[i].keep = t->events;
	if (plog_harvest(&map.win, map.win.boot) != -EBUSY)
		CHECK_FAILED("%s: the running boot can be harvested", t->name);
}

void stage_heartbeat(void)
{
	kind = PLOG_MAP_MEM;
}

void stage_wait(u64 ns)
{
	shim.now += ns;
}

u32 stage_boot_number(void)
{
	return map.win.boot;
}

void stage_keep(u32 chunks)
{
	struct trace *t = shim.t;
	u64 from = ~0ULL;

	for (; chunks; chunks--) {
		u64 best = 0;

		for (u32 i = 0; i < t->entries; i++)
			if (t->entry[i].boot == map.win.boot - 1 && t->entry[i].gen < from &&
			    t->entry[i].gen > best)
				best = t->entry[i].gen;
		from = best ? best : from;
	}
	for (u32 i = 0; i < t->entries; i++)
		if (t->entry[i].boot == map.win.boot - 1 && t->entry[i].gen >= from)
			t->entry[i].keep = CRASH_NEVER;
}

void stage_close(void)
{
	promises_make(shim.t);
	shim.t = NULL;
}
