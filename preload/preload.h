/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libplog-preload.so: what an unmodified program says to syslog(3), and to its standard
 * error if that is wanted, goes to plog as well.
 *
 *   preload_syslog.c  the syslog(3) family
 *   preload_stdio.c   the stream stderr
 *   preload_fd.c      write(2) and writev(2) to standard error, and who else is it
 *   preload_line.c    lines out of pieces
 *   preload_main.c    what was asked for; the functions that ours stand in front of
 *
 * All that is here has to leave errno as the function that it stands for leaves it.
 */
#ifndef PLOG_PRELOAD_H
#define PLOG_PRELOAD_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/uio.h>

#define PRELOAD_EXPORT __attribute__((visibility("default")))

/**
 * struct preload - what was asked for, before main()
 * @on_stderr:	standard error is taken
 * @pass:	what is taken goes where it would have gone, too
 * @level:	of a line of standard error that does not say one
 */
struct preload {
	bool on_stderr;
	bool pass;
	int level;
};

extern struct preload preload;

/**
 * preload_next() - the function that one of ours stands in front of, NULL for none
 */
void *preload_next(const char *name);

/* PRELOAD_NEXT(write): a pointer of its type, looked up once. */
#define PRELOAD_NEXT(name)                                                               \
	({                                                                               \
		static __typeof__(&name) next_;                                          \
		if (!__atomic_load_n(&next_, __ATOMIC_RELAXED))                          \
			__atomic_store_n(&next_, (__typeof__(&name))preload_next(#name), \
					 __ATOMIC_RELAXED);                              \
		next_;                                                                   \
	})

/**
 * preload_log() - one record; %m is errno's text
 */
void preload_log(int level, const char *tag, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * preload_piece() - some bytes of standard error
 * @text: bytes
 * @n: how many
 * @more: the rest of the same call follows
 *
 * A line is logged when it is whole. The beginning of one is logged at once, too, lest
 * it be lost with the process: it may say what the process was about to do. From any
 * context.
 */
void preload_piece(const char *text, size_t n, bool more);

/**
 * preload_write() - write(2) to standard error, or to a copy of it, with the log
 */
ssize_t preload_write(int fd, const void *buf, size_t n);

/**
 * preload_stream_make() - put our own stream in the place of stderr
 */
void preload_stream_make(void);

#endif
