// SPDX-License-Identifier: BSD-2-Clause
/* Archives by libzstd (RFC 8878): read until it ends, breaks or exceeds; written as one frame. */
#ifdef PLOG_ZSTD

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include "archive.h"
#include "archive_pack.h"

#define ROOM_START (1u << 20)
#define LIMIT_MAX (sizeof(size_t) > 4 ? 4ULL << 30 : 1ULL << 30)
#define PIECE (128u << 10)
#define LEVEL 6

const char archive_suffix[] = ".plog.zst";

/* Half of the memory: a small file can hold any number of zeros. */
static uint64_t limit_default(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	uint64_t half = (uint64_t)pages * (uint64_t)page / 2;

	return pages > 0 && half < LIMIT_MAX ? half : LIMIT_MAX;
}

/* Twice as much. What the archive says of its size is believed when it has come out. */
static int room_grow(struct archive *out, uint64_t limit)
{
	size_t want = out->room ? out->room * 2 : ROOM_START;
	void *p;

	if (want > limit)
		want = (size_t)limit;
	if (want <= out->room)
		return -EFBIG;
	if (out->mem)
		p = mremap(out->mem, out->room, want, MREMAP_MAYMOVE);
	else
		p = mmap(NULL, want, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return -ENOMEM;
	out->mem = p;
	out->room = want;
	return 0;
}

/**
 * struct unpack - decompression under way
 * @left:	what ZSTD_decompressStream() said last: 0 at the end of a frame
 * @said:	size of the contents that the first frame claims, 0 for none
 * @err:	why it ended before the input did
 */
struct unpack {
	struct archive *out;
	ZSTD_DStream *stream;
	ZSTD_inBuffer in;
	size_t left;
	uint64_t said;
	int err;
};

static void frames_read(struct unpack *u, uint64_t limit)
{
	ZSTD_outBuffer out = { NULL, 0, 0 };

	do {
		if (out.pos == out.size) {
			u->err = room_grow(u->out, limit);
			if (u->err)
				break;
			out.dst = u->out->mem;
			out.size = u->out->room;
		}
		u->left = ZSTD_decompressStream(u->stream, &out, &u->in);
		if (ZSTD_isError(u->left))
			u->err = -EBADMSG;
		/* What does not fit is held back: all input may be taken, and more come. */
	} while (!u->err && (u->in.pos < u->in.size || (u->left && out.pos == out.size)));
	u->out->size = out.pos;
}

static void why_set(const struct unpack *u, const char *name, uint64_t limit)
{
	struct archive *out = u->out;
	char of[40] = "";

	if (u->said > out->size)
		snprintf(of, sizeof(of), " of %" PRIu64, u->said);
	if (u->err == -EFBIG)
		snprintf(out->why, sizeof(out->why),
			 "%s: holds more than the %" PRIu64 " bytes that are read of it at most; "
			 "zstd -d it to a file",
			 name, limit);
	else if (u->err == -ENOMEM)
		snprintf(out->why, sizeof(out->why), "%s: no memory for its contents", name);
	else if (u->err)
		snprintf(out->why, sizeof(out->why),
			 "%s: the archive is damaged: %zu%s bytes of the window are there", name,
			 out->size, of);
	else if (u->left)
		snprintf(out->why, sizeof(out->why),
			 "%s: the archive is cut: %zu%s bytes of the window are there", name,
			 out->size, of);
}

int archive_unpack(struct archive *out, const void *bytes, size_t n, const char *name,
		   uint64_t limit)
{
	struct unpack u = { .out = out, .in = { bytes, n, 0 } };
	unsigned long long said = ZSTD_getFrameContentSize(bytes, n);

	*out = (struct archive){ .mem = NULL };
	if (!limit)
		limit = limit_default();
	if (said != ZSTD_CONTENTSIZE_UNKNOWN && said != ZSTD_CONTENTSIZE_ERROR)
		u.said = said;
	u.stream = ZSTD_createDStream();
	if (u.stream)
		frames_read(&u, limit);
	else
		u.err = -ENOMEM;
	ZSTD_freeDStream(u.stream);
	why_set(&u, name, limit);
	if (u.err == -ENOMEM)
		return -ENOMEM;
	return out->size ? 0 : -EBADMSG;
}

static int frame_write(int fd, ZSTD_CCtx *ctx, const void *bytes, size_t n, void *piece)
{
	ZSTD_inBuffer in = { bytes, n, 0 };
	size_t left;
	int err;

	do {
		ZSTD_outBuffer out = { piece, PIECE, 0 };

		left = ZSTD_compressStream2(ctx, &out, &in, ZSTD_e_end);
		if (ZSTD_isError(left))
			return -ENOMEM;
		err = archive_put(fd, piece, out.pos);
	} while (!err && left);
	return err;
}

int archive_write(int fd, const void *bytes, size_t n)
{
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	void *piece = malloc(PIECE);
	int err = -ENOMEM;

	if (ctx && piece) {
		ZSTD_CCtx_setParameter(ctx, ZSTD_c_compressionLevel, LEVEL);
		ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag, 1);
		ZSTD_CCtx_setPledgedSrcSize(ctx, n);
		err = frame_write(fd, ctx, bytes, n, piece);
	}
	ZSTD_freeCCtx(ctx);
	free(piece);
	return err;
}

#endif

/* A translation unit must not be empty. */
typedef int archive_zstd;
