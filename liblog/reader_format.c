// SPDX-License-Identifier: BSD-2-Clause
/*
 * Messages of records that carry raw arguments: printf(3)'s conversions, over a
 * format that was found in the window. It is read here and never handed to
 * printf; what an argument is, its stored type says, not the conversion.
 */
#include <stdio.h>

#include "reader.h"
#include "reader_args.h"
#include "reader_digits.h"

#define WIDTH_MAX 4095 /* fields and precisions beyond are not believed */
#define NO_PRECISION (-1)

struct out {
	char *buf;
	size_t size;
	size_t len;
	bool cut;
};

/**
 * struct spec - a conversion specification
 * @left:	'-'
 * @plus:	'+'
 * @space:	' '
 * @alt:	'#'
 * @zero:	'0'
 * @width:	least characters
 * @precision:	or NO_PRECISION
 * @bits:	to which the length modifier narrows, 64 for none
 * @letter:	conversion
 */
struct spec {
	bool left, plus, space, alt, zero;
	int width;
	int precision;
	int bits;
	char letter;
};

static void out_byte(struct out *out, char c)
{
	if (out->len < out->size)
		out->buf[out->len++] = c;
	else
		out->cut = true;
}

static size_t out_room(struct out *out, size_t n)
{
	size_t room = out->size - out->len;

	if (n <= room)
		return n;
	out->cut = true;
	return room;
}

/* Mostly a few bytes: less than a call, or the string instruction, takes to begin. */
static void out_bytes(struct out *out, const char *p, size_t n)
{
	char *to = out->buf + out->len;
	size_t i;

	n = out_room(out, n);
	out->len += n;
	if (n < 8) {
		for (i = 0; i < n; i++)
			to[i] = p[i];
		return;
	}
	for (i = 0; i < n - 8; i += 8)
		memcpy(to + i, p + i, 8);
	memcpy(to + n - 8, p + n - 8, 8);
}

static void out_fill(struct out *out, char c, int fill)
{
	size_t n;

	if (fill <= 0)
		return;
	n = out_room(out, (size_t)fill);
	memset(out->buf + out->len, c, n);
	out->len += n;
}

static void out_hex(struct out *out, const u8 *p, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		out_byte(out, hex[p[i] >> 4]);
		out_byte(out, hex[p[i] & 15]);
	}
}

/* Digits of @v at the end of a buffer, none of 0. Returns how many. */
static int digits_of(char *end, u64 v, u32 base, bool upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	u32 shift = base == 16 ? 4 : 3;
	int n = 0;

	if (base == 10) /* by a constant: a multiplication */
		for (; v; v /= 10, n++)
			*--end = set[v % 10];
	for (; v; v >>= shift, n++)
		*--end = set[v & (base - 1)];
	return n;
}

/* Sign or prefix, zeros and digits, in a field. */
static void number_put(struct out *out, const struct spec *spec, const char *prefix,
		       const char *digits, int n)
{
	int front = (int)strlen(prefix);
	int zeros = spec->precision > n ? spec->precision - n : 0;
	int pad;

	if (spec->precision == NO_PRECISION && !n)
		zeros = 1;
	pad = spec->width - front - zeros - n;
	if (spec->zero && !spec->left && spec->precision == NO_PRECISION && pad > 0) {
		zeros += pad;
		pad = 0;
	}
	if (!spec->left)
		out_fill(out, ' ', pad);
	out_bytes(out, prefix, (size_t)front);
	out_fill(out, '0', zeros);
	out_bytes(out, digits, (size_t)n);
	if (spec->left)
		out_fill(out, ' ', pad);
}

static void integer_put(struct out *out, const struct spec *spec, const struct reader_arg *arg)
{
	bool is_signed = spec->letter == 'd' || spec->letter == 'i';
	bool hex = spec->letter == 'x' || spec->letter == 'X';
	u32 base = hex ? 16 : spec->letter == 'o' ? 8 : 10;
	int shift = 64 - (arg->bits < spec->bits ? arg->bits : spec->bits);
	u64 v = (u64)arg->integer << shift >> shift;
	const char *prefix = "";
	char digits[24];
	int n;

	if (is_signed) {
		int64_t s = (int64_t)((u64)arg->integer << shift) >> shift;

		prefix = s < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";
		v = s < 0 ? -(u64)s : (u64)s;
	} else if (spec->alt && v && hex) {
		prefix = spec->letter == 'x' ? "0x" : "0X";
	}
	n = digits_of(digits + sizeof(digits), v, base, spec->letter == 'X');
	/* With '#' the first octal digit is 0: a digit, not a prefix. */
	if (spec->alt && base == 8 && (v || spec->precision == 0))
		digits[sizeof(digits) - (u32)++n] = '0';
	number_put(out, spec, prefix, digits + sizeof(digits) - n, n);
}

/* The C library knows floating point best; the format that it sees is made here. */
static void real_put(struct out *out, const struct spec *spec, const struct reader_arg *arg)
{
	char format[16], text[2 * WIDTH_MAX + 5000];
	char *f = format;
	int n;

	*f++ = '%';
	if (spec->left)
		*f++ = '-';
	if (spec->plus)
		*f++ = '+';
	if (spec->space)
		*f++ = ' ';
	if (spec->alt)
		*f++ = '#';
	if (spec->zero)
		*f++ = '0';
	memcpy(f, "*.*", 3);
	f += 3;
	if (arg->wide)
		*f++ = 'L';
	*f++ = strchr("fFeEgGaA", spec->letter) ? spec->letter : 'g';
	*f = 0;
	n = arg->wide
		    ? snprintf(text, sizeof(text), format, spec->width, spec->precision, arg->real)
		    : snprintf(text, sizeof(text), format, spec->width, spec->precision,
			       (double)arg->real);
	if (n > 0)
		out_bytes(out, text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

static void field_put(struct out *out, const struct spec *spec, const char *text, size_t n)
{
	if (!spec->left)
		out_fill(out, ' ', spec->width - (int)n);
	out_bytes(out, text, n);
	if (spec->left)
		out_fill(out, ' ', spec->width - (int)n);
}

static void string_put(struct out *out, const struct spec *spec, const struct reader_arg *arg)
{
	size_t n = arg->len;

	/* A precision that has no room for all of "(null)" leaves nothing of it. */
	if (!arg->bytes) {
		n = spec->precision == NO_PRECISION || spec->precision >= 6 ? 6 : 0;
		field_put(out, spec, "(null)", n);
		return;
	}
	if (spec->precision != NO_PRECISION && n > (size_t)spec->precision)
		n = (size_t)spec->precision;
	field_put(out, spec, (const char *)arg->bytes, n);
}

static void pointer_put(struct out *out, const struct spec *spec, const struct reader_arg *arg)
{
	char digits[24];
	int n;

	if (!arg->integer) {
		field_put(out, spec, "(nil)", 5);
		return;
	}
	n = digits_of(digits + sizeof(digits), (u64)arg->integer, 16, false);
	number_put(out, spec,
		   spec->plus    ? "+0x"
		   : spec->space ? " 0x"
				 : "0x",
		   digits + sizeof(digits) - n, n);
}

static void character_put(struct out *out, const struct spec *spec, const struct reader_arg *arg)
{
	char c = (char)arg->integer;

	field_put(out, spec, &c, 1);
}

static void arg_put(struct out *out, const struct spec *spec, const struct reader_arg *arg)
{
	switch (arg->type) {
	case PLOG_ARG_STR:
		string_put(out, spec, arg);
		break;
	case PLOG_ARG_BLOB:
		out_hex(out, arg->bytes, arg->len);
		break;
	case PLOG_ARG_PTR:
		pointer_put(out, spec, arg);
		break;
	case PLOG_ARG_F64:
	case PLOG_ARG_X87:
	case PLOG_ARG_F128:
		real_put(out, spec, arg);
		break;
	default:
		if (spec->letter == 'c')
			character_put(out, spec, arg);
		else if (spec->letter == 'p')
			pointer_put(out, spec, arg);
		else
			integer_put(out, spec, arg);
	}
}

/* A number in the format, or '*' and an argument. Returns what is behind it. */
static const char *number_parse(const char *f, struct reader_args *args, int *value)
{
	struct reader_arg arg;

	*value = 0;
	if (*f == '*') {
		if (plog_reader_arg(args, &arg))
			*value = arg.integer > WIDTH_MAX    ? WIDTH_MAX
				 : arg.integer < -WIDTH_MAX ? -WIDTH_MAX
							    : (int)arg.integer;
		return f + 1;
	}
	for (; *f >= '0' && *f <= '9'; f++)
		if (*value <= WIDTH_MAX)
			*value = *value * 10 + (*f - '0');
	if (*value > WIDTH_MAX)
		*value = WIDTH_MAX;
	return f;
}

static const char *flags_parse(const char *f, struct spec *spec)
{
	for (;; f++) {
		switch (*f) {
		case '-':
			spec->left = true;
			break;
		case '+':
			spec->plus = true;
			break;
		case ' ':
			spec->space = true;
			break;
		case '#':
			spec->alt = true;
			break;
		case '0':
			spec->zero = true;
			break;
		case '\'':
		case 'I':
			break;
		default:
			return f;
		}
	}
}

/* Only what narrows matters: the rest is in the stored type. */
static const char *length_parse(const char *f, struct spec *spec)
{
	spec->bits = 64;
	if (f[0] == 'h')
		spec->bits = f[1] == 'h' ? 8 : 16;
	while (*f && strchr("hlLqjzt", *f))
		f++;
	return f;
}

/* From behind the '%' to behind the conversion's letter; at a NUL, stays there. */
static const char *spec_parse(const char *f, struct reader_args *args, struct spec *spec)
{
	*spec = (struct spec){ .precision = NO_PRECISION, .bits = 64 };
	f = flags_parse(f, spec);
	f = number_parse(f, args, &spec->width);
	if (spec->width < 0) {
		spec->left = true;
		spec->width = -spec->width;
	}
	if (*f == '.') {
		f = number_parse(f + 1, args, &spec->precision);
		if (spec->precision < 0)
			spec->precision = NO_PRECISION;
	}
	f = length_parse(f, spec);
	spec->letter = *f;
	return *f ? f + 1 : f;
}

static bool takes_arg(char letter)
{
	switch (letter) {
	case 'd':
	case 'i':
	case 'o':
	case 'u':
	case 'x':
	case 'X':
	case 'c':
	case 's':
	case 'p':
	case 'm':
	case 'f':
	case 'F':
	case 'e':
	case 'E':
	case 'g':
	case 'G':
	case 'a':
	case 'A':
		return true;
	default:
		return false;
	}
}

#define BYTES(c) ((c)*0x0101010101010101ULL)

/* Text up to the next '%' or the NUL, which is at @end or behind. Returns where that is. */
static const char *literal_put(struct out *out, const char *f, const char *end)
{
	char *to = out->buf + out->len, *limit = out->buf + out->size;
	u64 word, hit;
	u32 n;

	for (hit = 0; !hit && end - f >= 8 && limit - to >= 8; f += n, to += n) {
		memcpy(to, f, 8);
		word = scan_get64(f) ^ BYTES('%');
		/* The lowest bit of these is right, and the lowest byte the first one. */
		hit = (word - BYTES(1)) & ~word & BYTES(0x80);
		n = hit ? (u32)__builtin_ctzll(hit) / 8 : 8;
	}
	while (*f && *f != '%' && to < limit)
		*to++ = *f++;
	out->len = (size_t)(to - out->buf);
	for (; *f && *f != '%'; f++)
		out->cut = true;
	return f;
}

static void decimal_put(struct out *out, u32 bits, bool is_signed)
{
	int64_t v = is_signed ? (int32_t)bits : (int64_t)bits;
	char digits[READER_DIGITS + 1];

	if (out->size - out->len >= sizeof(digits))
		out->len = (size_t)(reader_signed(out->buf + out->len, v) - out->buf);
	else
		out_bytes(out, digits, (size_t)(reader_signed(digits, v) - digits));
}

/* "%d", "%u" and "%s" of their own types, which most are: no specification, no argument. */
static bool common_put(struct out *out, char letter, struct reader_args *args)
{
	u32 type = args->types_left ? *args->types : 0;
	size_t n;

	if ((letter == 'd' || letter == 'u') && type == PLOG_ARG_I32 && args->left >= 4) {
		decimal_put(out, scan_get32(args->p), letter == 'd');
		n = 4;
	} else if (letter == 's' && type == PLOG_ARG_STR && args->left && args->p[0] < 0xff &&
		   args->p[0] < args->left) {
		out_bytes(out, (const char *)args->p + 1, args->p[0]);
		n = args->p[0] + 1u;
	} else {
		return false;
	}
	args->types++;
	args->types_left--;
	args->p += n;
	args->left -= n;
	return true;
}

static void format_put(struct out *out, const struct scan_dict *site, struct reader_args *args)
{
	const char *f = site->text[0], *end = f + site->text_len[0];
	struct reader_arg arg;
	struct spec spec;
	const char *from;

	for (;;) {
		f = literal_put(out, f, end);
		if (!*f)
			return;
		if (common_put(out, f[1], args)) {
			f += 2;
			continue;
		}
		from = f++;
		f = spec_parse(f, args, &spec);
		if (spec.letter == '%')
			out_byte(out, '%');
		else if (takes_arg(spec.letter) && plog_reader_arg(args, &arg))
			arg_put(out, &spec, &arg);
		else
			out_bytes(out, from, (size_t)(f - from));
	}
}

static void unknown_put(struct out *out, u32 id, const u8 *args, size_t n)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "site#%u", id);

	out_bytes(out, text, (size_t)len);
	if (n)
		out_byte(out, ' ');
	out_hex(out, args, n);
}

size_t plog_format_args(const struct scan_dict *site, u32 id, const u8 *args, size_t n, char *buf,
			size_t size, bool *cut)
{
	struct out out = { buf, size, 0, false };
	struct reader_args raw = { .p = args, .left = n };

	if (site) {
		raw.types = site->args;
		raw.types_left = site->nargs;
		format_put(&out, site, &raw);
		/* As the writer does with text. */
		while (out.len && (buf[out.len - 1] == '\n' || buf[out.len - 1] == '\r'))
			out.len--;
	} else {
		unknown_put(&out, id, args, n);
	}
	*cut |= out.cut;
	return out.len;
}
