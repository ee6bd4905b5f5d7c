// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "source.h"

int source_open(struct source *source, struct plog_reader **reader, const char *spec)
{
	const char *name = strcmp(spec, "-") ? spec : "standard input";
	int err;

	*reader = NULL;
	*source = (struct source){ .why = "" };
	err = plog_map_read(&source->map, spec);
	source->why = source->map.why;
	if (err)
		return err;
	source->base = source->map.base;
	source->size = source->map.size;
	if (archive_is(source->base, source->size)) {
		source->packed = true;
		err = archive_unpack(&source->archive, source->base, source->size, name, 0);
		source->why = source->archive.why;
		source->base = source->archive.mem;
		source->size = source->archive.size;
	}
	return err ? err : plog_reader_open_memory(reader, source->base, source->size);
}

void source_close(struct source *source)
{
	archive_free(&source->archive);
	plog_map_close(&source->map);
}
