// SPDX-License-Identifier: BSD-2-Clause
/* The window is $PLOG_WINDOW's, as an application's is; public interface only. */
#include <stdio.h>

#include "plog_calls.h"

int plog_calls_window(void)
{
	char line[512];

	if (plog_open(NULL) && plog_status(line, sizeof(line))) {
		fprintf(stderr, "bench: plog: %s\n", line);
		return 1;
	}
	return 0;
}

struct plog_reader *plog_calls_reader(void)
{
	struct plog_reader *reader;

	if (plog_reader_open(&reader, NULL)) {
		fprintf(stderr, "bench: plog: %s\n",
			reader ? plog_reader_why(reader) : "no memory");
		plog_reader_close(reader);
		return NULL;
	}
	return reader;
}
