// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "source.h"

static int unpack(struct source *source, const char *name)
{
	int err;

	source->packed = true;
	err = archive_unpack(&source->archive, source->base, source->size, name, 0);
	source->why = source->archive.why;
	source->base = source->archive.mem;
	source->size = source->archive.size;
	return err;
}

static int refuse(struct source *source, int err, const char *name, const char *what)
{
	snprintf(source->text, sizeof(source->text), "%s: %s", name, what);
	source->why = source->text;
	return err;
}

/* One of the windows of a dump becomes what is read. */
static int window_pick(struct source *source, uint32_t index)
{
	int err = dump_bytes(&source->dump, index, &source->base, &source->size, &source->made);

	source->made_size = source->dump.window[index].size;
	source->offset = source->dump.window[index].address;
	return err;
}

/*
 * What is one window, and what has none, is read as it is. So is a dump with one: the
 * reader finds that by itself, and says where; but not in pieces.
 */
static int windows_find(struct source *source, const char *name, unsigned int nth)
{
	static const char packed_pages[] = "KDUMP   "; /* makedumpfile's */
	struct dump *dump = &source->dump;
	char what[64];

	if (source->size > sizeof(packed_pages) && !memcmp(source->base, packed_pages, 8))
		return refuse(source, -EINVAL, name,
			      "makedumpfile compressed it by pages; make one with makedumpfile -E");
	if (!dump_single(source->base, source->size))
		dump_scan(dump, source->base, source->size, name);
	if (nth > 1 && nth > dump->windows) {
		snprintf(what, sizeof(what), "no window %u, it has %u; see --list-windows", nth,
			 dump->windows ? dump->windows : 1);
		return refuse(source, -ENOENT, name, what);
	}
	if (!dump->windows || (dump->windows == 1 && !dump->core))
		return 0;
	return window_pick(source, nth ? nth - 1 : 0);
}

int source_open_nth(struct source *source, struct plog_reader **reader, const char *spec,
		    unsigned int nth)
{
	const char *name = strcmp(spec, "-") ? spec : "standard input";
	int err;

	*reader = NULL;
	memset(source, 0, sizeof(*source));
	source->why = "";
	err = plog_map_read(&source->map, spec);
	source->why = source->map.why;
	if (err)
		return err;
	source->base = source->map.base;
	source->size = source->map.size;
	if (archive_is(source->base, source->size))
		err = unpack(source, name);
	if (!err)
		err = windows_find(source, name, nth);
	return err ? err : plog_reader_open_memory(reader, source->base, source->size);
}

int source_open(struct source *source, struct plog_reader **reader, const char *spec)
{
	return source_open_nth(source, reader, spec, 0);
}

void source_close(struct source *source)
{
	if (source->made)
		munmap(source->made, source->made_size);
	archive_free(&source->archive);
	plog_map_close(&source->map);
}
