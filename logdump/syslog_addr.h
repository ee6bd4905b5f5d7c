/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOGDUMP_SYSLOG_ADDR_H
#define LOGDUMP_SYSLOG_ADDR_H

#include <stdbool.h>

enum syslog_kind {
	SYSLOG_SOCKET, /* a path: RFC 3164, as syslog(3) does it */
	SYSLOG_UDP,    /* RFC 5424 in RFC 5426 */
	SYSLOG_TCP,    /* RFC 5424 in RFC 6587, octet counting */
};

#define SYSLOG_PATH_MAX 107 /* of a socket: sun_path, less its NUL */

/**
 * struct syslog_addr - where to
 * @kind:	by what
 * @text:	as it was given: the path, or for messages
 * @host:	name or address, without brackets
 * @port:	number
 */
struct syslog_addr {
	enum syslog_kind kind;
	const char *text;
	char host[256];
	char port[6];
};

/**
 * syslog_addr_parse() - /PATH, udp://HOST[:PORT] or tcp://HOST[:PORT]
 * @addr: filled in
 * @text: is kept
 *
 * An IPv6 address stands in brackets. Return: is it one?
 */
bool syslog_addr_parse(struct syslog_addr *addr, const char *text);

#endif
