// SPDX-License-Identifier: BSD-2-Clause
/* The command line: one table, from which getopt's tables and the usage come. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "logdump_options.h"

static const char *const level_name[] = { "emerg",   "alert",  "crit", "err",
					  "warning", "notice", "info", "debug" };

static bool number_parse(const char *text, long *value)
{
	char *end;

	errno = 0;
	*value = strtol(text, &end, 10);
	return end != text && !*end && !errno && *value >= INT_MIN && *value <= INT_MAX;
}

#define ID_MIN 4 /* digits of a boot_id */
#define ID_MAX 32

/* The beginning of a boot_id, or all of it, with the kernel's dashes or without. */
static bool id_parse(const char *text, char id[ID_MAX + 1])
{
	size_t n = 0;

	if (*text == '-') /* a number */
		return false;
	for (; *text; text++) {
		if (*text == '-')
			continue;
		if (!isxdigit((unsigned char)*text) || n == ID_MAX)
			return false;
		id[n++] = (char)tolower((unsigned char)*text);
	}
	id[n] = 0;
	return n >= ID_MIN;
}

static bool boot_set(struct logdump_options *opt, const char *arg)
{
	long n = 0;
	bool number = number_parse(arg, &n);

	if (!strcmp(arg, "all"))
		opt->boot_kind = LOGDUMP_BOOT_ALL;
	else if (id_parse(arg, opt->boot_id))
		opt->boot_kind = LOGDUMP_BOOT_ID;
	else if (number)
		opt->boot_kind = LOGDUMP_BOOT_INDEX;
	else
		return false;
	opt->boot = number ? (int)n : 0;
	return true;
}

static bool list_boots_set(struct logdump_options *opt, const char *arg)
{
	(void)arg;
	opt->list_boots = true;
	return true;
}

static bool output_set(struct logdump_options *opt, const char *arg)
{
	opt->format = out_format_find(arg);
	return opt->format;
}

static int level_parse(const char *text, size_t n)
{
	static const struct {
		const char *name;
		int level;
	} also[] = { { "panic", 0 }, { "error", 3 }, { "warn", 4 } };
	size_t i;

	if (n == 1 && text[0] >= '0' && text[0] <= '7')
		return text[0] - '0';
	for (i = 0; i < 8; i++)
		if (strlen(level_name[i]) == n && !memcmp(level_name[i], text, n))
			return (int)i;
	for (i = 0; i < sizeof(also) / sizeof(also[0]); i++)
		if (strlen(also[i].name) == n && !memcmp(also[i].name, text, n))
			return also[i].level;
	return -1;
}

/* As journalctl: one level means it and what is worse, two a range in any order. */
static bool priority_set(struct logdump_options *opt, const char *arg)
{
	const char *dots = strstr(arg, "..");
	int from = 0, to;

	if (dots)
		from = level_parse(arg, (size_t)(dots - arg));
	to = dots ? level_parse(dots + 2, strlen(dots + 2)) : level_parse(arg, strlen(arg));
	if (from < 0 || to < 0)
		return false;
	opt->level_min = from < to ? from : to;
	opt->level_max = from < to ? to : from;
	return true;
}

static bool tag_set(struct logdump_options *opt, const char *arg)
{
	if (opt->tag_count == LOGDUMP_TAGS_MAX)
		return false;
	opt->tags[opt->tag_count++] = arg;
	return true;
}

static bool pid_set(struct logdump_options *opt, const char *arg)
{
	return number_parse(arg, &opt->pid) && opt->pid >= 0;
}

static bool kernel_set(struct logdump_options *opt, const char *arg)
{
	(void)arg;
	opt->kernel = true;
	return true;
}

static bool lines_set(struct logdump_options *opt, const char *arg)
{
	if (!strcmp(arg, "all")) {
		opt->lines = -1;
		return true;
	}
	return number_parse(arg, &opt->lines) && opt->lines >= 0;
}

static bool reverse_set(struct logdump_options *opt, const char *arg)
{
	(void)arg;
	opt->reverse = true;
	return true;
}

static bool damaged_set(struct logdump_options *opt, const char *arg)
{
	(void)arg;
	opt->damaged = true;
	return true;
}

static bool stats_set(struct logdump_options *opt, const char *arg)
{
	(void)arg;
	opt->stats = true;
	return true;
}

static bool verify_set(struct logdump_options *opt, const char *arg)
{
	(void)arg;
	opt->verify = true;
	return true;
}

static bool syslog_set(struct logdump_options *opt, const char *arg)
{
	opt->syslog = true;
	if (arg)
		opt->syslog_path = arg;
	return opt->syslog_path[0] == '/';
}

static bool help_set(struct logdump_options *opt, const char *arg)
{
	(void)arg;
	opt->help = true;
	return true;
}

static bool version_set(struct logdump_options *opt, const char *arg)
{
	(void)arg;
	opt->version = true;
	return true;
}

static const struct definition {
	char letter;
	int has_arg;
	const char *name;
	const char *arg;
	const char *help;
	bool (*set)(struct logdump_options *opt, const char *arg);
} table[] = {
	{ 'b', 1, "boot", "N|ID|all",
	  "boot: 0 the running one, -1 the one before (default), ...; 1 the oldest;\n"
	  "                                   ID: the first digits of its boot id, 4 or more", boot_set },
	{ 0, 0, "list-boots", "", "list the boots in the window", list_boots_set },
	{ 'o', 1, "output", "FORMAT", "short, short-iso, short-monotonic, json or cat",
	  output_set },
	{ 'p', 1, "priority", "LEVEL[..LEVEL]", "this level and worse, or a range; name or 0 to 7",
	  priority_set },
	{ 't', 1, "tag", "TAG", "records of this tag; may be repeated", tag_set },
	{ 0, 1, "pid", "PID", "records of this process", pid_set },
	{ 'k', 0, "kernel", "", "the kernel's records", kernel_set },
	{ 'n', 1, "lines", "N", "the last N records", lines_set },
	{ 'r', 0, "reverse", "", "newest first", reverse_set },
	{ 0, 0, "damaged", "", "damaged records, too, as far as they are legible", damaged_set },
	{ 0, 0, "stats", "", "what was found of the window, instead of records", stats_set },
	{ 0, 0, "verify", "", "how much of the window is as it was written, with a map of it;\n"
	  "                                   exit: 0 all, 1 less, 3 no window", verify_set },
	{ 0, 2, "syslog", "[=PATH]",
	  "deliver to syslog, by default at /dev/log, instead of printing", syslog_set },
	{ 'h', 0, "help", "", "show this", help_set },
	{ 'V', 0, "version", "", "show the version", version_set },
};

#define COUNT (sizeof(table) / sizeof(table[0]))
#define LONG_BASE 256 /* getopt's value of table[0]: letters are below */

static void tables_make(struct option longs[COUNT + 1], char *letters)
{
	size_t i;

	*letters++ = ':';
	for (i = 0; i < COUNT; i++) {
		longs[i] = (struct option){ table[i].name, table[i].has_arg, NULL,
					    (int)(LONG_BASE + i) };
		if (!table[i].letter)
			continue;
		*letters++ = table[i].letter;
		if (table[i].has_arg)
			*letters++ = ':';
	}
	longs[COUNT] = (struct option){ NULL, 0, NULL, 0 };
	*letters = 0;
}

static const struct definition *definition_find(int c)
{
	size_t i;

	if (c >= LONG_BASE && c < (int)(LONG_BASE + COUNT))
		return &table[c - LONG_BASE];
	for (i = 0; i < COUNT; i++)
		if (table[i].letter && table[i].letter == c)
			return &table[i];
	return NULL;
}

static int usage_error(const char *text, const char *arg)
{
	fprintf(stderr, "logdump: %s: %s; see logdump --help\n", arg, text);
	return LOGDUMP_USAGE;
}

static int option_take(struct logdump_options *opt, int c, char **argv)
{
	const struct definition *def = definition_find(c);
	char name[32];

	if (!def)
		return usage_error(c == ':' ? "an argument is missing" : "no such option",
				   argv[optind - 1]);
	if (def->set(opt, optarg))
		return 0;
	snprintf(name, sizeof(name), "--%s", def->name);
	/* What FORMAT may be is in its help. */
	fprintf(stderr, "logdump: %s takes %s, not '%s'\n", name,
		def->set == output_set ? def->help : def->arg, optarg ? optarg : "");
	return LOGDUMP_USAGE;
}

int logdump_options_parse(struct logdump_options *opt, int argc, char **argv)
{
	char letters[2 * COUNT + 2];
	struct option longs[COUNT + 1];
	int c, err;

	*opt = (struct logdump_options){ .boot = -1,
					 .format = &out_short,
					 .level_max = 7,
					 .lines = -1,
					 .pid = -1,
					 .syslog_path = "/dev/log" };
	tables_make(longs, letters);
	optind = 0;
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		err = option_take(opt, c, argv);
		if (err)
			return err;
	}
	if (argc - optind > 1)
		return usage_error("one window at a time", argv[optind + 1]);
	if (optind < argc)
		opt->window = argv[optind];
	return 0;
}

void logdump_options_usage(FILE *f)
{
	char left[64];
	size_t i;

	fprintf(f, "Usage: logdump [OPTIONS] [WINDOW]\n"
		   "Recover the log of a boot that ended, the previous one by default.\n"
		   "WINDOW: /dev/plogN, a file, mem:ADDR,SIZE or - ; default $PLOG_WINDOW, "
		   "/dev/plog0,\n"
		   "a file in /dev/shm.\n\n");
	for (i = 0; i < COUNT; i++) {
		char letter[8] = "    ";

		if (table[i].letter)
			snprintf(letter, sizeof(letter), "-%c, ", table[i].letter);
		snprintf(left, sizeof(left), "%s--%s%s%s", letter, table[i].name,
			 table[i].has_arg == 1 ? "=" : "", table[i].arg);
		fprintf(f, "  %-32s %s\n", left, table[i].help);
	}
	fprintf(f, "\nExit: 0 records printed, 1 nothing recovered, 2 usage, 3 window unreadable "
		   "or not\n"
		   "plog's, 4 output not delivered.\n");
}
