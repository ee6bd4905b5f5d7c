// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the file says: lines of a word and its value, then "GENERATION OFFSET" for each
 * chunk, then a hash of all that. A file that is not whole is not believed: records
 * that come twice are better than records that never come.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "delivered.h"
#include "hash.h"
#include "out.h"

#define FILES_MAX 1000
#define BYTES_MAX (64 << 20)

/* All but the last line. */
static void text_put(const struct delivered *delivered, FILE *f)
{
	const struct delivered_key *key = &delivered->key;
	char window[33], boot[33];
	size_t i;

	out_id_hex(window, key->window);
	out_id_hex(boot, key->boot_id);
	fprintf(f, "plog-delivered 1\nwindow %s\nboot %s\nto %s\nselection %016" PRIx64 "\n",
		window, boot, key->to, key->selection);
	fprintf(f, "records %" PRIu64 "\n", delivered->count);
	for (i = 0; i < delivered->marks.room; i++)
		if (delivered->marks.place[i].offset)
			fprintf(f, "%" PRIu64 " %" PRIu32 "\n", delivered->marks.place[i].gen,
				delivered->marks.place[i].offset);
}

static uint64_t sum(const char *text, size_t n)
{
	return hash_bytes(HASH_BASIS, text, n);
}

int delivered_write(const struct delivered *delivered, int fd)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	int err = 0;

	if (!f)
		return -ENOMEM;
	text_put(delivered, f);
	fflush(f);
	fprintf(f, "hash %016" PRIx64 "\n", sum(text, n));
	if (fclose(f))
		err = -ENOMEM;
	else if (write(fd, text, n) != (ssize_t)n)
		err = errno ? -errno : -ENOSPC;
	free(text);
	return err;
}

/* The file as text; NULL when there is no memory, or it is no such file. */
static char *text_read(int fd, size_t *n)
{
	struct stat st;
	char *text;

	if (fstat(fd, &st) || st.st_size > BYTES_MAX)
		return NULL;
	*n = (size_t)st.st_size;
	text = malloc(*n + 1);
	if (text && pread(fd, text, *n, 0) != (ssize_t)*n) {
		free(text);
		return NULL;
	}
	if (text)
		text[*n] = 0;
	return text;
}

/* Are the first lines those of the same key, and is the hash right? Returns what follows. */
static const char *text_check(const struct delivered *delivered, char *text, size_t n)
{
	const struct delivered none = { .key = delivered->key };
	char *last = memmem(text, n, "\nhash ", 6), *head = NULL, *end;
	size_t len = 0;
	FILE *f = last ? open_memstream(&head, &len) : NULL;
	bool same;

	if (!f)
		return NULL;
	text_put(&none, f);
	if (fclose(f))
		return NULL;
	len -= strlen("0\n");
	same = len < n && !memcmp(head, text, len) &&
	       strtoull(last + 6, &end, 16) == sum(text, (size_t)(last + 1 - text)) &&
	       !strcmp(end, "\n");
	free(head);
	last[1] = 0;
	return same ? text + len : NULL;
}

static int marks_read(struct delivered *delivered, const char *p)
{
	char *end;
	int err = 0;

	delivered->count = strtoull(p, &end, 10);
	while (!err && *end == '\n' && end[1]) {
		uint64_t gen = strtoull(end + 1, &end, 10);
		uint32_t offset = (uint32_t)strtoul(end, &end, 10);

		err = offset ? marks_set(&delivered->marks, gen, offset) : -EBADMSG;
	}
	return err;
}

int delivered_read(struct delivered *delivered, int fd)
{
	const char *marks;
	size_t n = 0;
	char *text = text_read(fd, &n);
	int err = text ? -EBADMSG : -ENOMEM;

	if (text && !n) {
		free(text);
		return -ENOENT;
	}
	marks = text ? text_check(delivered, text, n) : NULL;
	if (marks)
		err = marks_read(delivered, marks);
	free(text);
	return err;
}

struct file {
	struct timespec at;
	char name[64];
};

static int file_compare(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	if (x->at.tv_sec != y->at.tv_sec)
		return x->at.tv_sec < y->at.tv_sec ? -1 : 1;
	return (x->at.tv_nsec > y->at.tv_nsec) - (x->at.tv_nsec < y->at.tv_nsec);
}

/* Names of those that are ours; returns how many. */
static size_t files_list(DIR *dir, struct file *file, size_t room)
{
	const struct dirent *entry;
	struct stat st;
	size_t n = 0;

	while (n < room && (entry = readdir(dir))) {
		if (strlen(entry->d_name) >= sizeof(file->name) || entry->d_name[0] == '.' ||
		    fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		file[n].at = st.st_mtim;
		strcpy(file[n++].name, entry->d_name);
	}
	return n;
}

void delivered_prune(const char *path)
{
	struct file *file = malloc(2 * FILES_MAX * sizeof(*file));
	DIR *dir = opendir(path);
	size_t n = 0, i;

	if (file && dir)
		n = files_list(dir, file, 2 * FILES_MAX);
	if (n > FILES_MAX) {
		qsort(file, n, sizeof(*file), file_compare);
		for (i = 0; i < n - FILES_MAX; i++)
			unlinkat(dirfd(dir), file[i].name, 0);
	}
	if (dir)
		closedir(dir);
	free(file);
}
