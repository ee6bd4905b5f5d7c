/* SPDX-License-Identifier: BSD-2-Clause */
/* How a receiver of a stream tells messages apart. */
#ifndef LOGDUMP_SYSLOG_FRAME_H
#define LOGDUMP_SYSLOG_FRAME_H

#include "batch.h"

/**
 * syslog_frame_counted() - each message with its length in front (RFC 6587, 3.4.1)
 * @batch: messages
 * @n: receives how many bytes
 *
 * Return: the bytes, to be freed; NULL when there is no memory.
 */
char *syslog_frame_counted(const struct batch *batch, size_t *n);

/**
 * syslog_frame_ended() - each message with a NUL behind, as syslog(3) does on a socket
 *
 * Arguments and return as above.
 */
char *syslog_frame_ended(const struct batch *batch, size_t *n);

#endif
