// SPDX-License-Identifier: BSD-2-Clause
/* Records of killstep: each has a number, and a fate that the reader has to confirm. */
#include <stdio.h>

#define PLOG_TAG "killstep"
#include "plog.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "killstep.h"
#include "plog_reader.h"
#include "thread.h"

#define RECORD 40u  /* bytes of a record without a filler */
#define LOOK_AT 60u /* records before a trial that are looked at, too */
#define FORMAT "kill id=%u x=%08x %s"

const char *const ways[] = { "bare", "trap", "shared", "step" };
const char *const finds[] = { "", ", cold", ", lease", ", fresh", ", held", ", busy", ", again" };

struct plog_window *win;
u32 cpu, failures;
u64 drops;
static u8 fate[IDS_MAX];
static u64 when[IDS_MAX];    /* before it was logged, CLOCK_MONOTONIC, ns */
static pid_t fresh[IDS_MAX]; /* the process, where that is to be checked */
static u32 ids = 1;
static u32 checked_from = 1;
static char filler[FILL_MAX + 1];

static u32 checksum(u32 id)
{
	return id * 2654435761u ^ 0x5bd1e995u;
}

void complain(const struct trial *t, const char *what, u32 id)
{
	if (failures++ < 20)
		printf("# %s%s, step %u: %s (record %u)\n", ways[t->way], finds[t->what], t->step,
		       what, id);
}

/* --- windows --- */

void window_remove(const char *path)
{
	char control[100];
	struct stat st;

	if (stat(path, &st))
		return;
	snprintf(control, sizeof(control), "/dev/shm/plog-ctl-%llx-%llx",
		 (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	unlink(control);
	unlink(path);
}

void window_make(const char *path)
{
	struct plog_map map;

	window_remove(path);
	memset(filler, 'f', FILL_MAX);
	if (plog_map_init(&map, path, 256 << 10, true)) {
		fprintf(stderr, "killstep: %s\n", map.why);
		exit(3);
	}
	plog_map_close(&map);
	if (plog_open(path)) {
		fprintf(stderr, "killstep: %s: cannot be opened\n", path);
		exit(3);
	}
	win = &plog_instance_current->map.win;
	drops = 0;
	check_begin();
	checked_from = ids;
	say(id_new(MUST), 0);
}

bool window_wears_out(void)
{
	const u8 *map = (const u8 *)win->ctl + win->map_off;
	u32 used = 0, i;

	for (i = 0; i < win->dict_slots; i++)
		used += map[i];
	return used > win->dict_slots / 2 || plog_load(&win->ctl->dict_full);
}

/* --- records --- */

u32 id_new(enum fate f)
{
	struct timespec now;

	if (ids >= IDS_MAX)
		exit(3);
	fate[ids] = (u8)f;
	clock_gettime(CLOCK_MONOTONIC, &now);
	when[ids] = (u64)now.tv_sec * 1000000000u + (u64)now.tv_nsec;
	return ids++;
}

void id_fate(u32 id, enum fate f, pid_t pid)
{
	fate[id] = (u8)f;
	fresh[id] = pid;
}

void say(u32 id, u32 fill)
{
	plog(PLOG_INFO, FORMAT, id, checksum(id), filler + FILL_MAX - fill);
}

/* A site that nobody has seen before, as the macro would make it. */
static struct plog_site fresh_site = {
	.format = FORMAT, .tag = PLOG_TAG, .file = __FILE__, .level = PLOG_INFO
};
static char fresh_name[24];

void say_fresh(u32 id)
{
	char *to = fresh_name + 6;
	u32 n = id;

	/* A handler may not do this in between: stdio is not for stepping through. */
	memcpy(fresh_name, "fresh_", 6);
	do
		*to++ = (char)('0' + n % 10);
	while (n /= 10);
	*to = 0;
	fresh_site.func = fresh_name;
	fresh_site.line = (int)id;
	fresh_site.cache = 0;
	plog_site_printf(&fresh_site, PLOG_INFO, FORMAT, id, checksum(id), "");
}

bool fresh_known(u32 id)
{
	say_fresh(id);
	return (u32)fresh_site.cache;
}

static u32 room(u32 lane)
{
	u64 cursor = plog_load(&plog_window_lane(win, lane)->cursor);

	return cursor ? win->geo.chunk_size - PLOG_CURSOR_OFF(cursor) : 0;
}

u32 shared_lane(void)
{
	return win->cpu_lanes + plog_thread.lane % win->shared_lanes;
}

void fill_up(u32 lane, bool shared)
{
	struct plog_rseq *rs = plog_thread.rseq;
	u32 left;

	if (shared)
		plog_thread.rseq = PLOG_RSEQ_NONE;
	while ((left = room(lane)) >= RECORD)
		say(id_new(MUST), left < 2 * RECORD              ? 0
				  : left - 2 * RECORD > FILL_MAX ? FILL_MAX
								 : left - 2 * RECORD);
	plog_thread.rseq = rs;
}

void chunk_known(void)
{
	if (room(cpu) < 4 * RECORD)
		fill_up(cpu, false);
	say(id_new(MUST), 0);
}

static void shared_log(const struct trial *t, u32 lane)
{
	u64 *cursor = &plog_window_lane(win, win->cpu_lanes + lane)->cursor;
	u64 before = plog_load(cursor);

	plog_thread.lane = lane;
	say(id_new(MUST), 0);
	if (plog_load(cursor) == before)
		complain(t, "left a shared lane that is stuck", lane);
}

/* All lanes that it may have used have to work; so what was not committed is covered. */
void others_log(const struct trial *t)
{
	struct plog_rseq *rs = plog_thread.rseq;
	u32 lane = plog_thread.lane, own = lane % win->shared_lanes, i;
	u64 before = plog_load(&plog_window_lane(win, cpu)->cursor);

	say(id_new(MUST), 0);
	if (plog_load(&plog_window_lane(win, cpu)->cursor) == before)
		complain(t, "left a CPU's lane that is stuck", 0);
	plog_thread.rseq = PLOG_RSEQ_NONE;
	for (i = 0; i < win->shared_lanes; i++)
		if (i == own || t->what == FRESH || t->what == HELD)
			shared_log(t, i);
	plog_thread.rseq = rs;
	plog_thread.lane = lane;
	if (t->what == FRESH && !fresh_known(id_new(MUST)))
		complain(t, "left a dictionary that is stuck", 0);
}

/* --- the verdict --- */

void check_begin(void)
{
	if (ids - checked_from > LOOK_AT)
		checked_from = ids - LOOK_AT;
}

/* Who logged it, and where: a context and a site that were half inserted would tell. */
static bool origin_right(const struct plog_reader_record *r, u32 id)
{
	char name[24];
	int n = snprintf(name, sizeof(name), "fresh_");
	u32 v = id;

	if (!fresh[id])
		return true;
	do
		name[n++] = (char)('0' + v % 10);
	while (v /= 10);
	return r->pid == fresh[id] && r->tid == fresh[id] && r->line == (int64_t)id &&
	       r->func.len == (size_t)n && !memcmp(r->func.text, name, (size_t)n);
}

static void record_check(const struct plog_reader_record *r, u8 *seen, const struct trial *t)
{
	char text[64];
	u32 id, x;

	snprintf(text, sizeof(text), "%.*s", (int)(r->msg.len < 63 ? r->msg.len : 63), r->msg.text);
	if (sscanf(text, "kill id=%u x=%8x", &id, &x) != 2 || id >= ids || checksum(id) != x) {
		complain(t, "a phantom", 0);
		return;
	}
	if (r->verdict != PLOG_VERDICT_INTACT)
		complain(t, "not intact", id);
	if (fate[id] == GONE)
		complain(t, "was not committed, and is there", id);
	if (!origin_right(r, id))
		complain(t, "is said to be of another place or process", id);
	if (id >= checked_from && seen[id - checked_from]++)
		complain(t, "is there twice", id);
}

/*
 * A lane that is seldom used has an old chunk, which is overwritten as soon as the
 * lane leaves it: the reader says so by @complete_mono.
 */
void check(const struct trial *t)
{
	const struct plog_reader_boot *boots;
	struct plog_reader *reader;
	struct plog_reader_record r;
	u8 *seen = calloc(ids - checked_from + 1, 1);
	u32 id, n;

	if (!seen || plog_reader_open_memory(&reader, win->base, win->geo.size))
		exit(3);
	n = plog_reader_boots(reader, &boots);
	if (n != 1 || boots[0].damaged || boots[0].repaired || boots[0].dropped > drops)
		complain(t, "damage, or dropped records", 0);
	if (!n)
		exit(1);
	while (plog_reader_next(reader, &r))
		record_check(&r, seen, t);
	for (id = checked_from; id < ids; id++)
		if (fate[id] == MUST && !seen[id - checked_from] &&
		    (int64_t)when[id] > boots[n - 1].complete_mono)
			complain(t, "is missing", id);
	plog_reader_close(reader);
	free(seen);
}
