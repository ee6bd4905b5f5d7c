/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Logs the calls of calls.inc, each twice from one place, and prints what they
 * say: C99 to C17 and, under another name, C++.
 */
#define PLOG_TAG "calls"
#include "plog.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SAME(...)                                  \
	do {                                       \
		int turn, again = n;               \
		for (turn = 0; turn < 2; turn++) { \
			n = again;                 \
			printf(__VA_ARGS__);       \
			printf("\n");              \
			n = again;                 \
			plog_info(__VA_ARGS__);    \
		}                                  \
	} while (0)
#define PLAIN(...) SAME(__VA_ARGS__)

int main(void)
{
#include "calls.inc"
	plog_hexdump(PLOG_INFO, "dump", "0123456789abcdef", 16);
	printf("dump 0000: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n");
	plog(i < 0 ? PLOG_INFO : PLOG_ERR, "computed level %d", i);
	printf("computed level %d\n", i);
	return 0;
}
