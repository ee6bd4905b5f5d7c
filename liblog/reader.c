// SPDX-License-Identifier: BSD-2-Clause
/* A reader's life, and what it says of the window. */
#include <stdlib.h>
#include <unistd.h>
#include <fcntl.h>

#include "why.h"

/* The two enums are one list; the public one does not show the scanner's header. */
static enum plog_condition condition_of(enum scan_found found)
{
	static const enum plog_condition of[] = {
		[SCAN_WINDOW] = PLOG_CONDITION_GOOD, [SCAN_NO_SUPER] = PLOG_CONDITION_DAMAGED,
		[SCAN_NEWER] = PLOG_CONDITION_NEWER, [SCAN_EMPTY] = PLOG_CONDITION_EMPTY,
		[SCAN_ZERO] = PLOG_CONDITION_ZERO,   [SCAN_ONES] = PLOG_CONDITION_ONES,
		[SCAN_SHORT] = PLOG_CONDITION_SHORT, [SCAN_FOREIGN] = PLOG_CONDITION_FOREIGN,
	};

	return of[found];
}

static u32 hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return (u32)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (u32)(c - 'a') + 10 : 16;
}

static bool boot_id_parse(u8 id[16], const char *text)
{
	u32 n = 0, v;

	memset(id, 0, 16);
	for (; *text && n < 32; text++) {
		if (*text == '-')
			continue;
		v = hex_value(*text);
		if (v > 15)
			return false;
		id[n / 2] = (u8)(id[n / 2] << 4 | v);
		n++;
	}
	return n == 32;
}

static bool boot_id_running(u8 id[16])
{
	char text[64] = "";
	ssize_t n;
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n > 0 && boot_id_parse(id, text);
}

struct plog_reader *plog_reader_new(void)
{
	struct plog_reader *reader = calloc(1, sizeof(*reader));

	if (reader)
		reader->running_known = boot_id_running(reader->running);
	return reader;
}

int plog_reader_load(struct plog_reader *reader)
{
	int err;

	reader->found = plog_scan_find(&reader->win, reader->mem, reader->mem_size);
	if (reader->found != SCAN_WINDOW && reader->found != SCAN_NO_SUPER) {
		plog_why_line(reader, reader->why, sizeof(reader->why));
		return 0;
	}
	reader->bits.flipped = reader->win.super_flips;
	reader->bits.checked = 8 * sizeof(struct plog_super);
	reader->text = malloc(READER_TEXT);
	err = reader->text ? plog_reader_load_dict(reader) : -ENOMEM;
	if (!err)
		err = plog_reader_load_chunks(reader);
	if (!err)
		err = plog_reader_load_boots(reader);
	if (!err)
		err = plog_reader_load_lost(reader);
	if (err)
		return err;
	err = plog_reader_walk_chunks(reader);
	if (!err)
		err = plog_reader_sort(reader);
	if (err)
		return err;
	plog_reader_account(reader);
	plog_why_line(reader, reader->why, sizeof(reader->why));
	return 0;
}

int plog_reader_open_memory(struct plog_reader **out, const void *mem, size_t size)
{
	struct plog_reader *reader = plog_reader_new();
	int err;

	*out = NULL;
	if (!reader)
		return -ENOMEM;
	reader->mem = mem;
	reader->mem_size = size;
	err = plog_reader_load(reader);
	if (err)
		plog_reader_close(reader);
	else
		*out = reader;
	return err;
}

void plog_reader_close(struct plog_reader *reader)
{
	u32 i;

	if (!reader)
		return;
	for (i = 0; i < reader->chunk_count && reader->chunks; i++) {
		free(reader->chunks[i].marks);
		free(reader->chunks[i].fixed);
	}
	if (reader->unmap)
		reader->unmap(reader->map);
	free(reader->chunks);
	free(reader->order);
	free(reader->boots);
	free(reader->list);
	free(reader->dict);
	free(reader->dict_fixed);
	free(reader->heap);
	free(reader->text);
	free(reader);
}

const char *plog_reader_why(const struct plog_reader *reader)
{
	return reader ? reader->why : "out of memory";
}

enum plog_condition plog_reader_condition(const struct plog_reader *reader)
{
	return condition_of(reader->found);
}

void plog_reader_window(const struct plog_reader *reader, struct plog_reader_window *out)
{
	const struct scan_window *win = &reader->win;

	memset(out, 0, sizeof(*out));
	if (reader->found != SCAN_WINDOW && reader->found != SCAN_NO_SUPER)
		return;
	out->size = win->layout.size;
	out->avail = win->avail;
	out->offset = (u64)(win->base - reader->mem);
	memcpy(out->uuid, win->uuid, sizeof(out->uuid));
	out->supers = (u32)__builtin_popcount(win->supers);
	out->chunks = win->layout.chunk_count;
	out->chunk_size = win->layout.chunk_size;
	out->chunks_good = reader->heads_good;
	out->chunks_headless = reader->heads_lost;
	out->dict_entries = reader->dict_count;
	out->supers_repaired = reader->win.super_flips != 0;
	out->heads_repaired = reader->heads_repaired;
	out->boots_repaired = reader->boots_repaired;
	out->dict_repaired = reader->dict_repaired;
	out->bits_flipped = reader->bits.flipped;
	out->bits_checked = reader->bits.checked;
}

void plog_reader_running(struct plog_reader *reader, const uint8_t *boot_id)
{
	reader->running_known = boot_id;
	if (boot_id)
		memcpy(reader->running, boot_id, sizeof(reader->running));
	plog_reader_account(reader);
}

void plog_reader_damaged(struct plog_reader *reader, bool show)
{
	reader->show_damaged = show;
}

uint32_t plog_reader_boots(const struct plog_reader *reader, const struct plog_reader_boot **boots)
{
	if (boots)
		*boots = reader->list;
	return reader->boot_count;
}
