// SPDX-License-Identifier: BSD-2-Clause
/* /proc/iomem: "  START-END : NAME", two blanks for each depth. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"

#define RANGES_MAX 4096u

static bool range_line(char *text, void *arg)
{
	struct board_iomem *io = arg;
	struct board_range *r;
	int at = 0;

	if (io->count == RANGES_MAX)
		return true;
	r = &io->range[io->count];
	if (sscanf(text, "%" SCNx64 "-%" SCNx64 " : %n", &r->start, &r->end, &at) < 2 || !at)
		return false;
	snprintf(r->name, sizeof(r->name), "%s", text + at);
	io->count++;
	return false;
}

/* Blanks were skipped: an inner range is inside one of those in front of it. */
static void depths_set(struct board_iomem *io)
{
	unsigned int stack[16], depth = 0, i;

	for (i = 0; i < io->count; i++) {
		while (depth && io->range[stack[depth - 1]].end < io->range[i].start)
			depth--;
		io->range[i].depth = depth;
		if (depth < sizeof(stack) / sizeof(stack[0]))
			stack[depth++] = i;
	}
}

int board_iomem(const struct board *b, struct board_iomem *io)
{
	unsigned int i;

	io->count = 0;
	io->range = calloc(RANGES_MAX, sizeof(*io->range));
	if (!io->range)
		return -ENOMEM;
	board_each_line(b, "/proc/iomem", "", range_line, io);
	depths_set(io);
	for (i = 0; i < io->count && !io->range[i].end; i++)
		;
	if (i < io->count)
		return 0;
	i = io->count;
	board_iomem_free(io);
	return i ? -EACCES : -ENOENT;
}

void board_iomem_free(struct board_iomem *io)
{
	free(io->range);
	io->range = NULL;
	io->count = 0;
}

bool board_iomem_touches(const struct board_iomem *io, const char *name, uint64_t start,
			 uint64_t end)
{
	unsigned int i;

	for (i = 0; i < io->count; i++)
		if (!strcmp(io->range[i].name, name) && io->range[i].start <= end &&
		    start <= io->range[i].end)
			return true;
	return false;
}

const struct board_range *board_iomem_at(const struct board_iomem *io, uint64_t start, uint64_t end)
{
	const struct board_range *best = NULL, *r;
	unsigned int i;

	for (i = 0; i < io->count; i++) {
		r = &io->range[i];
		if (r->start <= start && end <= r->end && (!best || r->depth >= best->depth))
			best = r;
	}
	return best;
}
