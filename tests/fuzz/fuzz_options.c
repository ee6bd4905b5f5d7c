// SPDX-License-Identifier: BSD-2-Clause
/*
 * What people and scripts type: logdump's command line, with the choice of boots
 * that follows; window specs and sizes; levels, and levels of tags.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "fuzz.h"
#include "logdump_print.h"
#include "plog.h"
#include "syslog_addr.h"
#include "window.h"

/* Its parser is not seen from outside. */
#include "../../logdump/plogctl_level.c"

#define WORDS 200

static FILE *said;
static char *said_text;
static size_t said_len;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	said = open_memstream(&said_text, &said_len);
	FUZZ_CHECK(said);
	return 0;
}

/* What the tools say on stderr while this is so is collected. */
static void listen_begin(void)
{
	rewind(said);
	stderr = said;
}

static size_t listen_end(void)
{
	stderr = fuzz_err;
	fflush(said);
	return (size_t)ftell(said);
}

static size_t newlines(const char *p, size_t n)
{
	size_t count = 0;

	while (n--)
		count += *p++ == '\n';
	return count;
}

static void options_check(const struct logdump_options *opt)
{
	size_t n = strlen(opt->boot_id);
	struct syslog_addr addr;

	FUZZ_CHECK(opt->level_min >= 0 && opt->level_min <= opt->level_max && opt->level_max <= 7);
	FUZZ_CHECK(opt->tag_count >= 0 && opt->tag_count <= LOGDUMP_TAGS_MAX);
	FUZZ_CHECK(opt->lines >= -1 && opt->lines <= INT_MAX);
	FUZZ_CHECK(opt->pid >= -1 && opt->pid <= INT_MAX);
	FUZZ_CHECK(opt->format && syslog_addr_parse(&addr, opt->syslog_addr));
	FUZZ_CHECK(n <= 32 && strspn(opt->boot_id, "0123456789abcdef") == n);
	FUZZ_CHECK(opt->boot_kind != LOGDUMP_BOOT_ID || n >= 4);
}

/* Five boots, one with a kernel's id twice, one without any. */
static void select_check(const struct logdump_options *opt)
{
	struct plog_reader_boot boots[5] = { { .boot = 0 } };
	struct logdump run = { .opt = *opt, .boots = boots, .boot_count = 5, .window = "w" };
	uint32_t i, first = 0, count = 0;
	int code;

	for (i = 0; i < 5; i++) {
		boots[i].index = (int)i - 4;
		boots[i].ident = i != 2;
		memset(boots[i].boot_id, i < 2 ? 0x7d : 0x11 * (int)i, 16);
	}
	boots[4].boot_id[15] = 1;
	code = logdump_boots_select(&run, &first, &count);
	FUZZ_CHECK(code == LOGDUMP_PRINTED || code == LOGDUMP_NOTHING || code == LOGDUMP_USAGE);
	if (!code)
		FUZZ_CHECK(count && first < 5 && count <= 5 - first);
	if (!code && opt->boot_kind == LOGDUMP_BOOT_INDEX && opt->boot <= 0)
		FUZZ_CHECK(boots[first].index == opt->boot);
	run.boot_count = 0;
	FUZZ_CHECK(logdump_boots_select(&run, &first, &count) == LOGDUMP_NOTHING);
}

static void command_line(char **word, int n)
{
	char *argv[WORDS + 2];
	struct logdump_options opt;
	size_t len, lines = 1;
	int i, code;

	argv[0] = (char *)"logdump";
	for (i = 0; i < n; i++) {
		argv[i + 1] = word[i];
		lines += newlines(word[i], strlen(word[i]));
	}
	argv[n + 1] = NULL;
	listen_begin();
	code = logdump_options_parse(&opt, n + 1, argv);
	len = listen_end();
	FUZZ_CHECK(code == 0 || code == LOGDUMP_USAGE);
	/* Success is silent; a mistake is one line, but for newlines of the user's own. */
	FUZZ_CHECK(code ? len && newlines(said_text, len) <= 2 * lines : !len);
	if (code)
		return;
	options_check(&opt);
	listen_begin();
	select_check(&opt);
	listen_end();
}

static void size_check(const char *text)
{
	u64 got = 0;
	uint64_t want = 0;
	bool valid = !fuzz_bytes_wanted(text, &want);

	FUZZ_CHECK(plog_size_parse(text, &got) == (valid ? 0 : -EINVAL));
	if (valid)
		FUZZ_CHECK(got == want);
}

/* Every spec that names no physical memory after all; none is mapped. */
static void spec_check(const char *text)
{
	char room[64], spec[600];
	struct plog_map map;

	setenv("PLOG_WINDOW", text, 1);
	FUZZ_CHECK(!strcmp(plog_window_spec(text, room, sizeof(room)),
			   *text ? text : plog_window_spec(NULL, room, sizeof(room))));
	unsetenv("PLOG_WINDOW");
	/* Beyond what is there, and with something behind it that is no size. */
	snprintf(spec, sizeof(spec), "mem:%s", text);
	if (strlen(text) < 500 && strstr(text, ",") &&
	    !fuzz_bytes_wanted(strchr(text, ',') + 1, &(uint64_t){ 0 }))
		return;
	FUZZ_CHECK(plog_map_read(&map, spec) == -EINVAL);
	FUZZ_CHECK(map.why[0] && memchr(map.why, 0, sizeof(map.why)));
}

static void level_check(char *text)
{
	struct request r = { NULL, -2 };
	int level = plog_level_parse(text), ret;
	char *copy = strdup(text), *equals = strrchr(copy, '=');

	FUZZ_CHECK(level == -EINVAL || (level >= 0 && level <= 7));
	listen_begin();
	ret = request_parse(text, &r);
	FUZZ_CHECK(ret ? listen_end() > 0 : !listen_end());
	if (!equals)
		FUZZ_CHECK(ret ? level < 0 : level == r.level && !r.tag);
	if (!ret && equals)
		FUZZ_CHECK(r.tag && *r.tag && strlen(r.tag) == (size_t)(equals - copy) &&
			   r.level >= -1 && r.level <= 7);
	if (!ret && !r.tag)
		FUZZ_CHECK(r.level >= 0 && r.level <= 7);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *word[WORDS], *p = text;
	uint64_t begin = fuzz_now();
	int n = 0, i;

	FUZZ_CHECK(text);
	memcpy(text, data, size);
	text[size] = 0;
	/* A word has no NUL; between them are newlines, or NULs where a word holds those. */
	while (n < WORDS && p < text + size) {
		word[n++] = p;
		p += strcspn(p, memchr(data, 0, size) ? "" : "\n");
		*p++ = 0;
	}
	/* getopt changes the order of the words. */
	for (i = 0; i < n; i++) {
		size_check(word[i]);
		spec_check(word[i]);
	}
	command_line(word, n);
	for (i = 0; i < n; i++)
		level_check(word[i]);
	free(text);
	fuzz_slow_note(fuzz_now() - begin, size);
	return 0;
}
