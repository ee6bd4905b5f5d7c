// SPDX-License-Identifier: BSD-2-Clause
/*
 * The syslog(3) family: a record with level, identity and process id, and then the
 * function that was meant. As safe in a signal handler, and behind fork(), as plog()
 * is; the rest is libc's.
 */
#include <syslog.h>

#include "plog.h"
#include "preload.h"

void __syslog_chk(int priority, int flag, const char *format, ...);
void __vsyslog_chk(int priority, int flag, const char *format, va_list ap);

/* As libc does, the pointer is kept, not the text. */
static const char *identity;
static int mask = 0xff;

static void record(int priority, const char *format, va_list ap)
{
	int level = LOG_PRI(priority);
	va_list copy;

	if (!(LOG_MASK(level) & __atomic_load_n(&mask, __ATOMIC_RELAXED)))
		return;
	va_copy(copy, ap);
	plog_vlog(level, __atomic_load_n(&identity, __ATOMIC_RELAXED), format, copy);
	va_end(copy);
}

PRELOAD_EXPORT void openlog(const char *ident, int option, int facility)
{
	__atomic_store_n(&identity, ident, __ATOMIC_RELAXED);
	PRELOAD_NEXT(openlog)(ident, option, facility);
}

PRELOAD_EXPORT void closelog(void)
{
	__atomic_store_n(&identity, NULL, __ATOMIC_RELAXED);
	PRELOAD_NEXT(closelog)();
}

PRELOAD_EXPORT int setlogmask(int new_mask)
{
	if (new_mask)
		__atomic_store_n(&mask, new_mask, __ATOMIC_RELAXED);
	return PRELOAD_NEXT(setlogmask)(new_mask);
}

PRELOAD_EXPORT void vsyslog(int priority, const char *format, va_list ap)
{
	record(priority, format, ap);
	if (preload.pass)
		PRELOAD_NEXT(vsyslog)(priority, format, ap);
}

PRELOAD_EXPORT void syslog(int priority, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsyslog(priority, format, ap);
	va_end(ap);
}

/* What programs that were compiled with _FORTIFY_SOURCE call. */
PRELOAD_EXPORT void __vsyslog_chk(int priority, int flag, const char *format, va_list ap)
{
	record(priority, format, ap);
	if (preload.pass)
		PRELOAD_NEXT(__vsyslog_chk)(priority, flag, format, ap);
}

PRELOAD_EXPORT void __syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	__vsyslog_chk(priority, flag, format, ap);
	va_end(ap);
}
