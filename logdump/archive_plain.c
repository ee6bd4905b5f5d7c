// SPDX-License-Identifier: BSD-2-Clause
/* Archives without libzstd: as they are, and only those can be read. */
#ifndef PLOG_ZSTD

#include <errno.h>
#include <stdio.h>

#include "archive.h"
#include "archive_pack.h"

const char archive_suffix[] = ".plog";

int archive_unpack(struct archive *out, const void *bytes, size_t n, const char *name,
		   uint64_t limit)
{
	(void)bytes;
	(void)n;
	(void)limit;
	*out = (struct archive){ .mem = NULL };
	snprintf(out->why, sizeof(out->why),
		 "%s: compressed, and this logdump was built without libzstd: zstd -dc FILE | "
		 "logdump -",
		 name);
	return -ENOSYS;
}

int archive_write(int fd, const void *bytes, size_t n)
{
	return archive_put(fd, bytes, n);
}

#endif

/* A translation unit must not be empty. */
typedef int archive_plain;
