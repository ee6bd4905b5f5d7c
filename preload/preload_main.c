// SPDX-License-Identifier: BSD-2-Clause
#include <dlfcn.h>
#include <string.h>

#include "plog.h"
#include "preload.h"

struct preload preload = { .pass = true, .level = PLOG_NOTICE };

void *preload_next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

void preload_log(int level, const char *tag, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	plog_vlog(level, tag, format, ap);
	va_end(ap);
}

/* 1, or the name of a level. A number would be both. */
static void stderr_parse(const char *text)
{
	int level = strpbrk(text, "01234567") ? -1 : plog_level_parse(text);

	preload.on_stderr = !strcmp(text, "1") || level >= 0;
	if (level >= 0)
		preload.level = level;
}

/* libc's own getenv() knows nothing yet. */
static const char *variable(char **env, const char *name)
{
	size_t n = strlen(name);

	for (; *env; env++)
		if (!strncmp(*env, name, n) && (*env)[n] == '=')
			return *env + n + 1;
	return NULL;
}

/*
 * Linked with -z initfirst, and so called before libc's constructor and all others:
 * those find our stderr already (std::cerr keeps the one it finds).
 */
__attribute__((constructor)) static void preload_begin(int argc, char **argv, char **env)
{
	const char *text = variable(env, "PLOG_PRELOAD_STDERR");

	(void)argc;
	(void)argv;
	if (text)
		stderr_parse(text);
	text = variable(env, "PLOG_PRELOAD_PASS");
	preload.pass = !text || strcmp(text, "0");
	if (preload.on_stderr)
		preload_stream_make();
}
