// SPDX-License-Identifier: BSD-2-Clause
/* Gives an image to the reader of docs/examples/bootloader: peek_main FILE LINES. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plog_peek.h"

static void put(char c)
{
	putchar(c);
}

int main(int argc, char **argv)
{
	struct stat st;
	void *mem;
	int ret, fd = argc == 3 ? open(argv[1], O_RDONLY) : -1;

	if (fd < 0 || fstat(fd, &st))
		return 2;
	/* From malloc, so that a sanitizer sees each byte too many. */
	mem = malloc((size_t)st.st_size);
	if (!mem || read(fd, mem, (size_t)st.st_size) != st.st_size)
		return 2;
	ret = plog_peek(mem, (unsigned long)st.st_size, (unsigned int)atoi(argv[2]), put);
	free(mem);
	return ret < 0;
}
