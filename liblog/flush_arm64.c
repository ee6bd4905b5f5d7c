// SPDX-License-Identifier: BSD-2-Clause
/*
 * Cache cleaning on arm64: dc cvac. Linux lets programs use it (SCTLR_EL1.UCI)
 * and read CTR_EL0, or emulates the read where cores differ, giving the
 * smallest line of the system.
 */
#ifdef __aarch64__

#include "core/barrier.h"
#include "flush.h"

u32 plog_clean_kind;
u32 plog_clean_step = PLOG_CLEAN_STEP_DEFAULT;

u32 plog_clean_resolve(void)
{
	u64 ctr;

	__asm__ volatile("mrs %0, ctr_el0" : "=r"(ctr));
	/* DminLine: log2 of the smallest data cache line in 4-byte words */
	plog_store(&plog_clean_step, 4u << (ctr >> 16 & 0xf));
	plog_store_release(&plog_clean_kind, PLOG_CLEAN_CVAC);
	return PLOG_CLEAN_CVAC;
}

void plog_clean(const void *p, size_t n)
{
	if (n > 0)
		plog_clean_now(p, n);
}

void plog_fence(void)
{
	plog_fence_now();
}

#endif

/* A translation unit must not be empty. */
typedef int plog_flush_arm64;
