/* SPDX-License-Identifier: BSD-2-Clause */
/* Restartable sequence: compare, copy, commit. x86-64. */

/* ud1 in front of the signature: a jump there is a fault, as rseq(2) wants it */
#define PLOG_RSEQ_SIG 0x53053053u

static inline __attribute__((always_inline)) int
plog_rseq_commit(struct plog_rseq *rs, u32 cpu, u64 *cursor, u64 expect, u64 next, void *dst,
		 const void *src, u64 words)
{
	__asm__ goto volatile(
		".pushsection __rseq_cs, \"aw\"\n\t"
		".balign 32\n"
		"1:\t.long 0, 0\n\t"
		".quad 2f, 3f - 2f, 4f\n\t"
		".popsection\n\t"
		"leaq 1b(%%rip), %%rax\n\t"
		"movq %%rax, %[cs]\n"
		"2:\n\t"
		"cmpl %[cpu], %[cpu_id]\n\t"
		"jne %l[moved]\n\t"
		"cmpq %[expect], %[cursor]\n\t"
		"jne %l[moved]\n\t"
		/* words counts up to zero from below; src and dst are the ends */
		"movq %[words], %%rcx\n\t"
		"testq %%rcx, %%rcx\n\t"
		"jz 6f\n"
		"5:\n\t"
		"movq (%[src], %%rcx, 8), %%rax\n\t"
		"movq %%rax, (%[dst], %%rcx, 8)\n\t"
		"incq %%rcx\n\t"
		"jnz 5b\n"
		"6:\n\t"
		"movq %[next], %[cursor]\n" /* stores stay in order: LMM(rseq_commit:A) */
		"3:\n\t"
		".pushsection __rseq_failure, \"ax\"\n\t"
		".byte 0x0f, 0xb9, 0x3d\n\t"
		".long 0x53053053\n"
		"4:\tjmp %l[aborted]\n\t"
		".popsection\n\t"
		:
		: [cs] "m"(rs->rseq_cs), [cpu_id] "m"(rs->cpu_id), [cpu] "r"(cpu),
		  [cursor] "m"(*cursor), [expect] "r"(expect), [next] "r"(next),
		  [dst] "r"((u8 *)dst + 8 * words), [src] "r"((const u8 *)src + 8 * words),
		  [words] "r"(-words)
		: "memory", "cc", "rax", "rcx"
		: moved, aborted);
	return 0;
moved:
	return 1;
aborted:
	return -1;
}
