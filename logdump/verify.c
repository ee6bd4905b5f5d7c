// SPDX-License-Identifier: BSD-2-Clause
/* --verify: find out, and say it to people. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "pager.h"
#include "verify.h"

const char *verify_state(uint8_t state)
{
	static const char *const name[PLOG_CHUNK_STATES] = {
		[PLOG_CHUNK_BLANK] = "blank",       [PLOG_CHUNK_UNUSED] = "unused",
		[PLOG_CHUNK_WHOLE] = "whole",       [PLOG_CHUNK_PARTLY] = "damaged",
		[PLOG_CHUNK_HEADLESS] = "headless", [PLOG_CHUNK_ZEROED] = "zeroed",
		[PLOG_CHUNK_ONES] = "ones",         [PLOG_CHUNK_FOREIGN] = "foreign",
		[PLOG_CHUNK_UNREAD] = "missing",
	};

	return state < PLOG_CHUNK_STATES ? name[state] : "unknown";
}

static void time_print(int64_t ns)
{
	char time[OUT_TIME] = "unknown";

	if (ns != PLOG_READER_UNKNOWN && ns)
		out_time_local(time, "%Y-%m-%d %H:%M:%S", ns, false);
	fputs(time, stdout);
}

static void identity_print(const struct verify *v)
{
	char uuid[33];

	printf("window      ");
	out_text(stdout, (struct plog_text){ v->dump->window, strlen(v->dump->window) });
	out_id_hex(uuid, v->win.uuid);
	printf("\nuuid        %s\ncreated     ", v->win.supers ? uuid : "unknown");
	time_print((int64_t)v->survey.created);
	printf("\nsize        %" PRIu64 " bytes", v->win.size);
	if (v->win.avail < v->win.size)
		printf(", %" PRIu64 " of them there", v->win.avail);
	if (v->win.offset + v->dump->source.offset)
		printf(", at offset 0x%" PRIx64, v->win.offset + v->dump->source.offset);
	if (v->survey.phys_addr)
		printf(", made for address 0x%" PRIx64, v->survey.phys_addr);
	printf("\nlayout      %u chunks of %u bytes; %u boots; 2 dictionaries of %u bytes\n",
	       v->win.chunks, v->win.chunk_size, v->survey.boot_slots, v->survey.dict_size);
}

static void copies_print(const char *name, uint32_t known, const uint32_t good[2],
			 uint32_t repaired)
{
	printf("%-11s %u entries: %u good in copy 0, %u in copy 1, %u repaired\n", name, known,
	       good[0], good[1], repaired);
}

static void chunks_print(const struct verify *v)
{
	const char *separator = "";
	uint8_t state;

	printf("chunks      ");
	for (state = 0; state < PLOG_CHUNK_STATES; state++) {
		if (!v->survey.chunks[state])
			continue;
		printf("%s%u %s", separator, v->survey.chunks[state], verify_state(state));
		separator = ", ";
	}
	putchar('\n');
}

static void counts_print(const struct verify *v)
{
	const struct plog_reader_survey *survey = &v->survey;

	printf("superblocks %d of 3 good%s\n", __builtin_popcount(survey->super_good),
	       v->win.supers_repaired ? ", one repaired" : "");
	copies_print("boot table", survey->boots_known, survey->boots_good, v->win.boots_repaired);
	copies_print("dictionary", survey->dict_known, survey->dict_good, v->win.dict_repaired);
	printf("heads       %u good, %u repaired, %u lost\n",
	       v->win.chunks_good - v->win.heads_repaired, v->win.heads_repaired,
	       survey->heads_lost);
	chunks_print(v);
	printf("pages       %" PRIu64 " in use: %" PRIu64 " good, %" PRIu64 " bad\n",
	       survey->pages_good + survey->pages_bad, survey->pages_good, survey->pages_bad);
	printf("bits        %" PRIu64 " wrong of %" PRIu64 "\n", survey->bits_wrong,
	       survey->bits_compared);
}

static void boots_print(const struct verify *v)
{
	uint32_t i;

	if (!v->dump->boot_count)
		return;
	printf("\n IDX BOOT       INTACT REPAIRED DAMAGED UNFINISHED DROPPED OVERWRITTEN  "
	       "COMPLETE SINCE\n");
	for (i = 0; i < v->dump->boot_count; i++) {
		const struct plog_reader_boot *b = &v->dump->boots[i];
		char id[33] = "-";

		if (b->ident)
			out_id_hex(id, b->boot_id);
		printf("%4d %-8.8s %8" PRIu64 " %8" PRIu64 " %7" PRIu64 " %10" PRIu64 " %7" PRIu64
		       " %11" PRIu64 "  ",
		       b->index, id, b->records, b->repaired, b->damaged, b->unfinished, b->dropped,
		       b->overwritten);
		if (b->complete_mono)
			time_print(b->complete_since);
		else
			fputs("its start", stdout);
		putchar('\n');
	}
}

static void text_print(const struct verify *v)
{
	if (!v->found) {
		printf("window      ");
		out_text(stdout, (struct plog_text){ v->dump->window, strlen(v->dump->window) });
		printf("\n%s\n", v->lines);
		return;
	}
	identity_print(v);
	counts_print(v);
	boots_print(v);
	putchar('\n');
	verify_map(v);
	printf("\n%s\n", v->lines[0] ? v->lines : "all of it is as it was written");
}

/* Without room for all cells the picture is of the first ones. */
static int window_look(struct verify *v)
{
	struct plog_reader *reader = v->dump->reader;
	uint64_t room;

	plog_reader_window(reader, &v->win);
	v->dump->boot_count = plog_reader_boots(reader, &v->dump->boots);
	if (plog_reader_survey(reader, &v->survey))
		return -ENOMEM;
	room = v->win.avail / v->win.chunk_size + 1;
	if (room > v->win.chunks)
		room = v->win.chunks;
	v->map = calloc(room, sizeof(*v->map));
	if (!v->map)
		return -ENOMEM;
	v->mapped = plog_reader_map(reader, v->map, (uint32_t)room);
	v->found = true;
	v->code = v->survey.damage ? LOGDUMP_NOTHING : LOGDUMP_PRINTED;
	return 0;
}

int verify_look(struct verify *v, struct logdump *dump)
{
	enum plog_condition condition = plog_reader_condition(dump->reader);
	int err = 0;

	v->dump = dump;
	v->code = LOGDUMP_UNREADABLE;
	if (condition == PLOG_CONDITION_GOOD || condition == PLOG_CONDITION_DAMAGED)
		err = window_look(v);
	if (!err)
		plog_reader_diagnose(v->dump->reader, v->lines, sizeof(v->lines));
	return err;
}

int logdump_verify(struct logdump *dump)
{
	static struct verify v;
	int err = source_open_nth(&dump->source, &dump->reader, dump->window, dump->opt.nth);

	if (dump->source.why[0])
		fprintf(stderr, "logdump: %s\n", dump->source.why);
	if (err && dump->source.why[0])
		return LOGDUMP_UNREADABLE;
	if (!err)
		err = verify_look(&v, dump);
	if (err) {
		fprintf(stderr, "logdump: %s: %s\n", dump->window, strerror(-err));
		return LOGDUMP_UNREADABLE;
	}
	/* Not before: looking may take long, and shows how far it is. */
	if (!dump->opt.no_pager)
		pager_begin();
	if (dump->opt.format == &out_json)
		verify_json(stdout, &v);
	else
		text_print(&v);
	free(v.map);
	return logdump_stdout_check(v.code);
}
