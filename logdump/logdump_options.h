/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOGDUMP_OPTIONS_H
#define LOGDUMP_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "out.h"

/* Exit codes: what a script may rely on. */
enum logdump_exit {
	LOGDUMP_PRINTED = 0, /* records were printed */
	LOGDUMP_NOTHING = 1, /* nothing was recovered; stderr says why */
	LOGDUMP_USAGE = 2,
	LOGDUMP_UNREADABLE = 3, /* the window cannot be read or is not plog's */
	LOGDUMP_UNDELIVERED = 4,
};

enum logdump_boot_kind {
	LOGDUMP_BOOT_INDEX, /* 0 the running one, -1 before it; n > 0 the n-th oldest */
	LOGDUMP_BOOT_ID,
	LOGDUMP_BOOT_ALL,
};

#define LOGDUMP_TAGS_MAX 64

/**
 * struct logdump_options - the command line
 * @window:	spec, NULL for the default
 * @boot_kind:	which boots
 * @boot:	index; of an id that reads as a number, too, or 0
 * @boot_id:	first digits of the id, in lower case
 * @format:	how records are shown
 * @level_min:	most severe level shown
 * @level_max:	least severe level shown
 * @tags:	any of these, all when there is none
 * @tag_count:	how many
 * @lines:	the last so many records, -1 for all
 * @pid:	of this process, -1 for all
 * @kernel:	the kernel's own
 * @reverse:	newest first
 * @list_boots:	list boots instead of records
 * @damaged:	show damaged records, too
 * @stats:	show what was found of the window instead of records
 * @verify:	show how much of the window is as it was written, with a map
 * @summary:	show how the boot ended and what is known of its end
 * @report:	write a page about it to this file, NULL for none
 * @help:	usage asked for
 * @version:	version asked for
 * @completion:	the table of options asked for, by the completion of a shell
 * @syslog:	deliver to syslog instead of print
 * @syslog_addr: where; syslog_addr_parse() takes it
 * @journal:	deliver to the journal instead of print
 * @journal_path: its native socket
 * @redeliver:	what was delivered before, too
 * @machine_id:	of the machine whose log it is, NULL this one's
 * @hostname:	likewise
 * @selection:	hash of the options that select records
 */
struct logdump_options {
	const char *window;
	enum logdump_boot_kind boot_kind;
	int boot;
	char boot_id[33];
	const struct out_format *format;
	int level_min;
	int level_max;
	const char *tags[LOGDUMP_TAGS_MAX];
	int tag_count;
	long lines;
	long pid;
	bool kernel;
	bool reverse;
	bool list_boots;
	bool damaged;
	bool stats;
	bool verify;
	bool summary;
	const char *report;
	bool help;
	bool version;
	bool completion;
	bool syslog;
	const char *syslog_addr;
	bool journal;
	const char *journal_path;
	bool redeliver;
	const char *machine_id;
	const char *hostname;
	uint64_t selection;
};

/**
 * logdump_options_parse() - read the command line
 *
 * Return: 0, or LOGDUMP_USAGE after a line on stderr.
 */
int logdump_options_parse(struct logdump_options *opt, int argc, char **argv);

/**
 * logdump_options_usage() - usage, from the table that the parser uses
 */
void logdump_options_usage(FILE *f);

#endif
