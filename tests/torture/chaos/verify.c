// SPDX-License-Identifier: BSD-2-Clause
/*
 * The verdict: what a fresh reader finds in the window against what the writers
 * noted, record by record.
 *
 *	every record	text, checksum, severity, process and thread as they were
 *			logged; not from a call that was never begun
 *	every stream	in order; none twice, but for the copy of a writer that was
 *			preempted right before its commit: one of the two must lie
 *			behind what its lane committed
 *	every call	that returned is there, if it was begun later than the reader
 *			says the log is complete since; as many may be missing as the
 *			control plane says were dropped, and not more
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLOG_TAG "chaos"
#include "chaos.h"
#include "lock.h"
#include "plog.h"
#include "plog_reader.h"
#include "thread.h"

#define DOUBLES_MAX 256u

struct seen {
	u32 last;
	u32 found;
	bool young; /* the last one is of the time from which on all is there */
	u64 seq;
};

struct verdict {
	struct chaos *c;
	struct plog_window *win;
	u64 since;         /* complete since, ns */
	u64 missing, late; /* calls that returned, of both kinds of streams */
	u64 unfinished;
	u32 doubles;
	u64 pair[DOUBLES_MAX][2];
	u32 *top; /* offset of the last record of each chunk */
	struct seen seen[LIVES][STREAMS];
};

static void gap(struct verdict *v, u32 index, u32 stream, u32 from, u32 to)
{
	const struct stream *s = &v->c->board->life[index].stream[stream];
	bool young = v->seen[index][stream].young;
	u32 n;

	for (n = from; n < to; n++) {
		if (!young && (n + RING <= s->begun || s->at[n % RING] <= v->since))
			continue;
		if (stream >= DEBUGS) {
			v->late++;
			continue;
		}
		v->missing++;
	}
}

static void double_note(struct verdict *v, u64 one, u64 other)
{
	if (v->doubles < DOUBLES_MAX) {
		v->pair[v->doubles][0] = one;
		v->pair[v->doubles][1] = other;
	}
	v->doubles++;
}

static void order_check(struct verdict *v, u32 index, u32 stream, u32 n,
			const struct plog_reader_record *r)
{
	struct seen *s = &v->seen[index][stream];

	if (n == s->last) {
		double_note(v, s->seq, r->seq);
	} else if (n < s->last) {
		complain(v->c, "process %u, stream %u: %u comes after %u (%llx, %llx; %lld ns)",
			 index, stream, n, s->last, (unsigned long long)r->seq,
			 (unsigned long long)s->seq,
			 (long long)(r->mono -
				     v->c->board->life[index].stream[stream].at[n % RING]));
	} else {
		gap(v, index, stream, s->last + 1, n);
		s->found++;
		s->last = n;
	}
	s->seq = r->seq;
	s->young |= r->mono > v->since;
}

static bool same_record(const struct plog_reader_record *r, u32 index, u32 stream, u32 n,
			const struct life *life)
{
	static char text[FILL_MAX + 100];
	u32 sum = chaos_sum(index, stream, n);
	int len = snprintf(text, sizeof(text), CHAOS_FORMAT, index, stream, n, sum,
			   chaos_filler(sum));
	int level = stream >= DEBUGS ? PLOG_DEBUG : sum % 16 ? PLOG_INFO : PLOG_WARNING;

	return r->msg.len == (size_t)len && !memcmp(r->msg.text, text, (size_t)len) &&
	       r->level == level && r->verdict == PLOG_VERDICT_INTACT && !r->cut &&
	       r->pid == (int64_t)life->pid && r->tid == (int64_t)life->tid[stream % THREADS] &&
	       r->tag.len == 5 && !memcmp(r->tag.text, "chaos", 5);
}

static void record_check(struct verdict *v, const struct plog_reader_record *r)
{
	u64 gen = r->seq >> 16;
	u32 index, stream, n, off = (u32)r->seq & 0xffff;
	const struct life *life;
	char head[64];

	if (off > v->top[gen % v->win->geo.chunk_count])
		v->top[gen % v->win->geo.chunk_count] = off;
	snprintf(head, sizeof(head), "%.*s", (int)(r->msg.len < 63 ? r->msg.len : 63), r->msg.text);
	if (!strncmp(head, "rest ", 5))
		return;
	if (sscanf(head, "chaos s=%u t=%u n=%u ", &index, &stream, &n) != 3 || index >= LIVES ||
	    stream >= STREAMS) {
		complain(v->c, "a record that nobody wrote: %.60s", head);
		return;
	}
	life = &v->c->board->life[index];
	if (!n || n > life->stream[stream].begun)
		complain(v->c, "never begun: %.60s", head);
	else if (!same_record(r, index, stream, n, life))
		complain(v->c, "not as it was logged (pid %lld, tid %lld): %.60s",
			 (long long)r->pid, (long long)r->tid, head);
	else
		order_check(v, index, stream, n, r);
	v->c->count.records++;
}

/* Behind what its lane committed: nothing but a cursor tells. */
static bool uncommitted(const struct verdict *v, u64 seq)
{
	u64 gen = seq >> 16, word, cursor;
	u32 off = (u32)seq & 0xffff, at = (u32)(gen % v->win->geo.chunk_count);

	word = plog_load(&plog_window_slot(v->win, at)->lease);
	if (PLOG_LEASE_GEN(word) != gen || PLOG_LEASE_LANE(word) >= v->win->lanes)
		return false;
	cursor = plog_load(&plog_window_lane(v->win, PLOG_LEASE_LANE(word))->cursor);
	if (PLOG_CURSOR_GEN(cursor) == gen)
		return off >= PLOG_CURSOR_OFF(cursor);
	return off == v->top[at];
}

static void streams_check(struct verdict *v)
{
	u32 lives = plog_load(&v->c->board->lives), i, k;

	for (i = 0; i < lives && i < LIVES; i++) {
		for (k = 0; k < STREAMS; k++) {
			const struct stream *s = &v->c->board->life[i].stream[k];

			gap(v, i, k, v->seen[i][k].last + 1, s->finished + 1);
			v->unfinished += s->begun != s->finished;
		}
	}
	for (i = 0; i < v->doubles && i < DOUBLES_MAX; i++)
		if (!uncommitted(v, v->pair[i][0]) && !uncommitted(v, v->pair[i][1]))
			complain(v->c, "a record is there twice, and both were committed");
}

static void account_check(struct verdict *v, const struct plog_reader_boot *boot)
{
	const struct plog_control *ctl = v->win->ctl;
	u64 dropped = plog_load(&ctl->dropped_busy) + plog_load(&ctl->dropped_full);

	if (v->missing > dropped)
		complain(v->c, "%llu calls returned and left no record, %llu were dropped",
			 (unsigned long long)v->missing, (unsigned long long)dropped);
	if (v->c->wide && dropped > v->missing + v->late + v->unfinished)
		complain(v->c, "%llu dropped, yet only %llu are missing",
			 (unsigned long long)dropped,
			 (unsigned long long)(v->missing + v->late + v->unfinished));
	if (boot->dropped > dropped)
		complain(v->c, "the window says more were dropped than the control plane");
	if (boot->damaged || boot->repaired)
		complain(v->c, "%llu damaged stretches", (unsigned long long)boot->damaged);
	if (v->c->wide && (boot->complete_mono || boot->overwritten))
		complain(v->c, "nothing was overwritten, and the reader says so");
}

void verify(struct chaos *c, struct plog_window *win)
{
	struct verdict *v = calloc(1, sizeof(*v));
	const struct plog_reader_boot *boots;
	struct plog_reader_record r;
	struct plog_reader *reader;
	u32 n;

	if (!v || plog_reader_open_memory(&reader, win->base, win->geo.size))
		exit(3);
	v->c = c;
	v->win = win;
	v->top = calloc(win->geo.chunk_count, sizeof(*v->top));
	n = plog_reader_boots(reader, &boots);
	if (!v->top || n != 1) {
		complain(c, "%u boots in the window", n);
	} else {
		v->since = (u64)boots[0].complete_mono;
		for (n = 0; n < LIVES * STREAMS; n++)
			v->seen[n / STREAMS][n % STREAMS].young = !v->since;
		while (plog_reader_next(reader, &r))
			record_check(v, &r);
		streams_check(v);
		account_check(v, &boots[0]);
	}
	c->count.checks++;
	c->count.doubles += v->doubles;
	c->count.missing += v->missing;
	plog_reader_close(reader);
	free(v->top);
	free(v);
}

static void locks_check(struct chaos *c, struct plog_window *win)
{
	u32 i;

	for (i = 0; i <= win->lanes; i++) {
		struct plog_lock *lock =
			i < win->lanes ? &plog_window_lane(win, i)->lock : &win->ctl->dict_lock;

		if (plog_lock_try(lock) < 0)
			complain(c, "all are dead, and %s %u is locked by thread %x",
				 i < win->lanes ? "lane" : "the dictionary,", i, lock->word);
		else
			plog_lock_release(lock);
	}
}

static void chunks_check(struct chaos *c, const struct plog_window *win)
{
	u32 used = 0, i;

	for (i = 0; i < win->geo.chunk_count; i++) {
		const struct plog_slot *slot = plog_window_slot(win, i);
		const struct plog_lane *lane;

		if (!slot->lease || PLOG_LEASE_LANE(slot->lease) >= win->lanes)
			continue;
		lane = plog_window_lane(win, PLOG_LEASE_LANE(slot->lease));
		used += lane->pending == PLOG_LEASE_GEN(slot->lease) ||
			PLOG_CURSOR_GEN(lane->cursor) == PLOG_LEASE_GEN(slot->lease);
		if (slot->flags & PLOG_SLOT_PROTECTED)
			complain(c, "chunk %u is protected, and there was one boot only", i);
	}
	if (used > 2 * win->lanes)
		complain(c, "%u chunks are in use by %u lanes", used, win->lanes);
}

/* A record by that lane; its CPU is this thread's, or it is a shared one. */
static void lane_try(struct chaos *c, struct plog_window *win, u32 lane)
{
	u64 *cursor = &plog_window_lane(win, lane)->cursor, before;
	u32 tries;

	for (tries = 0; tries < 3; tries++) {
		before = plog_load(cursor);
		plog(PLOG_INFO, "rest %u", lane);
		if (plog_load(cursor) != before)
			return;
	}
	complain(c, "all are dead, and lane %u takes no record", lane);
}

void verify_rest(struct chaos *c, struct plog_window *win)
{
	struct plog_rseq *rs;
	cpu_set_t all, one;
	u32 i;

	locks_check(c, win);
	plog(PLOG_INFO, "rest %s", "first");
	sched_getaffinity(0, sizeof(all), &all);
	rs = plog_thread.rseq;
	c->cpu_lanes = rs == PLOG_RSEQ_NONE ? 0 : win->cpu_lanes;
	for (i = 0; i < win->cpu_lanes && rs != PLOG_RSEQ_NONE; i++) {
		CPU_ZERO(&one);
		CPU_SET(i, &one);
		if (CPU_ISSET(i, &all) && !sched_setaffinity(0, sizeof(one), &one))
			lane_try(c, win, i);
	}
	sched_setaffinity(0, sizeof(all), &all);
	plog_thread.rseq = PLOG_RSEQ_NONE;
	for (i = 0; i < win->shared_lanes; i++) {
		plog_thread.lane = i;
		lane_try(c, win, win->cpu_lanes + i);
	}
	plog_thread.rseq = rs;
	chunks_check(c, win);
}
