/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOGDUMP_OPTIONS_H
#define LOGDUMP_OPTIONS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "logdump_when.h"
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

enum logdump_color {
	LOGDUMP_COLOR_AUTO = -1, /* on a terminal, unless NO_COLOR says no */
	LOGDUMP_COLOR_NEVER,
	LOGDUMP_COLOR_ALWAYS,
};

#define LOGDUMP_TAGS_MAX 64
#define LOGDUMP_LINES_UNSET (-2)
#define LOGDUMP_BOOT_UNSET INT_MIN

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
 * @since:	none before
 * @until:	none after
 * @grep:	messages that match this, NULL for all
 * @boots:	list that a record's boot_at is of, for times from the end of a boot
 * @follow:	go on with what is logged
 * @utc:	times in UTC, not in the local zone
 * @no_pager:	do not start a pager
 * @color:	colours
 * @ctf_dir:	where -o ctf writes
 * @why:	what is wrong with an operand, where more can be said than that it is
 * @pid:	of this process, -1 for all
 * @kernel:	the kernel's own
 * @reverse:	newest first
 * @list_boots:	list boots instead of records
 * @archive:	folder of archives that may have them, NULL for the default
 * @list_windows: list the windows of a dump instead
 * @nth:	which of them, from 1; 0: the first
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
 * @filter:	name of one that leaves records of a boot out, NULL for none
 * @save:	folder to save the window in, NULL for none
 * @ack:	mark as harvested what was put out
 * @erase:	then erase what earlier boots left
 * @force:	what was not harvested, too
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
	struct logdump_when since;
	struct logdump_when until;
	const char *grep;
	const struct plog_reader_boot *boots;
	bool follow;
	bool utc;
	bool no_pager;
	enum logdump_color color;
	const char *ctf_dir;
	char why[96];
	long pid;
	bool kernel;
	bool reverse;
	bool list_boots;
	const char *archive;
	bool list_windows;
	unsigned int nth;
	bool damaged;
	bool stats;
	bool verify;
	bool summary;
	const char *report;
	bool help;
	bool version;
	bool completion;
	const char *save;
	bool ack;
	bool erase;
	bool force;
	bool syslog;
	const char *syslog_addr;
	bool journal;
	const char *journal_path;
	bool redeliver;
	const char *machine_id;
	const char *hostname;
	uint64_t selection;
	const char *filter;
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
