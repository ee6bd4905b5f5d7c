// SPDX-License-Identifier: BSD-2-Clause
/* Found text is never printed as it is. */
#include "out.h"

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

static void escaped_text(FILE *f, struct plog_text text,
			 size_t (*special)(FILE *f, const unsigned char *p, size_t n))
{
	const unsigned char *p = (const unsigned char *)text.text, *end = p + text.len, *from = p;
	size_t n;

	while (p < end) {
		n = printable(p, (size_t)(end - p));
		if (n && *p != '"' && *p != '\\') {
			p += n;
			continue;
		}
		fwrite(from, 1, (size_t)(p - from), f);
		p += special(f, p, n);
		from = p;
	}
	fwrite(from, 1, (size_t)(p - from), f);
}

static size_t plain_special(FILE *f, const unsigned char *p, size_t n)
{
	if (n)
		putc(*p, f);
	else
		fprintf(f, "\\x%02x", *p);
	return 1;
}

void out_text(FILE *f, struct plog_text text)
{
	if (text.text)
		escaped_text(f, text, plain_special);
}

static size_t json_special(FILE *f, const unsigned char *p, size_t n)
{
	if (n)
		fprintf(f, "\\%c", *p);
	else if (*p < 0x80)
		fprintf(f, "\\u%04x", *p);
	else
		fprintf(f, "\\\\x%02x", *p);
	return 1;
}

void out_json_text(FILE *f, struct plog_text text)
{
	if (!text.text) {
		fputs("null", f);
		return;
	}
	putc('"', f);
	escaped_text(f, text, json_special);
	putc('"', f);
}
