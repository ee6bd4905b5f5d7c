/* SPDX-License-Identifier: BSD-2-Clause */
/* Between archive.c and archive_zstd.c or archive_plain.c, one of which is compiled. */
#ifndef LOGDUMP_ARCHIVE_PACK_H
#define LOGDUMP_ARCHIVE_PACK_H

#include <stddef.h>

/* All of it, or a negative errno. */
int archive_put(int fd, const void *bytes, size_t n);

#endif
