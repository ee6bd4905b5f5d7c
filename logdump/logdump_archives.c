// SPDX-License-Identifier: BSD-2-Clause
/* Boots that are in archives: listed beside those of the window, and read from there. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive_dir.h"
#include "logdump_print.h"

#define FOLDER_DEFAULT "/var/lib/plog"

/* What plog-harvest saves is of this machine, and so are devices and the default window. */
static const char *folder(const struct logdump_options *opt)
{
	const char *dir = getenv("PLOG_ARCHIVE");
	struct stat st;

	if (opt->archive)
		return opt->archive;
	if (opt->window && (stat(opt->window, &st) || !S_ISCHR(st.st_mode)))
		return NULL;
	if (!dir)
		return FOLDER_DEFAULT;
	return *dir ? dir : NULL;
}

static bool window_has(const struct logdump *run)
{
	for (uint32_t i = 0; i < run->boot_count; i++)
		if (logdump_id_matches(run->opt.boot_id, &run->boots[i]) &&
		    (run->boots[i].records || run->boots[i].repaired))
			return true;
	return false;
}

/* What marks, saves or looks at a window means the window. */
static bool wanted(const struct logdump *run)
{
	const struct logdump_options *opt = &run->opt;

	if (opt->list_boots)
		return true;
	return opt->boot_kind == LOGDUMP_BOOT_ID && !opt->save && !opt->ack && !opt->erase &&
	       !opt->stats && !opt->list_windows && !window_has(run);
}

/* One at a time is in memory. What is wrong with it is said, and what is left of it is listed. */
static int archive_add(struct logdump *run, const char *dir, const char *name)
{
	struct logdump one = { .opt = run->opt };
	char *path;
	int err = 0;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return -ENOMEM;
	one.window = path;
	one.opt.nth = 0;
	if (!logdump_window_open(&one))
		err = boot_list_add(&run->list, one.reader, name);
	plog_reader_close(one.reader);
	source_close(&one.source);
	free(path);
	return err;
}

static int archives_add(struct logdump *run, const char *dir, char **names)
{
	int err = 0;

	run->list.crashes = run->opt.list_boots && run->opt.format == &out_json;
	if (!run->opened)
		err = boot_list_add(&run->list, run->reader, NULL);
	for (size_t i = 0; !err && names[i]; i++)
		err = archive_add(run, dir, names[i]);
	return err ? err : boot_list_finish(&run->list);
}

/* An archive takes the place of the window. */
static int archive_enter(struct logdump *run, const char *dir, uint32_t at)
{
	const struct boot_row *row = &run->list.row[at];
	static char path[4096];

	if (snprintf(path, sizeof(path), "%s/%s", dir, row->archive) >= (int)sizeof(path))
		return LOGDUMP_UNREADABLE;
	run->window = path;
	run->opt.nth = 0;
	out_id_hex(run->opt.boot_id, row->boot.boot_id);
	return logdump_window_again(run);
}

static int archive_choose(struct logdump *run, const char *dir)
{
	uint32_t at;
	int code = logdump_boot_by_id(run->opt.boot_id, run->list.boots, run->list.count, &at);

	if (code)
		return code;
	if (at == run->list.count || run->list.about[at].where != OUT_WHERE_ARCHIVE)
		return run->opened;
	return archive_enter(run, dir, at);
}

static int folder_failed(const struct logdump *run, const char *dir, int err)
{
	if (err == -ENOENT && !run->opt.archive) /* nothing was ever saved */
		return run->opened;
	fprintf(stderr, "logdump: %s: archives cannot be read: %s\n", dir, strerror(-err));
	return run->opt.archive ? LOGDUMP_UNREADABLE : run->opened;
}

int logdump_archives_join(struct logdump *run)
{
	const char *dir = folder(&run->opt);
	char **names;
	int err, code = run->opened;

	if (!dir || !wanted(run))
		return code;
	err = archive_dir_list(&names, dir, "");
	if (err)
		return folder_failed(run, dir, err);
	if (names[0])
		err = archives_add(run, dir, names);
	if (err)
		code = folder_failed(run, dir, err);
	else if (names[0] && !run->opt.list_boots)
		code = archive_choose(run, dir);
	else if (run->list.count)
		code = LOGDUMP_PRINTED;
	archive_dir_free(names);
	return code;
}
