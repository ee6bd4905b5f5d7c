// SPDX-License-Identifier: BSD-2-Clause
/* Raw arguments, every length checked. */
#include "reader_args.h"

static const u8 *bytes_take(struct reader_args *args, size_t n)
{
	const u8 *p = args->p;

	if (n > args->left)
		return NULL;
	args->p += n;
	args->left -= n;
	return p;
}

static bool integer_take(struct reader_args *args, struct reader_arg *out, u32 size)
{
	const u8 *p = bytes_take(args, size);
	u64 v = 0;
	u32 i;

	if (!p)
		return false;
	for (i = 0; i < size; i++)
		v |= (u64)p[i] << 8 * i;
	out->bits = (u8)(8 * size);
	out->integer = (int64_t)(v << (64 - out->bits)) >> (64 - out->bits);
	return true;
}

static double double_of(u64 bits)
{
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

/* x87's 64 bits of mantissa and 15 of exponent, to the nearest that every machine has. */
static double extended_of(u64 mantissa, u32 top)
{
	u64 sign = (u64)(top >> 15) << 63;
	int exp = (int)(top & 0x7fff) - 16383 + 1023;

	if ((top & 0x7fff) == 0x7fff)
		return double_of(sign | 0x7ffULL << 52 | (mantissa << 1 ? 1ULL << 51 : 0));
	if (exp >= 0x7ff)
		return double_of(sign | 0x7ffULL << 52);
	if (exp <= 0 || !mantissa)
		return double_of(sign);
	return double_of(sign | (u64)exp << 52 | (mantissa << 1) >> 12);
}

static bool real_take(struct reader_args *args, struct reader_arg *out, bool wide)
{
	const u8 *p = bytes_take(args, wide ? 16 : 8);

	if (!p)
		return false;
	/* A double in the wide form leaves the second half zero; no normal x87 value does. */
	if (!wide || !scan_get64(p + 8)) {
		out->real = double_of(scan_get64(p));
		return true;
	}
	out->real = extended_of(scan_get64(p), scan_get16(p + 8));
#if defined(__x86_64__) || defined(__i386__)
	memcpy(&out->real, p, 10);
#endif
	return true;
}

static bool string_take(struct reader_args *args, struct reader_arg *out, bool blob)
{
	const u8 *p = blob ? NULL : bytes_take(args, 1);
	size_t len;

	if (!blob && !p)
		return false;
	len = blob ? 0 : p[0];
	if (blob || len == 0xff) {
		p = bytes_take(args, 2);
		if (!p)
			return false;
		len = scan_get16(p);
		if (!blob && len == 0xffff)
			return true;
	}
	out->bytes = bytes_take(args, len);
	out->len = len;
	return out->bytes;
}

bool plog_reader_arg(struct reader_args *args, struct reader_arg *out)
{
	memset(out, 0, sizeof(*out));
	if (!args->types_left)
		return false;
	args->types_left--;
	out->type = *args->types++;
	switch (out->type) {
	case PLOG_ARG_I8:
		return integer_take(args, out, 1);
	case PLOG_ARG_I16:
		return integer_take(args, out, 2);
	case PLOG_ARG_I32:
		return integer_take(args, out, 4);
	case PLOG_ARG_I64:
	case PLOG_ARG_PTR:
		return integer_take(args, out, 8);
	case PLOG_ARG_F64:
	case PLOG_ARG_LDBL:
		return real_take(args, out, out->type == PLOG_ARG_LDBL);
	case PLOG_ARG_STR:
	case PLOG_ARG_BLOB:
		return string_take(args, out, out->type == PLOG_ARG_BLOB);
	default:
		return false;
	}
}
