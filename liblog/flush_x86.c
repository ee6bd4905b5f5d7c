// SPDX-License-Identifier: BSD-2-Clause
/* Cache cleaning on x86: clwb, else clflushopt, else clflush (Intel SDM vol. 2A, cpuid). */
#if defined(__x86_64__) || defined(__i386__)

#include <cpuid.h>

#include "core/barrier.h"
#include "flush.h"

#define CPUID1_EDX_CLFSH	(1u << 19)
#define CPUID7_EBX_CLFLUSHOPT	(1u << 23)
#define CPUID7_EBX_CLWB		(1u << 24)

u32 plog_clean_kind;
u32 plog_clean_step = PLOG_CLEAN_STEP_DEFAULT;

u32 plog_clean_resolve(void)
{
	u32 eax, ebx, ecx, edx, step, kind = PLOG_CLEAN_NOT;

	if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) && edx & CPUID1_EDX_CLFSH) {
		kind = PLOG_CLEAN_CLFLUSH;
		step = (ebx >> 8 & 0xff) * 8;
		if (step >= 16 && (step & (step - 1)) == 0)
			plog_store(&plog_clean_step, step);
	}
	if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) {
		if (ebx & CPUID7_EBX_CLFLUSHOPT)
			kind = PLOG_CLEAN_CLFLUSHOPT;
		if (ebx & CPUID7_EBX_CLWB)
			kind = PLOG_CLEAN_CLWB;
	}
	/* Last: whoever sees the kind sees the step. */
	plog_store_release(&plog_clean_kind, kind);
	return kind;
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
typedef int plog_flush_x86;
