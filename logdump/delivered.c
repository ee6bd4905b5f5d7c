// SPDX-License-Identifier: BSD-2-Clause
/* The file as a whole: found, locked, replaced. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "delivered.h"
#include "hash.h"
#include "out.h"
#include "state_dir.h"

static int path_make(struct delivered *delivered)
{
	const struct delivered_key *key = &delivered->key;
	uint64_t hash = hash_bytes(HASH_BASIS, key->window, sizeof(key->window));
	int err = state_dir_make(delivered->dir, sizeof(delivered->dir), "delivered");
	char id[33];
	int n;

	if (err)
		return err;
	hash = hash_bytes(hash, key->to, strlen(key->to));
	hash = hash_bytes(hash, &key->selection, sizeof(key->selection));
	out_id_hex(id, key->boot_id);
	n = snprintf(delivered->path, sizeof(delivered->path), "%s/%s-%016" PRIx64, delivered->dir,
		     id, hash);
	return n < (int)sizeof(delivered->path) ? 0 : -ENAMETOOLONG;
}

static bool is_current(int fd, const char *path)
{
	struct stat open_one, named;

	return !fstat(fd, &open_one) && !stat(path, &named) && open_one.st_ino == named.st_ino &&
	       open_one.st_dev == named.st_dev;
}

/*
 * Whoever holds the lock of the file that has the name may replace it; the new one is
 * locked before it gets the name. A lock of a file that was replaced meanwhile is none.
 */
static int lock_take(struct delivered *delivered)
{
	int fd, err;

	for (;;) {
		fd = open(delivered->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			return -errno;
		err = flock(fd, LOCK_EX | LOCK_NB) ? -errno : 0;
		if (err == -EWOULDBLOCK)
			err = -EBUSY;
		if (!err && is_current(fd, delivered->path))
			break;
		close(fd);
		if (err && err != -EINTR)
			return err;
	}
	delivered->lock = fd;
	return 0;
}

int delivered_open(struct delivered *delivered, const struct delivered_key *key, bool forget)
{
	int err;

	memset(delivered, 0, sizeof(*delivered));
	delivered->key = *key;
	delivered->lock = -1;
	err = path_make(delivered);
	if (err)
		return err;
	delivered_prune(delivered->dir);
	err = lock_take(delivered);
	if (err)
		return err;
	if (forget)
		return delivered_save(delivered);
	err = delivered_read(delivered, delivered->lock);
	if (err == -EBADMSG) {
		marks_free(&delivered->marks);
		delivered->count = 0;
	}
	return err == -ENOENT ? 0 : err;
}

void delivered_close(struct delivered *delivered)
{
	if (delivered->lock >= 0)
		close(delivered->lock);
	delivered->lock = -1;
	marks_free(&delivered->marks);
}

bool delivered_has(struct delivered *delivered, uint64_t seq)
{
	return (seq & 0xffff) <= marks_get(&delivered->marks, seq >> 16);
}

int delivered_add(struct delivered *delivered, uint64_t seq)
{
	delivered->count++;
	return marks_set(&delivered->marks, seq >> 16, (uint32_t)(seq & 0xffff));
}

static int dir_sync(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = fsync(fd) ? -errno : 0;
	close(fd);
	return err;
}

static int replace(struct delivered *delivered, const char *temp, int fd)
{
	int err = flock(fd, LOCK_EX | LOCK_NB) ? -errno : delivered_write(delivered, fd);

	if (!err && fsync(fd))
		err = -errno;
	if (!err && rename(temp, delivered->path))
		err = -errno;
	return err ? err : dir_sync(delivered->dir);
}

int delivered_save(struct delivered *delivered)
{
	char temp[sizeof(delivered->path) + 8];
	int fd, err;

	if (delivered->lock < 0)
		return 0;
	snprintf(temp, sizeof(temp), "%s.new", delivered->path);
	fd = open(temp, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = replace(delivered, temp, fd);
	if (err) {
		unlink(temp);
		close(fd);
		return err;
	}
	close(delivered->lock);
	delivered->lock = fd;
	return 0;
}
