// SPDX-License-Identifier: BSD-2-Clause
/*
 * The window as a picture: areas in the order of their addresses, a cell a chunk.
 * A cell says which boot the chunk is of, or what became of it; a second line,
 * where there is need of one, marks what is not whole. Rows like the one before
 * are left out.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "out_terminal.h"
#include "verify.h"

#define CELLS 64 /* in a row when nobody says how wide it may be */
#define CELLS_MAX 512
#define LABEL 14 /* columns in front of a row */

enum area_kind {
	AREA_SUPER,
	AREA_BOOTS,
	AREA_DICT,
	AREA_CHUNKS,
};

struct area {
	uint64_t off;
	enum area_kind kind;
	uint32_t copy;
};

/**
 * struct cell - what a chunk is drawn as
 * @text:	boot or state
 * @mark:	' ', or what is wrong with it
 * @color:	of the terminal, 0: its own
 */
struct cell {
	char text;
	char mark;
	uint8_t color;
};

#define RED 31
#define GREEN 32
#define YELLOW 33
#define BLUE 34

static char boot_char(const struct verify *v, uint32_t at)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	int32_t n;

	if (at >= v->dump->boot_count)
		return '+';
	n = v->dump->boots[at].index;
	return n <= 0 && -n < (int32_t)sizeof(digits) - 1 ? digits[-n] : '+';
}

static struct cell cell_of(const struct verify *v, uint32_t i)
{
	static const struct cell fixed[PLOG_CHUNK_STATES] = {
		[PLOG_CHUNK_BLANK] = { '.', ' ', 0 },     [PLOG_CHUNK_UNUSED] = { ',', ' ', 0 },
		[PLOG_CHUNK_WHOLE] = { 0, ' ', GREEN },   [PLOG_CHUNK_PARTLY] = { 0, '!', YELLOW },
		[PLOG_CHUNK_HEADLESS] = { 0, '^', BLUE }, [PLOG_CHUNK_ZEROED] = { '_', ' ', RED },
		[PLOG_CHUNK_ONES] = { '=', ' ', RED },    [PLOG_CHUNK_FOREIGN] = { '#', ' ', RED },
		[PLOG_CHUNK_UNREAD] = { '?', ' ', RED },
	};
	uint8_t state = i < v->mapped ? v->map[i].state : PLOG_CHUNK_UNREAD;
	struct cell cell = fixed[state];

	if (!cell.text)
		cell.text = boot_char(v, v->map[i].boot_at);
	if (state == PLOG_CHUNK_WHOLE && v->map[i].repaired) {
		cell.mark = '*';
		cell.color = YELLOW;
	}
	return cell;
}

static uint32_t row_width(void)
{
	unsigned int columns = out_terminal_columns();
	uint32_t cells = CELLS;

	if (columns > LABEL + 8)
		cells = (columns - LABEL) / 8u * 8u;
	return cells < CELLS_MAX ? cells : CELLS_MAX;
}

static void row_print(uint64_t off, const struct cell *row, uint32_t n, bool color)
{
	bool marked = false;
	uint8_t now = 0;
	uint32_t i;

	printf("  0x%08" PRIx64 "  ", off);
	for (i = 0; i < n; i++) {
		if (color && row[i].color != now) {
			now = row[i].color;
			printf("\033[%um", now);
		}
		putchar(row[i].text);
		marked |= row[i].mark != ' ';
	}
	puts(now ? "\033[0m" : "");
	if (!marked)
		return;
	while (row[n - 1].mark == ' ')
		n--;
	printf("%*s", LABEL, "");
	for (i = 0; i < n; i++)
		putchar(row[i].mark);
	putchar('\n');
}

static void chunks_draw(const struct verify *v, uint64_t off, uint32_t from, uint32_t to)
{
	static struct cell row[CELLS_MAX], last[CELLS_MAX];
	uint32_t i, n, width = row_width(), drawn = 0;
	bool color = out_colors, skipped = false;

	for (; from < to; from += n, off += (uint64_t)n * v->win.chunk_size) {
		n = to - from < width ? to - from : width;
		for (i = 0; i < n; i++)
			row[i] = cell_of(v, from + i);
		if (drawn == n && !memcmp(row, last, n * sizeof(*row))) {
			if (!skipped)
				puts("  *");
			skipped = true;
			/* Nothing is there any more: the rest of a cut image. */
			if (from >= v->mapped)
				return;
			continue;
		}
		skipped = false;
		row_print(off, row, n, color);
		memcpy(last, row, n * sizeof(*row));
		drawn = n;
	}
}

static void area_draw(const struct verify *v, const struct area *area)
{
	const struct plog_reader_survey *s = &v->survey;
	const char *there = area->off < v->win.avail ? "" : " (missing)";

	switch (area->kind) {
	case AREA_SUPER:
		printf("  0x%08" PRIx64 "  [superblock %u: %s]%s\n", area->off, area->copy,
		       s->super_good >> area->copy & 1 ? "good" : "lost", there);
		break;
	case AREA_BOOTS:
		printf("  0x%08" PRIx64 "  [boot table %u: %u of %u good]%s\n", area->off,
		       area->copy, s->boots_good[area->copy], s->boots_known, there);
		break;
	case AREA_DICT:
		printf("  0x%08" PRIx64 "  [dictionary %u: %u of %u good]%s\n", area->off,
		       area->copy, s->dict_good[area->copy], s->dict_known, there);
		break;
	case AREA_CHUNKS:
		chunks_draw(v, area->off, area->copy ? s->chunk_split : 0,
			    area->copy ? v->win.chunks : s->chunk_split);
		break;
	}
}

static int area_compare(const void *a, const void *b)
{
	const struct area *x = a, *y = b;

	return x->off < y->off ? -1 : x->off > y->off;
}

static void legend_print(const struct verify *v)
{
	printf("  one cell a chunk of %u bytes; 0 is of the running boot, 1 of the one before, ... "
	       "a is 10\n",
	       v->win.chunk_size);
	puts("  .  blank           ,  unused, old bytes    _  zeroed      =  all ones\n"
	     "  #  something else  ?  missing              +  a boot further back, or unknown\n"
	     "  below a cell:  !  damaged    ^  head lost    *  repaired");
}

void verify_map(const struct verify *v)
{
	const struct plog_reader_survey *s = &v->survey;
	struct area area[9];
	uint32_t i, n = 0;

	for (i = 0; i < 3; i++)
		area[n++] = (struct area){ s->super_off[i], AREA_SUPER, i };
	for (i = 0; i < 2; i++) {
		area[n++] = (struct area){ s->boot_off[i], AREA_BOOTS, i };
		area[n++] = (struct area){ s->dict_off[i], AREA_DICT, i };
		area[n++] = (struct area){ s->chunk_off[i], AREA_CHUNKS, i };
	}
	qsort(area, n, sizeof(*area), area_compare);
	for (i = 0; i < n; i++)
		area_draw(v, &area[i]);
	legend_print(v);
}
