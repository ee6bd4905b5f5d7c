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

/*
 * struct put - where the next argument goes
 * @at:		byte
 */
struct put {
	unsigned char *at;
};

static void put_i32(struct put *put, uint32_t v)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap32(v);
#endif
	__builtin_memcpy(put->at, &v, sizeof(v));
	put->at += sizeof(v);
}

static void put_i64(struct put *put, uint64_t v)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	__builtin_memcpy(put->at, &v, sizeof(v));
	put->at += sizeof(v);
}

static void put_s32(struct put *put, int32_t v)
{
	put_i32(put, (uint32_t)v);
}

static void put_s64(struct put *put, int64_t v)
{
	put_i64(put, (uint64_t)v);
}

static void put_f64(struct put *put, double v)
{
	uint64_t bits;

	__builtin_memcpy(&bits, &v, sizeof(bits));
	put_i64(put, bits);
}

static void put_ldbl(struct put *put, long double v)
{
#ifdef PLOG_LDBL_BYTES_
	__builtin_memset(put->at, 0, 16);
	__builtin_memcpy(put->at, &v, PLOG_LDBL_BYTES_);
	put->at += 16;
#else
	put_f64(put, (double)v);
#endif
}

static void put_ptr(struct put *put, const volatile void *v)
{
	put_i64(put, (uintptr_t)v);
}

static void put_null(struct put *put)
{
	__builtin_memset(put->at, 0xff, 3);
	put->at += 3;
}

/* Where the next argument goes, and how much of the room is not promised yet. */
struct store {
	struct put put;
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
		put_null(&st->put);
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
	struct store st = { .put = { to }, .spare = room - promised, .args = args,
			    .later = strings_of(args->plan), .format = args->format };

	while (shift && !(args->plan >> (shift - 4) & 15))
		shift -= 4;
	while (shift && !st.full) {
		shift -= 4;
		switch (args->plan >> shift & 15) {
		case PLOG_ARG_I32:
			st.star = va_arg(ap, int);
			put_s32(&st.put, st.star);
			break;
		case PLOG_ARG_I64:
			put_s64(&st.put, va_arg(ap, long long));
			break;
		case PLOG_ARG_F64:
			put_f64(&st.put, va_arg(ap, double));
			break;
		case PLOG_ARG_X87:
		case PLOG_ARG_F128:
			put_ldbl(&st.put, va_arg(ap, long double));
			break;
		case PLOG_ARG_PTR:
			put_ptr(&st.put, va_arg(ap, void *));
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
