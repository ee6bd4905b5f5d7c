/* SPDX-License-Identifier: BSD-2-Clause */
/* Raw arguments of a record, one after the other. */
#ifndef PLOG_LIBLOG_READER_ARGS_H
#define PLOG_LIBLOG_READER_ARGS_H

#include "scan.h"

/**
 * struct reader_args - where reading stands
 * @types:	PLOG_ARG_* of those to come
 * @types_left:	how many
 * @p:		bytes to come
 * @left:	how many
 */
struct reader_args {
	const u8 *types;
	u32 types_left;
	const u8 *p;
	size_t left;
};

/**
 * struct reader_arg - an argument
 * @type:	PLOG_ARG_*
 * @bits:	integers: width as stored
 * @integer:	integers and pointers, sign-extended
 * @real:	floating point; of a double in its own precision
 * @wide:	it was a long double
 * @bytes:	strings and blobs; NULL for a null pointer
 * @len:	how many
 */
struct reader_arg {
	u8 type;
	u8 bits;
	bool wide;
	int64_t integer;
	long double real;
	const u8 *bytes;
	size_t len;
};

/**
 * plog_reader_arg() - the next argument
 *
 * Return: false when there is none, or what is left is not one.
 */
bool plog_reader_arg(struct reader_args *args, struct reader_arg *out);

#endif
