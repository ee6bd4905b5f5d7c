// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crash.h"
#include "hash.h"

#define REPORT_NS 2000000000ULL /* a panic that follows its report does so within this */

static const char *find(struct plog_text text, const char *mark)
{
	return text.text ? memmem(text.text, text.len, mark, strlen(mark)) : NULL;
}

/* Takes a symbol at @p, which has to be followed by the offset in it. */
static bool symbol_take(char func[CRASH_FUNC], const char *p, const char *end)
{
	const char *from = p;
	size_t n;

	while (p < end && (isalnum((unsigned char)*p) || *p == '_'))
		p++;
	n = (size_t)(p - from);
	while (p < end && (isalnum((unsigned char)*p) || *p == '_' || *p == '.'))
		p++; /* .isra.0, .cold: the compiler's, and other in each build */
	if (!n || n >= CRASH_FUNC || p == end || *p != '+' || isdigit((unsigned char)*from))
		return false;
	memcpy(func, from, n);
	func[n] = 0;
	return true;
}

/* "RIP: 0010:func+0x1/0x2", "pc : func+0x1/0x2", "PC is at func+0x1/0x2" */
static bool place_take(char func[CRASH_FUNC], struct plog_text msg)
{
	static const char *const marks[] = { "RIP: ", "EIP: ", "PC is at ", "pc : ", "epc : " };
	const char *end = msg.text + msg.len, *p = NULL, *q;
	size_t i;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]) && !p; i++) {
		p = find(msg, marks[i]);
		if (p)
			p += strlen(marks[i]);
	}
	if (!p)
		return false;
	for (q = p; q < end && isxdigit((unsigned char)*q); q++)
		;
	if (q < end && *q == ':') /* a segment */
		p = q + 1;
	return symbol_take(func, p, end);
}

/* A line of a call trace that is certain. */
static bool frame_take(char func[CRASH_FUNC], struct plog_text msg)
{
	const char *p = msg.text, *end = msg.text + msg.len;

	while (p < end && *p == ' ')
		p++;
	return symbol_take(func, p, end);
}

static bool report_begins(struct plog_text msg)
{
	static const char *const marks[] = { "BUG: ",          "Oops",
					     "kernel BUG at ", "Unable to handle kernel",
					     "Internal error", "general protection fault",
					     "INFO: task ",    "rcu: INFO: ",
					     "WARNING: CPU",   "hard LOCKUP" };
	size_t i;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (find(msg, marks[i]))
			return true;
	return false;
}

void crash_search_take(struct crash_search *search, const struct plog_reader_record *rec)
{
	char func[CRASH_FUNC];
	bool panic, frame, was_panic = search->in_panic;

	if (strcmp(rec->source, "kernel") || !rec->msg.text)
		return;
	panic = find(rec->msg, "Kernel panic - not syncing");
	/* The lines of one report begin with several of these. */
	if ((panic || report_begins(rec->msg)) &&
	    (!search->since || rec->mono > search->since + REPORT_NS)) {
		search->func[0] = 0;
		search->since = rec->mono;
	}
	frame = frame_take(func, rec->msg);
	search->in_panic = frame && !strcmp(func, "panic");
	if (!search->since || search->func[0] || search->in_panic)
		return;
	if ((frame && was_panic) || place_take(func, rec->msg))
		strcpy(search->func, func);
}

static bool word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* What begins as a number does, or is an address without 0x. */
static bool number_like(const char *p, size_t n)
{
	size_t i;

	if (isdigit((unsigned char)*p))
		return true;
	for (i = 0; i < n && isxdigit((unsigned char)p[i]); i++)
		;
	return n >= 8 && i == n;
}

/* Words as they are, numbers as '#'. */
static uint64_t hash_reason(uint64_t hash, struct plog_text reason)
{
	const char *p = reason.text, *end, *from;

	if (!p)
		return hash;
	for (end = p + reason.len; p < end;) {
		from = p;
		if (!word_byte(*p)) {
			hash = hash_bytes(hash, p++, 1);
			continue;
		}
		while (p < end && word_byte(*p))
			p++;
		if (number_like(from, (size_t)(p - from)))
			hash = hash_bytes(hash, "#", 1);
		else
			hash = hash_bytes(hash, from, (size_t)(p - from));
	}
	return hash;
}

void crash_fingerprint(char hex[CRASH_HEX], const struct plog_reader_boot *boot, const char *func)
{
	const char *verdict = boot->verdict ? boot->verdict : "";
	uint64_t hash = HASH_BASIS;

	hex[0] = 0;
	if (strcmp(verdict, "panic") && strcmp(verdict, "oops") && strcmp(verdict, "reset"))
		return;
	hash = hash_bytes(hash, verdict, strlen(verdict) + 1);
	hash = hash_reason(hash, boot->reason);
	hash = hash_bytes(hash, "", 1);
	hash = hash_bytes(hash, func, strlen(func));
	snprintf(hex, CRASH_HEX, "%016" PRIx64, hash);
}

void crash_fingerprint_read(char hex[CRASH_HEX], struct plog_reader *reader, uint32_t boot_at)
{
	struct crash_search search = { .func = "" };
	const struct plog_reader_boot *boots;
	struct plog_reader_record rec;
	uint32_t count = plog_reader_boots(reader, &boots);

	hex[0] = 0;
	if (boot_at < count)
		crash_fingerprint(hex, &boots[boot_at], "");
	if (!hex[0])
		return;
	plog_reader_select(reader, boot_at, 1);
	while (plog_reader_next(reader, &rec))
		crash_search_take(&search, &rec);
	crash_fingerprint(hex, &boots[boot_at], search.func);
}
