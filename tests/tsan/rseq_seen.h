/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ThreadSanitizer is told of a restartable sequence.
 *
 * Its stores are assembler's, which the tool does not see: neither the copy nor the
 * cursor's. That the last one releases what came before, LMM(rseq_commit:A), has to
 * be believed here; tests/torture/killstep.c and tests/model look at the sequence
 * itself. Then all that follows from a cursor that was seen is checked as ever.
 * Included in front of each file, in the tool's build only.
 *
 * And of the pointer in struct plog_gate: what it leads to is loaded behind it, since
 * its address comes from it. No CPU that Linux runs on today does otherwise; the
 * tool knows no such order. LMM(plog_gate_turn:A) is what it pairs with.
 */
#ifndef PLOG_TEST_RSEQ_SEEN_H
#define PLOG_TEST_RSEQ_SEEN_H

#include <sanitizer/tsan_interface.h>

#include "plog.h"
#include "rseq.h"

/* Each file says its own. */
#undef PLOG_TAG

#undef PLOG_LOAD_
#define PLOG_LOAD_(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)

/* The release is noted ahead of the store: one that then fails has promised nothing new. */
#define plog_rseq_commit(rs, cpu, cursor, ...)                  \
	__extension__({                                         \
		__tsan_release(cursor);                         \
		plog_rseq_commit(rs, cpu, cursor, __VA_ARGS__); \
	})

#endif
