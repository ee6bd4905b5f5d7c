/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arguments of plog(), stored where it is called: included by plog.h in C11 and
 * later. Elsewhere (C99, C++) the library stores them, byte for byte the same.
 *
 * Each argument is bound to a variable of its promoted type, so that it is
 * evaluated once; _Generic then finds its type's number, and the function that
 * puts it behind the record's head. The numbers make one constant, the last
 * argument in its lowest four bits, which the library compares with what the
 * format says before it lets a site be stored this way.
 */
#ifndef PLOG_ARGS_H
#define PLOG_ARGS_H

#include <stdint.h>

/* PLOG_ARG_* of plog_format.h */
#define PLOG_T_I32_ 1u
#define PLOG_T_I64_ 2u
#define PLOG_T_F64_ 3u
#define PLOG_T_STR_ 4u
#define PLOG_T_PTR_ 5u
#define PLOG_T_X87_ 6u
#define PLOG_T_F128_ 8u

#if __SIZEOF_LONG__ == 8
#define PLOG_T_LONG_ PLOG_T_I64_
#define plog_put_long_ plog_put_i64_
#else
#define PLOG_T_LONG_ PLOG_T_I32_
#define plog_put_long_ plog_put_i32_
#endif

/* A long double that is neither x87's nor a little-endian IEEE quad is stored as a double. */
#if defined(__x86_64__) || defined(__i386__)
#define PLOG_T_LDBL_ PLOG_T_X87_
#define PLOG_LDBL_BYTES_ 10
#elif __LDBL_MANT_DIG__ == 113 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define PLOG_T_LDBL_ PLOG_T_F128_
#define PLOG_LDBL_BYTES_ 16
#else
#define PLOG_T_LDBL_ PLOG_T_F64_
#endif

#define PLOG_RECORD_BYTES_ 512 /* of a record that is made by its caller */
#define PLOG_PAYLOAD_AT_ 22
#define PLOG_SHORT_ 254 /* longest string with a length of one byte */

/**
 * struct plog_put_ - a record's payload on its way into whole words
 * @at:		next word of the record
 * @word:	bytes that are not stored yet, first one lowest
 * @bits:	how many bits of @word they are, below 64
 * @room:	bytes left for strings; -1 when one did not fit
 *
 * Words are stored whole, because the library loads them whole a moment later,
 * and a load that needs several stores waits until they have retired. Up to the
 * first string @bits is known at compile time, and nothing of this remains.
 */
struct plog_put_ {
	uint64_t *at;
	uint64_t word;
	unsigned int bits;
	int room;
};

#define PLOG_INLINE_ static inline __attribute__((always_inline, unused))

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define PLOG_LE64_(v) __builtin_bswap64(v)
#else
#define PLOG_LE64_(v) (v)
#endif

/* The lowest @n bits of @v, 8 to 64; the others are zero. */
PLOG_INLINE_ void plog_put_bits_(struct plog_put_ *put, uint64_t v, unsigned int n)
{
	put->word |= v << put->bits;
	if (put->bits + n >= 64) {
		*put->at++ = PLOG_LE64_(put->word);
		put->word = put->bits ? v >> (64 - put->bits) : 0;
		put->bits -= 64;
	}
	put->bits += n;
}

PLOG_INLINE_ void plog_put_i32_(struct plog_put_ *put, uint32_t v)
{
	plog_put_bits_(put, v, 32);
}

PLOG_INLINE_ void plog_put_i64_(struct plog_put_ *put, uint64_t v)
{
	plog_put_bits_(put, v, 64);
}

PLOG_INLINE_ void plog_put_s32_(struct plog_put_ *put, int32_t v)
{
	plog_put_i32_(put, (uint32_t)v);
}

PLOG_INLINE_ void plog_put_s64_(struct plog_put_ *put, int64_t v)
{
	plog_put_i64_(put, (uint64_t)v);
}

PLOG_INLINE_ void plog_put_slong_(struct plog_put_ *put, long v)
{
	plog_put_long_(put, (unsigned long)v);
}

PLOG_INLINE_ void plog_put_f64_(struct plog_put_ *put, double v)
{
	uint64_t bits;

	__builtin_memcpy(&bits, &v, sizeof(bits));
	plog_put_i64_(put, bits);
}

PLOG_INLINE_ void plog_put_ldbl_(struct plog_put_ *put, long double v)
{
#ifdef PLOG_LDBL_BYTES_
	uint64_t half[2] = { 0, 0 };

	__builtin_memcpy(half, &v, PLOG_LDBL_BYTES_);
	plog_put_i64_(put, PLOG_LE64_(half[0]));
	plog_put_i64_(put, PLOG_LE64_(half[1]));
#else
	plog_put_f64_(put, (double)v);
#endif
}

PLOG_INLINE_ void plog_put_ptr_(struct plog_put_ *put, const volatile void *v)
{
	plog_put_i64_(put, (uintptr_t)v);
}

PLOG_INLINE_ uint64_t plog_load_(const char *s)
{
	uint64_t v;

	__builtin_memcpy(&v, s, sizeof(v));
	return PLOG_LE64_(v);
}

/* Fewer than eight bytes, and none behind them. */
PLOG_INLINE_ uint64_t plog_load_few_(const char *s, unsigned long n)
{
	uint64_t v = 0;
	unsigned long i;

	for (i = 0; i < n; i++)
		v |= (uint64_t)(unsigned char)s[i] << 8 * i;
	return v;
}

PLOG_INLINE_ void plog_put_bytes_(struct plog_put_ *put, const char *s, unsigned long n)
{
	unsigned long i, rest = n & 7;

	for (i = 0; i + 8 <= n; i += 8)
		plog_put_i64_(put, plog_load_(s + i));
	if (!rest)
		return;
	/* A longer string's last eight bytes hold the rest, and are surely there. */
	plog_put_bits_(put, n > 8 ? plog_load_(s + n - 8) >> 8 * (8 - rest) :
				    plog_load_few_(s, rest),
		       (unsigned int)rest * 8);
}

PLOG_INLINE_ void plog_put_str_(struct plog_put_ *put, const void *v)
{
	const char *s = (const char *)v;
	unsigned long n;

	if (!s) {
		plog_put_bits_(put, 0xffffff, 24);
		return;
	}
	n = __builtin_strlen(s);
	if (n > PLOG_SHORT_ || (int)n > put->room) {
		put->room = -1;
		return;
	}
	put->room -= (int)n;
	plog_put_bits_(put, n, 8);
	plog_put_bytes_(put, s, n);
}

/* The last word, with zeros behind the last byte. Returns the record's length. */
PLOG_INLINE_ uint32_t plog_put_end_(const struct plog_put_ *put, const uint64_t *rec)
{
	if (put->bits)
		*put->at = PLOG_LE64_(put->word);
	return (uint32_t)(put->at - rec) * 8 + put->bits / 8;
}

/* One line a type: what is chosen for each is up to the three macros below. */
#define PLOG_CHOOSE_(a, i32, s32, lng, slng, i64, s64, f64, ldbl, str, ptr)         \
	_Generic((a),                                                                 \
		int: s32, unsigned int: i32,                                          \
		long: slng, unsigned long: lng,                                       \
		long long: s64, unsigned long long: i64,                              \
		float: f64, double: f64, long double: ldbl,                           \
		char *: str, const char *: str,                                       \
		signed char *: str, const signed char *: str,                         \
		unsigned char *: str, const unsigned char *: str,                     \
		default: ptr)

#define PLOG_TYPE_(a)                                                                 \
	PLOG_CHOOSE_(a, PLOG_T_I32_, PLOG_T_I32_, PLOG_T_LONG_, PLOG_T_LONG_,         \
		     PLOG_T_I64_, PLOG_T_I64_, PLOG_T_F64_, PLOG_T_LDBL_,             \
		     PLOG_T_STR_, PLOG_T_PTR_)
/* Bytes that are taken in any case. */
#define PLOG_SIZE_(a)                                                                 \
	PLOG_CHOOSE_(a, 4, 4, (int)sizeof(long), (int)sizeof(long), 8, 8, 8, 16, 3, 8)
#define PLOG_STORE_(a, put)                                                           \
	PLOG_CHOOSE_(a, plog_put_i32_, plog_put_s32_, plog_put_long_, plog_put_slong_, \
		     plog_put_i64_, plog_put_s64_, plog_put_f64_, plog_put_ldbl_,     \
		     plog_put_str_, plog_put_ptr_)(put, a)

/* What is done with the argument of number i; the last one's is 0. */
#define PLOG_LET_(i, x) __typeof__(1 ? (x) : 0) plog_a##i##_ = (x);
#define PLOG_DO_TYPE_(i) | ((uint64_t)PLOG_TYPE_(plog_a##i##_) << (4 * i))
#define PLOG_DO_SIZE_(i) - PLOG_SIZE_(plog_a##i##_)
#define PLOG_DO_STORE_(i) PLOG_STORE_(plog_a##i##_, &plog_put_),
#define PLOG_DO_PASS_(i) , plog_a##i##_

/* n: how many there are, with the format, which is the first and so has number n - 1. */
#define PLOG_BIND_1_(x) PLOG_LET_(0, x)
#define PLOG_BIND_2_(x, ...) PLOG_LET_(1, x) PLOG_BIND_1_(__VA_ARGS__)
#define PLOG_BIND_3_(x, ...) PLOG_LET_(2, x) PLOG_BIND_2_(__VA_ARGS__)
#define PLOG_BIND_4_(x, ...) PLOG_LET_(3, x) PLOG_BIND_3_(__VA_ARGS__)
#define PLOG_BIND_5_(x, ...) PLOG_LET_(4, x) PLOG_BIND_4_(__VA_ARGS__)
#define PLOG_BIND_6_(x, ...) PLOG_LET_(5, x) PLOG_BIND_5_(__VA_ARGS__)
#define PLOG_BIND_7_(x, ...) PLOG_LET_(6, x) PLOG_BIND_6_(__VA_ARGS__)
#define PLOG_BIND_8_(x, ...) PLOG_LET_(7, x) PLOG_BIND_7_(__VA_ARGS__)
#define PLOG_BIND_9_(x, ...) PLOG_LET_(8, x) PLOG_BIND_8_(__VA_ARGS__)
#define PLOG_BIND_10_(x, ...) PLOG_LET_(9, x) PLOG_BIND_9_(__VA_ARGS__)
#define PLOG_BIND_11_(x, ...) PLOG_LET_(10, x) PLOG_BIND_10_(__VA_ARGS__)
#define PLOG_BIND_12_(x, ...) PLOG_LET_(11, x) PLOG_BIND_11_(__VA_ARGS__)
#define PLOG_BIND_13_(x, ...) PLOG_LET_(12, x) PLOG_BIND_12_(__VA_ARGS__)
#define PLOG_BIND_14_(x, ...) PLOG_LET_(13, x) PLOG_BIND_13_(__VA_ARGS__)
#define PLOG_BIND_15_(x, ...) PLOG_LET_(14, x) PLOG_BIND_14_(__VA_ARGS__)
#define PLOG_BIND_16_(x, ...) PLOG_LET_(15, x) PLOG_BIND_15_(__VA_ARGS__)
#define PLOG_BIND_17_(x, ...) PLOG_LET_(16, x) PLOG_BIND_16_(__VA_ARGS__)

/* do_() for all but the format. */
#define PLOG_EACH_1_(do_)
#define PLOG_EACH_2_(do_) do_(0)
#define PLOG_EACH_3_(do_) do_(1) PLOG_EACH_2_(do_)
#define PLOG_EACH_4_(do_) do_(2) PLOG_EACH_3_(do_)
#define PLOG_EACH_5_(do_) do_(3) PLOG_EACH_4_(do_)
#define PLOG_EACH_6_(do_) do_(4) PLOG_EACH_5_(do_)
#define PLOG_EACH_7_(do_) do_(5) PLOG_EACH_6_(do_)
#define PLOG_EACH_8_(do_) do_(6) PLOG_EACH_7_(do_)
#define PLOG_EACH_9_(do_) do_(7) PLOG_EACH_8_(do_)
#define PLOG_EACH_10_(do_) do_(8) PLOG_EACH_9_(do_)
#define PLOG_EACH_11_(do_) do_(9) PLOG_EACH_10_(do_)
#define PLOG_EACH_12_(do_) do_(10) PLOG_EACH_11_(do_)
#define PLOG_EACH_13_(do_) do_(11) PLOG_EACH_12_(do_)
#define PLOG_EACH_14_(do_) do_(12) PLOG_EACH_13_(do_)
#define PLOG_EACH_15_(do_) do_(13) PLOG_EACH_14_(do_)
#define PLOG_EACH_16_(do_) do_(14) PLOG_EACH_15_(do_)
#define PLOG_EACH_17_(do_) do_(15) PLOG_EACH_16_(do_)
#define PLOG_FORMAT_1_ plog_a0_
#define PLOG_FORMAT_2_ plog_a1_
#define PLOG_FORMAT_3_ plog_a2_
#define PLOG_FORMAT_4_ plog_a3_
#define PLOG_FORMAT_5_ plog_a4_
#define PLOG_FORMAT_6_ plog_a5_
#define PLOG_FORMAT_7_ plog_a6_
#define PLOG_FORMAT_8_ plog_a7_
#define PLOG_FORMAT_9_ plog_a8_
#define PLOG_FORMAT_10_ plog_a9_
#define PLOG_FORMAT_11_ plog_a10_
#define PLOG_FORMAT_12_ plog_a11_
#define PLOG_FORMAT_13_ plog_a12_
#define PLOG_FORMAT_14_ plog_a13_
#define PLOG_FORMAT_15_ plog_a14_
#define PLOG_FORMAT_16_ plog_a15_
#define PLOG_FORMAT_17_ plog_a16_

/* How many there are, with the format: 1 to 17, or MANY up to 40, which become text. */
#define PLOG_PICK_(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,   \
		   a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30,    \
		   a31, a32, a33, a34, a35, a36, a37, a38, a39, a40, n, ...)                \
	n
#define PLOG_KIND_(...)                                                                     \
	PLOG_PICK_(__VA_ARGS__, MANY_, MANY_, MANY_, MANY_, MANY_, MANY_, MANY_, MANY_,     \
		   MANY_, MANY_, MANY_, MANY_, MANY_, MANY_, MANY_, MANY_, MANY_, MANY_,    \
		   MANY_, MANY_, MANY_, MANY_, MANY_, FEW_, FEW_, FEW_, FEW_, FEW_, FEW_,   \
		   FEW_, FEW_, FEW_, FEW_, FEW_, FEW_, FEW_, FEW_, FEW_, FEW_, FEW_, 0)
#define PLOG_COUNT_(...)                                                                    \
	PLOG_PICK_(__VA_ARGS__, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, \
		   25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, \
		   6, 5, 4, 3, 2, 1, 0)

#define PLOG_PASTE_(a, b) PLOG_PASTE2_(a, b)
#define PLOG_PASTE2_(a, b) a##b

/* A wanted record: stored here when the site is known to be plain, else by the library. */
#define PLOG_CALL_MANY_(site, level, state, ...) plog_site_printf(site, level, __VA_ARGS__);
#define PLOG_CALL_FEW_(site, level, state, ...) \
	PLOG_CALL_N_(PLOG_COUNT_(__VA_ARGS__), site, level, state, __VA_ARGS__)
#define PLOG_CALL_N_(n, site, level, state, ...) PLOG_CALL_(n, site, level, state, __VA_ARGS__)
#define PLOG_CALL_(n, site, level, state, ...)                                        \
	PLOG_BIND_##n##_(__VA_ARGS__)                                                 \
	uint64_t plog_rec_[PLOG_RECORD_BYTES_ / sizeof(uint64_t)];                    \
	struct plog_put_ plog_put_ = {                                                \
		plog_rec_ + PLOG_PAYLOAD_AT_ / 8, 0, PLOG_PAYLOAD_AT_ % 8 * 8,        \
		PLOG_RECORD_BYTES_ - 8 - PLOG_PAYLOAD_AT_ PLOG_EACH_##n##_(PLOG_DO_SIZE_) \
	};                                                                            \
	if (__builtin_expect(PLOG_PLAIN_(state), 1) &&                                \
	    (PLOG_EACH_##n##_(PLOG_DO_STORE_) plog_put_.room >= 0))                   \
		plog_site_commit(site, level, plog_rec_,                              \
				 plog_put_end_(&plog_put_, plog_rec_));               \
	else                                                                          \
		plog_site_encode(site, level, (uint64_t)0 PLOG_EACH_##n##_(PLOG_DO_TYPE_), \
				 PLOG_FORMAT_##n##_ PLOG_EACH_##n##_(PLOG_DO_PASS_));

#endif
