/* SPDX-License-Identifier: GPL-2.0-only */
/* Everything that differs between kernel versions (5.10 and later) or machines. */
#ifndef PLOG_COMPAT_H
#define PLOG_COMPAT_H

#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kmsg_dump.h>
#include <linux/mm.h>
#include <linux/shmem_fs.h>
#include <linux/version.h>

#include "plog_format.h"

/* In kernel.h before. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
#include <linux/panic_notifier.h>
#endif

/*
 * Before 6.14 crc32c() is in a module of its own and goes through the crypto
 * API, which is nothing for a panic; the plain function is in the kernel itself.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
#include <linux/crc32c.h>
#define plog_compat_crc32c(crc, p, n) crc32c(crc, p, n)
#else
#include <linux/crc32.h>
#define plog_compat_crc32c(crc, p, n) __crc32c_le(crc, p, n)
#endif

/* vm_flags became read-only in 6.3. */
static inline void plog_compat_vm_flags(struct vm_area_struct *vma, unsigned long set,
					unsigned long clear)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_mod(vma, set, clear);
#else
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
#endif
}

/* Its flags are a structure from 7.0. */
static inline struct file *plog_compat_shmem_file(const char *name, loff_t size)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
	return shmem_file_setup(name, size, EMPTY_VMA_FLAGS);
#else
	return shmem_file_setup(name, size, 0);
#endif
}

/*
 * On 32 bits a device may be mapped up to 4 GiB only, unless its offsets are unsigned;
 * that was said of a file, and from 6.12 of its operations.
 */
#ifdef FOP_UNSIGNED_OFFSET
#define PLOG_COMPAT_FOP_FLAGS .fop_flags = FOP_UNSIGNED_OFFSET,
#define PLOG_COMPAT_FMODE 0
#else
#define PLOG_COMPAT_FOP_FLAGS
#define PLOG_COMPAT_FMODE FMODE_UNSIGNED_OFFSET
#endif

/*
 * Reading the kernel's log line by line, from where one stopped. Before 5.12 a
 * dumper is the place; ours is one that is never registered, for a registered one
 * is wound back with each dump.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 12, 0)
typedef struct kmsg_dump_iter plog_compat_log;
#else
typedef struct kmsg_dumper plog_compat_log;
#endif

static inline void plog_compat_log_first(plog_compat_log *at)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 12, 0)
	at->active = true;
#endif
	kmsg_dump_rewind(at);
}

/* What is told to a dumper is a structure from 6.12. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define PLOG_COMPAT_DETAIL struct kmsg_dump_detail *
#define plog_compat_reason(detail) ((detail)->reason)
#else
#define PLOG_COMPAT_DETAIL enum kmsg_dump_reason
#define plog_compat_reason(detail) (detail)
#endif

/* RAM that reserve_mem=SIZE:ALIGN:NAME set aside, from 6.11. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
#define PLOG_HAS_RESERVE_MEM 1
#define plog_compat_reserved reserve_mem_find_by_name
#else
#define PLOG_HAS_RESERVE_MEM 0
static inline int plog_compat_reserved(const char *name, phys_addr_t *start, phys_addr_t *size)
{
	return 0;
}
#endif

/* Where the kernel can bring cache lines to memory; elsewhere cache=wb is refused. */
#ifdef CONFIG_ARCH_HAS_PMEM_API
#include <linux/libnvdimm.h>
#define PLOG_CAN_CLEAN 1
#define plog_compat_clean(p, n) arch_wb_cache_pmem((void *)(p), n)
#elif defined(CONFIG_X86)
#include <asm/cacheflush.h>
#define PLOG_CAN_CLEAN 1
#define plog_compat_clean(p, n) clflush_cache_range((void *)(p), n)
#else
#define PLOG_CAN_CLEAN 0
#define plog_compat_clean(p, n) do { (void)(p); (void)(n); } while (0)
#endif

/*
 * The raw counter that records are stamped with, where the kernel itself trusts
 * it and programs may read it: for a process it costs half of what a clock does.
 */
#ifdef CONFIG_X86
#include <asm/cpufeature.h>
#include <asm/tsc.h>
static inline u32 plog_compat_clock(u64 *hz)
{
	if (!boot_cpu_has(X86_FEATURE_CONSTANT_TSC) || check_tsc_unstable() || !tsc_khz)
		return PLOG_CLOCK_MONOTONIC;
	*hz = tsc_khz * 1000ULL;
	return PLOG_CLOCK_TSC;
}

#define plog_compat_counter() rdtsc()
#elif defined(CONFIG_ARM64)
#include <asm/sysreg.h>
static inline u32 plog_compat_clock(u64 *hz)
{
	u64 rate = read_sysreg(cntfrq_el0);

	/* Some firmware leaves it at zero. */
	if (rate < 1000000)
		return PLOG_CLOCK_MONOTONIC;
	*hz = rate;
	return PLOG_CLOCK_CNTVCT;
}

#define plog_compat_counter() read_sysreg(cntvct_el0)
#else
static inline u32 plog_compat_clock(u64 *hz)
{
	return PLOG_CLOCK_MONOTONIC;
}

#define plog_compat_counter() 0ULL
#endif

/* How RAM is kept from Linux here, for messages: memmap= is not known everywhere. */
#define PLOG_HAS_MEMMAP                                                               \
	(IS_ENABLED(CONFIG_X86) || IS_ENABLED(CONFIG_MIPS) || IS_ENABLED(CONFIG_XTENSA))

/*
 * Kernels whose EFI stub puts them anywhere, memmap= or not: they have a1b87d54f4e4
 * ("x86/efistub: Avoid legacy decompressor when doing EFI boot", in 6.6 and 6.1.81),
 * and not 15aa8fb852f9 ("x86/efistub: Omit physical KASLR when memory reservations
 * exist", in 6.10, 6.9.4, 6.6.33 and 6.1.93; 6.7 and 6.8 had ended). So the changelogs
 * of the stable releases; a distribution's kernel may have the second one earlier.
 */
#define PLOG_SINCE_UNTIL(since, until)                                                \
	(LINUX_VERSION_CODE >= (since) && LINUX_VERSION_CODE < (until))
#define PLOG_STUB_IS_BLIND                                                            \
	(IS_ENABLED(CONFIG_X86) &&                                                    \
	 (PLOG_SINCE_UNTIL(KERNEL_VERSION(6, 1, 81), KERNEL_VERSION(6, 1, 93)) ||     \
	  PLOG_SINCE_UNTIL(KERNEL_VERSION(6, 6, 0), KERNEL_VERSION(6, 6, 33)) ||      \
	  PLOG_SINCE_UNTIL(KERNEL_VERSION(6, 7, 0), KERNEL_VERSION(6, 9, 4))))

#endif
