// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot_list.h"

static uint64_t records(const struct plog_reader_boot *boot)
{
	return boot->records + boot->repaired;
}

/*
 * Windows that were made together count their boots alike, and share the ids of boots:
 * only the name of the window tells them apart. Where damage took that, the ids decide.
 */
static bool same(const struct boot_row *row, const uint8_t uuid[16],
		 const struct plog_reader_boot *boot)
{
	static const uint8_t none[16];
	bool ids = row->boot.ident && boot->ident;

	if (row->boot.boot != boot->boot ||
	    (ids && memcmp(row->boot.boot_id, boot->boot_id, sizeof(boot->boot_id)) != 0))
		return false;
	if (!memcmp(uuid, none, 16) || !memcmp(row->uuid, none, 16))
		return ids;
	return !memcmp(row->uuid, uuid, 16);
}

static struct boot_row *row_find(struct boot_list *list, const uint8_t uuid[16],
				 const struct plog_reader_boot *boot)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (same(&list->row[i], uuid, boot))
			return &list->row[i];
	return NULL;
}

static uint32_t rank_find(struct boot_list *list, const uint8_t uuid[16])
{
	for (uint32_t i = 0; i < list->count; i++)
		if (!memcmp(list->row[i].uuid, uuid, 16))
			return list->row[i].rank;
	return ++list->ranks;
}

static struct boot_row *row_add(struct boot_list *list, const uint8_t uuid[16], bool window)
{
	uint32_t rank = window ? 0 : rank_find(list, uuid);
	struct boot_row *row = realloc(list->row, (list->count + 1) * sizeof(*row));

	if (!row)
		return NULL;
	list->row = row;
	row += list->count++;
	*row = (struct boot_row){ .rank = rank };
	memcpy(row->uuid, uuid, sizeof(row->uuid));
	return row;
}

/* The account of a boot, with texts of its own: its reader goes. */
static int account_take(const struct boot_list *list, struct boot_row *row,
			struct plog_reader *reader, uint32_t at,
			const struct plog_reader_boot *boot)
{
	char *texts = malloc(boot->reason.len + boot->kernel.len + 1);

	if (!texts)
		return -ENOMEM;
	free(row->texts);
	row->texts = texts;
	row->boot = *boot;
	row->about.boot = boot->boot;
	if (boot->reason.len)
		memcpy(texts, boot->reason.text, boot->reason.len);
	if (boot->kernel.len)
		memcpy(texts + boot->reason.len, boot->kernel.text, boot->kernel.len);
	row->boot.reason.text = texts;
	row->boot.kernel.text = texts + boot->reason.len;
	if (list->crashes)
		crash_fingerprint_read(row->about.hex, reader, at);
	return 0;
}

/* An archive has a boot that is in the list, too. */
static int archive_take(const struct boot_list *list, struct boot_row *row,
			struct plog_reader *reader, uint32_t at,
			const struct plog_reader_boot *boot, const char *archive)
{
	uint64_t n = records(boot);
	bool window = row->about.where != OUT_WHERE_ARCHIVE;

	if (row->archive && n <= row->archived)
		return 0;
	row->archive = archive;
	row->archived = n;
	if (window && n >= records(&row->boot))
		row->about.where = OUT_WHERE_BOTH;
	if (window && (records(&row->boot) || !n))
		return 0;
	row->about.where = OUT_WHERE_ARCHIVE;
	return account_take(list, row, reader, at, boot);
}

int boot_list_add(struct boot_list *list, struct plog_reader *reader, const char *archive)
{
	const struct plog_reader_boot *boots;
	uint32_t n = plog_reader_boots(reader, &boots), i;
	struct plog_reader_window win;
	struct boot_row *row;
	int err = 0;

	plog_reader_window(reader, &win);
	for (i = 0; !err && i < n; i++) {
		row = archive ? row_find(list, win.uuid, &boots[i]) : NULL;
		if (row) {
			err = archive_take(list, row, reader, i, &boots[i], archive);
			continue;
		}
		row = row_add(list, win.uuid, !archive);
		if (!row)
			return -ENOMEM;
		row->about.where = archive ? OUT_WHERE_ARCHIVE : OUT_WHERE_RAM;
		row->archive = archive;
		row->archived = archive ? records(&boots[i]) : 0;
		err = account_take(list, row, reader, i, &boots[i]);
	}
	return err;
}

static int oldest_first(const void *a, const void *b)
{
	const struct boot_row *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? 1 : -1;
	return (x->boot.boot > y->boot.boot) - (x->boot.boot < y->boot.boot);
}

int boot_list_finish(struct boot_list *list)
{
	if (list->count)
		qsort(list->row, list->count, sizeof(*list->row), oldest_first);
	list->boots = calloc(list->count + 1, sizeof(*list->boots));
	list->about = calloc(list->count + 1, sizeof(*list->about));
	if (!list->boots || !list->about)
		return -ENOMEM;
	for (uint32_t i = 0; i < list->count; i++) {
		list->boots[i] = list->row[i].boot;
		list->about[i] = list->row[i].about;
	}
	return 0;
}

void boot_list_free(struct boot_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		free(list->row[i].texts);
	free(list->row);
	free(list->boots);
	free(list->about);
	*list = (struct boot_list){ .row = NULL };
}
