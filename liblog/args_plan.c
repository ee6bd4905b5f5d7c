// SPDX-License-Identifier: BSD-2-Clause
/* What a printf format wants. Read once a site; by a reader of its own elsewhere. */
#include <string.h>

#include "args.h"
#include "plog.h"

#define NO_PRECISION	(-1)
#define STAR		(-2)

#define ARG_WORD (sizeof(size_t) == 8 ? PLOG_ARG_I64 : PLOG_ARG_I32)

_Static_assert(PLOG_T_I32_ == PLOG_ARG_I32 && PLOG_T_I64_ == PLOG_ARG_I64 &&
		       PLOG_T_F64_ == PLOG_ARG_F64 && PLOG_T_STR_ == PLOG_ARG_STR &&
		       PLOG_T_PTR_ == PLOG_ARG_PTR && PLOG_T_X87_ == PLOG_ARG_X87 &&
		       PLOG_T_F128_ == PLOG_ARG_F128,
	       "plog_args.h has the format's types");
_Static_assert(PLOG_PAYLOAD_AT_ == PLOG_RECORD_HEAD, "plog_args.h has the record's head");

/**
 * struct spec - a conversion specification
 * @width:	0, or STAR
 * @precision:	number, NO_PRECISION or STAR
 * @length:	"l" is 'l', "ll" is 'q', "hh" is 'h', none 0
 * @letter:	conversion, 0 at the end of the format
 * @alt:	'#'
 * @odd:	only the C library knows what to do with it
 */
struct spec {
	int width;
	int precision;
	char length;
	char letter;
	bool alt;
	bool odd;
};

static const char *number_parse(const char *f, int *value, bool *odd)
{
	int n = 0;

	if (*f == '*') {
		*value = STAR;
		f++;
		*odd |= *f >= '0' && *f <= '9'; /* "*1$" */
		return f;
	}
	for (; *f >= '0' && *f <= '9'; f++)
		n = n <= PLOG_ARGS_WIDTH_MAX ? n * 10 + (*f - '0') : n;
	*odd |= n > PLOG_ARGS_WIDTH_MAX;
	*value = n;
	return f;
}

/* "h" narrows what is stored as an int, as "hh" does: the reader's business. */
static const char *length_parse(const char *f, struct spec *spec)
{
	switch (*f) {
	case 'h':
	case 'l':
		spec->length = *f++;
		if (*f != spec->length)
			return f;
		spec->length = *f == 'l' ? 'q' : 'h';
		return f + 1;
	case 'L':
	case 'q':
	case 'j':
	case 'z':
	case 't':
		spec->length = *f;
		return f + 1;
	default:
		return f;
	}
}

static bool is_flag(char c)
{
	return c == '-' || c == '0' || c == '#' || c == '+' || c == ' ' || c == '\'' || c == 'I';
}

/* What "%1$-*2$d" has and "%-*d" has not. */
static bool is_odd(char c)
{
	return c == '$' || c == '*' || is_flag(c) || (c >= '0' && c <= '9');
}

/* From behind a '%' to behind the conversion's letter. */
static const char *spec_parse(const char *f, struct spec *spec)
{
	*spec = (struct spec){ .precision = NO_PRECISION };
	for (; is_flag(*f); f++) {
		spec->alt |= *f == '#';
		spec->odd |= *f == '\'' || *f == 'I';
	}
	f = number_parse(f, &spec->width, &spec->odd);
	for (; is_odd(*f); f++)
		spec->odd = true;
	if (*f == '.') {
		f = number_parse(f + 1, &spec->precision, &spec->odd);
		for (; is_odd(*f); f++)
			spec->odd = true;
	}
	f = length_parse(f, spec);
	spec->letter = *f;
	return *f ? f + 1 : f;
}

/* The next conversion, or NULL behind the last one. */
static const char *spec_next(const char *f, struct spec *spec)
{
	while ((f = strchr(f, '%'))) {
		f = spec_parse(f + 1, spec);
		if (spec->letter != '%' || spec->odd || spec->width == STAR ||
		    spec->precision == STAR)
			return f;
	}
	return NULL;
}

static u32 integer_type(char length)
{
	switch (length) {
	case 0:
	case 'h':
		return PLOG_ARG_I32;
	case 'l':
		return PLOG_T_LONG_;
	case 'z':
	case 't':
		return ARG_WORD;
	default:
		return PLOG_ARG_I64;
	}
}

static u32 string_type(const struct spec *spec)
{
	if (spec->precision == NO_PRECISION)
		return PLOG_ARG_STR;
	return spec->precision == STAR ? PLOG_PLAN_STR_STAR : PLOG_PLAN_STR_FIXED;
}

/* Return: 0 for what must be text. */
static u32 spec_type(const struct spec *spec)
{
	if (spec->odd || !spec->letter)
		return 0;
	if (strchr("diouxX", spec->letter))
		return integer_type(spec->length);
	if (strchr("aAeEfFgG", spec->letter)) {
		if (spec->length == 'L')
			return PLOG_T_LDBL_;
		return spec->length && spec->length != 'l' ? 0 : PLOG_ARG_F64;
	}
	if (spec->length)
		return 0;
	switch (spec->letter) {
	case 'c':
		return PLOG_ARG_I32;
	case 's':
		return string_type(spec);
	case 'p':
		return PLOG_ARG_PTR;
	case 'm':
		return spec->alt ? 0 : PLOG_PLAN_ERRNO; /* the number's name */
	default:
		return 0;
	}
}

u64 plog_args_plan(const char *format)
{
	struct spec spec;
	u64 plan = 0;
	u32 n = 0, type;

	while ((format = spec_next(format, &spec))) {
		type = spec_type(&spec);
		n += 1u + (spec.width == STAR) + (spec.precision == STAR);
		if (!type || n > PLOG_ARGS_MAX)
			return PLOG_PLAN_TEXT;
		if (spec.width == STAR)
			plan = plan << 4 | PLOG_ARG_I32;
		if (spec.precision == STAR)
			plan = plan << 4 | PLOG_ARG_I32;
		plan = plan << 4 | type;
	}
	return plan;
}

bool plog_args_plain(u64 plan)
{
	for (; plan; plan >>= 4)
		if ((plan & 15) > PLOG_ARG_F128)
			return false;
	return true;
}

u32 plog_args_types(u64 plan, u8 *types)
{
	u32 n = 0, i;
	u64 left;

	if (plan == PLOG_PLAN_TEXT)
		return 0;
	for (left = plan; left; left >>= 4)
		n++;
	for (i = n; i--; plan >>= 4)
		types[i] = (plan & 15) > PLOG_ARG_F128 ? PLOG_ARG_STR : plan & 15;
	return n;
}

/* Anything that the C library may take for a length counts: rather once too often. */
static const char *letter_find(const char *f)
{
	for (;; f++) {
		if (is_odd(*f) || *f == '.' || (*f == 'f' && f[-1] == 'w')) /* %wf32n */
			continue;
		switch (*f) {
		case 'h':
		case 'l':
		case 'L':
		case 'q':
		case 'j':
		case 'z':
		case 'Z':
		case 't':
		case 'w':
			continue;
		default:
			return f;
		}
	}
}

bool plog_args_writes(const char *format)
{
	bool sure = true;
	const char *letter;

	while ((format = strchr(format, '%'))) {
		if (*++format == '%' && sure) {
			format++;
			continue;
		}
		letter = letter_find(format);
		if (*letter == 'n')
			return true;
		/* Behind "%. %" it is the C library's choice which '%' begins a conversion. */
		sure &= *letter != '%';
	}
	return false;
}

int plog_args_precision(const char **format)
{
	struct spec spec;

	while ((*format = spec_next(*format, &spec)))
		if (spec.letter == 's' && spec.precision >= 0)
			return spec.precision;
	*format = "";
	return 0;
}
