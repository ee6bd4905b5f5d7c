// SPDX-License-Identifier: BSD-2-Clause
/*
 * Messages for syslog and the journal, with long and with short limits: each must be
 * one line of its format, whatever a record says, and no longer than its limit.
 */
#include <string.h>

#include "batch.h"
#include "deliver_line.h"
#include "fuzz.h"
#include "fuzz_output.h"

#define LIMIT_LONG 8192
#define LIMIT_SHORT 480

static struct batch batch;
static struct origin origin;

void fuzz_deliver_open(void)
{
	FUZZ_CHECK(!batch_open(&batch));
	origin_get(&origin, "0123456789abcdef0123456789abcdef", "board");
}

static const char *expect(const char *p, const char *text)
{
	FUZZ_CHECK(!strncmp(p, text, strlen(text)));
	return p + strlen(text);
}

/* A word of printable ASCII, at most @most bytes, and the space behind it. */
static const char *word(const char *p, size_t most)
{
	size_t n = 0;

	for (; *p > ' ' && *p <= '~'; p++)
		n++;
	FUZZ_CHECK(n && n <= most && *p == ' ');
	return p + 1;
}

/* RFC 5424, section 6.3: names, values in quotes, in which three characters are escaped. */
static const char *structured_data(const char *p)
{
	p = expect(p, "[plog@32473");
	while (*p == ' ') {
		size_t n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz_");

		FUZZ_CHECK(n && n <= 32);
		p = expect(p + 1 + n, "=\"");
		for (; *p != '"'; p++) {
			FUZZ_CHECK(*p && *p != ']');
			if (*p == '\\') {
				p++;
				FUZZ_CHECK(*p && strchr("\"\\]", *p));
			}
		}
		p++;
	}
	return expect(p, "]");
}

static void check_5424(const char *p, bool cut)
{
	static const char *const mark = "\xef\xbb\xbf";

	FUZZ_CHECK(*p == '<');
	p = word(p, 6);             /* <191>1 */
	p = word(word(p, 27), 255); /* time, host */
	p = word(word(p, 48), 128); /* application, process */
	p = word(p, 32);
	if (cut) /* wherever that was */
		return;
	p = structured_data(p);
	if (!*p)
		return;
	p = expect(p, " ");
	for (; !strncmp(p, mark, 3); p += 3)
		;
	FUZZ_CHECK(!strstr(p, "\n"));
}

static void check_3164(const char *p)
{
	size_t n;

	FUZZ_CHECK(*p == '<' && strchr(p, '>') && strchr(p, '>') - p < 5);
	p = strchr(p, '>') + 1;
	FUZZ_CHECK(strlen(p) > 16 && p[15] == ' ');
	/* The first space behind the time ends the tag. */
	n = strcspn(p + 16, " ");
	FUZZ_CHECK(p[16 + n - 1] == ':' || n > LIMIT_SHORT - 32);
}

static void check_journal(const char *p, const char *end)
{
	while (p < end) {
		size_t n = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

		FUZZ_CHECK(n && n <= 64 && p[n] == '=' && *p != '_');
		p = memchr(p, '\n', (size_t)(end - p));
		FUZZ_CHECK(p);
		p++;
	}
}

static size_t message(char copy[LIMIT_LONG + 1], deliver_line line, size_t limit,
		      const struct plog_reader_record *rec, const struct deliver_about *about)
{
	const char *text;
	size_t n;

	batch_clear(&batch);
	line(batch.f, rec, about);
	FUZZ_CHECK(!batch_add(&batch, limit));
	text = batch_message(&batch, 0, &n);
	FUZZ_CHECK(n <= limit && !memchr(text, 0, n) && !memchr(text, '\n', n));
	fuzz_text_check(text, n);
	memcpy(copy, text, n);
	copy[n] = 0;
	return n;
}

size_t fuzz_deliver_record(const struct plog_reader_record *rec,
			   const struct plog_reader_boot *boot)
{
	struct deliver_about about = { .boot = boot, .origin = &origin, .last = rec->seq % 3 == 0 };
	size_t limit = rec->seq % 5 ? LIMIT_LONG : LIMIT_SHORT, n, sum;
	char copy[LIMIT_LONG + 1];
	const char *text;

	crash_fingerprint(about.crash, boot, "");
	sum = message(copy, syslog_5424_put, limit, rec, &about);
	check_5424(copy, sum + 8 > limit);
	n = message(copy, syslog_3164_put, limit, rec, &about);
	check_3164(copy);
	sum += n;
	batch_clear(&batch);
	journal_native_put(batch.f, rec, &about);
	FUZZ_CHECK(!batch_add(&batch, SIZE_MAX));
	text = batch_message(&batch, 0, &n);
	fuzz_text_check(text, n);
	check_journal(text, text + n);
	return sum + n;
}
