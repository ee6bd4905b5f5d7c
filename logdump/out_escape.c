// SPDX-License-Identifier: BSD-2-Clause
/* Found text is never printed as it is. */
#include "out.h"
#include "out_line.h"
#include "out_terminal.h"

static bool continues(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* Bytes of the character at p; 0: not UTF-8 (RFC 3629), or a control character. */
static size_t printable(const unsigned char *p, size_t n)
{
	unsigned char c = p[0];

	if (c < 0x80)
		return c >= 0x20 && c != 0x7f;
	if (c >= 0xc2 && c <= 0xdf)
		/* U+0080 to U+009f are controls, too */
		return n > 1 && continues(p[1]) && !(c == 0xc2 && p[1] < 0xa0) ? 2 : 0;
	if ((c & 0xf0) == 0xe0)
		return n > 2 && continues(p[1]) && continues(p[2]) && !(c == 0xe0 && p[1] < 0xa0) &&
				       !(c == 0xed && p[1] > 0x9f)
			       ? 3
			       : 0;
	if (c >= 0xf0 && c <= 0xf4)
		return n > 3 && continues(p[1]) && continues(p[2]) && continues(p[3]) &&
				       !(c == 0xf0 && p[1] < 0x90) && !(c == 0xf4 && p[1] > 0x8f)
			       ? 4
			       : 0;
	return 0;
}

/*
 * Line and paragraph separators, and what turns the direction of what follows on a
 * terminal: U+2028 to U+202e, U+2066 to U+2069.
 */
static bool turns(const unsigned char *p, size_t n)
{
	if (n < 3 || p[0] != 0xe2)
		return false;
	return (p[1] == 0x80 && p[2] >= 0xa8 && p[2] <= 0xae) ||
	       (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9);
}

#define BYTES(c) ((c)*0x0101010101010101ULL)

/* The top bits of bytes below @n. A borrow may mark more, but only where one is marked. */
#define BELOW(word, n) (((word)-BYTES(n)) & ~(word))
#define IS(word, c) BELOW((word) ^ BYTES((uint64_t)(c)), 1)

/* Are all eight what every format prints as it is? */
static inline bool plain8(uint64_t word)
{
	return !((word | BELOW(word, 0x20) | IS(word, '"') | IS(word, '\\') | IS(word, 0x7f)) &
		 BYTES(0x80));
}

static const bool plain[256] = {
	[' ' ... '!'] = true,
	['#' ... '['] = true,
	[']' ... '~'] = true,
};

/* Copies what is plain of @n bytes. Returns how many bytes that were. */
static inline size_t plain_copy(char *to, const unsigned char *p, size_t n)
{
	uint64_t word;
	size_t i = 0;

	for (; n - i >= 8; i += 8) {
		memcpy(&word, p + i, 8);
		if (!plain8(word))
			break;
		memcpy(to + i, &word, 8);
	}
	for (; i < n && plain[p[i]]; i++)
		to[i] = (char)p[i];
	return i;
}

/* Copies what is printed as it is, for people or as data. Returns where that ends. */
static inline const unsigned char *printable_copy(struct out_line *line, const unsigned char *p,
						  const unsigned char *end, bool people)
{
	size_t n, left;

	while (p < end) {
		left = (size_t)(end - p);
		if (left > OUT_LINE_PIECE)
			left = OUT_LINE_PIECE;
		n = plain_copy(out_line_piece(line), p, left);
		if (!n && *p != '"' && *p != '\\' && !(people && turns(p, (size_t)(end - p)))) {
			n = printable(p, (size_t)(end - p));
			memcpy(out_line_piece(line), p, n);
		}
		if (!n)
			break;
		line->len += n;
		p += n;
	}
	return p;
}

static void hex_put(struct out_line *line, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	out_line_byte(line, hex[c >> 4]);
	out_line_byte(line, hex[c & 15]);
}

static void plain_special(struct out_line *line, unsigned char c)
{
	if (c == '"' || c == '\\') {
		out_line_byte(line, (char)c);
		return;
	}
	OUT_LINE_CONST(line, "\\x");
	hex_put(line, c);
}

static void json_special(struct out_line *line, unsigned char c)
{
	if (c == '"' || c == '\\') {
		out_line_byte(line, '\\');
		out_line_byte(line, (char)c);
		return;
	}
	if (c < 0x80)
		OUT_LINE_CONST(line, "\\u00");
	else
		OUT_LINE_CONST(line, "\\\\x");
	hex_put(line, c);
}

void out_line_text(struct out_line *line, struct plog_text text)
{
	const unsigned char *p = (const unsigned char *)text.text, *end;

	if (!p)
		return;
	end = p + text.len;
	while ((p = printable_copy(line, p, end, true)) < end)
		plain_special(line, *p++);
}

void out_line_message(struct out_line *line, const struct plog_reader_record *rec)
{
	const char *color = out_colors ? out_color_level(rec->level) : "";

	if (!*color) {
		out_line_text(line, rec->msg);
		return;
	}
	out_line_put(line, color, strlen(color));
	out_line_text(line, rec->msg);
	OUT_LINE_CONST(line, OUT_COLOR_OFF);
}

void out_line_json(struct out_line *line, struct plog_text text)
{
	const unsigned char *p = (const unsigned char *)text.text, *end;

	if (!p) {
		OUT_LINE_CONST(line, "null");
		return;
	}
	end = p + text.len;
	out_line_byte(line, '"');
	while ((p = printable_copy(line, p, end, false)) < end)
		json_special(line, *p++);
	out_line_byte(line, '"');
}

static void sd_special(struct out_line *line, unsigned char c)
{
	if (c == '"' || c == '\\' || c == ']') {
		out_line_byte(line, '\\');
		out_line_byte(line, (char)c);
		return;
	}
	OUT_LINE_CONST(line, "\\\\x");
	hex_put(line, c);
}

void out_line_sd(struct out_line *line, struct plog_text text)
{
	const unsigned char *p = (const unsigned char *)text.text, *end = p + text.len, *stop;

	while (p < end) {
		/* No character has a bracket inside. */
		stop = memchr(p, ']', (size_t)(end - p));
		if (!stop)
			stop = end;
		while ((p = printable_copy(line, p, stop, true)) < stop)
			sd_special(line, *p++);
		if (p < end)
			sd_special(line, *p++);
	}
}

bool out_text_ascii(struct plog_text text)
{
	const unsigned char *p = (const unsigned char *)text.text;
	size_t i;

	for (i = 0; i < text.len; i++)
		if (p[i] >= 0x80 && printable(p + i, text.len - i) && !turns(p + i, text.len - i))
			return false;
	return true;
}

bool out_text_plain(struct plog_text text)
{
	const unsigned char *p = (const unsigned char *)text.text, *end = p + text.len;
	size_t n;

	for (; p < end; p += n) {
		n = *p == '\t' ? 1 : printable(p, (size_t)(end - p));
		if (!n)
			return false;
	}
	return true;
}

void out_text(FILE *f, struct plog_text text)
{
	struct out_line line;

	out_line_begin(&line, f);
	out_line_text(&line, text);
	out_line_end(&line);
}

void out_json_text(FILE *f, struct plog_text text)
{
	struct out_line line;

	out_line_begin(&line, f);
	out_line_json(&line, text);
	out_line_end(&line);
}
