/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The only place that touches atomics, and only those of the control plane:
 * the window itself may be memory on which they fail.
 */
#ifndef PLOG_CORE_BARRIER_H
#define PLOG_CORE_BARRIER_H

#ifdef __KERNEL__

#include <linux/atomic.h>
#include <asm/barrier.h>

#ifdef CONFIG_64BIT

#define plog_load(p) READ_ONCE(*(p))
#define plog_store(p, v) WRITE_ONCE(*(p), v)
#define plog_load_acquire(p) smp_load_acquire(p)
#define plog_store_release(p, v) smp_store_release(p, v)

#else

/* There a plain 64-bit access may tear, and the generic barriers refuse it. */
#define plog_load(p)                                                                  \
	((typeof(*(p)))(sizeof(*(p)) == 8 ? atomic64_read((atomic64_t *)(p)) :        \
					    READ_ONCE(*(const u32 *)(p))))
#define plog_store(p, v)                                                              \
	do {                                                                          \
		if (sizeof(*(p)) == 8)                                                \
			atomic64_set((atomic64_t *)(p), (s64)(v));                    \
		else                                                                  \
			WRITE_ONCE(*(u32 *)(p), (u32)(v));                            \
	} while (0)
#define plog_load_acquire(p)                                                          \
	({                                                                            \
		typeof(*(p)) plog_loaded = plog_load(p);                              \
		smp_mb();                                                             \
		plog_loaded;                                                          \
	})
#define plog_store_release(p, v)                                                      \
	do {                                                                          \
		smp_mb();                                                             \
		plog_store(p, v);                                                     \
	} while (0)

#endif

/* true when *p was old and is now new; a full barrier then */
#define plog_cas64(p, old, new) (cmpxchg64(p, old, new) == (old))
#define plog_cas32(p, old, new) (cmpxchg(p, old, new) == (old))

#else

#define plog_load(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define plog_store(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)
#define plog_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define plog_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define plog_cas64(p, old, new)                                                       \
	__extension__({                                                               \
		u64 plog_cas_old = (old);                                             \
		__atomic_compare_exchange_n(p, &plog_cas_old, new, 0,                 \
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);      \
	})
#define plog_cas32(p, old, new)                                                       \
	__extension__({                                                               \
		u32 plog_cas_old = (old);                                             \
		__atomic_compare_exchange_n(p, &plog_cas_old, new, 0,                 \
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);      \
	})

#endif

#endif
