// SPDX-License-Identifier: BSD-2-Clause
/* A format to standard output. */
#include <errno.h>
#include <unistd.h>

#include "logdump_sink.h"

static struct stdout_sink {
	struct logdump_sink sink;
	const struct out_format *format;
	bool many;
	bool begun;
	uint32_t boot; /* of the record before */
} out;

static int stdout_put(struct logdump_sink *sink, const struct plog_reader_record *rec,
		      const struct plog_reader_boot *boot)
{
	(void)sink;
	if (out.many && (!out.begun || out.boot != rec->boot) && out.format->boot)
		out.format->boot(stdout, boot);
	out.begun = true;
	out.boot = rec->boot;
	out.format->record(stdout, rec, boot);
	return ferror(stdout) ? -errno : 0;
}

static int stdout_finish(struct logdump_sink *sink)
{
	(void)sink;
	return fflush(stdout) ? -errno : 0;
}

static void stdout_close(struct logdump_sink *sink)
{
	(void)sink;
}

/* A system call for many lines; who sits at a terminal still gets each at once. */
static void stdout_widen(void)
{
	static char buf[128 << 10];
	static bool done;

	if (!done && !isatty(STDOUT_FILENO))
		setvbuf(stdout, buf, _IOFBF, sizeof(buf));
	done = true;
}

struct logdump_sink *logdump_sink_stdout(const struct out_format *format, bool many)
{
	stdout_widen();
	out = (struct stdout_sink){
		.sink = { .name = "standard output",
			  .put = stdout_put,
			  .finish = stdout_finish,
			  .close = stdout_close },
		.format = format,
		.many = many,
	};
	return &out.sink;
}
