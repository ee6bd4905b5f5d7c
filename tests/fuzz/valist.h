/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A va_list made by hand, so that arguments of any types can be chosen at run
 * time. On x86-64 (System V): with both register areas used up, all arguments
 * come from the stack, in their order.
 */
#ifndef PLOG_FUZZ_VALIST_H
#define PLOG_FUZZ_VALIST_H

#if !defined(__x86_64__)
#error "make a va_list for this machine"
#endif

#include <stdarg.h>
#include <string.h>

#include "args.h"
#include "fuzz.h"
#include "plog_format.h"

#define VALIST_WORDS 16384

/**
 * struct valist - arguments
 * @word:	the stack that they are on
 * @words:	how many are used
 */
struct valist {
	uint64_t word[VALIST_WORDS] __attribute__((aligned(16)));
	uint32_t words;
};

static inline void valist_add(struct valist *v, uint64_t word)
{
	v->word[v->words++] = word;
}

static inline void valist_add_long_double(struct valist *v, const uint8_t bytes[10])
{
	v->words += v->words & 1;
	v->word[v->words + 1] = 0;
	memcpy(&v->word[v->words], bytes, 10);
	v->words += 2;
}

/* The va_list itself is an array of one of these. */
struct valist_tag {
	unsigned int gp_offset;
	unsigned int fp_offset;
	void *overflow_arg_area;
	void *reg_save_area;
};

#define VALIST_BEGIN(ap, v)                                                   \
	do {                                                                  \
		struct valist_tag valist_tag_ = { 48, 176, (v)->word, NULL }; \
		memcpy((ap), &valist_tag_, sizeof(valist_tag_));              \
	} while (0)

#define VALIST_STRINGS 4096

/**
 * struct input - bytes to make arguments of; zeros behind the end
 * @string:	copies of strings, each in a block of its own
 * @strings:	how many
 */
struct input {
	const uint8_t *p;
	size_t n;
	char *string[PLOG_ARGS_MAX];
	uint32_t strings;
};

static inline uint8_t input_byte(struct input *in)
{
	if (!in->n)
		return 0;
	in->n--;
	return *in->p++;
}

static inline uint64_t input_word(struct input *in, unsigned int bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | input_byte(in);
	return v;
}

/*
 * A string of up to @most bytes. One that is as long has no NUL: nobody may look
 * behind a precision, and the block's end is guarded.
 */
static inline char *input_string(struct input *in, size_t most)
{
	size_t len = input_byte(in), room, i;
	char *s;

	if (len == 0xff)
		return NULL;
	if (len >= 0xf0)
		len = input_byte(in) * 24u;
	room = len < most ? len + 1 : most;
	s = malloc(room);
	FUZZ_CHECK(s || !room);
	for (i = 0; i < len && i < room; i++) {
		s[i] = (char)input_byte(in);
		s[i] = s[i] ? s[i] : 'x';
	}
	if (len < most)
		s[len] = 0;
	in->string[in->strings++] = s;
	return s;
}

static inline void input_free(struct input *in)
{
	while (in->strings)
		free(in->string[--in->strings]);
}

/* As printf would have it: a number that is valid, so no pseudo-denormals. */
static inline void input_long_double(struct input *in, uint8_t bytes[10])
{
	uint64_t mantissa = input_word(in, 8);
	uint32_t top = (uint32_t)input_word(in, 2);

	mantissa = top & 0x7fff ? mantissa | 1ULL << 63 : mantissa & ~(1ULL << 63);
	memcpy(bytes, &mantissa, 8);
	memcpy(bytes + 8, &top, 2);
}

/**
 * valist_make() - arguments for a plan (args.h), out of the input
 */
static inline void valist_make(struct valist *v, struct input *in, uint64_t plan,
			       const char *format)
{
	const char *fixed = format;
	uint8_t bytes[10];
	unsigned int shift;
	int star = 0;

	v->words = 0;
	for (shift = 64; shift;) {
		shift -= 4;
		switch (plan >> shift & 15) {
		case 0:
			break;
		case PLOG_ARG_I32:
			star = (int)input_word(in, 4);
			/* It may be a width: beyond, the reader does not believe it. */
			if (strchr(format, '*'))
				star = star % (PLOG_ARGS_WIDTH_MAX + 1) >> (star & 15) % 12;
			valist_add(v, (uint64_t)star);
			break;
		case PLOG_ARG_I64:
		case PLOG_ARG_F64:
		case PLOG_ARG_PTR:
			valist_add(v, input_word(in, 8));
			break;
		case PLOG_ARG_X87:
			input_long_double(in, bytes);
			valist_add_long_double(v, bytes);
			break;
		case PLOG_ARG_STR:
			valist_add(v, (uintptr_t)input_string(in, SIZE_MAX));
			break;
		case PLOG_PLAN_STR_STAR:
			valist_add(v,
				   (uintptr_t)input_string(in, star < 0 ? SIZE_MAX : (size_t)star));
			break;
		case PLOG_PLAN_STR_FIXED:
			valist_add(v, (uintptr_t)input_string(in,
							      (size_t)plog_args_precision(&fixed)));
			break;
		default: /* %m takes none */
			break;
		}
	}
}

#endif
