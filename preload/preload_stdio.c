// SPDX-License-Identifier: BSD-2-Clause
/*
 * The stream stderr. What libc itself prints there (perror(), err(), error(), assert(),
 * getopt()) and its stdio pass by write() of ours: libc calls its own. But all of them
 * go through the variable stderr, so a stream of our own stands there, unbuffered as
 * the other, whose bytes come to preload_write().
 *
 * Such a stream has no descriptor and no wide characters. Programs ask stderr for the
 * first (to look whether it is a terminal), a few for the second: what asks gets the
 * answer of the original.
 */
#include <errno.h>
#include <unistd.h>
#include <wchar.h>

#include "preload.h"

int __fwprintf_chk(FILE *stream, int flag, const wchar_t *format, ...);
int __vfwprintf_chk(FILE *stream, int flag, const wchar_t *format, va_list ap);

static FILE *original, *ours;

/* All of it, or 0: stdio takes anything else for its own mistake. */
static ssize_t stream_write(void *cookie, const char *text, size_t n)
{
	size_t done = 0;
	ssize_t got;

	(void)cookie;
	while (done < n) {
		got = preload_write(STDERR_FILENO, text + done, n - done);
		if (got < 0)
			return (ssize_t)done;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

static int stream_close(void *cookie)
{
	(void)cookie;
	ours = NULL;
	return close(STDERR_FILENO);
}

void preload_stream_make(void)
{
	static const cookie_io_functions_t functions = { .write = stream_write,
							 .close = stream_close };
	int err = errno;

	original = stderr;
	ours = fopencookie(NULL, "w", functions);
	if (ours) {
		setvbuf(ours, NULL, _IONBF, 0);
		stderr = ours;
	}
	errno = err;
}

static FILE *true_of(FILE *stream)
{
	return stream && stream == ours ? original : stream;
}

PRELOAD_EXPORT int fileno(FILE *stream)
{
	return PRELOAD_NEXT(fileno)(true_of(stream));
}

PRELOAD_EXPORT int fileno_unlocked(FILE *stream)
{
	return PRELOAD_NEXT(fileno_unlocked)(true_of(stream));
}

/* The original takes another file; ours goes on to write to where 2 is. */
static FILE *reopened(FILE *stream, FILE *got)
{
	return got && got == original ? stream : got;
}

PRELOAD_EXPORT FILE *freopen(const char *path, const char *mode, FILE *stream)
{
	return reopened(stream, PRELOAD_NEXT(freopen)(path, mode, true_of(stream)));
}

PRELOAD_EXPORT FILE *freopen64(const char *path, const char *mode, FILE *stream)
{
	return reopened(stream, PRELOAD_NEXT(freopen64)(path, mode, true_of(stream)));
}

/* --- wide characters: printed, not logged --- */

PRELOAD_EXPORT int fwide(FILE *stream, int mode)
{
	return PRELOAD_NEXT(fwide)(mode > 0 ? true_of(stream) : stream, mode);
}

PRELOAD_EXPORT wint_t fputwc(wchar_t c, FILE *stream)
{
	return PRELOAD_NEXT(fputwc)(c, true_of(stream));
}

PRELOAD_EXPORT wint_t putwc(wchar_t c, FILE *stream)
{
	return PRELOAD_NEXT(putwc)(c, true_of(stream));
}

PRELOAD_EXPORT int fputws(const wchar_t *text, FILE *stream)
{
	return PRELOAD_NEXT(fputws)(text, true_of(stream));
}

PRELOAD_EXPORT int vfwprintf(FILE *stream, const wchar_t *format, va_list ap)
{
	return PRELOAD_NEXT(vfwprintf)(true_of(stream), format, ap);
}

PRELOAD_EXPORT int fwprintf(FILE *stream, const wchar_t *format, ...)
{
	va_list ap;
	int got;

	va_start(ap, format);
	got = vfwprintf(stream, format, ap);
	va_end(ap);
	return got;
}

PRELOAD_EXPORT int __vfwprintf_chk(FILE *stream, int flag, const wchar_t *format, va_list ap)
{
	return PRELOAD_NEXT(__vfwprintf_chk)(true_of(stream), flag, format, ap);
}

PRELOAD_EXPORT int __fwprintf_chk(FILE *stream, int flag, const wchar_t *format, ...)
{
	va_list ap;
	int got;

	va_start(ap, format);
	got = __vfwprintf_chk(stream, flag, format, ap);
	va_end(ap);
	return got;
}
