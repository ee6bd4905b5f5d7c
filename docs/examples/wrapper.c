// SPDX-License-Identifier: BSD-2-Clause
/*
 * An existing program whose log macros now go to plog, too: see wrapper.h.
 *
 *   cc wrapper.c $(pkg-config --cflags --libs plog) && ./a.out
 */
#define PLOG_TAG "wrapper"
#include "wrapper.h"

static const char *const level_name[] = { "error", "warning", "info", "trace" };

void log_stderr(enum log_level level, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fprintf(stderr, "%s: ", level_name[level]);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
	va_end(ap);
}

void log_callback(void *unused, enum log_level level, const char *format, va_list ap)
{
	(void)unused;
	plog_vlog(LOG_TO_PLOG(level), "library", format, ap);
}

/* A library that only knows the callback it was given. */
static void library_says(void (*callback)(void *, enum log_level, const char *, va_list),
			 const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	callback(NULL, LOG_LEVEL_WARN, format, ap);
	va_end(ap);
}

int main(void)
{
	LOG(LOG_LEVEL_INFO, "%d sensors found", 3);
	LOG(LOG_LEVEL_ERROR, "sensor %s does not answer", "inlet");
	library_says(log_callback, "retried %d times", 5);
	return 0;
}
