// SPDX-License-Identifier: BSD-2-Clause
/*
 * The least that logs, and where it went.
 *
 *   cc hello.c $(pkg-config --cflags --libs plog) && ./a.out && logdump -b 0
 */
#define PLOG_TAG "hello"
#include <plog.h>

#include <stdio.h>

int main(void)
{
	char where[256];

	plog_info("hello, world %d", 1);
	if (plog_status(where, sizeof(where)))
		fprintf(stderr, "hello: not logged: %s\n", where);
	else
		printf("%s\n", where);
	return 0;
}
