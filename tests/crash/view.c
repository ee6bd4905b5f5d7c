// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>

#include "view.h"

struct reading {
	struct view *v;
	const struct trace *t;
	u32 step;
	const u8 *mem;
	view_fault *fault;
	void *arg;
	u32 last[VIEW_BOOTS][2]; /* entry + 1 that was found last, by boot and lane */
};

const struct plog_reader_boot *view_boot(const struct view *v, u32 boot)
{
	for (u32 i = 0; i < v->boots; i++)
		if (v->boot[i].boot == boot)
			return &v->boot[i];
	return NULL;
}

static bool says(const struct plog_text *text, const char *expected)
{
	return text->len == strlen(expected) && !memcmp(text->text, expected, text->len);
}

static void digest(struct view *v, const void *p, size_t n)
{
	u64 h = v->digest;

	h = (h ^ plog_crc32c((u32)h, p, n)) * 0x9e3779b97f4a7c15ULL;
	v->digest = h ^ h >> 29;
}

/* The entry at the place of a record, whose bytes or, when it was repaired, words are the same. */
static u32 entry_find(const struct reading *r, const struct plog_reader_record *rec)
{
	const struct trace *t = r->t;
	u64 gen = rec->seq >> 16;
	u32 off = rec->seq & 0xffff, i;

	for (i = t->first_at[gen % CRASH_CHUNKS][off / 8]; i; i = t->entry[i - 1].next) {
		const struct entry *e = &t->entry[i - 1];

		if (e->gen != gen || e->put > r->step || e->epoch != r->v->epoch)
			continue;
		if (rec->verdict == PLOG_VERDICT_REPAIRED ? says(&rec->msg, e->text)
							  : view_intact(t, e, r->mem))
			return i;
	}
	return 0;
}

static void entry_compare(const struct reading *r, const struct plog_reader_record *rec,
			  const struct entry *e)
{
	char func[12];

	snprintf(func, sizeof(func), "f%u", e->line);
	/* Whoever makes a new window gives the old dictionary away first. */
	if (e->epoch < r->t->epoch && r->step >= r->t->formatting)
		return;
	if (!says(&rec->msg, e->text) || !says(&rec->tag, CRASH_TAG) || !says(&rec->func, func) ||
	    !says(&rec->comm, CRASH_TAG) || !says(&rec->file, "scene.c") || rec->pid != CRASH_PID ||
	    rec->line != e->line || rec->level != e->level)
		r->fault(r->arg, "a record does not say what was logged: \"%.*s\", not \"%.8s\"",
			 rec->msg.len < 16 ? (int)rec->msg.len : 16, rec->msg.text, e->text);
	if (rec->boot != e->boot)
		r->fault(r->arg, "a record of boot %u is told as one of boot %u", e->boot,
			 rec->boot);
	/* Without its head a chunk's time is an estimate. */
	if (r->v->head[e->gen % CRASH_CHUNKS] == e->gen && rec->mono != e->mono)
		r->fault(r->arg, "a record has the wrong time");
}

static void record_take(struct reading *r, const struct plog_reader_record *rec)
{
	struct view *v = r->v;
	u32 i, *last;

	digest(v, &rec->seq, sizeof(rec->seq));
	digest(v, &rec->mono, sizeof(rec->mono));
	digest(v, rec->msg.text, rec->msg.len);
	v->records++;
	if (v->stranger && rec->boot == v->stranger) {
		v->foreign++;
		return;
	}
	i = entry_find(r, rec);
	if (rec->verdict == PLOG_VERDICT_REPAIRED && !i) {
		v->misrepaired++;
		return;
	}
	if (rec->verdict == PLOG_VERDICT_DAMAGED || !i) {
		r->fault(r->arg,
			 "a record that nobody logged: generation %llu, offset %llu, \"%.*s\"",
			 (unsigned long long)(rec->seq >> 16),
			 (unsigned long long)rec->seq & 0xffff, (int)rec->msg.len, rec->msg.text);
		return;
	}
	if (v->found[i - 1])
		r->fault(r->arg, "a record is told twice");
	v->found[i - 1] = rec->verdict == PLOG_VERDICT_REPAIRED ? 2 : 1;
	v->repaired += rec->verdict == PLOG_VERDICT_REPAIRED;
	entry_compare(r, rec, &r->t->entry[i - 1]);
	if (r->t->entry[i - 1].epoch < r->t->epoch)
		return; /* of a window that is given up, heads first */
	last = &r->last[rec->boot_at % VIEW_BOOTS][r->t->entry[i - 1].lane];
	if (*last > i)
		r->fault(r->arg, "records of a lane in another order: \"%.8s\" after \"%.8s\"",
			 r->t->entry[i - 1].text, r->t->entry[*last - 1].text);
	*last = i;
}

/* The verdict and the reason point into memory and have to be compared here. */
static bool state_shown(const struct plog_reader_boot *b, const struct plog_boot_state *s)
{
	static const char *const verdicts[] = { "reset",  "panic",    "oops",
						"reboot", "poweroff", "reset" };
	size_t n = strnlen(s->reason, sizeof(s->reason));

	return b->verdict && s->verdict < 6 && !strcmp(b->verdict, verdicts[s->verdict]) &&
	       b->reason.len == n && !memcmp(b->reason.text, s->reason, n) &&
	       b->dropped == s->dropped && b->overwritten == s->overwritten &&
	       b->harvested == (s->harvest == PLOG_HARVEST_DONE) &&
	       b->complete_mono >= (int64_t)s->lost_until && b->end_mono >= (int64_t)s->alive.mono;
}

/* Old or new, never a mixture; and old only until the new one was written through. */
static void state_check(const struct reading *r, const struct plog_reader_boot *b)
{
	const struct trace *t = r->t;
	bool known = false;
	u32 i, newest = 0;

	for (i = 0; i < t->states; i++) {
		const struct state_entry *s = &t->state[i];

		if (s->epoch != r->v->epoch || s->state.boot != b->boot || s->first > r->step)
			continue;
		if (s->done <= r->step && s->state.seq > newest)
			newest = s->state.seq;
	}
	for (i = 0; i < t->states && !known; i++) {
		const struct state_entry *s = &t->state[i];

		known = s->epoch == r->v->epoch && s->state.boot == b->boot &&
			s->first <= r->step && s->state.seq >= newest && state_shown(b, &s->state);
	}
	if (!known)
		r->fault(r->arg,
			 "boot %u is shown as it never was: %s, reason of %zu bytes, %llu "
			 "overwritten",
			 b->boot, b->verdict ? b->verdict : "nothing", b->reason.len,
			 (unsigned long long)b->overwritten);
}

static void ident_check(const struct reading *r, const struct ident_entry *e)
{
	const struct plog_reader_boot *b = view_boot(r->v, e->ident.boot);
	bool must = e->done <= r->step && r->step < e->ends, is = b && b->ident;

	if (e->epoch != r->v->epoch)
		return;
	if (must && !is)
		r->fault(r->arg, "boot %u lost its identity", e->ident.boot);
	if (is && (e->first > r->step || memcmp(b->boot_id, e->ident.boot_id, 16) ||
		   b->start_mono != (int64_t)e->ident.start.mono ||
		   b->kernel.len != strlen(e->ident.kernel) ||
		   memcmp(b->kernel.text, e->ident.kernel, b->kernel.len)))
		r->fault(r->arg, "boot %u has another identity", e->ident.boot);
	/* While its slot is given away, its state goes first. */
	if (is && must)
		state_check(r, b);
}

static void boots_take(struct reading *r, struct plog_reader *reader)
{
	const struct plog_reader_boot *boots;
	u32 i, n = plog_reader_boots(reader, &boots);
	struct view *v = r->v;

	v->boots = n < VIEW_BOOTS ? n : VIEW_BOOTS;
	memcpy(v->boot, boots, v->boots * sizeof(*boots));
	for (i = 0; i < v->boots; i++) {
		digest(v, &boots[i].complete_mono, sizeof(boots[i].complete_mono));
		digest(v, boots[i].reason.text, boots[i].reason.len);
		digest(v, &boots[i].records, sizeof(boots[i].records));
	}
	for (i = 0; !v->stranger && i < r->t->idents; i++)
		ident_check(r, &r->t->ident[i]);
}

/* Whose salt a good superblock has: a window that lost them all gets a new name. */
static u32 epoch_find(const struct reading *r)
{
	const struct plog_super *super;
	struct plog_geometry geo;
	u32 copy, epoch;

	for (copy = 0; copy < PLOG_SUPER_COPIES; copy++) {
		super = (const void *)(r->mem + r->t->geo.super_off[copy]);
		if (plog_super_check(super, CRASH_SIZE, &geo))
			continue;
		for (epoch = r->t->epoch; epoch; epoch--)
			if (plog_get32(super->salt) == crash_salt(epoch))
				return epoch;
	}
	return 0;
}

static void window_take(struct reading *r, struct plog_reader *reader)
{
	struct view *v = r->v;
	u32 i;

	v->condition = plog_reader_condition(reader);
	v->epoch = epoch_find(r);
	/* Without a good superblock, it is the old one until a new one is there. */
	if (v->condition == PLOG_CONDITION_DAMAGED ||
	    (v->condition == PLOG_CONDITION_GOOD && !v->epoch))
		v->epoch = r->t->epoch - (r->step >= r->t->formatting && r->step < r->t->formatted);
	for (i = 0; i < CRASH_CHUNKS; i++) {
		const struct plog_chunk *head =
			(const void *)(r->mem + plog_chunk_offset(&r->t->geo, i));

		v->head[i] = plog_chunk_check(head, &r->t->geo, crash_salt(v->epoch), i)
				     ? plog_get64(head->gen)
				     : 0;
	}
}

void view_read(struct view *v, const struct trace *t, u32 step, const u8 *mem, view_fault *fault,
	       void *arg)
{
	struct reading r = { .v = v, .t = t, .step = step, .mem = mem, .fault = fault, .arg = arg };
	struct plog_reader_record rec;
	struct plog_reader *reader;
	u32 stranger = v->stranger;

	memset(v, 0, sizeof(*v));
	v->stranger = stranger;
	if (plog_reader_open_memory(&reader, mem, CRASH_SIZE)) {
		fault(arg, "the reader has no memory");
		return;
	}
	window_take(&r, reader);
	boots_take(&r, reader);
	while (plog_reader_next(reader, &rec))
		record_take(&r, &rec);
	plog_reader_close(reader);
}
