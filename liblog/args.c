// SPDX-License-Identifier: BSD-2-Clause
/* A va_list, stored as plog_args.h stores what it knows at compile time. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "plog.h"

#define NULL_BYTES	3u
#define ERRNO_TEXT	256
#define SHARE		64u	/* of a later string, when one is cut before it */

/* Where the next argument goes, and how much of the room is not promised yet. */
struct store {
	struct plog_put_ put;
	u32 spare;
	u32 later; /* strings behind this one */
	struct plog_args *args;
	const char *format; /* behind the last string with a fixed precision */
	int star;	    /* the last I32 */
	bool full;
};

u32 plog_args_cut(const u8 *text, u32 n)
{
	u32 i;

	for (i = n; i && n - i < 4; i--)
		if ((text[i] & 0xc0) != 0x80)
			return i;
	return n;
}

/* Bytes that are promised to an argument in any case. */
static u32 least(u32 type)
{
	switch (type) {
	case PLOG_ARG_I32:
		return 4;
	case PLOG_ARG_I64:
	case PLOG_ARG_F64:
	case PLOG_ARG_PTR:
		return 8;
	case PLOG_ARG_X87:
	case PLOG_ARG_F128:
		return 16;
	default:
		return NULL_BYTES;
	}
}

static u32 least_of(u64 plan)
{
	u32 n = 0;

	for (; plan; plan >>= 4)
		n += least(plan & 15);
	return n;
}

static u32 strings_of(u64 plan)
{
	u32 n = 0;

	for (; plan; plan >>= 4)
		n += (plan & 15) == PLOG_ARG_STR || (plan & 15) > PLOG_ARG_F128;
	return n;
}

static u32 string_cut(struct store *st, const char *s)
{
	u32 share = SHARE * st->later;

	st->args->cut = 2;
	return plog_args_cut((const u8 *)s, st->spare > share ? st->spare - share : 0);
}

static void string_store(struct store *st, const char *s, size_t max)
{
	size_t n = s ? strnlen(s, max) : 0;

	st->later--;
	if (!s) {
		plog_put_null_(&st->put);
		return;
	}
	if (n > st->spare) {
		if (!st->args->cut) {
			st->full = true;
			return;
		}
		n = string_cut(st, s);
	}
	st->spare -= (u32)n;
	if (n > PLOG_SHORT_) {
		*st->put.at++ = 0xff;
		*st->put.at++ = (u8)n;
		*st->put.at++ = (u8)(n >> 8);
	} else {
		*st->put.at++ = (u8)n;
	}
	memcpy(st->put.at, s, n);
	st->put.at += n;
}

static void string_first_store(struct store *st, const char *s)
{
	int max = plog_args_precision(&st->format);

	string_store(st, s, (size_t)max);
}

static void errno_store(struct store *st)
{
	char text[ERRNO_TEXT];

	errno = st->args->err;
	snprintf(text, sizeof(text), "%m");
	string_store(st, text, sizeof(text));
}

int plog_args_store(struct plog_args *args, u8 *to, u32 room, va_list ap)
{
	u32 promised = least_of(args->plan), shift = 64;
	struct store st = { .put = { to, 0 }, .spare = room - promised, .args = args,
			    .later = strings_of(args->plan), .format = args->format };

	while (shift && !(args->plan >> (shift - 4) & 15))
		shift -= 4;
	while (shift && !st.full) {
		shift -= 4;
		switch (args->plan >> shift & 15) {
		case PLOG_ARG_I32:
			st.star = va_arg(ap, int);
			plog_put_s32_(&st.put, st.star);
			break;
		case PLOG_ARG_I64:
			plog_put_s64_(&st.put, va_arg(ap, long long));
			break;
		case PLOG_ARG_F64:
			plog_put_f64_(&st.put, va_arg(ap, double));
			break;
		case PLOG_ARG_X87:
		case PLOG_ARG_F128:
			plog_put_ldbl_(&st.put, va_arg(ap, long double));
			break;
		case PLOG_ARG_PTR:
			plog_put_ptr_(&st.put, va_arg(ap, void *));
			break;
		case PLOG_ARG_STR:
			string_store(&st, va_arg(ap, char *), SIZE_MAX);
			break;
		case PLOG_PLAN_STR_STAR:
			string_store(&st, va_arg(ap, char *),
				     st.star < 0 ? SIZE_MAX : (size_t)st.star);
			break;
		case PLOG_PLAN_STR_FIXED:
			string_first_store(&st, va_arg(ap, char *));
			break;
		default:
			errno_store(&st);
		}
	}
	return st.full ? -1 : (int)(st.put.at - to);
}
