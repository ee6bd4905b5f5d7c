// SPDX-License-Identifier: BSD-2-Clause
/*
 * In place of carrier_name.c where all of libc is in the program: there its resolver
 * would want shared libraries all the same.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "carrier.h"

/* The type makes no difference to an address. */
int carrier_name_resolve(struct carrier *carrier, int type, struct carrier_address *list)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&list->at;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&list->at;
	const char *host = carrier->addr->host;
	in_port_t port = htons((uint16_t)atoi(carrier->addr->port));

	(void)type;
	memset(list, 0, sizeof(*list));
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = port;
		list->size = sizeof(*v4);
		return 1;
	}
	if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = port;
		list->size = sizeof(*v6);
		return 1;
	}
	carrier->why = "a static program looks up no names; give an address";
	return -ENXIO;
}
