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

	if (!p)
		return false;
	out->bits = (u8)(8 * size);
	out->integer = size == 4 ? (int32_t)scan_get32(p) : (int64_t)scan_get64(p);
	return true;
}

static double double_of(u64 bits)
{
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

/*
 * A long double of x87 (mantissa of 64 bits, its first one explicit; sign and 15
 * bits of exponent on top), as well as this machine's own can hold it.
 */
static long double x87_of(u64 mantissa, u32 top)
{
#if defined(__x86_64__) || defined(__i386__)
	long double v = 0;

	memcpy(&v, &mantissa, 8);
	memcpy((u8 *)&v + 8, &top, 2);
	return v;
#elif __LDBL_MANT_DIG__ == 113 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	u64 half[2] = { mantissa << 49, (u64)top << 48 | mantissa << 1 >> 16 };
	long double v;

	memcpy(&v, half, sizeof(v));
	return v;
#else
	u64 sign = (u64)(top >> 15) << 63;
	int exp = (int)(top & 0x7fff) - 16383 + 1023;

	if ((top & 0x7fff) == 0x7fff)
		return double_of(sign | 0x7ffULL << 52 | (mantissa << 1 ? 1ULL << 51 : 0));
	if (exp >= 0x7ff)
		return double_of(sign | 0x7ffULL << 52);
	if (exp <= 0 || !mantissa)
		return double_of(sign);
	return double_of(sign | (u64)exp << 52 | (mantissa << 1) >> 12);
#endif
}

/* IEEE binary128, likewise: the exponent is x87's. */
static long double f128_of(u64 low, u64 high)
{
#if __LDBL_MANT_DIG__ == 113 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	u64 half[2] = { low, high };
	long double v;

	memcpy(&v, half, sizeof(v));
	return v;
#else
	u32 top = (u32)(high >> 48);
	u64 first = top & 0x7fff ? 1ULL << 63 : 0;

	return x87_of(first | (high << 16 | low >> 48) >> 1, top);
#endif
}

static bool real_take(struct reader_args *args, struct reader_arg *out)
{
	const u8 *p = bytes_take(args, out->type == PLOG_ARG_F64 ? 8 : 16);

	if (!p)
		return false;
	out->wide = out->type != PLOG_ARG_F64;
	if (out->type == PLOG_ARG_F64)
		out->real = double_of(scan_get64(p));
	else if (out->type == PLOG_ARG_X87)
		out->real = x87_of(scan_get64(p), scan_get16(p + 8));
	else
		out->real = f128_of(scan_get64(p), scan_get64(p + 8));
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
	*out = (struct reader_arg){ .bytes = NULL };
	if (!args->types_left)
		return false;
	args->types_left--;
	out->type = *args->types++;
	switch (out->type) {
	case PLOG_ARG_I32:
		return integer_take(args, out, 4);
	case PLOG_ARG_I64:
	case PLOG_ARG_PTR:
		return integer_take(args, out, 8);
	case PLOG_ARG_F64:
	case PLOG_ARG_X87:
	case PLOG_ARG_F128:
		return real_take(args, out);
	case PLOG_ARG_STR:
	case PLOG_ARG_BLOB:
		return string_take(args, out, out->type == PLOG_ARG_BLOB);
	default:
		return false;
	}
}
