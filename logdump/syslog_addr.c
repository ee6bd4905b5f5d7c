// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "syslog_addr.h"

#define DEFAULT_PORT "514"

static bool port_parse(char port[6], const char *text)
{
	size_t n = strlen(text), i;

	for (i = 0; i < n; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	if (!n || n > 5 || !atoi(text) || atoi(text) > 65535)
		return false;
	strcpy(port, text);
	return true;
}

static bool host_take(char host[256], const char *from, size_t n)
{
	size_t i;

	if (!n || n > 255)
		return false;
	for (i = 0; i < n; i++)
		if (from[i] <= ' ' || from[i] > '~' || strchr("/[]@", from[i]))
			return false;
	memcpy(host, from, n);
	host[n] = 0;
	return true;
}

/* HOST, HOST:PORT, [IPV6] or [IPV6]:PORT. What has several colons and no brackets is unclear. */
static bool host_port_parse(struct syslog_addr *addr, const char *text)
{
	const char *end = text + strcspn(text, ":");

	if (*text == '[') {
		end = strchr(++text, ']');
		if (!end || !host_take(addr->host, text, (size_t)(end - text)))
			return false;
		end++;
	} else if (!host_take(addr->host, text, (size_t)(end - text))) {
		return false;
	}
	return !*end || (*end == ':' && port_parse(addr->port, end + 1));
}

bool syslog_addr_parse(struct syslog_addr *addr, const char *text)
{
	*addr = (struct syslog_addr){ .kind = SYSLOG_SOCKET, .text = text, .port = DEFAULT_PORT };
	if (*text == '/')
		return strlen(text) <= SYSLOG_PATH_MAX;
	if (!strncmp(text, "udp://", 6))
		addr->kind = SYSLOG_UDP;
	else if (!strncmp(text, "tcp://", 6))
		addr->kind = SYSLOG_TCP;
	else
		return false;
	return host_port_parse(addr, text + 6);
}
