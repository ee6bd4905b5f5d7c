// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "archive.h"
#include "archive_dir.h"
#include "out.h"

#define NAME_CHARACTERS "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_."

void archive_name(char name[ARCHIVE_NAME], const uint8_t uuid[16],
		  const struct plog_reader_boot *boot)
{
	char window[33], id[33], start[32] = "unknown";
	time_t seconds = (time_t)(boot->start / 1000000000);
	struct tm tm;

	out_id_hex(window, uuid);
	if (boot->ident)
		out_id_hex(id, boot->boot_id);
	else
		snprintf(id, sizeof(id), "boot%u", boot->boot);
	if (boot->start != PLOG_READER_UNKNOWN && gmtime_r(&seconds, &tm))
		strftime(start, sizeof(start), "%Y%m%dT%H%M%SZ", &tm);
	snprintf(name, ARCHIVE_NAME, ARCHIVE_PREFIX "%s-%s-%s", window, id, start);
}

/* --- listing --- */

struct entry {
	char *name;
	struct timespec when;
};

/* Other characters are in no archive's name. */
static bool is_archive(const char *name, const char *prefix)
{
	static const char *const suffix[] = { ".plog.zst", ".plog" };
	size_t n = strlen(name);

	if (strncmp(name, prefix, strlen(prefix)) != 0 || name[strspn(name, NAME_CHARACTERS)])
		return false;
	for (size_t i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++)
		if (n > strlen(suffix[i]) && !strcmp(name + n - strlen(suffix[i]), suffix[i]))
			return true;
	return false;
}

static int newest_first(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->when.tv_sec != y->when.tv_sec)
		return x->when.tv_sec < y->when.tv_sec ? 1 : -1;
	if (x->when.tv_nsec != y->when.tv_nsec)
		return x->when.tv_nsec < y->when.tv_nsec ? 1 : -1;
	return strcmp(x->name, y->name);
}

static int entry_add(struct entry **list, size_t *n, int dir, const char *name)
{
	struct entry *more = realloc(*list, (*n + 2) * sizeof(**list));
	struct stat st;

	if (!more)
		return -ENOMEM;
	*list = more;
	if (fstatat(dir, name, &st, 0) || !S_ISREG(st.st_mode))
		return 0;
	more[*n] = (struct entry){ strdup(name), st.st_mtim };
	if (!more[*n].name)
		return -ENOMEM;
	++*n;
	return 0;
}

int archive_dir_list(char ***names, const char *dir, const char *prefix)
{
	struct entry *list = NULL;
	struct dirent *d;
	DIR *stream = opendir(dir);
	size_t n = 0;
	int err = 0;

	*names = NULL;
	if (!stream)
		return -errno;
	while (!err && (d = readdir(stream)))
		if (is_archive(d->d_name, prefix))
			err = entry_add(&list, &n, dirfd(stream), d->d_name);
	closedir(stream);
	*names = calloc(n + 1, sizeof(**names));
	if (list)
		qsort(list, n, sizeof(*list), newest_first);
	for (size_t i = 0; *names && i < n; i++)
		(*names)[i] = list[i].name;
	if (!*names)
		err = -ENOMEM;
	free(list);
	return err;
}

void archive_dir_free(char **names)
{
	for (size_t i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}

/* --- a new one --- */

/* Whoever may read the folder may read what is in it. */
static void mode_take(int fd, int dir)
{
	struct stat st;

	if (!fstat(dir, &st) && !fchown(fd, (uid_t)-1, st.st_gid))
		(void)fchmod(fd, 0640);
}

static int temp_write(int dir, const char *temp, const void *bytes, size_t n)
{
	int fd = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int err;

	if (fd < 0)
		return -errno;
	mode_take(fd, dir);
	err = archive_write(fd, bytes, n);
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

int archive_dir_put(const char *dir, const char *file, const void *bytes, size_t n)
{
	int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;
	char temp[32];

	if (at < 0)
		return -errno;
	/* Leftovers of processes that were killed are taken for nobody's archive. */
	snprintf(temp, sizeof(temp), ".plog-%d.tmp", (int)getpid());
	unlinkat(at, temp, 0);
	err = temp_write(at, temp, bytes, n);
	if (!err && renameat(at, temp, at, file))
		err = -errno;
	if (!err && fsync(at))
		err = -errno;
	if (err)
		unlinkat(at, temp, 0);
	close(at);
	return err;
}
