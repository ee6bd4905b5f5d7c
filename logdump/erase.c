// SPDX-License-Identifier: BSD-2-Clause
/*
 * What was not harvested is not erased unless that is asked for: unlike what dmesg -C
 * clears, it is the only trace of a crash, and all of the device's group may erase.
 */
#include <inttypes.h>
#include <stdio.h>

#include "erase.h"
#include "plog_reader.h"
#include "window.h"

enum { ERASED = 0, REFUSED = 2, UNUSABLE = 3 };

/* Does an earlier boot have something that nobody has taken out of the window? */
static int boots_check(const char *program, const struct plog_map *map, const char *spec,
		       bool force, uint32_t *boots)
{
	const struct plog_reader_boot *list, *kept = NULL;
	struct plog_reader *reader;
	uint32_t n;
	int err = plog_reader_open_memory(&reader, map->base, (size_t)map->size);

	if (err)
		return UNUSABLE;
	*boots = 0;
	n = plog_reader_boots(reader, &list);
	for (uint32_t i = 0; i < n; i++) {
		if (list[i].boot == map->win.boot)
			continue;
		++*boots;
		if (!list[i].harvested && list[i].records + list[i].repaired)
			kept = &list[i];
	}
	if (kept && !force)
		fprintf(stderr,
			"%s: %s: nothing erased: %" PRIu64 " records of boot %d were not "
			"harvested; --force erases them all the same\n",
			program, spec, kept->records + kept->repaired, kept->index);
	plog_reader_close(reader);
	return kept && !force ? REFUSED : ERASED;
}

static void done_say(const char *spec, const struct plog_map *map, uint32_t boots, bool all,
		     u32 chunks)
{
	if (all)
		printf("%s: all of it erased\n", spec);
	else
		printf("%s: %u earlier boot%s erased, %u of %u chunks zeroed\n", spec, boots,
		       boots == 1 ? "" : "s", chunks, map->win.geo.chunk_count);
}

int erase_window(const char *program, const char *spec, bool force)
{
	struct plog_map map;
	uint32_t boots = 0;
	bool all;
	u32 chunks;
	int code;

	if (plog_map_amend(&map, spec, PLOG_AMEND_ERASE)) {
		fprintf(stderr, "%s: %s\n", program, map.why);
		return UNUSABLE;
	}
	code = boots_check(program, &map, spec, force, &boots);
	all = force && map.alone;
	if (!code && plog_map_erase(&map, force, &chunks)) {
		fprintf(stderr, "%s: %s: %s\n", program, spec, map.why);
		code = UNUSABLE;
	}
	if (!code)
		done_say(spec, &map, boots, all, chunks);
	plog_map_close(&map);
	return code;
}
