// SPDX-License-Identifier: BSD-2-Clause
/* The program headers of an ELF core, of 32 or 64 bits, either byte order. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"

#define ADDRESS_MAX (1ULL << 60) /* with any file behind it, no overflow */

/**
 * struct core - where things are in this core
 * @bytes:	all of it
 * @size:	how many
 * @wide:	64 bits
 * @swapped:	the other byte order
 */
struct core {
	const uint8_t *bytes;
	uint64_t size;
	bool wide;
	bool swapped;
};

/* A number of @n bytes at @off, which has been checked. */
static uint64_t number(const struct core *core, uint64_t off, unsigned int n)
{
	const uint8_t *p = core->bytes + off;
	uint64_t value = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		value |= (uint64_t)p[i] << 8 * (core->swapped ? n - 1 - i : i);
	return value;
}

#define FIELD(core, off, type, field)                                       \
	((core)->wide ? number(core, (off) + offsetof(Elf64_##type, field), \
			       sizeof(((Elf64_##type *)0)->field))          \
		      : number(core, (off) + offsetof(Elf32_##type, field), \
			       sizeof(((Elf32_##type *)0)->field)))

static bool core_is(struct core *core)
{
	const uint8_t *p = core->bytes;

	if (core->size < sizeof(Elf64_Ehdr) || memcmp(p, ELFMAG, SELFMAG) ||
	    (p[EI_CLASS] != ELFCLASS32 && p[EI_CLASS] != ELFCLASS64))
		return false;
	core->wide = p[EI_CLASS] == ELFCLASS64;
	core->swapped = p[EI_DATA] == ELFDATA2MSB;
	return FIELD(core, 0, Ehdr, e_type) == ET_CORE;
}

static void segment_add(struct dump *dump, const struct core *core, uint64_t off)
{
	uint64_t from = FIELD(core, off, Phdr, p_offset), n = FIELD(core, off, Phdr, p_filesz);
	uint64_t address = FIELD(core, off, Phdr, p_paddr);

	if (FIELD(core, off, Phdr, p_type) != PT_LOAD || from >= core->size || !n ||
	    address > ADDRESS_MAX)
		return;
	dump->segment[dump->segments++] = (struct dump_segment){
		.address = address,
		.size = n < core->size - from ? n : core->size - from,
		.bytes = core->bytes + from,
	};
}

static int by_address(const void *a, const void *b)
{
	const struct dump_segment *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

bool dump_core_read(struct dump *dump, const uint8_t *bytes, uint64_t size)
{
	struct core core = { .bytes = bytes, .size = size };
	uint64_t off, step, i, n;

	if (!core_is(&core))
		return false;
	off = FIELD(&core, 0, Ehdr, e_phoff);
	step = FIELD(&core, 0, Ehdr, e_phentsize);
	n = FIELD(&core, 0, Ehdr, e_phnum);
	if (step < (core.wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)))
		return false;
	for (i = 0; i < n && dump->segments < DUMP_SEGMENTS; i++, off += step) {
		if (off >= size || size - off < step)
			break;
		segment_add(dump, &core, off);
	}
	qsort(dump->segment, dump->segments, sizeof(dump->segment[0]), by_address);
	return dump->segments;
}
