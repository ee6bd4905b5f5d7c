// SPDX-License-Identifier: BSD-2-Clause
/*
 * The writer's half is compiled with the compiler's own instrumentation
 * (-fsanitize=thread, without that runtime): in front of each access to memory it
 * calls one of the functions below. So the stores that are noted are the product's
 * own, in their order, by whichever line of it; a store that slips through shows in
 * the comparison of window and shadow behind each operation.
 *
 * The process, its clock and its names are the same in each run: a state has the
 * same number for ever.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "shim.h"

struct shim shim;

void shim_event(u32 kind, u32 at, u64 value)
{
	struct trace *t = shim.t;

	if (!t)
		return;
	if (t->events == CRASH_EVENTS)
		CHECK_FAILED("%s: more than %u steps", t->name, CRASH_EVENTS);
	t->event[t->events++] = (struct event){ kind, at, value };
}

void shim_settle(void)
{
	u32 word = shim.pending - 1;
	u64 value;

	if (!shim.pending)
		return;
	shim.pending = 0;
	memcpy(&value, shim.base + 8 * word, sizeof(value));
	if (value == shim.shadow[word])
		return; /* no other state of memory comes of it */
	shim.shadow[word] = value;
	shim_event(EVENT_STORE, word, value);
}

static void stored(const void *p, u32 n)
{
	size_t off = (size_t)((const u8 *)p - shim.base);

	shim_settle();
	if (!shim.t || off >= CRASH_SIZE)
		return;
	if (off / 8 != (off + n - 1) / 8)
		CHECK_FAILED("a store of %u bytes at %#zx is not within one word", n, off);
	if (shim.kill_store && !--shim.kill_store)
		_exit(0);
	shim.pending = (u32)(off / 8) + 1;
}

static void word_stored(const void *p, u32 n)
{
	if (p == shim.kill_word)
		_exit(0);
	stored(p, n);
}

/* Prototypes that no header has. */
#define HOOK(ret, name, ...)   \
	ret name(__VA_ARGS__); \
	ret name(__VA_ARGS__)

#define ACCESS(n)                            \
	HOOK(void, __tsan_read##n, void *p)  \
	{                                    \
		(void)p;                     \
	}                                    \
	HOOK(void, __tsan_write##n, void *p) \
	{                                    \
		stored(p, n);                \
	}
#define UNALIGNED(n)                                   \
	HOOK(void, __tsan_unaligned_read##n, void *p)  \
	{                                              \
		(void)p;                               \
	}                                              \
	HOOK(void, __tsan_unaligned_write##n, void *p) \
	{                                              \
		stored(p, n);                          \
	}

ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)
UNALIGNED(2)
UNALIGNED(4)
UNALIGNED(8)
UNALIGNED(16)

HOOK(void, __tsan_read_range, void *p, size_t n)
{
	(void)p;
	(void)n;
}

/* A structure copied whole: in the window that would be a store of unknown order. */
HOOK(void, __tsan_write_range, void *p, size_t n)
{
	size_t off = (size_t)((u8 *)p - shim.base);

	if (shim.t && off < CRASH_SIZE)
		CHECK_FAILED("%zu bytes at %#zx are copied in no order", n, off);
}

HOOK(void, __tsan_init, void)
{
}

HOOK(void, __tsan_func_entry, void *p)
{
	(void)p;
}

HOOK(void, __tsan_func_exit, void)
{
}

HOOK(void, __tsan_atomic_thread_fence, int order)
{
	(void)order;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

HOOK(void, __tsan_atomic_signal_fence, int order)
{
	(void)order;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* Atomics are of the control plane; one in the window would be noted as any store. */
#define ATOMIC(bits)                                                                          \
	HOOK(u##bits, __tsan_atomic##bits##_load, const u##bits *p, int order)                \
	{                                                                                     \
		(void)order;                                                                  \
		return __atomic_load_n(p, __ATOMIC_SEQ_CST);                                  \
	}                                                                                     \
	HOOK(void, __tsan_atomic##bits##_store, u##bits *p, u##bits v, int order)             \
	{                                                                                     \
		(void)order;                                                                  \
		word_stored(p, (bits) / 8);                                                   \
		__atomic_store_n(p, v, __ATOMIC_SEQ_CST);                                     \
	}                                                                                     \
	HOOK(u##bits, __tsan_atomic##bits##_exchange, u##bits *p, u##bits v, int order)       \
	{                                                                                     \
		(void)order;                                                                  \
		word_stored(p, (bits) / 8);                                                   \
		return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);                           \
	}                                                                                     \
	HOOK(u##bits, __tsan_atomic##bits##_fetch_add, u##bits *p, u##bits v, int order)      \
	{                                                                                     \
		(void)order;                                                                  \
		word_stored(p, (bits) / 8);                                                   \
		return __atomic_fetch_add(p, v, __ATOMIC_SEQ_CST);                            \
	}                                                                                     \
	HOOK(int, __tsan_atomic##bits##_compare_exchange_strong, u##bits *p, u##bits *old,    \
	     u##bits v, int order, int fail)                                                  \
	{                                                                                     \
		(void)order;                                                                  \
		(void)fail;                                                                   \
		word_stored(p, (bits) / 8);                                                   \
		return __atomic_compare_exchange_n(p, old, v, false, __ATOMIC_SEQ_CST,        \
						   __ATOMIC_SEQ_CST);                         \
	}                                                                                     \
	HOOK(int, __tsan_atomic##bits##_compare_exchange_weak, u##bits *p, u##bits *old,      \
	     u##bits v, int order, int fail)                                                  \
	{                                                                                     \
		return __tsan_atomic##bits##_compare_exchange_strong(p, old, v, order, fail); \
	}                                                                                     \
	HOOK(u##bits, __tsan_atomic##bits##_compare_exchange_val, u##bits *p, u##bits old,    \
	     u##bits v, int order, int fail)                                                  \
	{                                                                                     \
		__tsan_atomic##bits##_compare_exchange_strong(p, &old, v, order, fail);       \
		return old;                                                                   \
	}

ATOMIC(8)
ATOMIC(32)
ATOMIC(64)

/* --- what the product is given in place of the machine --- */

void plog_clean(const void *p, size_t n)
{
	size_t from = (size_t)((const u8 *)p - shim.base), to = from + n;

	shim_settle();
	if (!shim.t || !n || from >= CRASH_SIZE)
		return;
	for (from /= PLOG_LINE; from * PLOG_LINE < to && from * PLOG_LINE < CRASH_SIZE; from++)
		shim_event(EVENT_CLEAN, (u32)from, 0);
}

void plog_fence(void)
{
	shim_settle();
	shim_event(EVENT_FENCE, 0, 0);
	shim_boots();
}

u64 plog_clock_monotonic(void)
{
	return shim.now += 1000;
}

void plog_clock_instant(u32 clock, struct plog_instant *now)
{
	(void)clock;
	now->counter = now->mono = now->boottime = plog_clock_monotonic();
	now->real = 1700000000000000000ULL + now->mono;
}

u32 plog_clock_choose(u64 *hz)
{
	*hz = 1000000000;
	return PLOG_CLOCK_MONOTONIC;
}

/* In thread.c's place of plog_thread_id(), by a define. */
HOOK(u32, shim_thread_id, void)
{
	return CRASH_PID + 1;
}

pid_t getpid(void)
{
	return CRASH_PID;
}

ssize_t readlink(const char *path, char *buf, size_t n)
{
	(void)path;
	memcpy(buf, CRASH_EXE, n < sizeof(CRASH_EXE) - 1 ? n : sizeof(CRASH_EXE) - 1);
	return sizeof(CRASH_EXE) - 1;
}
