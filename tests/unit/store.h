/* SPDX-License-Identifier: BSD-2-Clause */
/* A window in memory that this process logs to, its children too; and reading it back. */
#ifndef PLOG_TEST_STORE_H
#define PLOG_TEST_STORE_H

#include "open.h"
#include "plog.h"

struct store {
	struct plog_map map;
	struct plog_attach arg;
	u8 *control;
	bool killed;
};

/* Lanes for CPUs in windows opened from now on; 0 at first: all lanes are shared. */
extern u32 store_cpu_lanes;

/* Attaches a blank window of @size bytes and makes it the one that plog() uses. */
void store_open(struct store *s, u64 size, u32 lanes, u32 flush);

/* Calls @fn for each record, by time; returns how many. All must be intact; or
 * repaired, when a writer was @killed: where one or two bits of what it was about to
 * store differ from what was there, its record is completed from its CRC. */
u32 store_each(const struct store *s,
	       void (*fn)(void *arg, const struct plog_reader_record *rec), void *arg);

/* The newest record; its texts are kept until the next call. */
struct plog_reader_record store_last(const struct store *s);

/* Does the text say exactly this? */
bool store_says(const struct plog_text *text, const char *expected);

/* CLOCK_MONOTONIC from which on nothing was overwritten */
u64 store_complete_since(const struct store *s);

/* Records dropped, for whatever reason. */
u64 store_dropped(const struct store *s);

#endif
