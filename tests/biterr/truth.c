// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>

#include "truth.h"

static void *must(void *p)
{
	if (!p) {
		fputs("biterr: out of memory\n", stderr);
		exit(2);
	}
	return p;
}

static struct plog_text text_keep(struct plog_text text)
{
	char *copy;

	if (!text.text)
		return text;
	copy = must(malloc(text.len + 1));
	if (text.len)
		memcpy(copy, text.text, text.len);
	return (struct plog_text){ copy, text.len };
}

u64 truth_offset(const struct truth *t, u64 seq)
{
	const struct plog_geometry *geo = &t->m.win.geo;

	return plog_chunk_offset(geo, (u32)((seq >> 16) % geo->chunk_count)) + (seq & 0xffff);
}

static u32 index_probe(const struct truth *t, u64 seq)
{
	u32 at = (u32)((seq ^ seq >> 16) * 0x9e3779b1u) & t->index_mask;

	while (t->index[at] && t->record[t->index[at] - 1].rec.seq != seq)
		at = (at + 1) & t->index_mask;
	return at;
}

struct truth_record *truth_find(const struct truth *t, u64 seq)
{
	u32 at = index_probe(t, seq);

	return t->index[at] ? &t->record[t->index[at] - 1] : NULL;
}

static void index_grow(struct truth *t)
{
	u32 i;

	free(t->index);
	t->index_mask = t->index_mask * 2 + 1;
	t->index = must(calloc(t->index_mask + 1, sizeof(*t->index)));
	for (i = 0; i < t->count; i++)
		t->index[index_probe(t, t->record[i].rec.seq)] = i + 1;
}

static u32 inline_bytes(const u8 *p, bool ctx, bool site)
{
	u32 n = 0, i;

	if (ctx)
		n += 9u + p[8];
	if (site)
		for (n += 4, i = 0; i < 3; i++)
			n += 1u + p[n];
	return n;
}

static void record_keep(struct truth *t, const struct plog_reader_record *rec)
{
	const u8 *p = t->m.base + truth_offset(t, rec->seq);
	u32 len = p[4] | (u32)p[5] << 8, off = rec->seq & 0xffff;
	struct truth_record *to;

	if (t->count == t->room) {
		t->room = t->room ? 2 * t->room : 1024;
		t->record = must(realloc(t->record, t->room * sizeof(*t->record)));
	}
	to = &t->record[t->count++];
	memset(to, 0, sizeof(*to));
	to->rec = *rec;
	to->rec.tag = text_keep(rec->tag);
	to->rec.comm = text_keep(rec->comm);
	to->rec.file = text_keep(rec->file);
	to->rec.func = text_keep(rec->func);
	to->rec.msg = text_keep(rec->msg);
	memcpy(&to->site, p + 8, 4);
	to->ctx = p[12] | (u32)p[13] << 8 | (u32)p[14] << 16;
	to->attr = p[15];
	to->args = len - 22 - inline_bytes(p + 22, !to->ctx, !to->site);
	to->bytes = (len + 7) & ~7u;
	to->stride = plog_record_stride(off, len, to->attr);
	if (2 * t->count > t->index_mask)
		index_grow(t);
	else
		t->index[index_probe(t, rec->seq)] = t->count;
}

/* All records of the window as it is; those that were not known are kept. */
static void window_read(struct truth *t, bool finished)
{
	struct plog_reader_record rec;
	struct plog_reader *reader;
	struct truth_record *known;

	if (plog_reader_open_memory(&reader, t->m.base, t->m.size))
		must(NULL);
	plog_reader_running(reader, NULL);
	while (plog_reader_next(reader, &rec)) {
		if (!truth_find(t, rec.seq))
			record_keep(t, &rec);
		if (!finished)
			continue;
		/* What the boot's end has to say to a time is known by now only. */
		known = truth_find(t, rec.seq);
		known->rec.mono = rec.mono;
		known->rec.real = rec.real;
		known->rec.boot_at = rec.boot_at;
		known->last = true;
		t->last++;
	}
	plog_reader_close(reader);
}

static void before_lease(void *arg, struct maker *m)
{
	(void)m;
	window_read(arg, false);
}

void truth_make(struct truth *t, u64 size, u32 seed)
{
	struct plog_boot boot;
	u32 i;

	memset(t, 0, sizeof(*t));
	index_grow(t);
	maker_init(&t->m, size, seed);
	t->m.lease = before_lease;
	t->m.arg_lease = t;
	story_tell(&t->m, seed);
	window_read(t, true);
	t->damaged = must(malloc(size));
	for (i = 0; i < TRUTH_BOOTS; i++)
		t->boot_slot[i] = plog_boot_find(t->m.base, &t->m.win.geo, t->m.win.salt, i, &boot);
}

u8 *truth_copy(struct truth *t)
{
	memcpy(t->damaged, t->m.base, t->m.size);
	return t->damaged;
}

void truth_free(struct truth *t)
{
	u32 i;

	for (i = 0; i < t->count; i++) {
		struct plog_reader_record *rec = &t->record[i].rec;

		free((void *)(uintptr_t)rec->tag.text);
		free((void *)(uintptr_t)rec->comm.text);
		free((void *)(uintptr_t)rec->file.text);
		free((void *)(uintptr_t)rec->func.text);
		free((void *)(uintptr_t)rec->msg.text);
	}
	free(t->record);
	free(t->index);
	free(t->damaged);
	maker_free(&t->m);
}
