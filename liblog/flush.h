/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cleaning of cache lines for the writer's hot path: the same as plog_clean()
 * and plog_fence() of core/port.h, without a call. flush_*.c has the rest.
 */
#ifndef PLOG_LIBLOG_FLUSH_H
#define PLOG_LIBLOG_FLUSH_H

#include "core/barrier.h"
#include "core/port.h"

/**
 * enum plog_clean_kind - the instruction that cleans a line on this machine
 * @PLOG_CLEAN_UNKNOWN:	nobody has asked yet: plog_clean_resolve()
 * @PLOG_CLEAN_NOT:	there is none for a program
 * @PLOG_CLEAN_CLFLUSH:	x86: writes back, evicts, in order
 * @PLOG_CLEAN_CLFLUSHOPT: x86: writes back, evicts
 * @PLOG_CLEAN_CLWB:	x86: writes back and may keep the line
 * @PLOG_CLEAN_CVAC:	arm64: to the point of coherency, keeps the line
 */
enum plog_clean_kind {
	PLOG_CLEAN_UNKNOWN = 0,
	PLOG_CLEAN_NOT,
	PLOG_CLEAN_CLFLUSH,
	PLOG_CLEAN_CLFLUSHOPT,
	PLOG_CLEAN_CLWB,
	PLOG_CLEAN_CVAC,
};

/* Process-wide, the same whoever resolves it; hidden: no detour through the GOT. */
extern u32 plog_clean_kind __attribute__((visibility("hidden")));
/* Bytes that one cleaning instruction covers, a power of two. */
#define PLOG_CLEAN_STEP_DEFAULT 64u
extern u32 plog_clean_step __attribute__((visibility("hidden")));

/**
 * plog_clean_resolve() - find out plog_clean_kind and plog_clean_step
 *
 * Any context. Return: enum plog_clean_kind, never PLOG_CLEAN_UNKNOWN.
 */
u32 plog_clean_resolve(void) __attribute__((visibility("hidden")));

static inline u32 plog_clean_how(void)
{
	/* Pairs with plog_clean_resolve(): the step is there when the kind is. */
	u32 kind = plog_load_acquire(&plog_clean_kind);

	return __builtin_expect(kind == PLOG_CLEAN_UNKNOWN, 0) ? plog_clean_resolve() : kind;
}

#if defined(__x86_64__) || defined(__i386__)

/**
 * plog_clean_line() - clean the line of plog_clean_step bytes that holds @p
 * @kind: plog_clean_how()
 * @p: any address in it
 */
static inline void plog_clean_line(u32 kind, const void *p)
{
	/* "+m": ordered by the compiler, and by the CPU, behind stores to that line. */
	volatile char *line = (volatile char *)(uintptr_t)p;

	if (kind == PLOG_CLEAN_CLWB)
		__asm__ volatile("clwb %0" : "+m"(*line)::"memory");
	else if (kind == PLOG_CLEAN_CLFLUSHOPT)
		__asm__ volatile("clflushopt %0" : "+m"(*line)::"memory");
	else if (kind == PLOG_CLEAN_CLFLUSH)
		__asm__ volatile("clflush %0" : "+m"(*line)::"memory");
}

/* Drains write-combining buffers too. */
static inline void plog_fence_now(void)
{
#ifdef __x86_64__
	__asm__ volatile("sfence" ::: "memory");
#else
	/* sfence came with SSE; a locked instruction waits for the same. */
	__sync_synchronize();
#endif
}

#elif defined(__aarch64__)

static inline void plog_clean_line(u32 kind, const void *p)
{
	if (kind == PLOG_CLEAN_CVAC)
		__asm__ volatile("dc cvac, %0" ::"r"(p) : "memory");
}

/* sy, not ish: the cleaning has to be complete for the whole system. */
static inline void plog_fence_now(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}

#else

static inline void plog_clean_line(u32 kind, const void *p)
{
	(void)kind;
	(void)p;
}

static inline void plog_fence_now(void)
{
#if defined(__riscv)
	__asm__ volatile("fence rw, rw" ::: "memory");
#elif defined(__arm__) && __ARM_ARCH >= 7
	/* The write buffer of a write-combined window: a dmb would only order it. */
	__asm__ volatile("dsb sy" ::: "memory");
#else
	__sync_synchronize();
#endif
}

#endif

/**
 * plog_clean_now() - clean the lines of a record: one or two as a rule
 * @p: start
 * @n: bytes, more than 0
 */
static inline void plog_clean_now(const void *p, size_t n)
{
	u32 kind = plog_clean_how();
	uintptr_t step = plog_clean_step;
	uintptr_t at = (uintptr_t)p & ~(step - 1);
	uintptr_t end = (uintptr_t)p + n;

	if (kind == PLOG_CLEAN_NOT)
		return;
	for (; at < end; at += step)
		plog_clean_line(kind, (const void *)at);
}

#endif
