/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows of which every byte follows from the calls that made them: the writer's
 * own code (leases, sealing, dictionary, stored arguments) under clocks that only
 * the caller moves.
 */
#ifndef PLOG_TEST_MAKER_H
#define PLOG_TEST_MAKER_H

#include "core/core.h"

#define MAKER_MS 1000000ULL
#define MAKER_SECOND (1000 * MAKER_MS)

/**
 * struct maker - a window in the making
 * @base:	window
 * @size:	bytes of it
 * @control:	control plane; a reset takes it
 * @win:	joined window
 * @arg:	of the last attach; @arg.now is the time
 * @machine:	makes the ids of boots others than those of machine 0
 * @boots:	attaches so far
 * @leases:	chunks leased so far
 * @lease:	called before a chunk is leased, NULL for nobody: the last look at what
 *		is overwritten
 * @arg_lease:	for @lease
 */
struct maker {
	u8 *base;
	u64 size;
	void *control;
	u32 control_size;
	struct plog_window win;
	struct plog_attach arg;
	u32 machine;
	u32 boots;
	u32 leases;
	void (*lease)(void *arg, struct maker *m);
	void *arg_lease;
};

/**
 * struct maker_site - where a record comes from
 * @id:		in the dictionary; 0: records carry it
 * @plan:	how its arguments are stored
 */
struct maker_site {
	const char *format;
	const char *tag;
	const char *file;
	const char *func;
	u32 line;
	u8 level;
	u32 id;
	u64 plan;
};

/**
 * struct maker_ctx - who a record comes from
 * @id:		in the dictionary; 0: records carry it
 */
struct maker_ctx {
	u32 pid;
	u32 tid;
	const char *comm;
	const char *exe;
	u32 id;
};

/* A blank window; @seed makes uuid and salt. */
void maker_init(struct maker *m, u64 size, u32 seed);
void maker_free(struct maker *m);

/* A reset and the next boot, with CLOCK_MONOTONIC at five seconds. */
void maker_boot(struct maker *m, u32 clock, u64 hz, u64 real);
/* What the boot noted last: enum plog_verdict of the format, and text. */
void maker_end(struct maker *m, u8 verdict, const char *reason);
void maker_wait(struct maker *m, u64 ns);

/* Into the dictionary of the running boot; where that is full the id is 0. */
void maker_site(struct maker *m, struct maker_site *site);
void maker_ctx(struct maker *m, struct maker_ctx *ctx);

/*
 * A record as printf would say it: stored arguments when the site is in the
 * dictionary and PLOG_ATTR_TEXT is not in @attr, else text.
 */
void maker_log(struct maker *m, u32 lane, u32 attr, const struct maker_site *site,
	       const struct maker_ctx *ctx, ...);
/* Text of any bytes. */
void maker_bytes(struct maker *m, u32 lane, u32 attr, const struct maker_site *site,
		 const struct maker_ctx *ctx, const void *text, u32 n);
/* A record whose payload is made by hand, with ids that may be of nothing. */
void maker_raw(struct maker *m, u32 lane, u32 attr, u32 site, u32 ctx, const void *payload, u32 n);
/* A site with types by hand: nul-terminated, PLOG_ARG_*. Returns its id. */
u32 maker_site_raw(struct maker *m, const struct maker_site *site, const char *types);

#endif
