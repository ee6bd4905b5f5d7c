// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two readings of a boot: the first finds out who logged and since when, the second
 * fills the spans. Who logged is found through a table of hashes, as the list is
 * searched once a record.
 */
#include <stdlib.h>
#include <string.h>

#include "tally.h"

#define SECOND 1000000000ULL
#define RECENT (60 * SECOND)
#define SLOTS (2 * TALLY_PROCESSES)
#define FREE 0xffff

static uint16_t slot[SLOTS]; /* positions in the list, or FREE */

static uint8_t name_cut(struct plog_text text)
{
	return (uint8_t)(text.len < TALLY_NAME ? text.len : TALLY_NAME);
}

static uint32_t hash(const char *name, size_t n, int64_t pid)
{
	uint32_t h = 2166136261u ^ (uint32_t)pid;

	while (n--)
		h = (h ^ (unsigned char)*name++) * 16777619u;
	return h ^ h >> 15;
}

/* The entry's slot, or the free one where it would be. */
static uint16_t *slot_find(const struct tally *tally, struct plog_text name, int64_t pid)
{
	uint8_t n = name_cut(name);
	uint32_t i = hash(name.text, n, pid) % SLOTS;

	for (; slot[i] != FREE; i = (i + 1) % SLOTS) {
		const struct tally_process *p = &tally->process[slot[i]];

		if (p->pid == pid && p->name_len == n && !memcmp(p->name, name.text, n))
			break;
	}
	return &slot[i];
}

/* NULL: one too many. */
static struct tally_process *process_find(struct tally *tally, const struct plog_reader_record *rec)
{
	struct plog_text name = out_identifier(rec);
	uint16_t *found = slot_find(tally, name, rec->pid);
	struct tally_process *p;

	if (*found != FREE)
		return &tally->process[*found];
	if (tally->processes == TALLY_PROCESSES)
		return NULL;
	*found = (uint16_t)tally->processes;
	p = &tally->process[tally->processes++];
	*p = (struct tally_process){ .pid = rec->pid,
				     .worst = TALLY_LEVELS,
				     .kernel = !strcmp(rec->source, "kernel"),
				     .name_len = name_cut(name),
				     .comm_len = rec->comm.text ? name_cut(rec->comm) : 0 };
	if (p->name_len)
		memcpy(p->name, name.text, p->name_len);
	if (rec->comm.text)
		memcpy(p->comm, rec->comm.text, p->comm_len);
	return p;
}

static void process_count(struct tally *tally, const struct plog_reader_record *rec)
{
	struct tally_process *p = process_find(tally, rec);

	if (!p) {
		tally->unnamed++;
		return;
	}
	p->records++;
	if (rec->mono >= tally->end_mono || tally->end_mono - rec->mono < RECENT)
		p->recent++;
	if (rec->level < p->worst)
		p->worst = rec->level;
	p->last_mono = rec->mono;
	p->last_real = rec->real;
}

static void record_count(struct tally *tally, const struct plog_reader_record *rec)
{
	if (!tally->matched++ || rec->mono < tally->first_mono)
		tally->first_mono = rec->mono;
	if (rec->mono >= tally->last_mono) {
		tally->last_mono = rec->mono;
		tally->last_real = rec->real;
	}
	tally->levels[rec->level & 7]++;
	process_count(tally, rec);
}

static int process_compare(const void *a, const void *b)
{
	const struct tally_process *x = a, *y = b;

	if (x->recent != y->recent)
		return x->recent < y->recent ? 1 : -1;
	if (x->records != y->records)
		return x->records < y->records ? 1 : -1;
	return x->last_mono < y->last_mono ? 1 : -1;
}

static void processes_sort(struct tally *tally)
{
	uint32_t i;

	qsort(tally->process, tally->processes, sizeof(tally->process[0]), process_compare);
	memset(slot, 0xff, sizeof(slot));
	for (i = 0; i < tally->processes; i++) {
		struct tally_process *p = &tally->process[i];

		*slot_find(tally, (struct plog_text){ p->name, p->name_len }, p->pid) = (uint16_t)i;
	}
}

static bool same_name(const struct tally_process *a, const struct tally_process *b)
{
	return a->name_len == b->name_len && !memcmp(a->name, b->name, a->name_len);
}

/* The group of a process's name; a new one behind the last. */
static uint32_t group_find(struct tally *tally, uint32_t i)
{
	uint32_t g;

	for (g = 0; g < tally->groups; g++)
		if (same_name(&tally->process[tally->group[g].first], &tally->process[i]))
			return g;
	tally->group[g] = (struct tally_group){ .first = i };
	return tally->groups++;
}

static int group_compare(const void *a, const void *b)
{
	const struct tally_group *x = a, *y = b;

	if (x->recent != y->recent)
		return x->recent < y->recent ? 1 : -1;
	if (x->records != y->records)
		return x->records < y->records ? 1 : -1;
	return x->first < y->first ? -1 : x->first > y->first;
}

static void groups_make(struct tally *tally)
{
	uint32_t i;

	for (i = 0; i < tally->processes; i++) {
		struct tally_group *group = &tally->group[group_find(tally, i)];

		group->count++;
		group->records += tally->process[i].records;
		group->recent += tally->process[i].recent;
	}
	qsort(tally->group, tally->groups, sizeof(tally->group[0]), group_compare);
	for (i = 0; i < tally->processes; i++)
		tally->process[i].group = (uint16_t)group_find(tally, i);
}

/* Ten seconds, a minute, ten, as far as the boot was longer; and all of it. */
static void spans_make(struct tally *tally)
{
	static const uint64_t length[TALLY_SPANS - 1] = { 10 * SECOND, RECENT, 10 * RECENT };
	uint64_t all = tally->end_mono - tally->first_mono;
	uint32_t i;

	/* A rate of less than a second says nothing. */
	if (all < SECOND)
		all = tally->end_mono < SECOND ? tally->end_mono : SECOND;

	for (i = 0; i < TALLY_SPANS - 1 && length[i] < all; i++) {
		tally->span[i].bucket = length[i] / TALLY_BUCKETS;
		tally->span[i].start = tally->end_mono - length[i];
	}
	tally->span[i].bucket = all / TALLY_BUCKETS + 1;
	tally->span[i].start = tally->end_mono - all;
	tally->spans = i + 1;
	for (i = 0; i < tally->spans; i++)
		memset(tally->span[i].worst, TALLY_LEVELS, sizeof(tally->span[i].worst));
}

static void span_count(struct tally_span *span, const struct plog_reader_record *rec, uint32_t row)
{
	uint64_t at;

	if (rec->mono < span->start)
		return;
	at = (rec->mono - span->start) / span->bucket;
	if (at >= TALLY_BUCKETS)
		at = TALLY_BUCKETS - 1;
	span->levels[at][rec->level & 7]++;
	span->rows[row][at]++;
	span->severe[row][at] += rec->level <= TALLY_SEVERE;
	if (rec->level < span->worst[row][at])
		span->worst[row][at] = rec->level;
}

static void record_place(struct tally *tally, const struct plog_reader_record *rec)
{
	uint16_t found = *slot_find(tally, out_identifier(rec), rec->pid);
	uint32_t row = found == FREE ? TALLY_ROWS : tally->process[found].group, i;

	if (row > TALLY_ROWS)
		row = TALLY_ROWS;
	for (i = 0; i < tally->spans; i++)
		span_count(&tally->span[i], rec, row);
}

void tally_boot(struct tally *tally, struct logdump *dump, uint32_t at)
{
	const struct plog_reader_boot *boot = &dump->boots[at];
	struct plog_reader_record rec;

	memset(tally, 0, sizeof(*tally));
	memset(slot, 0xff, sizeof(slot));
	tally->last_real = PLOG_READER_UNKNOWN;
	tally->end_mono = boot->end_mono > 0 ? (uint64_t)boot->end_mono : 0;
	plog_reader_select(dump->reader, at, 1);
	while (plog_reader_next(dump->reader, &rec)) {
		tally->seen++;
		if (logdump_filter_match(&dump->opt, &rec))
			record_count(tally, &rec);
	}
	if (tally->end_mono < tally->last_mono)
		tally->end_mono = tally->last_mono;
	if (!tally->matched)
		tally->first_mono = tally->end_mono;
	processes_sort(tally);
	groups_make(tally);
	spans_make(tally);
	plog_reader_select(dump->reader, at, 1);
	while (plog_reader_next(dump->reader, &rec))
		if (logdump_filter_match(&dump->opt, &rec))
			record_place(tally, &rec);
}
