// SPDX-License-Identifier: BSD-2-Clause
/* Where a window may be: away from all that a boot is known to use. */
#include <errno.h>
#include <string.h>

#include "setup.h"

#define MIB (1ULL << 20)
#define BLOCKS 256
#define MARGIN_MAX (16 * MIB)

/**
 * struct place - a search
 * @size:	bytes wanted
 * @block:	what is not to be touched
 * @blocks:	how many
 * @best:	length of the best stretch so far
 * @plan:	receives its middle
 */
struct place {
	uint64_t size;
	struct board_range block[BLOCKS];
	unsigned int blocks;
	uint64_t best;
	struct setup_plan *plan;
};

enum setup_way setup_way_of(const struct doctor_machine *m)
{
	struct doctor_finding f = { DOCTOR_OK, "" };
	char text[128];

	board_read(&m->board, "/sys/kernel/security/lockdown", text, sizeof(text));
	if (!m->x86 && board_has(&m->board, "/proc/device-tree"))
		return SETUP_TREE;
	/* A locked down kernel takes no addresses as parameters. */
	if (m->x86 && !strstr(text, "[integrity]") && !strstr(text, "[confidentiality]"))
		return SETUP_MEMMAP;
	doctor_kernel(m, &f);
	return f.grade == DOCTOR_OK && m->version >= 6011 ? SETUP_NAME : SETUP_NONE;
}

static void block_add(struct place *p, uint64_t start, uint64_t end)
{
	if (p->blocks < BLOCKS)
		p->block[p->blocks++] = (struct board_range){ .start = start, .end = end };
}

static void blocks_gather(struct place *p, const struct doctor_machine *m,
			  const struct board_iomem *io)
{
	struct board_window list[32];
	unsigned int n = board_tree_reserved(&m->board, list, 32), i;

	for (i = 0; i < io->count; i++)
		if (io->range[i].depth)
			block_add(p, io->range[i].start, io->range[i].end);
	for (i = 0; i < n; i++)
		block_add(p, list[i].address, list[i].address + list[i].size - 1);
}

/* The first block that begins at or behind @from, or holds it. */
static const struct board_range *block_next(const struct place *p, uint64_t from, uint64_t end)
{
	const struct board_range *best = NULL;
	unsigned int i;

	for (i = 0; i < p->blocks; i++)
		if (p->block[i].end >= from && p->block[i].start < end &&
		    (!best || p->block[i].start < best->start))
			best = &p->block[i];
	return best;
}

static void stretch_consider(struct place *p, const struct board_range *ram, uint64_t from,
			     uint64_t end)
{
	uint64_t address;

	if (from >= end || end - from < 2 * p->size || end - from <= p->best)
		return;
	address = (from + (end - from) / 2) & ~(p->size - 1);
	if (address < from || address + p->size > end)
		return;
	p->best = end - from;
	p->plan->address = address;
	p->plan->within = *ram;
}

static uint64_t margin_of(const struct place *p, uint64_t len)
{
	uint64_t margin = len / 32;

	if (margin > MARGIN_MAX)
		margin = MARGIN_MAX;
	return margin < p->size ? p->size : margin;
}

static void range_search(struct place *p, const struct board_range *ram, bool x86)
{
	uint64_t len = ram->end - ram->start + 1, margin = margin_of(p, len);
	uint64_t from = ram->start + margin, end = ram->end + 1 - 2 * margin;
	const struct board_range *block;

	/* Kernel, boot loader and decompressor of a PC are below; addresses above 4 GiB are
	 * no good to a 32-bit kernel that is started by kexec. */
	if (x86 && from < 64 * MIB && ram->end > 128 * MIB)
		from = 64 * MIB;
	if (x86 && end > 4096 * MIB)
		end = 4096 * MIB;
	while (len > 4 * margin && from < end && (block = block_next(p, from, end)) != NULL) {
		if (block->start > margin)
			stretch_consider(p, ram, from, block->start - margin);
		from = block->end + 1 + margin;
	}
	if (len > 4 * margin)
		stretch_consider(p, ram, from, end);
}

int setup_place(const struct doctor_machine *m, const struct board_iomem *io,
		struct setup_plan *plan)
{
	struct place p = { .size = plan->size, .plan = plan };
	unsigned int i;

	blocks_gather(&p, m, io);
	for (i = 0; i < io->count; i++)
		if (!io->range[i].depth && !strcmp(io->range[i].name, "System RAM"))
			range_search(&p, &io->range[i], m->x86);
	return p.best ? 0 : -ENOSPC;
}
