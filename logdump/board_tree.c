// SPDX-License-Identifier: BSD-2-Clause
/* The device tree, as /proc/device-tree shows it: a folder a node, a file a property. */
#define _FILE_OFFSET_BITS 64
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "board.h"

#define TREE "/proc/device-tree"
#define RESERVED TREE "/reserved-memory"
#define NODE_PATH (BOARD_PATH / 2)

static uint64_t cells(const unsigned char *p, unsigned int n)
{
	uint64_t value = 0;
	unsigned int i;

	for (i = 0; i < 4 * n; i++)
		value = value << 8 | p[i];
	return value;
}

/* A property of one cell; @missing when it is not there. */
static uint32_t cell(const struct board *b, const char *node, const char *name, uint32_t missing)
{
	char path[BOARD_PATH];
	unsigned char p[8] = { 0 };
	FILE *file;
	size_t n = 0;
	char property[BOARD_PATH];

	snprintf(property, sizeof(property), "%s/%s", node, name);
	file = fopen(board_path(b, property, path, sizeof(path)), "re");
	if (file) {
		n = fread(p, 1, sizeof(p), file);
		fclose(file);
	}
	return n == 4 ? (uint32_t)cells(p, 1) : missing;
}

static void reg_read(const struct board *b, const char *node, struct board_window *w)
{
	unsigned int na = cell(b, RESERVED, "#address-cells", 2);
	unsigned int ns = cell(b, RESERVED, "#size-cells", 2);
	char path[BOARD_PATH], property[BOARD_PATH];
	unsigned char p[16];
	FILE *file;

	snprintf(property, sizeof(property), "%s/reg", node);
	file = fopen(board_path(b, property, path, sizeof(path)), "re");
	if (!file)
		return;
	if (na >= 1 && na <= 2 && ns >= 1 && ns <= 2 &&
	    fread(p, 1, 4 * (na + ns), file) == 4 * (na + ns)) {
		w->address = cells(p, na);
		w->size = cells(p + 4 * na, ns);
	}
	fclose(file);
}

static void region_read(const struct board *b, const char *name, struct board_window *w)
{
	char node[NODE_PATH], property[BOARD_PATH];

	memset(w, 0, sizeof(*w));
	w->kind = BOARD_NODE;
	w->from = "the device tree";
	snprintf(w->name, sizeof(w->name), "%s", name);
	snprintf(node, sizeof(node), RESERVED "/%.120s", name);
	reg_read(b, node, w);
	snprintf(property, sizeof(property), "%s/no-map", node);
	w->no_map = board_has(b, property);
}

unsigned int board_tree_reserved(const struct board *b, struct board_window *list, unsigned int max)
{
	char path[BOARD_PATH];
	DIR *dir = opendir(board_path(b, RESERVED, path, sizeof(path)));
	struct dirent *entry;
	unsigned int n = 0;

	while (dir && n < max && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		region_read(b, entry->d_name, &list[n]);
		n += list[n].size != 0;
	}
	if (dir)
		closedir(dir);
	return n;
}

static bool region_find(const struct board *b, uint32_t phandle, struct board_window *w)
{
	char path[BOARD_PATH], node[NODE_PATH];
	DIR *dir = opendir(board_path(b, RESERVED, path, sizeof(path)));
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(node, sizeof(node), RESERVED "/%.120s", entry->d_name);
		if (cell(b, node, "phandle", 0) != phandle)
			continue;
		region_read(b, entry->d_name, w);
		found = true;
	}
	if (dir)
		closedir(dir);
	return found;
}

static bool is_plogs(const struct board *b, const char *name)
{
	char property[NODE_PATH], text[64];

	snprintf(property, sizeof(property), TREE "/%.120s/compatible", name);
	return board_read(b, property, text, sizeof(text)) > 0 && !strcmp(text, "plog,window");
}

unsigned int board_tree_windows(const struct board *b, struct board_window *list, unsigned int max)
{
	char path[BOARD_PATH], node[NODE_PATH];
	DIR *dir = opendir(board_path(b, TREE, path, sizeof(path)));
	struct dirent *entry;
	unsigned int n = 0;
	uint32_t phandle;

	while (dir && n < max && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' || !is_plogs(b, entry->d_name))
			continue;
		snprintf(node, sizeof(node), TREE "/%.120s", entry->d_name);
		phandle = cell(b, node, "memory-region", 0);
		if (!phandle || !region_find(b, phandle, &list[n])) {
			memset(&list[n], 0, sizeof(list[n]));
			list[n].kind = BOARD_NODE;
			list[n].from = "the device tree";
			snprintf(list[n].name, sizeof(list[n].name), "%.60s", entry->d_name);
		}
		n++;
	}
	if (dir)
		closedir(dir);
	return n;
}
