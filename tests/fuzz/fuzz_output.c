// SPDX-License-Identifier: BSD-2-Clause
/*
 * Outputs are collected in memory. Text must be UTF-8 (RFC 3629) without any
 * control character, C0, DEL or C1; JSON must be one object a line (RFC 8259).
 * What goes to other programs is fuzz_deliver.c's.
 */
#include <endian.h>
#include <string.h>

#include "fuzz.h"
#include "fuzz_output.h"
#include "out_ctf.h"
#include "out.h"

#define PRINTED_MAX (2u << 20) /* of one image, by all printers */

static FILE *file;
static char *text;
static size_t text_len, printed;

void fuzz_output_open(void)
{
	file = open_memstream(&text, &text_len);
	FUZZ_CHECK(file);
	fuzz_deliver_open();
}

void fuzz_output_begin(void)
{
	printed = 0;
}

bool fuzz_output_left(void)
{
	return printed < PRINTED_MAX;
}

static void line_begin(void)
{
	rewind(file);
}

static size_t line_end(void)
{
	size_t n;

	FUZZ_CHECK(!fflush(file));
	n = (size_t)ftell(file);
	printed += n;
	return n;
}

/* The character at p by its definition: decoded, then looked at. */
static size_t character(const unsigned char *p, size_t n)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c = p[0];
	size_t len = c < 0x80 ? 1 : c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : c >> 3 == 30 ? 4 : 0, i;

	FUZZ_CHECK(len && len <= n);
	if (len > 1)
		c &= 0x7fu >> len;
	for (i = 1; i < len; i++) {
		FUZZ_CHECK(p[i] >> 6 == 2);
		c = c << 6 | (p[i] & 0x3f);
	}
	FUZZ_CHECK(c >= least[len] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff));
	FUZZ_CHECK(c == '\n' || (c >= 0x20 && c != 0x7f && (c < 0x80 || c >= 0xa0)));
	return len;
}

void fuzz_text_check(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n;)
		i += character((const unsigned char *)p + i, n - i);
}

/* One line, and the newline at its end. */
static void line_check(const char *p, size_t n)
{
	FUZZ_CHECK(n && memchr(p, '\n', n) == p + n - 1);
	fuzz_text_check(p, n);
}

static const char *json_string(const char *p)
{
	static const char hex[] = "0123456789abcdefABCDEF";
	int i;

	FUZZ_CHECK(*p == '"');
	for (p++; *p != '"'; p++) {
		FUZZ_CHECK((unsigned char)*p >= 0x20);
		if (*p != '\\')
			continue;
		p++;
		FUZZ_CHECK(*p && strchr("\"\\/bfnrtu", *p));
		for (i = 0; *p == 'u' && i < 4; i++)
			FUZZ_CHECK(p[1 + i] && strchr(hex, p[1 + i]));
	}
	return p + 1;
}

static const char *json_value(const char *p)
{
	static const char *const words[] = { "null", "true", "false" };
	const char *start;
	size_t i;

	if (*p == '"')
		return json_string(p);
	for (i = 0; i < 3; i++)
		if (!strncmp(p, words[i], strlen(words[i])))
			return p + strlen(words[i]);
	start = p += *p == '-';
	while (*p >= '0' && *p <= '9')
		p++;
	FUZZ_CHECK(p > start && (*start != '0' || p == start + 1));
	return p;
}

/* A flat object: that is all that logdump prints. */
static const char *json_line(const char *p)
{
	FUZZ_CHECK(*p++ == '{');
	for (;;) {
		p = json_string(p);
		FUZZ_CHECK(*p++ == ':');
		p = json_value(p);
		if (*p != ',')
			break;
		p++;
	}
	FUZZ_CHECK(p[0] == '}' && p[1] == '\n');
	return p + 2;
}

static void json_check(const char *p, size_t n)
{
	const char *end = p + n;

	fuzz_text_check(p, n);
	while (p < end)
		p = json_line(p);
	FUZZ_CHECK(p == end);
}

/* Fields up to an empty line, each a line or with its length in front; the message is raw. */
static void export_check(const char *p, size_t n, const struct plog_reader_record *rec)
{
	const char *end = p + n, *stop, *equals, *value;
	bool message = false;
	uint64_t len;

	while (p < end && *p != '\n') {
		stop = memchr(p, '\n', (size_t)(end - p));
		FUZZ_CHECK(stop);
		equals = memchr(p, '=', (size_t)(stop - p));
		value = equals ? equals + 1 : stop + 9;
		len = equals ? (uint64_t)(stop - value) : 0;
		if (!equals) {
			FUZZ_CHECK(end - stop > 9);
			memcpy(&len, stop + 1, sizeof(len));
			len = le64toh(len);
			FUZZ_CHECK(len < (uint64_t)(end - value) && value[len] == '\n');
		}
		if ((equals ? equals : stop) - p == 7 && !memcmp(p, "MESSAGE", 7))
			message = len == rec->msg.len && !memcmp(value, rec->msg.text, len);
		p = value + len + 1;
	}
	FUZZ_CHECK(message && p + 1 == end);
}

static void export_put(const struct plog_reader_record *rec, const struct plog_reader_boot *boot)
{
	line_begin();
	out_export.record(file, rec, boot);
	export_check(text, line_end(), rec);
	line_begin();
	out_raw.record(file, rec, boot);
	FUZZ_CHECK(line_end() == rec->msg.len + 1);
}

void fuzz_output_record(const struct plog_reader_record *rec, const struct plog_reader_boot *boot)
{
	static const struct out_format *const lines[] = { &out_short, &out_short_iso,
							  &out_short_monotonic, &out_cat };
	size_t i, n;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		line_begin();
		lines[i]->record(file, rec, boot);
		n = line_end();
		line_check(text, n);
	}
	line_begin();
	out_json.record(file, rec, boot);
	n = line_end();
	line_check(text, n);
	json_check(text, n);
	export_put(rec, boot);
	printed += fuzz_deliver_record(rec, boot);
}

/* Plain ASCII, and no string that something found could have ended. */
static void metadata_check(const char *p, size_t n)
{
	bool inside = false;
	size_t i;

	for (i = 0; i < n; i++) {
		FUZZ_CHECK(p[i] == '\n' || p[i] == '\t' || (p[i] >= 0x20 && p[i] < 0x7f));
		if (inside && p[i] == '\\')
			i++;
		else if (p[i] == '"')
			inside = !inside;
		else
			FUZZ_CHECK(!inside || p[i] >= 0x20);
	}
	FUZZ_CHECK(!inside && n && p[n - 1] == '\n');
}

void fuzz_output_boots(const struct plog_reader_boot *boots, uint32_t count)
{
	uint32_t i;
	size_t n;

	line_begin();
	if (count)
		out_boots_table(file, boots, NULL, count);
	n = line_end();
	fuzz_text_check(text, n);
	for (i = 0; i < count && i < 64; i++) {
		line_begin();
		out_short.boot(file, &boots[i]);
		n = line_end();
		line_check(text, n);
		line_begin();
		out_ctf_metadata(file, &boots[i], i ? (int64_t)boots[i].boot : -1);
		metadata_check(text, line_end());
	}
	line_begin();
	out_boots_json(file, boots, NULL, count);
	n = line_end();
	json_check(text, n);
}
