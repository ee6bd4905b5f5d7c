/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder of archives: what is in it, and how a new one gets there whole or not at all. */
#ifndef LOGDUMP_ARCHIVE_DIR_H
#define LOGDUMP_ARCHIVE_DIR_H

#include <stddef.h>
#include <stdint.h>

#include "plog_reader.h"

#define ARCHIVE_NAME 160 /* bytes of a name without its suffix */
#define ARCHIVE_PREFIX "plog-"

/**
 * archive_name() - what the archive of a boot is called, without its suffix
 * @name: "plog-UUID-BOOT-START": the window's name, the boot's id, and when it began
 *
 * START is left to the first that saves the boot: without it, a name says which boot.
 */
void archive_name(char name[ARCHIVE_NAME], const uint8_t uuid[16],
		  const struct plog_reader_boot *boot);

/**
 * archive_dir_list() - names of the archives in a folder, newest first
 * @names: receives an array of texts that ends with NULL; archive_dir_free() it
 * @prefix: of the names that are wanted
 *
 * Names of letters, digits and "-_." that end as those of archives do; files only.
 * Return: 0 or negative errno.
 */
int archive_dir_list(char ***names, const char *dir, const char *prefix);

void archive_dir_free(char **names);

/**
 * archive_dir_put() - a new archive, on disk when it returns, in place of one of that name
 *
 * A machine that dies meanwhile leaves the old one, or the new one.
 * Return: 0 or negative errno.
 */
int archive_dir_put(const char *dir, const char *file, const void *bytes, size_t n);

#endif
