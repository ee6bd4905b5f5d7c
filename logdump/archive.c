// SPDX-License-Identifier: BSD-2-Clause
/* What archives have in common, compressed or not. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "archive.h"
#include "archive_pack.h"

/* A frame, or one that decompressors skip (RFC 8878, sections 3.1.1 and 3.1.2). */
bool archive_is(const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	if (n < 4)
		return false;
	return !memcmp(p, "\x28\xb5\x2f\xfd", 4) ||
	       ((p[0] & 0xf0) == 0x50 && !memcmp(p + 1, "\x2a\x4d\x18", 3));
}

int archive_put(int fd, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

void archive_free(struct archive *out)
{
	if (out->mem)
		munmap(out->mem, out->room);
	out->mem = NULL;
	out->size = out->room = 0;
}
