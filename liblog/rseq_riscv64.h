/* SPDX-License-Identifier: BSD-2-Clause */
/* Restartable sequence: compare, copy, commit. 64-bit RISC-V. */

/* csrw mhartid, x0: illegal for a program, as rseq(2) wants it */
#define PLOG_RSEQ_SIG 0xf1401073u

static inline __attribute__((always_inline)) int
plog_rseq_commit(struct plog_rseq *rs, u32 cpu, u64 *cursor, u64 expect, u64 next, void *dst,
		 const void *src, u64 words)
{
	__asm__ goto volatile(
		".pushsection __rseq_cs, \"aw\"\n\t"
		".balign 32\n"
		"1:\t.word 0, 0\n\t"
		".quad 2f, 3f - 2f, 4f\n\t"
		".popsection\n\t"
		"lla t0, 1b\n\t"
		"sd t0, %[cs]\n"
		"2:\n\t"
		"lw t0, %[cpu_id]\n\t"
		"bne t0, %[cpu], 7f\n\t"
		"ld t0, 0(%[cursor])\n\t"
		"bne t0, %[expect], 7f\n\t"
		"mv t0, %[src]\n\t"
		"mv t1, %[dst]\n\t"
		"slli t2, %[words], 3\n\t"
		"add t2, t2, t0\n\t"
		"beq t0, t2, 6f\n"
		"5:\n\t"
		"ld t3, 0(t0)\n\t"
		"sd t3, 0(t1)\n\t"
		"addi t0, t0, 8\n\t"
		"addi t1, t1, 8\n\t"
		"bltu t0, t2, 5b\n"
		"6:\n\t"
		"fence rw, w\n\t" /* LMM(rseq_commit:A) */
		"sd %[next], 0(%[cursor])\n"
		"3:\n\t"
		"j 8f\n\t"
		".balign 4\n\t" /* the kernel loads it; compressed code is aligned to 2 */
		".word 0xf1401073\n"
		"4:\n\t"
		"j %l[aborted]\n"
		"7:\n\t"
		"j %l[moved]\n"
		"8:\n\t"
		:
		: [cs] "m"(rs->rseq_cs), [cpu_id] "m"(rs->cpu_id), [cpu] "r"((u64)cpu),
		  [cursor] "r"(cursor), [expect] "r"(expect), [next] "r"(next), [dst] "r"(dst),
		  [src] "r"(src), [words] "r"(words)
		: "memory", "t0", "t1", "t2", "t3"
		: moved, aborted);
	return 0;
moved:
	return 1;
aborted:
	return -1;
}
