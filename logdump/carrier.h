/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Carriers bring a batch to its receiver, and find out, as far as that can be known,
 * whether the receiver has it:
 *
 *   socket   the daemon has read each datagram: none is left in its queue, and it is
 *            still there (one that dies takes its queue along)
 *   stream   the same as tcp
 *   tcp      the daemon has read to the end, and closed the connection after us
 *   udp      nothing but that no host on the way said "port unreachable"
 *
 * What the daemon does with what it has read, nobody tells. A batch of which that is
 * not known is sent again as a whole.
 */
#ifndef LOGDUMP_CARRIER_H
#define LOGDUMP_CARRIER_H

#include <sys/socket.h>
#include <sys/types.h>

#include "batch.h"
#include "syslog_addr.h"

struct carrier;

/**
 * struct carrier_kind - a way to a receiver
 * @limit:	bytes of a message
 * @messages:	of a batch, at most
 * @bytes:	likewise
 * @connect:	make @fd. Like the others, returns 0 or a negative errno
 * @send:	hand over a batch
 * @confirm:	wait until the receiver has it
 */
struct carrier_kind {
	size_t limit;
	uint32_t messages;
	size_t bytes;
	int (*connect)(struct carrier *carrier);
	int (*send)(struct carrier *carrier, const struct batch *batch);
	int (*confirm)(struct carrier *carrier);
};

/**
 * struct carrier - on the way to one receiver
 * @kind:	how
 * @addr:	where to; of a socket, the text is its path
 * @fd:		-1 while there is no connection
 * @stream:	a socket's: connected to a stream
 * @ino:	a socket's: inode of what it is connected to
 * @why:	what went wrong, where an errno does not say it; NULL
 */
struct carrier {
	const struct carrier_kind *kind;
	const struct syslog_addr *addr;
	int fd;
	bool stream;
	ino_t ino;
	const char *why;
};

extern const struct carrier_kind carrier_socket;
extern const struct carrier_kind carrier_journal;
extern const struct carrier_kind carrier_udp;
extern const struct carrier_kind carrier_tcp;

void carrier_open(struct carrier *carrier, const struct carrier_kind *kind,
		  const struct syslog_addr *addr);
void carrier_close(struct carrier *carrier);

/**
 * carrier_deliver() - bring a batch to the receiver
 *
 * A receiver that is not there, or goes away, is waited for, some seconds.
 * Return: 0 or a negative errno; then part of the batch may have arrived.
 */
int carrier_deliver(struct carrier *carrier, const struct batch *batch);

/**
 * carrier_why() - what an error means
 */
const char *carrier_why(const struct carrier *carrier, int err);

/* carrier_wait.c */

/**
 * carrier_drained() - wait until the kernel holds nothing more of what was sent
 *
 * Return: 0; -ETIMEDOUT after some seconds.
 */
int carrier_drained(const struct carrier *carrier);

/**
 * carrier_error() - what has happened to the connection since it was asked last
 */
int carrier_error(const struct carrier *carrier);

void carrier_pause(long ns);

/* carrier_stream.c */

/**
 * carrier_stream_send() - all of some bytes into a stream
 */
int carrier_stream_send(struct carrier *carrier, const char *bytes, size_t n);

/**
 * carrier_stream_confirm() - end the connection, and wait for the receiver to do so
 */
int carrier_stream_confirm(struct carrier *carrier);

/* carrier_inet.c */

/**
 * carrier_inet_connect() - connect to a host
 * @type: SOCK_STREAM or SOCK_DGRAM
 */
int carrier_inet_connect(struct carrier *carrier, int type);

/* carrier_name.c; in static programs carrier_name_static.c, which knows addresses only */

#define CARRIER_ADDRESSES 16

/**
 * struct carrier_address - one of those that a name has
 */
struct carrier_address {
	struct sockaddr_storage at;
	socklen_t size;
};

/**
 * carrier_name_resolve() - where a carrier's receiver is
 * @type: SOCK_STREAM or SOCK_DGRAM
 * @list: room for CARRIER_ADDRESSES
 *
 * Return: how many, or a negative errno, of which @carrier->why tells more.
 */
int carrier_name_resolve(struct carrier *carrier, int type, struct carrier_address *list);

/* carrier_socket.c */

/**
 * carrier_socket_connect() - connect to a path
 */
int carrier_socket_connect(struct carrier *carrier, int type);

/**
 * carrier_socket_confirm() - see carrier.h
 */
int carrier_socket_confirm(struct carrier *carrier);

#endif
