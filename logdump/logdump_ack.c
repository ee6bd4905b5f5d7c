// SPDX-License-Identifier: BSD-2-Clause
/* --ack: the boots that were put out are marked as harvested, and nothing else is. */
#include <errno.h>
#include <string.h>

#include "logdump_keep.h"

static const char *view_of(const struct logdump_options *opt)
{
	if (opt->list_boots)
		return "--list-boots";
	if (opt->stats)
		return "--stats";
	if (opt->verify)
		return "--verify";
	if (opt->summary)
		return "--summary";
	if (opt->report)
		return "--report";
	return NULL;
}

int logdump_keep_check(const struct logdump_options *opt)
{
	const char *with = view_of(opt);

	if (with && (opt->ack || opt->save || opt->erase))
		fprintf(stderr, "logdump: %s puts out no records: --%s does not go with it\n", with,
			opt->ack    ? "ack"
			: opt->save ? "save"
				    : "erase");
	else if (opt->force && !opt->erase)
		fprintf(stderr, "logdump: --force goes with --erase only\n");
	else if (opt->ack && opt->filter) /* a part would be acknowledged as the whole */
		fprintf(stderr,
			"logdump: --ack with --%s would mark a whole boot as harvested "
			"of which a part was put out; leave one of them out\n",
			opt->filter);
	else if (opt->ack && opt->boot_kind == LOGDUMP_BOOT_INDEX && !opt->boot)
		fprintf(stderr,
			"logdump: --ack: boot 0 runs, and has not said all it has to say\n");
	else
		return 0;
	return LOGDUMP_USAGE;
}

static bool empty(const struct logdump *dump, uint32_t first, uint32_t count)
{
	for (uint32_t i = first; i < first + count; i++)
		if (dump->boots[i].records || dump->boots[i].repaired)
			return false;
	return true;
}

/* Is it a window at all, and not a copy of one? */
static const char *unmarkable(const struct logdump *dump)
{
	struct plog_reader_window win;

	plog_reader_window(dump->reader, &win);
	if (dump->source.packed)
		return "an archive is harvested already";
	if (!strcmp(dump->window, "-"))
		return "what comes by standard input cannot be marked";
	if (win.offset)
		return "a window inside of a dump cannot be marked";
	return NULL;
}

static int boots_mark(struct logdump *dump, struct plog_map *map, uint32_t first, uint32_t count)
{
	struct plog_reader_window win;
	int code = LOGDUMP_PRINTED;

	plog_reader_window(dump->reader, &win);
	for (uint32_t i = first; i < first + count; i++) {
		const struct plog_reader_boot *b = &dump->boots[i];
		int err;

		if (!b->index && count == 1) {
			fprintf(stderr, "logdump: --ack: boot 0 runs; nothing is marked\n");
			return LOGDUMP_USAGE;
		}
		if (!b->index || !b->boot)
			continue; /* of `-b all` */
		err = plog_map_harvest(map, win.uuid, b->boot);
		if (err)
			fprintf(stderr, "logdump: %s: boot %d: %s\n", dump->window, b->index,
				map->why);
		if (err && err != -ENOENT)
			code = LOGDUMP_UNREADABLE;
	}
	return code;
}

int logdump_ack(struct logdump *dump, int code)
{
	uint32_t first, count;
	struct plog_map map;
	const char *why;

	if (code != LOGDUMP_PRINTED && code != LOGDUMP_NOTHING)
		return code;
	if (logdump_boots_select(dump, &first, &count))
		return code; /* it has said so before */
	if (code && !empty(dump, first, count))
		return code;
	why = unmarkable(dump);
	if (why) {
		fprintf(stderr, "logdump: --ack: %s: %s\n", dump->window, why);
		return LOGDUMP_USAGE;
	}
	if (plog_map_amend(&map, dump->window, PLOG_AMEND_MARK)) {
		fprintf(stderr, "logdump: --ack: %s\n", map.why);
		return LOGDUMP_UNREADABLE;
	}
	code = boots_mark(dump, &map, first, count);
	plog_map_close(&map);
	return code;
}
