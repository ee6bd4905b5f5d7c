// SPDX-License-Identifier: BSD-2-Clause
/*
 * Delivery to the local syslog socket, a line per record as in RFC 3164:
 *
 *   <PRI>Mmm dd hh:mm:ss tag[pid]: 2024-01-31T12:00:00.000000001Z message
 *
 * The time stands in the message too, because daemons replace the one in front
 * by their own. libc's syslog() is not used: it has one identity a process, and
 * does not say whether a line went out.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "out.h"
#include "out_syslog.h"

#define FACILITY_USER (1 << 3)
#define TRIES 30
#define PAUSE_NS 100000000L
#define SHORTEST 480 /* what RFC 3164's 1024 bytes leave for certain */

struct out_syslog {
	const char *path;
	int fd;
	bool stream;
	char *line;
	size_t size;
	FILE *f;
};

struct out_syslog *out_syslog_open(const char *path)
{
	struct out_syslog *out = calloc(1, sizeof(*out));

	if (!out)
		return NULL;
	out->path = path;
	out->fd = -1;
	out->f = open_memstream(&out->line, &out->size);
	if (!out->f) {
		free(out);
		return NULL;
	}
	return out;
}

static void socket_drop(struct out_syslog *out)
{
	if (out->fd >= 0)
		close(out->fd);
	out->fd = -1;
}

static int socket_try(struct out_syslog *out, int type)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct timeval wait = { .tv_sec = 5 };

	if (strlen(out->path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	strcpy(addr.sun_path, out->path);
	out->fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (out->fd < 0)
		return -errno;
	setsockopt(out->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	if (connect(out->fd, (struct sockaddr *)&addr, sizeof(addr))) {
		int err = -errno;

		socket_drop(out);
		return err;
	}
	out->stream = type == SOCK_STREAM;
	return 0;
}

static int socket_connect(struct out_syslog *out)
{
	int err = socket_try(out, SOCK_DGRAM);

	return err == -EPROTOTYPE ? socket_try(out, SOCK_STREAM) : err;
}

static void line_make(struct out_syslog *out, const struct plog_reader_record *rec)
{
	char text[OUT_TIME];
	int64_t now = (int64_t)time(NULL) * 1000000000;

	rewind(out->f);
	out_time_local(text, "%b %e %H:%M:%S", rec->real == PLOG_READER_UNKNOWN ? now : rec->real,
		       false);
	fprintf(out->f, "<%d>%s ", FACILITY_USER | rec->level, text);
	out_text(out->f, out_identifier(rec));
	if (rec->pid > 0)
		fprintf(out->f, "[%" PRId64 "]", rec->pid);
	fputs(": ", out->f);
	if (rec->real == PLOG_READER_UNKNOWN) {
		fprintf(out->f, "[%" PRIu64 ".%09u] ", rec->mono / 1000000000,
			(unsigned)(rec->mono % 1000000000));
	} else {
		out_time_rfc3339(text, rec->real);
		fprintf(out->f, "%s ", text);
	}
	out_text(out->f, rec->msg);
	fflush(out->f);
	out->size = (size_t)ftell(out->f);
}

/* A stream's lines end with a NUL, and may go out in pieces. */
static ssize_t line_send(struct out_syslog *out, size_t len)
{
	size_t done = 0;
	ssize_t n;

	if (!out->stream)
		return send(out->fd, out->line, len, MSG_NOSIGNAL);
	while (done < len) {
		n = send(out->fd, out->line + done, len - done, MSG_NOSIGNAL);
		if (n < 0)
			return n;
		done += (size_t)n;
	}
	return send(out->fd, "", 1, MSG_NOSIGNAL);
}

/* May another try help? Drops the connection when only a new one can. */
static bool again(struct out_syslog *out, int err, size_t *len)
{
	static const struct timespec pause = { .tv_nsec = PAUSE_NS };

	switch (err) {
	case EMSGSIZE:
		if (*len <= SHORTEST)
			return false;
		*len /= 2;
		return true;
	case EINTR:
		return true;
	case ENOTCONN:
	case ECONNREFUSED:
	case ECONNRESET:
	case EPIPE:
	case EDESTADDRREQ:
	case ENOENT:
		socket_drop(out);
		break;
	case ENOBUFS:
	case ENOMEM:
	case EAGAIN:
		if (out->stream) /* part of a line may have gone: begin it anew */
			socket_drop(out);
		break;
	default:
		return false;
	}
	nanosleep(&pause, NULL);
	return true;
}

int out_syslog_put(struct out_syslog *out, const struct plog_reader_record *rec)
{
	int tries, err = 0;
	size_t len;

	line_make(out, rec);
	len = out->size;
	for (tries = 0; tries < TRIES; tries++) {
		if (out->fd < 0)
			err = -socket_connect(out);
		if (out->fd >= 0) {
			if (line_send(out, len) >= 0)
				return 0;
			err = errno;
		}
		if (!again(out, err, &len))
			break;
	}
	return -err;
}

void out_syslog_close(struct out_syslog *out)
{
	if (!out)
		return;
	socket_drop(out);
	fclose(out->f);
	free(out->line);
	free(out);
}
