/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Restartable sequence: compare, copy, commit. 32-bit Arm, ARMv7 and later, in
 * the A32 instruction set.
 *
 * The commit has to be one instruction that stores 64 bits or none: strd is only
 * with LPAE, and may else be abandoned half way by an interrupt. strexd is so on
 * every ARMv7. It fails when the exclusive monitor was lost to an interrupt that
 * did not switch threads; then the sequence is done again, which is harmless.
 * Nothing is loaded or stored between it and its ldrexd, lest it always fail. That
 * ldrexd is only to set the monitor: the kernel sees to it that the cursor is still
 * what was compared.
 */

/* udf in the A32 encoding that the kernel's ABI names, also from T32 code */
#define PLOG_RSEQ_SIG 0xe7f5def3u

static inline __attribute__((always_inline)) int
plog_rseq_commit(struct plog_rseq *rs, u32 cpu, u64 *cursor, u64 expect, u64 next, void *dst,
		 const void *src, u64 words)
{
	/* In memory: so many values do not fit into registers. */
	const u64 step[2] = { expect, next };
	u32 count = (u32)words;

	__asm__ goto volatile(
		".pushsection __rseq_cs, \"aw\"\n\t"
		".balign 32\n"
		"1:\t.word 0, 0\n\t"
		".word 2f, 0, 3f - 2f, 0, 4f, 0\n\t"
		".popsection\n\t"
		"ldr r4, 7f\n"
		"8:\tadd r4, pc, r4\n\t"
		"str r4, %[cs]\n" /* the low half; the other one is always 0 */
		"2:\n\t"
		"ldr r4, %[cpu_id]\n\t"
		"cmp r4, %[cpu]\n\t"
		"bne %l[moved]\n\t"
		"ldrexd r4, r5, [%[cursor]]\n\t"
		"ldrd r6, r7, [%[step]]\n\t"
		"cmp r4, r6\n\t"
		"cmpeq r5, r7\n\t"
		"bne %l[moved]\n\t"
		"cmp %[count], #0\n\t"
		"beq 6f\n\t"
		"mov r6, #0\n"
		"5:\n\t"
		"add r7, %[src], r6, lsl #3\n\t"
		"ldrd r4, r5, [r7]\n\t"
		"add r7, %[dst], r6, lsl #3\n\t"
		"str r4, [r7]\n\t"
		"str r5, [r7, #4]\n\t"
		"add r6, r6, #1\n\t"
		"cmp r6, %[count]\n\t"
		"blo 5b\n"
		"6:\n\t"
		"dmb ish\n\t" /* LMM(rseq_commit:A) */
		"ldrd r6, r7, [%[step], #8]\n\t"
		"ldrexd r4, r5, [%[cursor]]\n\t"
		"strexd r4, r6, r7, [%[cursor]]\n"
		"3:\n\t"
		"cmp r4, #0\n\t"
		"bne %l[moved]\n\t"
		"b 9f\n"
		"7:\t.word 1b - (8b + 8)\n"
		"\t.word 0xe7f5def3\n"
		"4:\tb %l[aborted]\n"
		"9:\n\t"
		:
		: [cs] "m"(rs->rseq_cs), [cpu_id] "m"(rs->cpu_id), [cpu] "r"(cpu),
		  [cursor] "r"(cursor), [step] "r"(step), [dst] "r"(dst), [src] "r"(src),
		  [count] "r"(count)
		: "memory", "cc", "r4", "r5", "r6", "r7"
		: moved, aborted);
	return 0;
moved:
	return 1;
aborted:
	return -1;
}
