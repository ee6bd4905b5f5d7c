/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tool does with an open reader; each returns an exit code. */
#ifndef LOGDUMP_PRINT_H
#define LOGDUMP_PRINT_H

#include <regex.h>

#include "boot_list.h"
#include "logdump_options.h"
#include "source.h"

/**
 * struct logdump - a run
 * @opt:	command line
 * @source:	what it reads
 * @reader:	open reader
 * @boots:	its boots
 * @boot_count:	how many
 * @window:	name of the window, for messages
 * @opened:	what logdump_window_open() returned
 * @list:	its boots and those of archives, where these were looked at
 */
struct logdump {
	struct logdump_options opt;
	struct source source;
	struct plog_reader *reader;
	const struct plog_reader_boot *boots;
	uint32_t boot_count;
	const char *window;
	int opened;
	struct boot_list list;
};

/**
 * logdump_window_open() - open the window, say what is wrong with it
 *
 * Return: LOGDUMP_PRINTED to go on.
 */
int logdump_window_open(struct logdump *run);

/**
 * logdump_boots_select() - which boots were asked for?
 * @run: run
 * @first: position of the first
 * @count: how many
 *
 * Return: LOGDUMP_PRINTED to go on, else a line has said why not.
 */
int logdump_boots_select(const struct logdump *run, uint32_t *first, uint32_t *count);

/**
 * logdump_id_matches() - does the id of a boot begin so?
 * @begin: first digits, in lower case
 */
bool logdump_id_matches(const char *begin, const struct plog_reader_boot *boot);

/**
 * logdump_boot_by_id() - the newest boot whose id begins so
 * @begin: first digits, in lower case
 * @boots: list, oldest first
 * @count: how many
 * @at: receives its position, @count when there is none
 *
 * Return: LOGDUMP_PRINTED, or LOGDUMP_USAGE after a line when more than one id does.
 */
int logdump_boot_by_id(const char *begin, const struct plog_reader_boot *boots, uint32_t count,
		       uint32_t *at);

/* logdump_archives.c */

/**
 * logdump_archives_join() - look at archives, too, when the boots that are asked for may be there
 *
 * To list boots, @run->list has those of window and archives together; stays empty without
 * archives. For a boot that only an archive has, that takes the place of the window.
 * Return: LOGDUMP_PRINTED to go on, else a line has said why not.
 */
int logdump_archives_join(struct logdump *run);

/**
 * logdump_window_cut() - "" or what of an image is missing
 */
const char *logdump_window_cut(const struct logdump *run);

/**
 * logdump_nothing_explain() - say why there is no record of these boots
 */
void logdump_nothing_explain(const struct logdump *run, uint32_t first, uint32_t count);

/**
 * logdump_window_again() - look at the same window once more, without a word when it is there
 *
 * Return: LOGDUMP_PRINTED to go on, else a line has said why not.
 */
int logdump_window_again(struct logdump *run);

/* logdump_follow.c */

/**
 * logdump_follow() - the last records of the running boot, and what comes, until a signal
 */
int logdump_follow(struct logdump *run);

/**
 * logdump_export_begin() - let the export format tell of the machine and of crashes
 */
void logdump_export_begin(struct logdump *run);

int logdump_print_records(struct logdump *run);
int logdump_print_boots(struct logdump *run);
int logdump_print_windows(struct logdump *run);
int logdump_print_stats(struct logdump *run);

/**
 * logdump_stdout_check() - did all of it arrive?
 * @code: exit code so far
 */
int logdump_stdout_check(int code);

/* logdump_filter.c */

/**
 * logdump_grep_compile() - a pattern of --grep
 * @regex: filled in; regfree() it
 * @pattern: extended regular expression; any case when it is all in lower case
 *
 * Return: regcomp()'s.
 */
int logdump_grep_compile(regex_t *regex, const char *pattern);

/**
 * logdump_filter_match() - is this record asked for?
 */
bool logdump_filter_match(const struct logdump_options *opt, const struct plog_reader_record *rec);

#endif
