/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program's own log macros, and plog behind them.
 *
 * Two ways. Where the macro sees the format, it hands it on: the record holds
 * the arguments, file and line, and costs least. Where there is a function with a
 * va_list, plog_vlog() takes that. The old destination may stay beside it.
 */
#ifndef WRAPPER_H
#define WRAPPER_H

#include <plog.h>

#include <stdarg.h>
#include <stdio.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_TRACE };

/* The program's levels are not syslog's: a constant stays one. */
#define LOG_TO_PLOG(level)                          \
	((level) == LOG_LEVEL_ERROR  ? PLOG_ERR     \
	 : (level) == LOG_LEVEL_WARN ? PLOG_WARNING \
	 : (level) == LOG_LEVEL_INFO ? PLOG_INFO    \
				     : PLOG_DEBUG)

/* The macro as the program always called it; the second line is new. */
#define LOG(level, ...)                                \
	do {                                           \
		log_stderr(level, __VA_ARGS__);        \
		plog(LOG_TO_PLOG(level), __VA_ARGS__); \
	} while (0)

void log_stderr(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The callback that some library wants: it has its arguments as a va_list. */
void log_callback(void *unused, enum log_level level, const char *format, va_list ap);

#endif
