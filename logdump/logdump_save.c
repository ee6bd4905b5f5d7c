// SPDX-License-Identifier: BSD-2-Clause
/* --save: the window, all of it, as an archive in a folder. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "archive_dir.h"
#include "logdump_keep.h"

/**
 * struct save - a run of it
 * @first:	position of the first selected boot
 * @count:	how many
 * @win:	the window
 */
struct save {
	struct logdump *dump;
	uint32_t first;
	uint32_t count;
	struct plog_reader_window win;
};

static const struct plog_reader_boot *boot_like(const struct plog_reader_boot *boots, uint32_t n,
						const struct plog_reader_boot *b)
{
	for (uint32_t i = 0; i < n; i++)
		if (boots[i].boot == b->boot && boots[i].ident == b->ident &&
		    !memcmp(boots[i].boot_id, b->boot_id, sizeof(b->boot_id)))
			return &boots[i];
	return NULL;
}

/* Does the archive have as much of each selected boot, and say the same of its end? */
static bool holds(const struct save *s, struct plog_reader *reader)
{
	const struct plog_reader_boot *boots, *there;
	uint32_t n = plog_reader_boots(reader, &boots);

	for (uint32_t i = s->first; i < s->first + s->count; i++) {
		const struct plog_reader_boot *b = &s->dump->boots[i];

		there = boot_like(boots, n, b);
		if (!there || there->records + there->repaired < b->records + b->repaired ||
		    (there->verdict != b->verdict &&
		     strcmp(there->verdict ? there->verdict : "", b->verdict ? b->verdict : "")))
			return false;
	}
	return true;
}

static bool saved_already(const struct save *s, const char *path)
{
	struct plog_reader *reader;
	struct source source;
	bool is = !source_open(&source, &reader, path) && !source.why[0] && holds(s, reader);

	plog_reader_close(reader);
	source_close(&source);
	return is;
}

/* "DIR/NAME" of a whole archive that makes another one needless, or NULL; to be freed. */
static char *archive_find(const struct save *s, const char *prefix)
{
	const char *dir = s->dump->opt.save;
	char **names, *path = NULL;

	if (archive_dir_list(&names, dir, prefix))
		return NULL;
	for (size_t i = 0; names[i]; i++) {
		if (asprintf(&path, "%s/%s", dir, names[i]) < 0)
			path = NULL;
		if (path && saved_already(s, path))
			break;
		free(path);
		path = NULL;
	}
	archive_dir_free(names);
	return path;
}

/* That of an older archive of the same boot, so that it is replaced; else a new one. */
static void file_choose(const struct save *s, const char *name, char file[ARCHIVE_NAME + 16])
{
	char boot[ARCHIVE_NAME], **names;

	snprintf(boot, sizeof(boot), "%.*s", (int)(strrchr(name, '-') + 1 - name), name);
	snprintf(file, ARCHIVE_NAME + 16, "%s%s", name, archive_suffix);
	if (archive_dir_list(&names, s->dump->opt.save, boot))
		return;
	for (size_t i = 0; names[i]; i++)
		if (!strcmp(strstr(names[i], ".plog"), archive_suffix))
			snprintf(file, ARCHIVE_NAME + 16, "%s", names[i]);
	archive_dir_free(names);
}

static int save_failed(const char *dir, int err)
{
	if (err == -ENOENT || err == -ENOTDIR)
		fprintf(stderr, "logdump: --save: %s: no such folder: mkdir -p %s\n", dir, dir);
	else
		fprintf(stderr, "logdump: --save: %s: cannot save: %s\n", dir, strerror(-err));
	return LOGDUMP_UNDELIVERED;
}

static int save_new(const struct save *s, const char *name)
{
	const char *dir = s->dump->opt.save;
	char file[ARCHIVE_NAME + 16];
	int err;

	file_choose(s, name, file);
	err = archive_dir_put(dir, file, s->dump->source.base + s->win.offset,
			      (size_t)s->win.avail);
	if (err)
		return save_failed(dir, err);
	printf("%s/%s\n", dir, file);
	return logdump_stdout_check(LOGDUMP_PRINTED);
}

int logdump_save(struct logdump *dump)
{
	struct save s = { .dump = dump };
	char name[ARCHIVE_NAME], window[64];
	int code = logdump_boots_select(dump, &s.first, &s.count);
	char *path;

	if (code)
		return code;
	if (dump->source.packed) {
		fprintf(stderr, "logdump: --save: %s is an archive already; copy it\n",
			dump->window);
		return LOGDUMP_USAGE;
	}
	plog_reader_window(dump->reader, &s.win);
	archive_name(name, s.win.uuid, &dump->boots[s.first + s.count - 1]);
	snprintf(window, sizeof(window), "%.*s", (int)(sizeof(ARCHIVE_PREFIX) + 32), name);
	path = archive_find(&s, window);
	if (!path)
		return save_new(&s, name);
	puts(path);
	free(path);
	return logdump_stdout_check(LOGDUMP_PRINTED);
}
