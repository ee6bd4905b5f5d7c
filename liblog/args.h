/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw arguments, the writer's half: what a format wants, and storing a va_list.
 *
 * A plan is the types of a format's arguments in one word, four bits each, the
 * last argument lowest: PLOG_ARG_* of plog_format.h, and strings that need more
 * than their type to be stored.
 */
#ifndef PLOG_LIBLOG_ARGS_H
#define PLOG_LIBLOG_ARGS_H

#include <stdarg.h>

#include "core/core.h"

#define PLOG_PLAN_STR_FIXED	12u	/* %.5s */
#define PLOG_PLAN_STR_STAR	13u	/* %.*s: the argument before says */
#define PLOG_PLAN_ERRNO		14u	/* %m */
#define PLOG_PLAN_TEXT		(~0ULL)	/* not to be stored raw: make text at once */

/* Greatest width and precision that the reader honours, too. */
#define PLOG_ARGS_WIDTH_MAX	4095

/**
 * plog_args_plan() - what to store for a format
 *
 * Return: the plan, 0 when there is nothing to store; or PLOG_PLAN_TEXT.
 */
u64 plog_args_plan(const char *format);

/**
 * plog_args_plain() - does a plan hold nothing but types?
 */
bool plog_args_plain(u64 plan);

/**
 * plog_args_types() - the types that go into the dictionary
 * @plan: plan
 * @types: receives up to PLOG_ARGS_MAX of them
 *
 * Return: how many.
 */
u32 plog_args_types(u64 plan, u8 *types);

/**
 * plog_args_writes() - is there a %n in a format?
 */
bool plog_args_writes(const char *format);

/**
 * plog_args_precision() - constant precision of the next string that has one
 * @format: moved behind it
 */
int plog_args_precision(const char **format);

/**
 * struct plog_args - a va_list to be stored
 * @plan:	of @format, not PLOG_PLAN_TEXT
 * @format:	format string
 * @err:	errno, for %m
 * @cut:	cut strings that do not fit; set to 2 when one was
 */
struct plog_args {
	u64 plan;
	const char *format;
	int err;
	int cut;
};

/**
 * plog_args_store() - store the arguments
 * @args: plan and format
 * @to: bytes
 * @room: how many; 16 for each argument must be there in any case
 * @ap: arguments
 *
 * Return: bytes; -1 when a string does not fit and may not be cut. errno is not
 * kept. Any context.
 */
int plog_args_store(struct plog_args *args, u8 *to, u32 room, va_list ap);

/**
 * plog_args_cut() - length of a text that is cut to @n bytes
 *
 * Not in the middle of a UTF-8 sequence; what is not UTF-8 is cut where it is.
 */
u32 plog_args_cut(const u8 *text, u32 n);

#endif
