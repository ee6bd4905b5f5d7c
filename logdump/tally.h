/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a boot's last seconds were like: how many records of which level, of which
 * process, when. For the report and the summary; takes memory of a fixed size.
 */
#ifndef LOGDUMP_TALLY_H
#define LOGDUMP_TALLY_H

#include "logdump_print.h"

#define TALLY_SPANS 4
#define TALLY_BUCKETS 120    /* of a span */
#define TALLY_ROWS 12        /* groups of processes that a span shows one by one */
#define TALLY_PROCESSES 2048 /* of more than these, the rest is one */
#define TALLY_NAME 64        /* bytes of a name; what is longer is cut */
#define TALLY_LEVELS 8
#define TALLY_SEVERE 4 /* warning, and what is worse */

/**
 * struct tally_process - who logged
 * @name:	tag, else the thread's name
 * @comm:	the thread's name, may be empty
 * @name_len:	bytes in @name
 * @comm_len:	bytes in @comm
 * @pid:	or PLOG_READER_UNKNOWN
 * @kernel:	it is the kernel
 * @worst:	most severe level
 * @group:	position of its name's group
 * @records:	records
 * @recent:	records of the last minute
 * @last_mono:	CLOCK_MONOTONIC ns of the last one
 * @last_real:	likewise CLOCK_REALTIME, or PLOG_READER_UNKNOWN
 */
struct tally_process {
	char name[TALLY_NAME];
	char comm[TALLY_NAME];
	uint8_t name_len;
	uint8_t comm_len;
	bool kernel;
	uint8_t worst;
	uint16_t group;
	int64_t pid;
	uint64_t records;
	uint64_t recent;
	uint64_t last_mono;
	int64_t last_real;
};

/**
 * struct tally_group - processes of one name, such as the workers of a daemon
 * @first:	position of the one with most records
 * @count:	processes
 * @records:	theirs
 * @recent:	of these, those of the last minute
 */
struct tally_group {
	uint32_t first;
	uint32_t count;
	uint64_t records;
	uint64_t recent;
};

/**
 * struct tally_span - the last stretch of a boot, in buckets of one length
 * @start:	CLOCK_MONOTONIC ns of its beginning
 * @bucket:	ns of a bucket
 * @levels:	records of a bucket and level
 * @rows:	records of a bucket and group, the last row being all other groups
 * @severe:	of these, those of warning and worse
 * @worst:	likewise the most severe level; TALLY_LEVELS: none
 */
struct tally_span {
	uint64_t start;
	uint64_t bucket;
	uint32_t levels[TALLY_BUCKETS][TALLY_LEVELS];
	uint32_t rows[TALLY_ROWS + 1][TALLY_BUCKETS];
	uint32_t severe[TALLY_ROWS + 1][TALLY_BUCKETS];
	uint8_t worst[TALLY_ROWS + 1][TALLY_BUCKETS];
};

/**
 * struct tally - a boot's records, counted
 * @seen:	records that were read
 * @matched:	of these, those that pass the filter; all below is of them
 * @levels:	by level
 * @first_mono: CLOCK_MONOTONIC ns of the first
 * @last_mono:	of the last
 * @last_real:	CLOCK_REALTIME ns of the last, or PLOG_READER_UNKNOWN
 * @end_mono:	the end of all spans: the last record, or later, when it was seen alive
 * @span:	spans, shortest first
 * @spans:	how many: none is longer than the boot, but the last
 * @process:	who logged, by number of records in the last minute
 * @processes:	how many
 * @group:	the same by name, likewise
 * @groups:	how many
 * @unnamed:	records of processes that there was no room for
 */
struct tally {
	uint64_t seen;
	uint64_t matched;
	uint64_t levels[TALLY_LEVELS];
	uint64_t first_mono;
	uint64_t last_mono;
	int64_t last_real;
	uint64_t end_mono;
	struct tally_span span[TALLY_SPANS];
	uint32_t spans;
	struct tally_process process[TALLY_PROCESSES];
	uint32_t processes;
	struct tally_group group[TALLY_PROCESSES];
	uint32_t groups;
	uint64_t unnamed;
};

/**
 * tally_boot() - count the records of a boot
 * @tally: filled in
 * @dump: run, with its filters
 * @at: position of the boot
 *
 * Reads the boot twice.
 */
void tally_boot(struct tally *tally, struct logdump *dump, uint32_t at);

#endif
