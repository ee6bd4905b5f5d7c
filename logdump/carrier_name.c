// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <netdb.h>
#include <string.h>

#include "carrier.h"

int carrier_name_resolve(struct carrier *carrier, int type, struct carrier_address *list)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = type };
	struct addrinfo *found, *to;
	int code = getaddrinfo(carrier->addr->host, carrier->addr->port, &hints, &found), n = 0;

	if (code) {
		carrier->why = gai_strerror(code);
		return code == EAI_AGAIN ? -EAGAIN : -ENXIO;
	}
	for (to = found; to && n < CARRIER_ADDRESSES; to = to->ai_next) {
		if (to->ai_addrlen > sizeof(list[n].at))
			continue;
		memcpy(&list[n].at, to->ai_addr, to->ai_addrlen);
		list[n++].size = to->ai_addrlen;
	}
	freeaddrinfo(found);
	return n ? n : -ENXIO;
}
