/* SPDX-License-Identifier: BSD-2-Clause */
/* Restartable sequence: compare, copy, commit. arm64. */

/* brk #0x45e0, the kernel's choice for both byte orders */
#define PLOG_RSEQ_SIG 0xd428bc00u

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
		"adrp x9, 1b\n\t"
		"add x9, x9, :lo12:1b\n\t"
		"str x9, %[cs]\n"
		"2:\n\t"
		"ldr w9, %[cpu_id]\n\t"
		"cmp w9, %w[cpu]\n\t"
		"b.ne %l[moved]\n\t"
		"ldr x9, [%[cursor]]\n\t"
		"cmp x9, %[expect]\n\t"
		"b.ne %l[moved]\n\t"
		"mov x10, #0\n\t"
		"cbz %[words], 6f\n"
		"5:\n\t"
		"ldr x9, [%[src], x10, lsl #3]\n\t"
		"str x9, [%[dst], x10, lsl #3]\n\t"
		"add x10, x10, #1\n\t"
		"cmp x10, %[words]\n\t"
		"b.lo 5b\n"
		"6:\n\t"
		"stlr %[next], [%[cursor]]\n" /* LMM(rseq_commit:A) */
		"3:\n\t"
		".pushsection __rseq_failure, \"ax\"\n\t"
		".inst 0xd428bc00\n"
		"4:\tb %l[aborted]\n\t"
		".popsection\n\t"
		:
		: [cs] "m"(rs->rseq_cs), [cpu_id] "m"(rs->cpu_id), [cpu] "r"(cpu),
		  [cursor] "r"(cursor), [expect] "r"(expect), [next] "r"(next), [dst] "r"(dst),
		  [src] "r"(src), [words] "r"(words)
		: "memory", "cc", "x9", "x10"
		: moved, aborted);
	return 0;
moved:
	return 1;
aborted:
	return -1;
}
