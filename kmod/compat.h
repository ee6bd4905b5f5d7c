/* SPDX-License-Identifier: GPL-2.0-only */
/* Everything that differs between kernel versions (5.10 and later) or machines. */
#ifndef PLOG_COMPAT_H
#define PLOG_COMPAT_H

#include <linux/fs.h>
#include <linux/kmsg_dump.h>
#include <linux/mm.h>
#include <linux/shmem_fs.h>
#include <linux/version.h>

#include "plog_format.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
#include <linux/panic_notifier.h>
#else
#include <linux/kernel.h>
#include <linux/notifier.h>
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
static inline void plog_compat_vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_set(vma, flags);
#else
	vma->vm_flags |= flags;
#endif
}

static inline void plog_compat_vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_clear(vma, flags);
#else
	vma->vm_flags &= ~flags;
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
#ifdef CONFIG_64BIT
#define PLOG_COMPAT_FOP_FLAGS
static inline void plog_compat_map_far(struct file *file) { }
#elif defined(FOP_UNSIGNED_OFFSET)
#define PLOG_COMPAT_FOP_FLAGS .fop_flags = FOP_UNSIGNED_OFFSET,
static inline void plog_compat_map_far(struct file *file) { }
#else
#define PLOG_COMPAT_FOP_FLAGS
static inline void plog_compat_map_far(struct file *file)
{
	file->f_mode |= FMODE_UNSIGNED_OFFSET;
}
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

static inline bool plog_compat_log_line(plog_compat_log *at, char *line, size_t size, size_t *len)
{
	return kmsg_dump_get_line(at, true, line, size, len);
}

/* What is told to a dumper is a structure from 6.12. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define PLOG_COMPAT_DUMP(name, to)						\
	static void name(struct kmsg_dumper *dumper, struct kmsg_dump_detail *detail)	\
	{									\
		to(dumper, detail->reason);					\
	}
#else
#define PLOG_COMPAT_DUMP(name, to)						\
	static void name(struct kmsg_dumper *dumper, enum kmsg_dump_reason reason)	\
	{									\
		to(dumper, reason);						\
	}
#endif

/* RAM that reserve_mem=SIZE:ALIGN:NAME set aside, from 6.11. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
#define PLOG_HAS_RESERVE_MEM 1
static inline bool plog_compat_reserved(const char *name, u64 *start, u64 *size)
{
	phys_addr_t at, bytes;

	if (!reserve_mem_find_by_name(name, &at, &bytes))
		return false;
	*start = at;
	*size = bytes;
	return true;
}
#else
#define PLOG_HAS_RESERVE_MEM 0
static inline bool plog_compat_reserved(const char *name, u64 *start, u64 *size)
{
	return false;
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
#if defined(CONFIG_X86) || defined(CONFIG_MIPS) || defined(CONFIG_XTENSA)
#define PLOG_HAS_MEMMAP 1
#else
#define PLOG_HAS_MEMMAP 0
#endif

#endif
