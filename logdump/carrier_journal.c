// SPDX-License-Identifier: BSD-2-Clause
/*
 * The journal's native socket (systemd.io/JOURNAL_NATIVE_PROTOCOL): an entry is a
 * datagram; one that is too large for that is a sealed memfd, passed in an empty one.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "carrier.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static int journal_connect(struct carrier *carrier)
{
	return carrier_socket_connect(carrier, SOCK_DGRAM);
}

static int memfd_make(const char *text, size_t n)
{
	int fd = memfd_create("plog-entry", MFD_CLOEXEC | MFD_ALLOW_SEALING), err;
	size_t done = 0;
	ssize_t some;

	if (fd < 0)
		return -errno;
	while (done < n) {
		some = write(fd, text + done, n - done);
		if (some <= 0)
			break;
		done += (size_t)some;
	}
	if (done == n && !fcntl(fd, F_ADD_SEALS, SEALS))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static int large_send(const struct carrier *carrier, const char *text, size_t n)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct msghdr msg = { .msg_control = control.room, .msg_controllen = sizeof(control.room) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
	int fd = memfd_make(text, n), err;

	if (fd < 0)
		return fd;
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &fd, sizeof(int));
	err = sendmsg(carrier->fd, &msg, MSG_NOSIGNAL) < 0 ? -errno : 0;
	close(fd);
	return err;
}

static int entry_send(struct carrier *carrier, const char *text, size_t n)
{
	int err;

	do {
		err = send(carrier->fd, text, n, MSG_NOSIGNAL) < 0 ? -errno : 0;
		if (err == -EMSGSIZE)
			err = large_send(carrier, text, n);
	} while (err == -EINTR);
	if (err != -EAGAIN)
		return err;
	carrier->why = "the daemon does not read";
	return -ETIMEDOUT;
}

static int journal_send(struct carrier *carrier, const struct batch *batch)
{
	uint32_t i;
	int err = 0;

	for (i = 0; i < batch->count && !err; i++) {
		size_t n;
		const char *text = batch_message(batch, i, &n);

		err = entry_send(carrier, text, n);
	}
	return err;
}

const struct carrier_kind carrier_journal = {
	.limit = SIZE_MAX,
	.messages = 256,
	.bytes = 256 << 10,
	.connect = journal_connect,
	.send = journal_send,
	.confirm = carrier_socket_confirm,
};
