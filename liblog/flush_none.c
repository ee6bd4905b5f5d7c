// SPDX-License-Identifier: BSD-2-Clause
/*
 * Machines on which a program cannot clean the cache: 32-bit Arm (cache=wc
 * there), riscv64 (Zicbom is the kernel's unless it says otherwise), the rest.
 * The module's sweep cleans for them; here there is the fence only.
 */
#if !defined(__x86_64__) && !defined(__i386__) && !defined(__aarch64__)

#include "flush.h"

u32 plog_clean_kind = PLOG_CLEAN_NOT;
u32 plog_clean_step = PLOG_CLEAN_STEP_DEFAULT;

u32 plog_clean_resolve(void)
{
	return PLOG_CLEAN_NOT;
}

void plog_clean(const void *p, size_t n)
{
	(void)p;
	(void)n;
}

void plog_fence(void)
{
	plog_fence_now();
}

#endif

/* A translation unit must not be empty. */
typedef int plog_flush_none;
