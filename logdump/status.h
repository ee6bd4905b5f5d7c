/* SPDX-License-Identifier: BSD-2-Clause */
/* plogctl status: what it finds out, and how it is shown. */
#ifndef PLOG_LOGDUMP_STATUS_H
#define PLOG_LOGDUMP_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"
#include "plog_reader.h"

#define STATUS_WRONG 8

/**
 * struct status_rate - what is written at present
 * @records:	a second
 * @bytes:	a second
 * @used:	lanes that have written in this boot
 * @now:	of these, those that did so while it was measured
 * @room:	chunks that the running boot may have
 * @begun:	of these, begun in the last minute
 * @seconds:	in which they were begun
 */
struct status_rate {
	double records;
	double bytes;
	u32 used;
	u32 now;
	u32 room;
	u32 begun;
	u32 seconds;
};

/**
 * enum status_writing - does anybody write?
 * @STATUS_YES:		somebody may
 * @STATUS_IDLE:	a file that no process has open
 * @STATUS_NOT_YET:	the default file, which the first plog() makes
 * @STATUS_NO:		it cannot be used; @why
 */
enum status_writing {
	STATUS_YES,
	STATUS_IDLE,
	STATUS_NOT_YET,
	STATUS_NO,
};

/**
 * struct status - all about a window
 * @spec:	which one
 * @found:	a window is there: @window and @boots
 * @window:	as a whole
 * @boots:	oldest first
 * @count:	how many
 * @writing:	enum status_writing
 * @why:	why not
 * @live:	it is in use: what follows is filled in
 * @device:	@info is filled in
 * @info:	from the module
 * @win:	numbers of the window, no mapping
 * @rseq:	lanes of CPUs are in use
 * @flush:	enum plog_flush
 * @sweeping:	the module's sweep is awake
 * @level:	last level that is taken
 * @rate:	at present
 * @dropped_busy: records lost because all lanes were busy
 * @dropped_full: records lost because no chunk was free
 * @cut:	records that were too long
 * @dict_full:	dictionary entries that found no room
 * @reserved:	a line on the reservation, "" for other windows
 * @wrong:	what is wrong, a line each
 * @wrongs:	how many
 */
struct status {
	const char *spec;
	bool found;
	struct plog_reader_window window;
	const struct plog_reader_boot *boots;
	u32 count;
	enum status_writing writing;
	char why[320];
	bool live;
	bool device;
	struct plog_info info;
	struct plog_window win;
	bool rseq;
	u32 flush;
	bool sweeping;
	u32 level;
	struct status_rate rate;
	u64 dropped_busy;
	u64 dropped_full;
	u64 cut;
	u64 dict_full;
	char reserved[360];
	char wrong[STATUS_WRONG][360];
	u32 wrongs;
};

/* status_gather.c */

/**
 * status_gather() - find out everything; takes a moment to measure the rate
 * @reader: an open reader of @spec, or one that could not be opened
 * @opened: which of both
 * @s: filled in; the reader has to stay open
 */
void status_gather(struct plog_reader *reader, bool opened, const char *spec, struct status *s);

/**
 * status_default_file() - is it the file of last resort in /dev/shm?
 */
bool status_default_file(const char *spec);

/* status_rate.c */

/**
 * status_rate_take() - measure, for a fifth of a second
 */
void status_rate_take(struct status_rate *rate, const struct plog_window *win);

/**
 * status_history() - seconds until what is written now is overwritten; 0: more than @rate tells
 */
u32 status_history(const struct status_rate *rate);

/* status_wrong.c */

/**
 * status_judge() - @reserved, @wrong
 * @reader: NULL when there is none
 */
void status_judge(struct status *s, const struct plog_reader *reader);

/* status_text.c, status_json.c */

void status_text(const struct status *s);
void status_json(const struct status *s);

/* Names of numbers, "?" for others. */
const char *status_level(u32 level);
const char *status_cache(u32 cache);
const char *status_clock(u32 clock);

#endif
