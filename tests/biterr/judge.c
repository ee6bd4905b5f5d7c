// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>

#include "judge.h"

#define COMPLAINTS 20u /* that are printed in a run */

/* Where reading one window stands. */
struct bench {
	struct truth *t;
	struct tally *tally;
	struct plog_reader *reader;
	const struct plog_reader_boot *boots;
	u32 boot_count;
	bool dict;              /* a copy of the dictionary is as it was */
	bool super;             /* a superblock is as it was */
	bool boot[TRUTH_BOOTS]; /* by boot counter: a copy of its entry is as it was */
	bool *head;             /* by chunk: its head is as it was */
	u64 *end;               /* by chunk: seq behind the last record */
	u64 *counts;            /* by place of the boot: intact, repaired, stretches */
	u64 *shown;             /* likewise, with damaged ones shown */
	bool *vague;            /* by place of the boot: stretches cannot be counted */
	u64 mono;               /* of the last record whose time is certain */
	u32 boot_at;
};

static void complain(const struct bench *b, const struct plog_reader_record *rec, const char *what)
{
	static u32 said;

	if (said++ < COMPLAINTS)
		printf("# window %u: record %llx: %s: \"%.*s\"\n", b->t->m.arg.random[0],
		       (unsigned long long)(rec ? rec->seq : 0), what,
		       rec && rec->msg.len < 200 ? (int)rec->msg.len : 0, rec ? rec->msg.text : "");
}

static bool whole(const struct truth *t, u64 off, u64 n)
{
	return !memcmp(t->damaged + off, t->m.base + off, n);
}

static void soundness(struct bench *b)
{
	const struct truth *t = b->t;
	const struct plog_geometry *geo = &t->m.win.geo;
	u32 i, copy;

	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		b->super |= whole(t, geo->super_off[i], sizeof(struct plog_super));
	for (i = 0; i < PLOG_TABLE_COPIES; i++)
		b->dict |= whole(t, geo->dict_off[i], geo->dict_size);
	for (i = 0; i < TRUTH_BOOTS; i++)
		for (copy = 0; t->boot_slot[i] >= 0 && copy < PLOG_TABLE_COPIES; copy++)
			b->boot[i] |= whole(t,
					    geo->boot_off[copy] +
						    (u64)t->boot_slot[i] * sizeof(struct plog_boot),
					    sizeof(struct plog_boot));
	for (i = 0; i < geo->chunk_count; i++)
		b->head[i] = whole(t, plog_chunk_offset(geo, i), sizeof(struct plog_chunk));
}

static bool same(struct plog_text a, struct plog_text b)
{
	return !a.text == !b.text && a.len == b.len && (!a.len || !memcmp(a.text, b.text, a.len));
}

static bool ctx_same(const struct plog_reader_record *a, const struct plog_reader_record *b)
{
	return a->pid == b->pid && a->tid == b->tid && same(a->comm, b->comm);
}

static bool ctx_unknown(const struct plog_reader_record *r)
{
	return r->pid == PLOG_READER_UNKNOWN && r->tid == PLOG_READER_UNKNOWN && !r->comm.text;
}

static bool site_same(const struct plog_reader_record *a, const struct plog_reader_record *b)
{
	return a->line == b->line && same(a->tag, b->tag) && same(a->file, b->file) &&
	       same(a->func, b->func);
}

static bool site_unknown(const struct plog_reader_record *r)
{
	bool self = r->tag.text && r->tag.len == 4 && !memcmp(r->tag.text, "plog", 4);

	return r->line == PLOG_READER_UNKNOWN && (!r->tag.text || self) && !r->file.text &&
	       !r->func.text;
}

/* "site#N 0a1b": the number of the lost site and the bytes of the arguments. */
static bool raw_same(const struct truth *t, const struct truth_record *want, struct plog_text msg)
{
	const u8 *p = t->m.base + truth_offset(t, want->rec.seq);
	u32 len = p[4] | (u32)p[5] << 8, i;
	char text[8192];
	int n = snprintf(text, sizeof(text), "site#%u%s", want->site, want->args ? " " : "");

	for (i = len - want->args; i < len; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%02x", p[i]);
	return same(msg, (struct plog_text){ text, (size_t)n });
}

/*
 * What the record says itself has to be equal; what it says through the dictionary
 * may be unknown instead, never another's.
 */
static bool equal(struct bench *b, const struct truth_record *want,
		  const struct plog_reader_record *got)
{
	bool ctx = ctx_same(&want->rec, got), site = site_same(&want->rec, got);
	bool msg = same(want->rec.msg, got->msg);

	if (want->rec.level != got->level || want->rec.cut != got->cut ||
	    strcmp(want->rec.source, got->source))
		return false;
	if (ctx && site && msg)
		return true;
	if (!ctx && (!want->ctx || !ctx_unknown(got)))
		return false;
	if (site ? !msg
		 : !want->site || !site_unknown(got) ||
			    !(want->attr & PLOG_ATTR_TEXT
				      ? msg
				      : !want->last || raw_same(b->t, want, got->msg)))
		return false;
	b->tally->unnamed++;
	return want->rec.boot != got->boot || !b->super || !b->dict || !want->last;
}

static bool certain(const struct bench *b, const struct plog_reader_record *got)
{
	return b->head[(got->seq >> 16) % b->t->m.win.geo.chunk_count] && b->super;
}

static void place_judge(struct bench *b, const struct truth_record *want,
			const struct plog_reader_record *got)
{
	bool at_place = want->rec.boot == got->boot;
	bool in_time = want->rec.mono == got->mono && want->rec.real == got->real;

	if (got->boot_at < b->boot_at)
		b->tally->misplaced++, complain(b, got, "of an earlier boot");
	if (got->boot_at != b->boot_at)
		b->mono = 0;
	b->boot_at = got->boot_at;
	if (!certain(b, got)) {
		b->tally->moved += !at_place || !in_time;
		return;
	}
	if (got->mono < b->mono || !at_place || (!in_time && b->boot[want->rec.boot]))
		b->tally->misplaced++, complain(b, got, "not where it belongs");
	b->mono = got->mono;
}

/* Stretches without a record in front of this one, as the account has to count them. */
static void stretch_judge(struct bench *b, const struct truth_record *want,
			  const struct plog_reader_record *got)
{
	u32 chunk = (u32)((got->seq >> 16) % b->t->m.win.geo.chunk_count);
	u64 end = b->end[chunk] >> 16 == got->seq >> 16 ? b->end[chunk]
							: (got->seq & ~0xffffULL) + 64;

	if (got->seq < end)
		b->tally->misplaced++, complain(b, got, "not behind the one before");
	b->counts[3 * got->boot_at + 2] += got->seq != end;
	b->end[chunk] = got->seq + want->stride;
}

/* Intact is what has every bit that it was written with, repaired what has not. */
static bool called_right(const struct bench *b, const struct truth_record *want,
			 const struct plog_reader_record *got)
{
	bool same_bits = whole(b->t, truth_offset(b->t, got->seq), want->bytes);

	return got->verdict == PLOG_VERDICT_DAMAGED ||
	       same_bits == (got->verdict == PLOG_VERDICT_INTACT);
}

static void record_judge(struct bench *b, const struct plog_reader_record *got)
{
	struct truth_record *want = truth_find(b->t, got->seq);
	bool good = want && equal(b, want, got) && called_right(b, want, got);

	b->counts[3 * got->boot_at] += got->verdict == PLOG_VERDICT_INTACT;
	b->counts[3 * got->boot_at + 1] += got->verdict == PLOG_VERDICT_REPAIRED;
	if (got->verdict == PLOG_VERDICT_DAMAGED || !good) {
		b->vague[got->boot_at] = true;
		if (got->verdict == PLOG_VERDICT_DAMAGED)
			b->tally->damaged++;
		else if (got->verdict == PLOG_VERDICT_REPAIRED)
			b->tally->misrepaired++;
		else
			b->tally->false_intact++, complain(b, got, "intact, but never logged so");
		return;
	}
	if (want->seen == b->t->judged)
		b->tally->misplaced++, complain(b, got, "twice");
	want->seen = b->t->judged;
	stretch_judge(b, want, got);
	if (!want->last) {
		b->tally->older++;
		if (certain(b, got))
			b->tally->false_intact++, complain(b, got, "of an earlier lap");
		return;
	}
	place_judge(b, want, got);
	b->tally->intact += got->verdict == PLOG_VERDICT_INTACT;
	b->tally->repaired += got->verdict == PLOG_VERDICT_REPAIRED;
}

/* With damaged stretches shown, everything that an account counts has to be there. */
static void stretches_count(struct bench *b)
{
	struct plog_reader_record rec;

	plog_reader_damaged(b->reader, true);
	plog_reader_select(b->reader, 0, ~0u);
	while (plog_reader_next(b->reader, &rec))
		b->shown[3 * rec.boot_at + (rec.verdict < 2 ? rec.verdict : 2)]++;
}

static void boots_judge(struct bench *b)
{
	u32 i;

	stretches_count(b);
	for (i = 0; i < b->boot_count; i++) {
		const struct plog_reader_boot *boot = &b->boots[i];
		const u64 *counts = &b->counts[3 * i], *shown = &b->shown[3 * i];

		/* A stretch is of one record or more, so there may be more than gaps. */
		if (boot->records == counts[0] && boot->repaired == counts[1] &&
		    boot->records == shown[0] && boot->repaired == shown[1] &&
		    boot->damaged + boot->unfinished == shown[2] &&
		    (b->vague[i] || boot->damaged >= counts[2]))
			continue;
		b->tally->unbalanced++;
		printf("# boot %u: %llu records %llu repaired %llu damaged %llu unfinished; "
		       "returned %llu %llu, in %llu gaps; shown %llu %llu %llu\n",
		       boot->boot, (unsigned long long)boot->records,
		       (unsigned long long)boot->repaired, (unsigned long long)boot->damaged,
		       (unsigned long long)boot->unfinished, (unsigned long long)counts[0],
		       (unsigned long long)counts[1], (unsigned long long)counts[2],
		       (unsigned long long)shown[0], (unsigned long long)shown[1],
		       (unsigned long long)shown[2]);
	}
}

static void missing_judge(struct bench *b)
{
	const struct truth *t = b->t;
	u32 i;

	for (i = 0; i < t->count; i++) {
		const struct truth_record *r = &t->record[i];

		if (!r->last || r->seen == t->judged)
			continue;
		b->tally->missing++;
		if (certain(b, &r->rec) && whole(t, truth_offset(t, r->rec.seq), r->bytes))
			b->tally->untouched++, complain(b, &r->rec, "untouched and missing");
	}
}

static void bench_begin(struct bench *b, struct truth *t, struct tally *tally)
{
	u32 chunks = t->m.win.geo.chunk_count;

	memset(b, 0, sizeof(*b));
	b->t = t;
	b->tally = tally;
	if (plog_reader_open_memory(&b->reader, t->damaged, t->m.size))
		abort();
	plog_reader_running(b->reader, NULL);
	b->boot_count = plog_reader_boots(b->reader, &b->boots);
	b->head = calloc(chunks, sizeof(*b->head));
	b->end = calloc(chunks, sizeof(*b->end));
	b->counts = calloc(3 * (size_t)b->boot_count + 1, sizeof(*b->counts));
	b->shown = calloc(3 * (size_t)b->boot_count + 1, sizeof(*b->shown));
	b->vague = calloc(b->boot_count + 1, sizeof(*b->vague));
	if (!b->head || !b->end || !b->counts || !b->shown || !b->vague)
		abort();
	soundness(b);
}

static void bench_end(struct bench *b)
{
	plog_reader_close(b->reader);
	free(b->head);
	free(b->end);
	free(b->counts);
	free(b->shown);
	free(b->vague);
}

void judge(struct truth *t, struct tally *tally)
{
	struct plog_reader_record rec;
	struct bench b;

	bench_begin(&b, t, tally);
	t->judged++;
	while (plog_reader_next(b.reader, &rec))
		record_judge(&b, &rec);
	boots_judge(&b);
	missing_judge(&b);
	tally->windows++;
	tally->records += t->last;
	bench_end(&b);
}
