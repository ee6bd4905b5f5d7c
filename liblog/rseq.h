/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Restartable sequences, rseq(2): code that the kernel starts over when the
 * thread was preempted, migrated or interrupted by a signal in the middle of it.
 *
 * plog_rseq_commit() is such a sequence: it checks that the thread is still on
 * the CPU and the lane's cursor still where it was, copies a record behind it
 * and stores the new cursor, as its last instruction. Killed or moved before that
 * store, it leaves nothing that anybody looks at; so a lane needs no lock and no
 * locked instruction. One sibling file for each architecture.
 */
#ifndef PLOG_LIBLOG_RSEQ_H
#define PLOG_LIBLOG_RSEQ_H

#include "core/port.h"

/**
 * struct plog_rseq - the area that a thread shares with the kernel
 * @cpu_id_start: CPU, or 0 where there is none
 * @cpu_id:	CPU, or a negative number while the area is not registered
 * @rseq_cs:	address of the sequence's descriptor
 * @flags:	zero
 *
 * The first 24 bytes of struct rseq in linux/rseq.h, which old systems lack.
 */
struct plog_rseq {
	u32 cpu_id_start;
	u32 cpu_id;
	u64 rseq_cs;
	u32 flags;
	u32 reserved[3];
} __attribute__((aligned(32)));

/* Of a thread that has not asked yet, or that has none: a CPU without a lane. */
extern struct plog_rseq plog_rseq_unmet __attribute__((visibility("hidden")));
extern struct plog_rseq plog_rseq_none __attribute__((visibility("hidden")));
#define PLOG_RSEQ_NONE (&plog_rseq_none)

/**
 * plog_rseq_meet() - this thread's area, registered if need be
 *
 * Any context. Return: the area, or PLOG_RSEQ_NONE: old kernel, an emulator, a
 * sandbox, or $PLOG_LANES is "shared".
 */
struct plog_rseq *plog_rseq_meet(void);

#if defined(__x86_64__) && !defined(__ILP32__)
#define PLOG_RSEQ 1
#include "rseq_x86_64.h"
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define PLOG_RSEQ 1
#include "rseq_arm64.h"
#elif defined(__arm__) && __ARM_ARCH >= 7 && !defined(__thumb__) && \
	__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define PLOG_RSEQ 1
#include "rseq_arm.h"
#elif defined(__riscv) && __riscv_xlen == 64
#define PLOG_RSEQ 1
#include "rseq_riscv64.h"
#endif

#ifndef PLOG_RSEQ
static inline int plog_rseq_commit(struct plog_rseq *rs, u32 cpu, u64 *cursor, u64 expect,
				   u64 next, void *dst, const void *src, u64 words)
{
	(void)rs, (void)cpu, (void)cursor, (void)expect;
	(void)next, (void)dst, (void)src, (void)words;
	return 1;
}
#endif

#endif
