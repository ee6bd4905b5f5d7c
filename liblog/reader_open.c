// SPDX-License-Identifier: BSD-2-Clause
/* From a window spec to a reader: the one file of the reader that knows windows. */
#include <stdio.h>
#include <stdlib.h>

#include "reader.h"
#include "window.h"

static void map_release(void *map)
{
	plog_map_close(map);
	free(map);
}

int plog_reader_open(struct plog_reader **out, const char *spec)
{
	char name[256];
	struct plog_reader *reader = plog_reader_new();
	struct plog_map *map = calloc(1, sizeof(*map));
	int err;

	*out = NULL;
	if (!reader || !map) {
		free(reader);
		free(map);
		return -ENOMEM;
	}
	err = plog_map_read(map, plog_window_spec(spec, name, sizeof(name)));
	if (err) {
		snprintf(reader->why, sizeof(reader->why), "%s", map->why);
		reader->found = SCAN_EMPTY;
		free(map);
		*out = reader;
		return err;
	}
	reader->map = map;
	reader->unmap = map_release;
	reader->mem = map->base;
	reader->mem_size = map->size;
	err = plog_reader_load(reader);
	if (err) {
		plog_reader_close(reader);
		return err;
	}
	*out = reader;
	return 0;
}
