// SPDX-License-Identifier: BSD-2-Clause
/*
 * A server with a thread for each connection: all of them log, without a lock.
 *
 *   cc server.c $(pkg-config --cflags --libs plog) -lpthread && ./a.out [CONNECTIONS]
 *
 * Prints the port of 127.0.0.1 that it listens on, gives back each line in capitals,
 * and ends after so many connections; without a number, never.
 */
#define PLOG_TAG "server"
#include <plog.h>

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct client {
	pthread_t thread;
	int fd;
	int number;
};

static size_t shout(char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text[i] = (char)toupper((unsigned char)text[i]);
	return n;
}

/* What a client sends may hold anything: it is an argument, never a format. */
static void *serve(void *arg)
{
	struct client *client = arg;
	char text[512];
	ssize_t n;

	plog_info("client %d: connected", client->number);
	while ((n = read(client->fd, text, sizeof(text))) > 0) {
		plog_debug("client %d: %zd bytes: %.*s", client->number, n, (int)n, text);
		if (write(client->fd, text, shout(text, (size_t)n)) < 0)
			plog_err("client %d: cannot answer: %m", client->number);
	}
	if (n < 0)
		plog_err("client %d: lost: %m", client->number);
	plog_info("client %d: done", client->number);
	close(client->fd);
	return client;
}

static int listen_on_loopback(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 64) ||
	    getsockname(fd, (struct sockaddr *)&at, &len))
		return -1;
	plog_notice("listening on port %d", ntohs(at.sin_port));
	printf("%d\n", ntohs(at.sin_port));
	fflush(stdout);
	return fd;
}

/* NULL when it could not be served: the server goes on. */
static struct client *client_start(int listening, int number)
{
	struct client *client = malloc(sizeof(*client));

	if (!client)
		return NULL;
	client->number = number;
	client->fd = accept(listening, NULL, NULL);
	errno = client->fd < 0 ? errno : pthread_create(&client->thread, NULL, serve, client);
	if (!errno)
		return client;
	plog_err("client %d: not served: %m", number);
	free(client);
	return NULL;
}

int main(int argc, char **argv)
{
	int most = argc > 1 ? atoi(argv[1]) : 0;
	struct client *clients[256] = { 0 };
	int fd = listen_on_loopback();

	if (fd < 0) {
		plog_crit("cannot listen: %m");
		return 1;
	}
	for (int i = 0; !most || i < most; i++) {
		struct client **slot = &clients[i % 256];

		if (*slot)
			pthread_join((*slot)->thread, NULL);
		free(*slot);
		*slot = client_start(fd, i);
	}
	for (int i = 0; i < 256; i++) {
		if (clients[i])
			pthread_join(clients[i]->thread, NULL);
		free(clients[i]);
	}
	plog_notice("%d clients served", most);
	return 0;
}
