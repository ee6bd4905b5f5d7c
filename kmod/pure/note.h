/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The module's own lanes: where it logs what the kernel says, and what comes
 * through /dev/plogmsgN. Any context, NMI and a panic too.
 *
 * Whoever logs takes any lane that is free, by one atomic exchange, and gives up
 * when there is none: nobody waits. A CPU that died with a lane in hand keeps it;
 * its record does not validate, and the others go on.
 *
 * What the module has to trust is its own: where a lane stands is in struct
 * plog_klane. The control plane, which user space may write, is told, so that
 * nobody leases the chunk. What a lease takes from there is checked against the
 * geometry: nonsense in it spoils the log, and reaches nothing else.
 */
#ifndef PLOG_PURE_NOTE_H
#define PLOG_PURE_NOTE_H

#include "../core/core.h"

#define PLOG_NOTE_MAX	1040u	/* bytes of a text from the kernel or a line-in */

/**
 * struct plog_note - a record of the module's, not put together yet
 * @when: its time; counter and mono are used
 * @text: not NUL-terminated
 * @len: bytes of it
 * @level: syslog severity
 * @source: enum plog_source
 * @pid: who speaks, 0 the kernel
 * @tid: likewise
 * @comm: likewise, NULL for none
 * @tag: or NULL
 * @cut: @text is not all of it
 */
struct plog_note {
	struct plog_instant when;
	const char *text;
	u32 len;
	u32 level;
	u32 source;
	u32 pid;
	u32 tid;
	const char *comm;
	const char *tag;
	bool cut;
};

/**
 * struct plog_klane - a lane of the module's own; zeros at first
 * @busy: somebody writes
 * @index: its chunk
 * @off: where the next record goes
 * @seed: of the chunk's records
 * @gen: of the chunk, 0 for none yet
 * @base: counter that its records add to
 * @draft: a record before it is copied into the window
 */
struct plog_klane {
	u32 busy;
	u32 index;
	u32 off;
	u32 seed;
	u64 gen;
	u64 base;
	u64 draft[(PLOG_RECORD_HEAD + PLOG_NOTE_MAX + 128) / sizeof(u64)];
};

/* The first of the module's lanes; they are the last ones of the window. */
static inline u32 plog_note_first(const struct plog_window *win)
{
	return win->cpu_lanes + win->shared_lanes;
}

/**
 * plog_note_back() - turn an instant back
 * @when: its counter and mono are
 * @ago: ns; more than 100 s counts as 100
 * @counter_hz: counts a second
 */
void plog_note_back(struct plog_instant *when, u64 ago, u64 counter_hz);

/**
 * plog_note_follow() - no earlier than the note before it
 * @when: the instant, which is moved to @newest when it lies before that
 * @newest: when the note before it was; @when from now on
 */
void plog_note_follow(struct plog_instant *when, struct plog_instant *newest);

/**
 * plog_note_write() - log something in any lane that is free
 * @win: window
 * @lanes: as many as the window has for the module
 * @note: what; its time may lie in the past
 *
 * Any context. Return: false when it was dropped: no lane or no chunk was free.
 */
bool plog_note_write(struct plog_window *win, struct plog_klane *lanes,
		     const struct plog_note *note);

#endif
