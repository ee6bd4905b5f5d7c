/* SPDX-License-Identifier: BSD-2-Clause */
/* What the product's reader finds in memory, compared with what was logged. */
#ifndef PLOG_CRASH_VIEW_H
#define PLOG_CRASH_VIEW_H

#include "plog_reader.h"
#include "trace.h"

#define VIEW_BOOTS 24u

/* Where things go wrong. */
typedef void view_fault(void *arg, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * struct view - what a reader found
 * @condition:	enum plog_condition
 * @epoch:	formatting that the window is of, 0: nobody can say
 * @boots:	how many in @boot
 * @boot:	as the reader lists them; its texts are gone
 * @state_of:	state_entry + 1 that the boot shows, 0 none
 * @found:	for each entry of the trace: 1 intact, 2 repaired, 0 not found
 * @records:	found
 * @repaired:	of those
 * @misrepaired: told as repaired, and never logged: half written, and some flipped bits
 *		make a record of it by accident
 * @foreign:	records of boot @stranger
 * @stranger:	a boot that the trace knows nothing of, 0 for none: it may have taken an
 *		entry of the boot table and noted losses, so with it boots are not compared
 * @digest:	of everything that the reader said
 * @head:	generations of the chunks by their heads, 0 where a head is not valid
 */
struct view {
	enum plog_condition condition;
	u32 epoch;
	u32 boots;
	struct plog_reader_boot boot[VIEW_BOOTS];
	u8 found[CRASH_RECORDS];
	u32 records;
	u32 repaired;
	u32 misrepaired;
	u32 foreign;
	u32 stranger;
	u64 digest;
	u64 head[CRASH_CHUNKS];
};

/**
 * view_read() - read memory, and hold each record against the journal
 * @v: filled in; @stranger is given
 * @t: trace
 * @step: entries and idents beyond it were not written yet
 * @mem: window
 * @fault: told of phantoms, of wrong contents, of a wrong order
 */
void view_read(struct view *v, const struct trace *t, u32 step, const u8 *mem, view_fault *fault,
	       void *arg);

/* The boot in a view, or NULL. */
const struct plog_reader_boot *view_boot(const struct view *v, u32 boot);

/* Is the entry in memory, byte for byte? */
static inline bool view_intact(const struct trace *t, const struct entry *e, const u8 *mem)
{
	return !memcmp(mem + plog_chunk_offset(&t->geo, (u32)(e->gen % CRASH_CHUNKS)) + e->off,
		       e->copy, e->bytes);
}

#endif
