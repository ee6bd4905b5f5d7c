/* SPDX-License-Identifier: BSD-2-Clause */
/* Boots of a window and of its archives in one list, each of them once. */
#ifndef LOGDUMP_BOOT_LIST_H
#define LOGDUMP_BOOT_LIST_H

#include "out.h"

/**
 * struct boot_row - a boot in the making of a list
 * @boot:	account of where most of it is; its texts are in @texts
 * @about:	what there is to tell besides, where it is above all
 * @uuid:	of its window
 * @rank:	of that window: 0 the one that is read, then by the age of their archives
 * @archive:	name of the archive that has most of it, NULL for none
 * @archived:	records in there
 */
struct boot_row {
	struct plog_reader_boot boot;
	struct out_crash about;
	uint8_t uuid[16];
	uint32_t rank;
	const char *archive;
	uint64_t archived;
	char *texts;
};

/**
 * struct boot_list - boots, oldest first when boot_list_finish() has been called
 * @row:	one for each
 * @boots:	their accounts, for who wants just these
 * @about:	likewise
 * @count:	how many
 * @ranks:	windows besides the one that is read
 * @crashes:	fingerprints, too; they cost a look at all records
 */
struct boot_list {
	struct boot_row *row;
	struct plog_reader_boot *boots;
	struct out_crash *about;
	uint32_t count;
	uint32_t ranks;
	bool crashes;
};

/**
 * boot_list_add() - the boots of a window, or of an archive
 * @list: zeros at first
 * @reader: open; not needed any more when this returns
 * @archive: its name, which must stay; NULL: it is the window itself, which comes first
 *
 * Archives come newest first. A boot is where its records are: in both only when the
 * archive has as many of them, in the archive only when the window has none.
 * Return: 0 or -ENOMEM.
 */
int boot_list_add(struct boot_list *list, struct plog_reader *reader, const char *archive);

/**
 * boot_list_finish() - put it in order
 *
 * Clocks of boards jump, so no time is looked at: boots of a window are in the order of
 * their numbers, and behind those of the windows that were before it.
 * Return: 0 or -ENOMEM.
 */
int boot_list_finish(struct boot_list *list);

void boot_list_free(struct boot_list *list);

#endif
