// SPDX-License-Identifier: BSD-2-Clause
/*
 * -o ctf: a directory with a trace that babeltrace2 and Trace Compass open.
 *
 * One stream of packets. A packet is built in memory and goes out whole, so that
 * what was written before a full disk or a signal is a trace, too. Texts are
 * escaped as everywhere: a string of CTF ends with a NUL, and viewers print it.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "logdump_sink.h"
#include "out_ctf.h"
#include "out_line.h"

#define PACKET_SIZE (64 << 10) /* a packet that reached this is written */

/* As out_ctf_metadata.c describes it; all little-endian, nothing between the fields. */
struct packet_head {
	uint32_t magic;
	uint8_t uuid[16];
	uint32_t stream_id;
	uint64_t begin;
	uint64_t end;
	uint64_t content_bits;
	uint64_t packet_bits;
	uint64_t seq;
	uint64_t discarded;
} __attribute__((packed));

/**
 * struct ctf_sink - traces being written
 * @sink:	what others see
 * @dir:	given directory
 * @path:	of the last file that was opened, for messages
 * @many:	a directory for each boot
 * @boot:	of the open trace, NULL before the first
 * @fd:		stream file, -1 for none
 * @packet:	memory stream of the packet; @buf and @size are its bytes
 * @head:	of the packet, to be filled in
 * @last:	time of the last event: a stream does not go back
 */
struct ctf_sink {
	struct logdump_sink sink;
	const char *dir;
	char path[4200];
	bool many;
	const struct plog_reader_boot *boot;
	int fd;
	FILE *packet;
	char *buf;
	size_t size;
	struct packet_head head;
	uint64_t last;
};

static int bytes_write(int fd, const char *p, size_t n)
{
	ssize_t done;

	for (; n; p += done, n -= (size_t)done) {
		done = write(fd, p, n);
		if (done < 0 && errno == EINTR)
			done = 0;
		if (done < 0)
			return -errno;
	}
	return 0;
}

static void packet_begin(struct ctf_sink *ctf, uint64_t time)
{
	rewind(ctf->packet);
	ctf->head.begin = time;
	fwrite(&ctf->head, sizeof(ctf->head), 1, ctf->packet);
}

static int packet_end(struct ctf_sink *ctf)
{
	struct packet_head head = ctf->head;
	size_t n;

	if (fflush(ctf->packet))
		return -errno;
	n = (size_t)ftell(ctf->packet);
	head.magic = htole32(OUT_CTF_MAGIC);
	head.begin = htole64(ctf->head.begin);
	head.end = htole64(ctf->last);
	head.content_bits = head.packet_bits = htole64(8 * (uint64_t)n);
	head.seq = htole64(ctf->head.seq++);
	head.discarded = htole64(ctf->head.discarded);
	memcpy(ctf->buf, &head, sizeof(head));
	return bytes_write(ctf->fd, ctf->buf, n);
}

/*
 * When records were dropped is not known: a packet without events at the end says
 * how many, and readers tell of it there.
 */
static int trace_end(struct ctf_sink *ctf)
{
	int err;

	if (ctf->fd < 0)
		return 0;
	err = packet_end(ctf);
	if (!err && ctf->boot->dropped) {
		packet_begin(ctf, ctf->last);
		ctf->head.discarded = ctf->boot->dropped;
		err = packet_end(ctf);
	}
	if (close(ctf->fd) && !err)
		err = -errno;
	ctf->fd = -1;
	return err;
}

static int file_make(struct ctf_sink *ctf, const char *dir, const char *name)
{
	int fd;

	snprintf(ctf->path, sizeof(ctf->path), "%s/%s", dir, name);
	fd = open(ctf->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	return fd < 0 ? -errno : fd;
}

static int directory_make(struct ctf_sink *ctf, const char *dir)
{
	snprintf(ctf->path, sizeof(ctf->path), "%s", dir);
	return mkdir(dir, 0777) && errno != EEXIST ? -errno : 0;
}

static int metadata_write(struct ctf_sink *ctf, const char *dir, int64_t offset)
{
	int fd = file_make(ctf, dir, "metadata");
	bool bad;
	FILE *f;

	if (fd < 0)
		return fd;
	f = fdopen(fd, "w");
	if (!f) {
		close(fd);
		return -ENOMEM;
	}
	out_ctf_metadata(f, ctf->boot, offset);
	bad = fflush(f) || ferror(f);
	if (fclose(f) || bad)
		return errno ? -errno : -EIO;
	return 0;
}

static int trace_begin(struct ctf_sink *ctf, const struct plog_reader_record *rec,
		       const struct plog_reader_boot *boot)
{
	bool known = rec->real != PLOG_READER_UNKNOWN;
	char dir[4096], id[33];
	int err = directory_make(ctf, ctf->dir);

	out_id_hex(id, boot->boot_id);
	if (ctf->many)
		snprintf(dir, sizeof(dir), "%s/boot-%u-%.8s", ctf->dir, boot->boot, id);
	else
		snprintf(dir, sizeof(dir), "%s", ctf->dir);
	ctf->boot = boot;
	ctf->last = 0;
	ctf->head = (struct packet_head){ 0 };
	out_ctf_uuid(ctf->head.uuid, boot);
	if (!err)
		err = directory_make(ctf, dir);
	if (!err)
		err = metadata_write(ctf, dir, known ? rec->real - (int64_t)rec->mono : 0);
	if (err)
		return err;
	ctf->fd = file_make(ctf, dir, "stream");
	if (ctf->fd < 0)
		return ctf->fd;
	ctf->last = rec->mono;
	packet_begin(ctf, ctf->last);
	return 0;
}

static void number_put(struct out_line *line, uint64_t value, size_t bytes)
{
	value = htole64(value);
	out_line_put(line, (const char *)&value, bytes);
}

static void int32_put(struct out_line *line, int64_t value)
{
	number_put(line, value == PLOG_READER_UNKNOWN ? (uint64_t)-1 : (uint64_t)value, 4);
}

static void string_put(struct out_line *line, struct plog_text text)
{
	out_line_text(line, text);
	out_line_byte(line, 0);
}

static void event_put(struct ctf_sink *ctf, const struct plog_reader_record *rec)
{
	uint8_t source = !strcmp(rec->source, "kernel") ? 1 : !strcmp(rec->source, "msg") ? 2 : 0;
	struct out_line line;

	out_line_begin(&line, ctf->packet);
	out_line_byte(&line, (char)(rec->level & 7));
	number_put(&line, ctf->last, 8);
	int32_put(&line, rec->pid);
	int32_put(&line, rec->tid);
	int32_put(&line, rec->cpu);
	string_put(&line, rec->comm);
	string_put(&line, out_identifier(rec));
	string_put(&line, rec->msg);
	string_put(&line, rec->file);
	int32_put(&line, rec->line);
	string_put(&line, rec->func);
	out_line_byte(&line, (char)source);
	out_line_byte(&line, (char)rec->verdict);
	out_line_byte(&line, (char)rec->cut);
	number_put(&line, rec->seq, 8);
	out_line_end(&line);
}

static int ctf_put(struct logdump_sink *sink, const struct plog_reader_record *rec,
		   const struct plog_reader_boot *boot)
{
	struct ctf_sink *ctf = (struct ctf_sink *)sink;
	int err = 0;

	if (ctf->boot != boot) {
		err = trace_end(ctf);
		if (!err)
			err = trace_begin(ctf, rec, boot);
	} else if (ftell(ctf->packet) >= PACKET_SIZE) {
		err = packet_end(ctf);
		packet_begin(ctf, ctf->last);
	}
	if (err)
		return err;
	/* By the order of the boot, which is not to the nanosecond that of this clock. */
	if (rec->mono > ctf->last)
		ctf->last = rec->mono;
	event_put(ctf, rec);
	return ferror(ctf->packet) ? -ENOMEM : 0;
}

static int ctf_finish(struct logdump_sink *sink)
{
	return trace_end((struct ctf_sink *)sink);
}

static void ctf_close(struct logdump_sink *sink)
{
	struct ctf_sink *ctf = (struct ctf_sink *)sink;

	if (ctf->fd >= 0)
		close(ctf->fd);
	fclose(ctf->packet);
	free(ctf->buf);
	free(ctf);
}

struct logdump_sink *logdump_sink_ctf(const char *dir, bool many)
{
	struct ctf_sink *ctf = calloc(1, sizeof(*ctf));

	if (!ctf)
		return NULL;
	ctf->sink = (struct logdump_sink){
		.name = ctf->path, .put = ctf_put, .finish = ctf_finish, .close = ctf_close
	};
	ctf->dir = dir;
	ctf->many = many;
	ctf->fd = -1;
	ctf->packet = open_memstream(&ctf->buf, &ctf->size);
	if (ctf->packet)
		return &ctf->sink;
	free(ctf);
	return NULL;
}

const struct out_format out_ctf = {
	.name = "ctf",
	.boots = out_boots_table,
};
