// SPDX-License-Identifier: BSD-2-Clause
/*
 * Raw arguments: what the reader makes of a record is what printf would have made
 * of the call, for a generated corpus, through the encoder and a window; and the
 * three ways to store them (at the call, by the library, in C++) agree.
 */
#include <check.h>
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <wchar.h>

#define PLOG_TAG "args"
#include "args.h"
#include "gate.h"
#include "store.h"
#include "thread.h"
#include "reader.h"

/* Formats are made here, and some are wrong on purpose. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat"

#define BATCH 400 /* sites, before the dictionary is full */

static struct store store;
static char *wanted[BATCH], *formats[BATCH];
static int wanted_len[BATCH];
static struct plog_site sites[BATCH];
static u32 batch, pairs, raws;

static void setup(void)
{
	store_open(&store, 2 << 20, 1, PLOG_FLUSH_NONE);
}

static void compare(void *arg, const struct plog_reader_record *rec)
{
	u32 *i = arg;

	ck_assert_uint_lt(*i, batch);
	while (wanted_len[*i] && wanted[*i][wanted_len[*i] - 1] == '\n')
		wanted_len[*i]--;
	if (rec->msg.len != (size_t)wanted_len[*i] ||
	    memcmp(rec->msg.text, wanted[*i], rec->msg.len))
		ck_abort_msg("\"%s\" gives\n<%.*s> not\n<%s>", formats[*i], (int)rec->msg.len,
			     rec->msg.text, wanted[*i]);
	++*i;
}

/* All records of the batch are read back, in their order. */
static void batch_end(void)
{
	u32 i = 0;

	ck_assert_uint_eq(store_each(&store, compare, &i), batch);
	ck_assert_uint_eq(i, batch);
	ck_assert_uint_eq(store.map.win.ctl->dict_full, 0);
	for (i = 0; i < batch; i++) {
		raws += sites[i].parsed == 1;
		free(wanted[i]);
		free(formats[i]);
	}
	pairs += batch;
	batch = 0;
	munmap(store.map.base, store.map.size);
	setup();
}

static struct plog_site *batch_next(const char *format, int n)
{
	struct plog_site *site;

	if (batch == BATCH)
		batch_end();
	site = &sites[batch];
	formats[batch] = strdup(format);
	wanted[batch] = malloc((size_t)n + 1);
	wanted_len[batch] = n;
	*site = (struct plog_site){ .format = formats[batch], .tag = "t", .level = 6 };
	return site;
}

/* One pair: logged by the library's encoder, and printed. */
#define PAIR(format, ...)                                                       \
	do {                                                                    \
		int pair_n = snprintf(NULL, 0, format, __VA_ARGS__);            \
		struct plog_site *pair_s = batch_next(format, pair_n);          \
		errno = ENOENT;                                                 \
		snprintf(wanted[batch], (size_t)pair_n + 1, format, __VA_ARGS__); \
		plog_site_printf(pair_s, 6, format, __VA_ARGS__);               \
		ck_assert_int_eq(errno, ENOENT);                                \
		batch++;                                                        \
	} while (0)

static const char *const flags[] = { "", "-", "0", "+", " ", "#", "-#", "0#", "+0", "- +", "+-0# " };
static const char *const sizes[] = { "", "1", "7", "12", "30", ".0", ".", ".1", ".5", ".13",
				     "9.4", "3.20", "25.6", "0.0" };
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Calls @pairs with every conversion "<%FLAGS SIZE LENGTH LETTER>". */
static void each_format(const char *lengths, const char *letters, const char *skip,
			void (*make)(const char *format, char length))
{
	char format[64], length[3];
	const char *c, *l;
	size_t f, s;

	for (l = lengths; *l; l++)
		for (c = letters; *c; c++)
			for (f = 0; f < COUNT(flags); f++)
				for (s = 0; s < COUNT(sizes); s++) {
					if (flags[f][strcspn(flags[f], skip)])
						continue;
					length[0] = *l == 'H' ? 'h' : *l == 'q' ? 'l' : *l;
					length[1] = *l == 'H' ? 'h' : *l == 'q' ? 'l' : 0;
					length[2] = 0;
					if (*l == '.')
						length[0] = 0;
					snprintf(format, sizeof(format), "<%%%s%s%s%c>", flags[f],
						 sizes[s], length, *c);
					make(format, *l);
				}
}

static void integers_make(const char *format, char length)
{
	static const long long values[] = { 0, 1, -1, 7, 8, -300, 255, 65536, INT_MAX, INT_MIN,
					    0x123456789abcdefLL, LLONG_MAX, LLONG_MIN };
	static u32 turn;
	u32 i;

	/* Two values a format, all of them over the formats. */
	for (i = 0; i < 2; i++) {
		long long v = values[turn++ % COUNT(values)];

		if (length == 'l')
			PAIR(format, (long)v);
		else if (length == 'q' || length == 'j' || length == 'L')
			PAIR(format, v);
		else if (length == 'z' || length == 't')
			PAIR(format, (ptrdiff_t)v);
		else
			PAIR(format, (int)v);
	}
}

START_TEST(integers)
{
	each_format(".hHlqjztL", "diuoxX", "", integers_make);
	batch_end();
	printf("# integers: %u pairs, %u raw\n", pairs, raws);
	ck_assert_uint_eq(raws, pairs);
}
END_TEST

static void doubles_make(const char *format, char length)
{
	static const double values[] = { 0.0, -0.0, 1.0, -1.5, 3.14159265358979, 1e300, 1e-300,
					 123456789.0, 0.5, 2.5, 9.9999999, DBL_MAX, DBL_MIN,
					 DBL_TRUE_MIN, INFINITY, -INFINITY, NAN, 1e15, 1e-5 };
	static u32 turn;
	u32 i;

	(void)length;
	for (i = 0; i < 2; i++, turn++)
		PAIR(format, values[turn % COUNT(values)]);
}

static void wide_make(const char *format, char length)
{
	static const long double values[] = { 0.0L, -0.0L, 1.0L, 1.0L / 3, -1e30L, LDBL_MAX,
					      LDBL_MIN, LDBL_TRUE_MIN, (long double)INFINITY,
					      (long double)NAN, 1e-4000L, 2.718281828459045235L };
	static u32 turn;

	(void)length;
	PAIR(format, values[turn % COUNT(values)]);
	turn++;
}

START_TEST(reals)
{
	each_format(".l", "fFeEgGaA", "", doubles_make);
	each_format("L", "fFeEgGaA", "", wide_make);
	batch_end();
	printf("# reals: %u pairs, %u raw\n", pairs, raws);
	ck_assert_uint_eq(raws, pairs);
}
END_TEST

static const char *const texts[] = { "", "a", "hello", "10.1.2.3", "caf\xc3\xa9", "%s %d",
				     "exactly thirteen characters, or more than those: it is",
				     "line\ntwo\ttab\x01\xff!" };

static void texts_make(const char *format, char length)
{
	u32 i;

	(void)length;
	for (i = 0; i < COUNT(texts); i++)
		PAIR(format, texts[i]);
	PAIR(format, (char *)NULL);
}

static void characters_make(const char *format, char length)
{
	static const int values[] = { 'a', 0, ' ', '%', 0xff, -1, 0x141 };
	u32 i;

	(void)length;
	for (i = 0; i < COUNT(values); i++)
		PAIR(format, values[i]);
}

static void pointers_make(const char *format, char length)
{
	(void)length;
	PAIR(format, (void *)NULL);
	PAIR(format, (void *)0x1234);
	PAIR(format, (void *)UINTPTR_MAX);
	PAIR(format, (void *)&store);
}

static void errnos_make(const char *format, char length)
{
	char full[80];

	(void)length;
	snprintf(full, sizeof(full), "%%d %s %%s", format);
	PAIR(full, 5, "and on");
}

START_TEST(others)
{
	each_format(".", "s", "0+ #", texts_make);
	each_format(".", "c", "0+ #", characters_make);
	each_format(".", "p", "", pointers_make);
	each_format(".", "m", "0+ #", errnos_make);
	batch_end();
	printf("# texts, characters, pointers, %%m: %u pairs, %u raw\n", pairs, raws);
	ck_assert_uint_eq(raws, pairs);
}
END_TEST

static char *volatile null_text;

START_TEST(stars)
{
	static const int values[] = { 0, 1, -1, 5, -5, 20, -20, 300, -300 };
	u32 w, p;

	for (w = 0; w < COUNT(values); w++) {
		PAIR("<%*s>", values[w], "text");
		PAIR("<%-*s>", values[w], "text");
		PAIR("<%.*s>", values[w], "some text");
		PAIR("<%*d>", values[w], 42);
		PAIR("<%0*d>", values[w], -42);
		PAIR("<%.*d>", values[w], 42);
		PAIR("<%*c>%%", values[w], 'c');
		PAIR("<%.*f>", values[w], 1.0 / 3);
		PAIR("<%.*Lf>", values[w], 1.0L / 3);
		PAIR("<%*p>", values[w], (void *)&store);
		PAIR("<%.*m>", values[w]);
		for (p = 0; p < COUNT(values); p++) {
			PAIR("<%*.*d>", values[w], values[p], -7);
			PAIR("<%#*.*llx>", values[w], values[p], 0xfeedULL);
			PAIR("<%*.*s> %d", values[w], values[p], "precise", 9);
			PAIR("<%*.*e>", values[w], values[p], 12345.678);
			PAIR("<%*.*s><%.3s>%s", values[w], values[p], null_text, null_text,
			     null_text);
		}
	}
	batch_end();
	printf("# stars: %u pairs, %u raw\n", pairs, raws);
	ck_assert_uint_eq(raws, pairs);
}
END_TEST

static u32 state = 12345;

static u32 pick(u32 n)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % n;
}

static void spec_add(char *to, const char *kind)
{
	char spec[32];

	snprintf(spec, sizeof(spec), "%s%%%s%s%s", pick(3) ? " " : "100%% of ",
		 kind[0] == 's' || kind[0] == 'c' ? (pick(2) ? "-" : "") :
						     flags[pick(COUNT(flags))],
		 pick(2) ? "" : sizes[pick(COUNT(sizes))], kind);
	strcat(to, spec);
}

/* Sixteen arguments of a fixed list of types; any number of them is asked for. */
START_TEST(mixed)
{
	static const char *const kinds[16] = { "d", "s", "lld", "f", "c", "p", "Lg", "zu",
					       "hhx", "s", "hd", "e", "ju", "X", "s", "ld" };
	char format[800];
	u32 i, n, r[16];

	for (i = 0; i < 2000; i++) {
		format[0] = 0;
		for (n = 0; n < 1 + i % 16; n++)
			spec_add(format, kinds[n]);
		strcat(format, pick(2) ? " end" : "");
		for (n = 0; n < 16; n++)
			r[n] = pick(1u << 24);
		PAIR(format, (int)r[0] - 8000000, texts[r[1] % COUNT(texts)],
		     (long long)r[2] << r[15] % 40, r[3] / 7.0, (int)('a' + r[4] % 26),
		     (void *)(uintptr_t)r[5], r[6] / 3.0L, (size_t)r[7], (int)r[8],
		     texts[r[9] % COUNT(texts)], (int)r[10] - 60000, 1e10 / (r[11] + 1),
		     (uintmax_t)r[12] << 40, r[13], texts[r[14] % COUNT(texts)], (long)r[15]);
	}
	batch_end();
	printf("# mixed: %u pairs, %u raw\n", pairs, raws);
	ck_assert_uint_eq(raws, pairs);
}
END_TEST

/* What only the C library can make is text at once. */
START_TEST(odd_formats_are_made_at_once)
{
	u32 i;

	PAIR("%ls", L"wide");
	PAIR("%lc|", (wint_t)L'w');
	PAIR("%2$s %1$d", 1, "two");
	PAIR("%'d", 1234567);
	PAIR("%1$*2$d|", 7, 5);
	PAIR("%*2$.*3$f", 1.0, 9, 3);
	PAIR("%#m|%d", 3);
	PAIR("%y %d", 3);
	PAIR("%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	     15, 16, 17);
	for (i = 0; i < batch; i++)
		ck_assert_msg(plog_args_plan(formats[i]) == PLOG_PLAN_TEXT, "%s", formats[i]);
	ck_assert_uint_eq(plog_args_plan("%5000d"), PLOG_PLAN_TEXT);
	ck_assert_uint_eq(plog_args_plan("%.5000f"), PLOG_PLAN_TEXT);
	ck_assert_uint_eq(plog_args_plan("%"), PLOG_PLAN_TEXT);
	batch_end();
	ck_assert_uint_eq(raws, 0);
}
END_TEST

/* --- the record of the last call, byte by byte --- */

struct raw {
	u32 len;
	u32 attr;
	u32 site;
	u8 bytes[4096];
};

static struct raw raw_last(void)
{
	const struct plog_window *win = &store.map.win;
	struct raw raw = { 0 };
	struct scan_record rec;
	u64 best = 0;
	u32 i, off, seed;

	for (i = 0; i < win->geo.chunk_count; i++) {
		const u8 *chunk = plog_window_chunk(win, i);

		if (PLOG_LEASE_GEN(plog_window_slot(win, i)->lease) <= best)
			continue;
		best = PLOG_LEASE_GEN(plog_window_slot(win, i)->lease);
		seed = plog_window_slot(win, i)->seed;
		for (off = PLOG_LINE; plog_scan_next(&rec, chunk, win->geo.chunk_size, off, seed);
		     off = rec.off + 8) {
			raw.len = rec.payload_len;
			raw.attr = rec.attr;
			raw.site = rec.site;
			memcpy(raw.bytes, rec.payload, rec.payload_len);
		}
	}
	return raw;
}

static u32 slow;

#define plog_site_encode(...) (slow++, plog_site_encode(__VA_ARGS__))

static void expect(const char *want)
{
	struct plog_reader_record rec = store_last(&store);
	size_t n = strlen(want);

	while (n && want[n - 1] == '\n')
		n--;
	ck_assert_msg(rec.msg.len == n && !memcmp(rec.msg.text, want, n), "<%.*s> not <%s>",
		      (int)rec.msg.len, rec.msg.text, want);
	ck_assert(!rec.cut);
}

/* From one place: by the library at first, then where it is called. */
#define TWICE(is_plain, ...)                                                    \
	do {                                                                    \
		char want[1000];                                                \
		struct raw first = { 0 }, raw;                                  \
		int turn, again = n;                                            \
		slow = 0;                                                       \
		for (turn = 0; turn < 2; turn++) {                              \
			n = again;                                              \
			snprintf(want, sizeof(want), __VA_ARGS__);              \
			n = again;                                              \
			plog_info(__VA_ARGS__);                                 \
			expect(want);                                           \
			raw = raw_last();                                       \
			if (turn)                                               \
				ck_assert_mem_eq(&raw, &first, sizeof(raw));    \
			first = raw;                                            \
		}                                                               \
		ck_assert_uint_eq(slow, is_plain ? 1 : slow);                   \
		ck_assert(!is_plain || !(raw.attr & PLOG_ATTR_TEXT));           \
	} while (0)
#define PLAIN(...) TWICE(true, __VA_ARGS__)
#define SAME(...) TWICE(false, __VA_ARGS__)

START_TEST(both_ways_store_the_same)
{
#include "../lang/calls.inc"
}
END_TEST

static char *volatile text = (char[]){ "some text" };

START_TEST(a_mismatch_goes_by_the_format)
{
	char want[100];
	int turn;

	for (turn = 0; turn < 3; turn++) {
		plog_info("%p", text);
		snprintf(want, sizeof(want), "%p", (void *)text);
		expect(want);
		plog_info("%s", (void *)text);
		expect("some text");
		plog_info("%.4s", text);
		expect("some");
	}
}
END_TEST

/* Not a byte behind what the precision allows is touched. */
START_TEST(a_precision_protects_what_is_behind)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int turn;

	memset(page, 'x', 4096);
	ck_assert_int_eq(mprotect(page + 4096, 4096, PROT_NONE), 0);
	for (turn = 0; turn < 3; turn++) {
		plog_info("%.5s", page + 4091);
		expect("xxxxx");
		plog_info("%.*s, %d", 3, page + 4093, 7);
		expect("xxx, 7");
	}
}
END_TEST

START_TEST(percent_n_is_not_obeyed)
{
	static const char *const forms[] = { "%n", "a %hhn", "%5n", "%%%n", "%-*.3lln", "%1$n",
					     "%d %n", "%wf32n", "%w8n", "%Zn" };
	u64 target[4] = { ~0ULL, ~0ULL, ~0ULL, ~0ULL };
	u32 i;

	for (i = 0; i < COUNT(forms); i++) {
		struct plog_site site = { .format = forms[i], .level = 6 };

		plog_site_printf(&site, 6, forms[i], target, target, target);
		expect(forms[i]);
		plog(6, forms[i], target, target, target);
		expect(forms[i]);
	}
	for (i = 0; i < 4; i++)
		ck_assert_uint_eq(target[i], ~0ULL);
	ck_assert(!plog_args_writes("%d %% n %%n %s %-5.3lf %zu %"));
}
END_TEST

START_TEST(long_strings_are_cut)
{
	static char big[9000];
	struct plog_reader_record rec;
	int turn;

	memset(big, 'b', sizeof(big) - 1);
	for (turn = 0; turn < 2; turn++) {
		plog_info("%s|%d|%s", big, 42, "end");
		rec = store_last(&store);
		ck_assert(rec.cut);
		ck_assert_uint_gt(rec.msg.len, 3900);
		ck_assert_uint_lt(rec.msg.len, 4032);
		ck_assert(!memcmp(rec.msg.text + rec.msg.len - 7, "|42|end", 7));
		plog_info("%.3000s|%.900s|%s", big, big, "end");
		rec = store_last(&store);
		ck_assert(!rec.cut);
		ck_assert_uint_eq(rec.msg.len, 3905);
	}
	ck_assert_uint_gt(store.map.win.ctl->cut, 0);
}
END_TEST

/* Records that were made for a site which is not in the window any more. */
START_TEST(another_window_gets_the_site_again)
{
	int turn;

	for (turn = 0; turn < 6; turn++) {
		plog_info("turn %d", turn);
		expect((const char *[]){ "turn 0", "turn 1", "turn 2", "turn 3", "turn 4",
					 "turn 5" }[turn]);
		if (turn & 1)
			setup();
	}
}
END_TEST

START_TEST(a_site_that_moved_under_its_caller)
{
	static struct plog_site site = { .format = "%d", .tag = "t", .level = 6 };
	u64 rec[64];

	plog_site_printf(&site, 6, "%d", 1);
	setup();
	memcpy((u8 *)rec + PLOG_RECORD_HEAD, &(int){ 7 }, 4);
	plog_site_commit(&site, 6, rec, PLOG_RECORD_HEAD + 4);
	expect("7");
	setup();
	store.map.win.ctl->dict_lock.word = 1;
	plog_site_commit(&site, 6, rec, PLOG_RECORD_HEAD + 4);
	ck_assert_uint_eq(store.map.win.ctl->dropped_busy, 1);
	store.map.win.ctl->dict_lock.word = 0;
	plog_close();
	plog_site_commit(&site, 6, rec, PLOG_RECORD_HEAD + 4);
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 0);
}
END_TEST

START_TEST(a_full_dictionary_makes_text)
{
	static char names[3000][32];
	static struct plog_site many[3000];
	struct raw raw;
	int i;

	store_open(&store, 256 << 10, 1, PLOG_FLUSH_NONE);
	for (i = 0; i < 3000 && !store.map.win.ctl->dict_full; i++) {
		snprintf(names[i], sizeof(names[i]), "%d %%d", i);
		many[i] = (struct plog_site){ .format = names[i], .tag = "t", .level = 6 };
		plog_site_printf(&many[i], 6, names[i], i);
	}
	ck_assert_int_lt(i, 3000);
	for (i = 0; i < 3; i++) {
		plog_info("no room, %s %d", "but", 1);
		expect("no room, but 1");
		raw = raw_last();
		ck_assert_uint_eq(raw.site, 0);
		ck_assert(raw.attr & PLOG_ATTR_TEXT);
	}
}
END_TEST

#undef PLOG_TAG
#define PLOG_TAG "pump"

static void pump_logs(void)
{
	plog_debug("pump");
}

#undef PLOG_TAG
#define PLOG_TAG "valve"

static void valve_logs(void)
{
	plog_debug("valve");
}

/* The reference record of size and speed. */
START_TEST(the_reference_record_takes_40_bytes)
{
	const struct plog_window *win = &store.map.win;
	const struct plog_lane *lane = plog_window_lane(win, win->cpu_lanes);
	const char *from = "10.1.2.3";
	u32 i, before = 0;

	for (i = 0; i < 3; i++) {
		before = PLOG_CURSOR_OFF(lane->cursor);
		plog(PLOG_INFO, "request %d from %s took %d us", i, from, 17 * i);
		plog_thread.lane = 0;
	}
	ck_assert_uint_le(PLOG_CURSOR_OFF(lane->cursor) - before, 40);
	ck_assert_uint_gt(PLOG_CURSOR_OFF(lane->cursor), before);
}
END_TEST

/* `plogctl level TAG=LEVEL`, while sites have decided already */
START_TEST(a_tag_has_a_level_of_its_own)
{
	struct plog_control *ctl = store.map.win.ctl;
	u32 i;

	pump_logs();
	valve_logs();
	ck_assert_int_eq(plog_gate_set_tag(ctl, "pump", PLOG_INFO), 0);
	pump_logs();
	valve_logs();
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 3);
	ctl->level = (ctl->level & ~PLOG_LEVEL_BITS) | PLOG_WARNING;
	ck_assert_int_eq(plog_gate_set_tag(ctl, "pump", PLOG_DEBUG), 0);
	pump_logs();
	valve_logs();
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 4);
	ck_assert_int_eq(plog_gate_set_tag(ctl, "pump", -1), 0);
	pump_logs();
	ck_assert_uint_eq(store_each(&store, NULL, NULL), 4);
	for (i = 0; i < PLOG_TAG_LEVELS; i++) {
		char tag[8];

		snprintf(tag, sizeof(tag), "t%u", i);
		ck_assert_int_eq(plog_gate_set_tag(ctl, tag, 3), 0);
	}
	ck_assert_int_eq(plog_gate_set_tag(ctl, "one too many", 3), -ENOSPC);
}
END_TEST

START_TEST(levels_change_what_sites_decided)
{
	u32 turn, n = 0;

	for (turn = 0; turn < 40; turn++) {
		store.map.win.ctl->level = turn & 1 ? PLOG_INFO : PLOG_DEBUG;
		plog_level_set(turn & 2 ? PLOG_INFO : PLOG_DEBUG);
		plog_debug("turn %u", turn);
		n += !(turn & 3);
		ck_assert_uint_eq(store_each(&store, NULL, NULL), n);
		if (!(turn & 3))
			plog_debug("again %s", "x");
		n += !(turn & 3);
		if (turn % 7 == 6) {
			setup();
			n = 0;
		}
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("args");
	TCase *t = tcase_create("args");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_set_timeout(t, 300);
	tcase_add_test(t, integers);
	tcase_add_test(t, reals);
	tcase_add_test(t, others);
	tcase_add_test(t, stars);
	tcase_add_test(t, mixed);
	tcase_add_test(t, odd_formats_are_made_at_once);
	tcase_add_test(t, both_ways_store_the_same);
	tcase_add_test(t, a_mismatch_goes_by_the_format);
	tcase_add_test(t, a_precision_protects_what_is_behind);
	tcase_add_test(t, percent_n_is_not_obeyed);
	tcase_add_test(t, long_strings_are_cut);
	tcase_add_test(t, another_window_gets_the_site_again);
	tcase_add_test(t, a_site_that_moved_under_its_caller);
	tcase_add_test(t, a_full_dictionary_makes_text);
	tcase_add_test(t, the_reference_record_takes_40_bytes);
	tcase_add_test(t, a_tag_has_a_level_of_its_own);
	tcase_add_test(t, levels_change_what_sites_decided);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
