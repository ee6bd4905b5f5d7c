/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * DOC: plog, the log that survives the crash
 *
 *	#define PLOG_TAG "pump"
 *	#include <plog.h>
 *
 *	plog(PLOG_WARNING, "pressure %d mbar, limit %d", p, limit);
 *
 * That is all: the first call opens the window ($PLOG_WINDOW, else /dev/plog0,
 * else a file in /dev/shm, which survives the process but not the machine).
 *
 * What every call promises, unless its own text says otherwise:
 *
 * - it may be made from any thread, from a signal handler and after fork(); not
 *   between vfork() and exec;
 * - it never blocks and never changes errno; only the first one in a process may
 *   take some milliseconds, and may wait up to 100 ms for another thread's first;
 * - it allocates nothing. (glibc's vsnprintf does for wide strings, positional
 *   arguments and floating point of great precision: keep those out of handlers.)
 * - without a usable window it writes nothing and says nothing; plog_status()
 *   tells why, and the window is tried again about once a second;
 * - it takes 2 KiB of stack, and 6 KiB when the text is longer than some 400 bytes.
 *
 * Compiles alone, in C99 and C++11 and later, with gcc and clang.
 */
#ifndef PLOG_H
#define PLOG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The library is compiled with its own symbols hidden: these are not. */
#pragma GCC visibility push(default)

/* Severities: numerically those of syslog(3), so LOG_INFO may be passed as well. */
#define PLOG_EMERG	0
#define PLOG_ALERT	1
#define PLOG_CRIT	2	/* to here: in memory when the call returns */
#define PLOG_ERR	3
#define PLOG_WARNING	4	/* to here: on its way to memory when the call returns */
#define PLOG_NOTICE	5	/* from here on: in memory within about 1 ms */
#define PLOG_INFO	6
#define PLOG_DEBUG	7

/*
 * PLOG_TAG - what the records of this file are called: a string literal or NULL
 * for the program's name. Define it before or after the #include; what counts is
 * its value where plog() is written.
 */
#ifndef PLOG_TAG
#define PLOG_TAG ((const char *)0)
#endif

#if defined(__GNUC__)
#define PLOG_PRINTF_(at, args) __attribute__((format(printf, at, args)))
#else
#error "plog.h needs gcc or clang"
#endif

/**
 * struct plog_site - a place in a program that logs; made by the macros only
 * @format:	the format string when it is a constant, else NULL
 * @tag:	PLOG_TAG
 * @file:	source file
 * @func:	function
 * @line:	line in @file
 * @level:	severity when it is a constant, else PLOG_LEVEL_ANY_
 * @state:	the library's: last decision, see PLOG_STATE_()
 * @parsed:	the library's: what is known of the format
 * @plan:	the library's: types of the arguments, if they can be stored raw
 * @cache:	the library's: id of the site in the window that is open
 *
 * Shared libraries of one major version agree on it: fields are never moved.
 */
struct plog_site {
	const char *format;
	const char *tag;
	const char *file;
	const char *func;
	int32_t line;
	int32_t level;
	uint32_t state;
	uint32_t parsed;
	uint64_t plan;
	uint64_t cache;
} __attribute__((aligned(64)));

#define PLOG_LEVEL_ANY_ 8

/*
 * The last level that this process logs. Read it as much as you like;
 * plog_level_set() changes it. The window's own level comes on top.
 */
extern int plog_level_max;

/**
 * struct plog_gate - whether a site's last decision still holds
 * @levels:	a word that changes when the levels of the open window do
 * @base:	grows when the process changes its level or its window
 *
 * A site remembers what was decided: its @state is PLOG_GATE_KEY_() of that time
 * plus its greatest wanted level + 1 plus, in bit 4, whether callers may store
 * the arguments themselves. PLOG_STATE_() is that without the key: below 32 if
 * nothing has changed since. So a call that is not wanted costs four loads, of
 * lines that nobody writes, and a branch.
 */
struct plog_gate {
	const uint32_t *levels;
	uint32_t base;
};

extern struct plog_gate plog_gate;

#define PLOG_LOAD_(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define PLOG_GATE_KEY_()               \
	(PLOG_LOAD_(&plog_gate.base) + \
	 (PLOG_LOAD_(PLOG_LOAD_(&plog_gate.levels)) << 5))
#define PLOG_STATE_(site) (PLOG_LOAD_(&(site).state) - PLOG_GATE_KEY_())
#define PLOG_WANTED_(state, level) ((int)((state) & 15u) > (level))
#define PLOG_PLAIN_(state) ((state) - 16u < 16u)

/* Decides anew: opens the window when it has to. */
uint32_t plog_site_decide(struct plog_site *site);
#define PLOG_DECIDE_(site, state)                                                     \
	if (__builtin_expect((state) > 31u, 0))                                       \
		state = plog_site_decide(&(site));

/* The macros' own entries. The first one's format is checked by the compiler. */
void plog_site_printf(struct plog_site *site, int level, const char *format, ...)
	PLOG_PRINTF_(3, 4);
void plog_site_encode(struct plog_site *site, int level, uint64_t types, const char *format, ...);
void plog_site_commit(struct plog_site *site, int level, void *rec, uint32_t len);
void plog_site_hexdump(struct plog_site *site, int level, const char *what, const void *data,
		       size_t n);

#define PLOG_CONSTANT_(value, otherwise) (__builtin_constant_p(value) ? (value) : (otherwise))
#define PLOG_FIRST_(first, ...) first
#define PLOG_SITE_(level, text)                                                       \
	{                                                                             \
		PLOG_CONSTANT_(text, 0), PLOG_TAG, __FILE__, __func__, __LINE__,      \
			PLOG_CONSTANT_(level, PLOG_LEVEL_ANY_), 0, 0, 0, 0            \
	}

#if !defined(__cplusplus) && defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#include "plog_args.h"
/* Never called: the arguments as they were written, for the compiler to check. */
static inline PLOG_PRINTF_(1, 2) void plog_check_(const char *format, ...)
{
	(void)format;
}
#define PLOG_CHECK_(...)                                                              \
	if (0)                                                                        \
		plog_check_(__VA_ARGS__);
#define PLOG_RECORD_(site, level, state, ...)                                         \
	PLOG_PASTE_(PLOG_CALL_, PLOG_KIND_(__VA_ARGS__))(site, level, state, __VA_ARGS__)
#else
#define PLOG_CHECK_(...)
#define PLOG_RECORD_(site, level, state, ...) plog_site_printf(site, level, __VA_ARGS__);
#endif

/*
 * %n is never obeyed. Where gcc's optimizer sees it in a constant format it is an
 * error; formats with "%%n" are left to the library, and so is all else.
 */
#if defined(__OPTIMIZE__) && defined(__has_attribute) && !defined(__clang__)
#if __has_attribute(error)
#define PLOG_REFUSES_
void plog_percent_n_(void) __attribute__((error("plog: %n in a format is not supported")));
#endif
#endif
#ifdef PLOG_REFUSES_
#define PLOG_HAS_(text, what) \
	(__builtin_constant_p(!__builtin_strstr(text, what)) && !!__builtin_strstr(text, what))
#define PLOG_REFUSE_(text)                                                            \
	if (__builtin_constant_p(text) && PLOG_HAS_(text, "%n") &&                    \
	    !__builtin_strstr(text, "%%n"))                                           \
		plog_percent_n_();
#else
#define PLOG_REFUSE_(text)
#endif

/**
 * plog() - log one record
 * @level_: PLOG_EMERG to PLOG_DEBUG; may be computed at run time
 * @...: printf format and arguments; %m is errno's text; %n is refused
 *
 * A newline at the end is dropped. Strings and text over about 4000 bytes are
 * cut, and the record is marked as cut. The arguments are evaluated only when the
 * level is enabled, and once. When all lanes are taken by others for some
 * microseconds, or no chunk is free, the record is dropped and counted (`plogctl
 * status`). From any context.
 *
 * With a constant format the record holds the arguments, and the reader makes
 * the text: that is the fast way, and needs C11. Sixteen arguments at most; with
 * more, with a computed format, and with %ls, %lc, %1$d, %'d the text is made here.
 */
#define plog(level_, ...)                                                             \
	do {                                                                          \
		static struct plog_site plog_site_ =                                  \
			PLOG_SITE_(level_, PLOG_FIRST_(__VA_ARGS__, 0));              \
		const int plog_level_ = (level_);                                     \
		uint32_t plog_state_ = PLOG_STATE_(plog_site_);                       \
		PLOG_CHECK_(__VA_ARGS__)                                              \
		PLOG_REFUSE_(PLOG_FIRST_(__VA_ARGS__, 0))                             \
		PLOG_DECIDE_(plog_site_, plog_state_)                                 \
		if (PLOG_WANTED_(plog_state_, plog_level_)) {                         \
			PLOG_RECORD_(&plog_site_, plog_level_, plog_state_, __VA_ARGS__) \
		}                                                                     \
	} while (0)

#define plog_emerg(...) plog(PLOG_EMERG, __VA_ARGS__)
#define plog_alert(...) plog(PLOG_ALERT, __VA_ARGS__)
#define plog_crit(...) plog(PLOG_CRIT, __VA_ARGS__)
#define plog_err(...) plog(PLOG_ERR, __VA_ARGS__)
#define plog_warning(...) plog(PLOG_WARNING, __VA_ARGS__)
#define plog_notice(...) plog(PLOG_NOTICE, __VA_ARGS__)
#define plog_info(...) plog(PLOG_INFO, __VA_ARGS__)
#define plog_debug(...) plog(PLOG_DEBUG, __VA_ARGS__)

/**
 * plog_hexdump() - log bytes, sixteen to a record
 * @level_: severity
 * @what: string in front of each line
 * @data: bytes
 * @n: how many; of more than 4096 the rest is cut, and the last record is marked
 *
 * Lines read "what 0010: 68 65 6c 6c 6f  hello". From any context.
 */
#define plog_hexdump(level_, what, data, n)                                           \
	do {                                                                          \
		static struct plog_site plog_site_ = PLOG_SITE_(level_, "%s");        \
		const int plog_level_ = (level_);                                     \
		uint32_t plog_state_ = PLOG_STATE_(plog_site_);                       \
		PLOG_DECIDE_(plog_site_, plog_state_)                                 \
		if (PLOG_WANTED_(plog_state_, plog_level_))                           \
			plog_site_hexdump(&plog_site_, plog_level_, what, data, n);   \
	} while (0)

/**
 * plog_vlog() - log one record from a wrapper
 * @level: PLOG_EMERG to PLOG_DEBUG
 * @tag: tag, or NULL for the program's name
 * @format: printf format
 * @ap: its arguments; undefined afterwards, as with vprintf(3)
 *
 * For a program's own log function. The record says neither file nor line. From
 * any context.
 */
void plog_vlog(int level, const char *tag, const char *format, va_list ap) PLOG_PRINTF_(3, 0);

/**
 * plog_open() - open a window now, instead of at the first call
 * @spec: "/dev/plog0", a file's path, "mem:ADDR,SIZE"; NULL for the default
 *
 * Optional. With @spec NULL and a window open already it does nothing; otherwise
 * the new window replaces the one that is open, which is left as it is until a
 * call succeeds. A window that could not be opened is remembered and tried again.
 * Not from a signal handler.
 *
 * Return: 0 or negative errno; plog_status() has it in words.
 */
int plog_open(const char *spec);

/**
 * plog_close() - stop logging until the next plog_open()
 *
 * Optional. Others may be in a call at the same time: they finish it, so the
 * memory stays mapped (until some fifteen windows later). Not from a signal handler.
 */
void plog_close(void);

/**
 * plog_sync() - bring everything logged so far to where it survives
 *
 * Takes as long as that takes; not from a signal handler.
 * Return: 0; -ENODEV when no window is open; else negative errno.
 */
int plog_sync(void);

/**
 * plog_status() - say in one line where records go, or why they do not
 * @buf: receives the line, NUL terminated; may be NULL when @n is 0
 * @n: its size
 *
 * Opens the window when it was not yet. Not from a signal handler.
 * Return: 0 when records are written; else the negative errno that stands in the way.
 */
int plog_status(char *buf, size_t n);

/**
 * plog_level_set() - which levels this process logs
 * @level: the last level that is logged; -1 for none
 *
 * Overrides $PLOG_LEVEL. The window's own level (`plogctl level`) applies as
 * well. From any context. Return: the level before.
 */
int plog_level_set(int level);

/**
 * plog_level_parse() - severity by name or number
 * @text: "warning", "warn", "4", ...; case does not matter
 *
 * From any context. Return: 0 to 7, or -EINVAL.
 */
int plog_level_parse(const char *text);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

/* The other half of the library: recovering what was logged. */
#if defined(__has_include)
#if __has_include("plog_reader.h")
#include "plog_reader.h"
#endif
#endif

#endif
