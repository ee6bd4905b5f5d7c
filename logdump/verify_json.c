// SPDX-License-Identifier: BSD-2-Clause
/* --verify -o json: one object. What is not known is null. */
#include <inttypes.h>
#include <string.h>

#include "verify.h"

static void text_put(FILE *f, const char *name, const char *text)
{
	fprintf(f, ",\"%s\":", name);
	out_json_text(f, (struct plog_text){ text, text ? strlen(text) : 0 });
}

static void time_put(FILE *f, const char *name, int64_t ns)
{
	char time[OUT_TIME];

	if (ns != PLOG_READER_UNKNOWN && ns)
		out_time_rfc3339(time, ns);
	text_put(f, name, ns != PLOG_READER_UNKNOWN && ns ? time : NULL);
}

static void identity_put(FILE *f, const struct verify *v)
{
	char uuid[33];

	out_id_hex(uuid, v->win.uuid);
	text_put(f, "uuid", v->win.supers ? uuid : NULL);
	time_put(f, "created", (int64_t)v->survey.created);
	fprintf(f,
		",\"size\":%" PRIu64 ",\"avail\":%" PRIu64 ",\"offset\":%" PRIu64
		",\"phys_addr\":%" PRIu64 ",\"chunk_size\":%u,\"chunk_count\":%u",
		v->win.size, v->win.avail, v->win.offset, v->survey.phys_addr, v->win.chunk_size,
		v->win.chunks);
}

static void counts_put(FILE *f, const struct verify *v)
{
	const struct plog_reader_survey *s = &v->survey;
	uint8_t state;

	fprintf(f, ",\"superblocks\":{\"good\":[%s,%s,%s],\"repaired\":%u}",
		s->super_good & 1 ? "true" : "false", s->super_good & 2 ? "true" : "false",
		s->super_good & 4 ? "true" : "false", v->win.supers_repaired);
	fprintf(f, ",\"boot_table\":{\"entries\":%u,\"good\":[%u,%u],\"repaired\":%u}",
		s->boots_known, s->boots_good[0], s->boots_good[1], v->win.boots_repaired);
	fprintf(f, ",\"dictionary\":{\"entries\":%u,\"good\":[%u,%u],\"repaired\":%u}",
		s->dict_known, s->dict_good[0], s->dict_good[1], v->win.dict_repaired);
	fprintf(f, ",\"heads\":{\"good\":%u,\"repaired\":%u,\"lost\":%u}",
		v->win.chunks_good - v->win.heads_repaired, v->win.heads_repaired, s->heads_lost);
	fprintf(f, ",\"chunks\":{");
	for (state = 0; state < PLOG_CHUNK_STATES; state++)
		fprintf(f, "%s\"%s\":%u", state ? "," : "", verify_state(state), s->chunks[state]);
	fprintf(f, "},\"pages\":{\"good\":%" PRIu64 ",\"bad\":%" PRIu64 "}", s->pages_good,
		s->pages_bad);
	fprintf(f, ",\"bits\":{\"wrong\":%" PRIu64 ",\"of\":%" PRIu64 "}", s->bits_wrong,
		s->bits_compared);
}

static void boots_put(FILE *f, const struct verify *v)
{
	char id[33];
	uint32_t i;

	fprintf(f, ",\"boots\":[");
	for (i = 0; i < v->dump->boot_count; i++) {
		const struct plog_reader_boot *b = &v->dump->boots[i];

		out_id_hex(id, b->boot_id);
		fprintf(f, "%s{\"boot\":%d", i ? "," : "", b->index);
		text_put(f, "boot_id", b->ident ? id : NULL);
		time_put(f, "complete_since", b->complete_since);
		fprintf(f,
			",\"chunks\":%u,\"intact\":%" PRIu64 ",\"repaired\":%" PRIu64
			",\"damaged\":%" PRIu64 ",\"unfinished\":%" PRIu64 ",\"dropped\":%" PRIu64
			",\"overwritten\":%" PRIu64 "}",
			b->chunks, b->records, b->repaired, b->damaged, b->unfinished, b->dropped,
			b->overwritten);
	}
	fprintf(f, "]");
}

/* "boot": null, or its number. */
static void run_put(FILE *f, const struct verify *v, uint32_t first, uint32_t count,
		    const struct plog_reader_chunk *chunk)
{
	fprintf(f, "%s{\"first\":%u,\"count\":%u,\"boot\":", first ? "," : "", first, count);
	if (chunk->boot_at < v->dump->boot_count)
		fprintf(f, "%d", v->dump->boots[chunk->boot_at].index);
	else
		fprintf(f, "null");
	text_put(f, "state", verify_state(chunk->state));
	fprintf(f, "}");
}

/* Chunks that are alike and follow each other are one. */
static void map_put(FILE *f, const struct verify *v)
{
	static const struct plog_reader_chunk missing = { .boot_at = ~0u,
							  .state = PLOG_CHUNK_UNREAD };
	uint32_t i, first = 0;

	fprintf(f, ",\"map\":[");
	for (i = 1; i <= v->mapped; i++) {
		if (i < v->mapped && v->map[i].state == v->map[first].state &&
		    v->map[i].boot_at == v->map[first].boot_at)
			continue;
		run_put(f, v, first, i - first, &v->map[first]);
		first = i;
	}
	if (v->mapped < v->win.chunks)
		run_put(f, v, v->mapped, v->win.chunks - v->mapped, &missing);
	fprintf(f, "]");
}

static void lines_put(FILE *f, const char *lines)
{
	const char *end, *separator = "";

	fprintf(f, ",\"diagnosis\":[");
	for (; *lines; lines = *end ? end + 1 : end) {
		end = lines + strcspn(lines, "\n");
		fputs(separator, f);
		out_json_text(f, (struct plog_text){ lines, (size_t)(end - lines) });
		separator = ",";
	}
	fprintf(f, "]");
}

void verify_json(FILE *f, const struct verify *v)
{
	fprintf(f, "{\"window\":");
	out_json_text(f, (struct plog_text){ v->dump->window, strlen(v->dump->window) });
	text_put(f, "verdict", !v->found ? "nothing" : v->survey.damage ? "damaged" : "whole");
	if (v->found) {
		identity_put(f, v);
		counts_put(f, v);
		boots_put(f, v);
		map_put(f, v);
	}
	lines_put(f, v->lines);
	fprintf(f, "}\n");
}
