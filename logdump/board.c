// SPDX-License-Identifier: BSD-2-Clause
/* Files of a machine, and what is read from several of them. */
#define _FILE_OFFSET_BITS 64
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board.h"

const char *board_path(const struct board *b, const char *path, char *buf, size_t n)
{
	snprintf(buf, n, "%s%s", b->root, path);
	return buf;
}

int board_read(const struct board *b, const char *path, char *buf, size_t n)
{
	char full[BOARD_PATH];
	size_t have = 0;
	ssize_t got;
	int fd = open(board_path(b, path, full, sizeof(full)), O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	buf[0] = 0;
	if (fd < 0)
		return -errno;
	while (have < n - 1 && (got = read(fd, buf + have, n - 1 - have)) != 0) {
		if (got < 0) {
			int err = errno;

			close(fd);
			buf[0] = 0;
			return -err;
		}
		have += (size_t)got;
	}
	close(fd);
	while (have && (buf[have - 1] == '\n' || buf[have - 1] == 0))
		have--;
	buf[have] = 0;
	return (int)have;
}

int board_stat(const struct board *b, const char *path, struct stat *st)
{
	char full[BOARD_PATH];

	return stat(board_path(b, path, full, sizeof(full)), st) ? -errno : 0;
}

static bool file_lines(const char *full, bool (*line)(char *text, void *arg), void *arg)
{
	FILE *file = fopen(full, "re");
	char *text = NULL;
	size_t room = 0, len;
	bool done = false;

	if (!file)
		return false;
	while (!done && getline(&text, &room, file) > 0) {
		len = strcspn(text, "\n");
		text[len] = 0;
		done = line(text + strspn(text, " \t"), arg);
	}
	free(text);
	fclose(file);
	return done;
}

static bool ends_in(const char *name, const char *suffix)
{
	size_t n = strlen(name), s = strlen(suffix);

	return n > s && !strcmp(name + n - s, suffix);
}

bool board_each_line(const struct board *b, const char *path, const char *suffix,
		     bool (*line)(char *text, void *arg), void *arg)
{
	char full[BOARD_PATH], file[BOARD_PATH + 257];
	struct dirent **names;
	bool done = false;
	int n, i;

	board_path(b, path, full, sizeof(full));
	n = scandir(full, &names, NULL, alphasort);
	if (n < 0)
		return file_lines(full, line, arg);
	for (i = 0; i < n; i++) {
		if (!done && ends_in(names[i]->d_name, suffix)) {
			snprintf(file, sizeof(file), "%s/%s", full, names[i]->d_name);
			done = file_lines(file, line, arg);
		}
		free(names[i]);
	}
	free(names);
	return done;
}

bool board_word(const char *line, const char *key, unsigned int nth, char *value, size_t n)
{
	size_t len = strlen(key), size;

	value[0] = 0;
	while (*line) {
		line += strspn(line, " \t\n");
		size = strcspn(line, " \t\n");
		if (size >= len && !strncmp(line, key, len) && (size == len || line[len] == '=') &&
		    !nth--) {
			if (size > len)
				snprintf(value, n, "%.*s", (int)(size - len - 1), line + len + 1);
			return true;
		}
		line += size;
	}
	return false;
}

/* The options of one window: the nth items of lists with commas. */
struct options {
	char address[256];
	char size[256];
	char name[256];
};

static bool item(const char *list, unsigned int index, char *buf, size_t n)
{
	buf[0] = 0;
	while (index--) {
		list = strchr(list, ',');
		if (!list)
			return false;
		list++;
	}
	snprintf(buf, n, "%.*s", (int)strcspn(list, ",\n"), list);
	return buf[0] && strcmp(buf, "(null)") != 0;
}

static unsigned int options_windows(const struct options *o, const char *from,
				    struct board_window *list)
{
	char text[64];
	const char *at;
	unsigned int n;

	for (n = 0; n < BOARD_WINDOWS; n++) {
		struct board_window *w = &list[n];

		memset(w, 0, sizeof(*w));
		w->from = from;
		if (item(o->name, n, w->name, sizeof(w->name))) {
			w->kind = BOARD_NAME;
			continue;
		}
		if (!item(o->address, n, text, sizeof(text)))
			break;
		at = text;
		w->address = board_memparse(&at);
		if (item(o->size, n, text, sizeof(text))) {
			at = text;
			w->size = board_memparse(&at);
		}
	}
	return n;
}

static bool modprobe_line(char *text, void *arg)
{
	struct options *o = arg;
	char *rest;

	if (strncmp(text, "options", 7) != 0 || !isblank((unsigned char)text[7]))
		return false;
	rest = text + 7 + strspn(text + 7, " \t");
	if (strncmp(rest, "plog", 4) != 0 || !isblank((unsigned char)rest[4]))
		return false;
	board_word(rest, "mem_address", 0, o->address, sizeof(o->address));
	board_word(rest, "mem_size", 0, o->size, sizeof(o->size));
	board_word(rest, "mem_name", 0, o->name, sizeof(o->name));
	return o->address[0] || o->name[0];
}

unsigned int board_windows(const struct board *b, struct board_window *list)
{
	struct options o = { "", "", "" };
	unsigned int n;

	board_read(b, "/sys/module/plog/parameters/mem_address", o.address, sizeof(o.address));
	board_read(b, "/sys/module/plog/parameters/mem_size", o.size, sizeof(o.size));
	board_read(b, "/sys/module/plog/parameters/mem_name", o.name, sizeof(o.name));
	n = options_windows(&o, "the loaded module's parameters", list);
	if (!n && board_each_line(b, "/etc/modprobe.d", ".conf", modprobe_line, &o))
		n = options_windows(&o, "/etc/modprobe.d", list);
	return n + board_tree_windows(b, list + n, BOARD_WINDOWS - n);
}

static bool vendor_line(char *text, void *arg)
{
	(void)arg;
	return !strncmp(text, "vendor_id", 9);
}

bool board_x86(const struct board *b)
{
	return board_each_line(b, "/proc/cpuinfo", "", vendor_line, NULL);
}

unsigned int board_release(const struct board *b, char *buf, size_t n)
{
	unsigned int version, level;

	board_read(b, "/proc/sys/kernel/osrelease", buf, n);
	return sscanf(buf, "%u.%u", &version, &level) == 2 ? version * 1000 + level : 0;
}
