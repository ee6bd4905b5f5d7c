/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the writer did to a window, store by store, and what it thereby promised.
 *
 * The half that writes (stage.c, shim.c, scenes*.c and the instrumented product)
 * fills a trace; the half that checks (model.c, walk.c, view.c, oracle*.c and the
 * product as it ships) reads it. An event's number is a step of the scenario.
 */
#ifndef PLOG_CRASH_TRACE_H
#define PLOG_CRASH_TRACE_H

#include "core/core.h"

#define CRASH_SIZE PLOG_WINDOW_MIN
#define CRASH_CHUNKS 11u
#define CRASH_PLACES (PLOG_CHUNK_MIN / PLOG_RECORD_ALIGN)
#define CRASH_EVENTS 60000u
#define CRASH_RECORDS 900u
#define CRASH_IDENTS 24u
#define CRASH_STATES 160u
#define CRASH_SNAPSHOTS 16u
#define CRASH_TEXT 448u
#define CRASH_NEVER (~0u)
#define CRASH_TAG "crash"
#define CRASH_PID 4242
#define CRASH_EXE "/usr/bin/crash"

#define CHECK_FAILED(...)                               \
	do {                                            \
		fprintf(stderr, "crash: " __VA_ARGS__); \
		fputc('\n', stderr);                    \
		exit(3);                                \
	} while (0)

/**
 * enum event_kind - what happened
 * @EVENT_STORE:	a word got another value; @at: its number in the window
 * @EVENT_CLEAN:	@at: number of the line
 * @EVENT_FENCE:	what was cleaned before is in memory
 * @EVENT_RESET:	all that is in memory is in the snapshot @at; the caches are empty
 * @EVENT_DONE:		a call returned: its promises hold from here on
 */
enum event_kind { EVENT_STORE, EVENT_CLEAN, EVENT_FENCE, EVENT_RESET, EVENT_DONE };

struct event {
	u32 kind;
	u32 at;
	u64 value;
};

/**
 * struct entry - a record that was logged, or was being logged
 * @gen:	where: generation, @off in its chunk; the place is the only one
 * @mono:	its time
 * @boot:	whose
 * @epoch:	of which formatting
 * @lane:	which lane; within one the order has to hold
 * @off:	offset in the chunk
 * @bytes:	with padding
 * @level:	severity
 * @line:	of its site
 * @put:	step of its first store
 * @done:	step at which the call returned, CRASH_NEVER when it was killed
 * @swept:	step of the sweep behind it
 * @must:	from this step on no reset may lose it
 * @lost:	from this step on its chunk belongs to somebody else
 * @keep:	up to this step protection was promised, and @lost does not excuse; 0 when not;
 *		CRASH_NEVER when its boot is not harvested
 * @dropped:	a reset took it, or its chunk's head, from memory
 * @next:	another one at the same place, index + 1
 * @text:	its message
 * @copy:	its bytes
 */
struct entry {
	u64 gen;
	u64 mono;
	u32 boot;
	u32 epoch;
	u32 lane;
	u32 off;
	u32 bytes;
	u32 level;
	u32 line;
	u32 put;
	u32 done;
	u32 swept;
	u32 must;
	u32 lost;
	u32 keep;
	bool dropped;
	u32 next;
	char text[CRASH_TEXT];
	u8 copy[CRASH_TEXT + 256];
};

/* An ident that was written: wholly there from @done on, until another boot gets the slot. */
struct ident_entry {
	u32 epoch;
	u32 slot;
	u32 first;
	u32 done;
	u32 ends;
	struct plog_boot_ident ident;
};

/* A state that was written: may be seen from @first on, older ones not after @done. */
struct state_entry {
	u32 epoch;
	u32 first;
	u32 done;
	struct plog_boot_state state;
};

/**
 * struct trace - one scenario on one kind of memory
 * @name:	of the scenario
 * @wc:		write-combined memory: words, not lines, and no cleaning
 * @flush:	enum plog_flush of its writers
 * @begin:	the first step that is examined; before it all is in memory
 * @formatted:	step from which on there is a window
 * @formatting:	first step of that
 * @epoch:	how often it was formatted
 * @geo:	layout of the window
 * @first_at:	entry + 1 at a place; of the chunk, of offset / 8
 */
struct trace {
	char name[16];
	bool wc;
	u32 flush;
	u32 begin;
	u32 formatted;
	u32 formatting;
	u32 epoch;
	u32 events;
	u32 entries;
	u32 idents;
	u32 states;
	u32 snapshots;
	struct plog_geometry geo;
	u32 first_at[CRASH_CHUNKS][CRASH_PLACES];
	struct event event[CRASH_EVENTS];
	struct entry entry[CRASH_RECORDS];
	struct ident_entry ident[CRASH_IDENTS];
	struct state_entry state[CRASH_STATES];
	u8 snapshot[CRASH_SNAPSHOTS][CRASH_SIZE];
};

/* The salt of a formatting. */
static inline u32 crash_salt(u32 epoch)
{
	return 0x5a170000u + epoch;
}

/**
 * crash_scene() - make a trace
 * @t: zeroed, shared memory
 * @index: number of the scenario and its kind of memory
 *
 * Return: false when there is none of that number.
 */
bool crash_scene(struct trace *t, u32 index) __attribute__((visibility("default")));

#endif
