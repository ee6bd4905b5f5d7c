/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOGDUMP_OUT_SYSLOG_H
#define LOGDUMP_OUT_SYSLOG_H

#include "plog_reader.h"

struct out_syslog;

/**
 * out_syslog_open() - prepare to deliver to a syslog socket
 * @path: of the socket, /dev/log
 *
 * Connects with the first record. Return: NULL when there is no memory.
 */
struct out_syslog *out_syslog_open(const char *path);

/**
 * out_syslog_put() - deliver a record
 *
 * Waits, a few seconds in all, for a daemon that is not there or does not keep
 * up. Return: 0 or a negative errno.
 */
int out_syslog_put(struct out_syslog *out, const struct plog_reader_record *rec);

void out_syslog_close(struct out_syslog *out);

#endif
