// SPDX-License-Identifier: BSD-2-Clause
/* --list-windows: what a dump of memory has. */
#include <inttypes.h>
#include <sys/mman.h>

#include "logdump_print.h"

/**
 * struct row - a window in the list
 * @address:	where it begins
 * @size:	bytes that it was made for
 * @there:	of these
 * @uuid:	its name, in hex
 * @boots:	in it
 * @records:	in them
 */
struct row {
	uint64_t address;
	uint64_t size;
	uint64_t there;
	char uuid[33];
	uint32_t boots;
	uint64_t records;
};

static void row_fill(struct row *row, const struct plog_reader *reader, uint64_t address)
{
	const struct plog_reader_boot *boots;
	struct plog_reader_window win;
	uint32_t i;

	plog_reader_window(reader, &win);
	*row = (struct row){ address + win.offset, win.size, win.avail, "", 0, 0 };
	out_id_hex(row->uuid, win.uuid);
	row->boots = plog_reader_boots(reader, &boots);
	for (i = 0; i < row->boots; i++)
		row->records += boots[i].records + boots[i].repaired;
}

static void row_print(const struct row *row, uint32_t number, bool json)
{
	if (json)
		printf("{\"window\":%u,\"offset\":%" PRIu64 ",\"size\":%" PRIu64
		       ",\"avail\":%" PRIu64 ",\"uuid\":\"%s\",\"boots\":%u,\"records\":%" PRIu64
		       "}\n",
		       number, row->address, row->size, row->there, row->uuid, row->boots,
		       row->records);
	else
		printf("%3u 0x%012" PRIx64 " %11" PRIu64 " %.8s %5u %9" PRIu64 "%s\n", number,
		       row->address, row->size, row->uuid, row->boots, row->records,
		       row->there < row->size ? "  cut" : "");
}

/* Each is read, and given back before the next one. */
static int nth_print(const struct dump *dump, uint32_t i, bool json)
{
	struct plog_reader *reader;
	const uint8_t *bytes;
	struct row row;
	uint64_t size;
	void *made;
	int err = dump_bytes(dump, i, &bytes, &size, &made);

	if (!err)
		err = plog_reader_open_memory(&reader, bytes, size);
	if (!err) {
		row_fill(&row, reader, dump->window[i].address);
		row_print(&row, i + 1, json);
		plog_reader_close(reader);
	}
	if (made)
		munmap(made, dump->window[i].size);
	return err;
}

int logdump_print_windows(struct logdump *run)
{
	const struct dump *dump = &run->source.dump;
	bool json = run->opt.format == &out_json;
	struct row row;
	uint32_t i;

	if (!json)
		printf("%3s %-14s %11s %-8s %5s %9s\n", "NO", dump->core ? "ADDRESS" : "OFFSET",
		       "SIZE", "UUID", "BOOTS", "RECORDS");
	for (i = 0; i < dump->windows; i++)
		if (nth_print(dump, i, json))
			fprintf(stderr, "logdump: %s: no memory for window %u\n", run->window,
				i + 1);
	if (!dump->windows) {
		row_fill(&row, run->reader, 0);
		row_print(&row, 1, json);
	}
	return logdump_stdout_check(LOGDUMP_PRINTED);
}
