// SPDX-License-Identifier: BSD-2-Clause
/* The command line, read and explained as the table of options says. */
#include <getopt.h>
#include <string.h>

#include "hash.h"
#include "logdump_option.h"

#define FOLLOW_LINES 10 /* as journalctl(1) and tail(1) */
#define LONG_BASE 256   /* getopt's value of the first row: letters are below */

static void tables_make(struct option *longs, char *letters)
{
	const struct logdump_option *row = logdump_option_table;
	size_t i;

	*letters++ = ':';
	for (i = 0; i < logdump_option_count; i++, row++) {
		*longs++ = (struct option){ row->tool.name, (int)row->tool.operand, NULL,
					    (int)(LONG_BASE + i) };
		if (!row->tool.letter)
			continue;
		*letters++ = row->tool.letter;
		if (row->tool.operand == TOOL_OPERAND_NEEDED)
			*letters++ = ':';
	}
	*longs = (struct option){ NULL, 0, NULL, 0 };
	*letters = 0;
}

static const struct logdump_option *row_find(int c)
{
	size_t i;

	if (c >= LONG_BASE && c < (int)(LONG_BASE + logdump_option_count))
		return &logdump_option_table[c - LONG_BASE];
	for (i = 0; i < logdump_option_count; i++)
		if (logdump_option_table[i].tool.letter && logdump_option_table[i].tool.letter == c)
			return &logdump_option_table[i];
	return NULL;
}

static int usage_error(const char *text, const char *arg)
{
	fprintf(stderr, "logdump: %s: %s; see logdump --help\n", arg, text);
	return LOGDUMP_USAGE;
}

static int operand_error(const struct logdump_options *opt, const struct logdump_option *row,
			 const char *arg)
{
	fprintf(stderr, "logdump: --%s takes %s", row->tool.name, row->tool.arg);
	if (tool_option_listed(&row->tool)) {
		fprintf(stderr, " (");
		tool_option_values(stderr, &row->tool);
		putc(')', stderr);
	}
	fprintf(stderr, ", not '%s'%s%s\n", arg ? arg : "", opt->why[0] ? ": " : "", opt->why);
	return LOGDUMP_USAGE;
}

/* Another selection is another delivery, of which nothing is known. */
static void selection_add(struct logdump_options *opt, const struct logdump_option *row,
			  const char *arg)
{
	opt->selection = hash_bytes(opt->selection, row->tool.name, strlen(row->tool.name) + 1);
	if (arg)
		opt->selection = hash_bytes(opt->selection, arg, strlen(arg) + 1);
}

static int operand_taken(struct logdump_options *opt, const struct logdump_option *row,
			 const char *arg)
{
	if (row->selects)
		selection_add(opt, row, arg);
	if (row->selects && row->flag != offsetof(struct logdump_options, damaged))
		opt->filter = row->tool.name; /* damaged records come on top of the others */
	return 0;
}

/* Is the operand of a letter or name the next word, and that another option? */
static bool operand_absent(const struct logdump_option *row, char **argv)
{
	return row->absent && optarg && optarg == argv[optind - 1] && optarg[0] == '-';
}

static int option_take(struct logdump_options *opt, int c, char **argv)
{
	const struct logdump_option *row = row_find(c == ':' ? optopt : c);

	if (!row || (c == ':' && !row->absent))
		return usage_error(c == ':' ? "an argument is missing" : "no such option",
				   argv[optind - 1]);
	if (!row->set) {
		*(bool *)((char *)opt + row->flag) = true;
		return operand_taken(opt, row, NULL);
	}
	if (row->set(opt, c == ':' ? row->absent : optarg))
		return operand_taken(opt, row, c == ':' ? row->absent : optarg);
	if (!operand_absent(row, argv) || !row->set(opt, row->absent))
		return operand_error(opt, row, optarg);
	optind--;
	return operand_taken(opt, row, row->absent);
}

/* What --follow does not go with. */
static const char *follow_clash(const struct logdump_options *opt)
{
	if (opt->reverse)
		return "--follow and --reverse: one at a time";
	if (opt->boot_kind != LOGDUMP_BOOT_INDEX || opt->boot)
		return "--follow goes on with the running boot, no other";
	if (opt->syslog || opt->journal || opt->format == &out_ctf)
		return "--follow prints; it does not deliver, or write a trace";
	if (opt->window && !strcmp(opt->window, "-"))
		return "--follow: standard input is no window that goes on";
	if (opt->damaged)
		return "--follow and --damaged: what is being written looks damaged";
	return NULL;
}

static const char *clash(const struct logdump_options *opt)
{
	if (opt->syslog && opt->journal)
		return "--syslog and --journal: one at a time";
	if ((opt->syslog || opt->journal) && opt->reverse)
		return "--reverse: delivery is oldest first";
	if (opt->format == &out_ctf && opt->reverse)
		return "--reverse: a trace is oldest first";
	return opt->follow ? follow_clash(opt) : NULL;
}

static void defaults_fill(struct logdump_options *opt)
{
	if (opt->boot == LOGDUMP_BOOT_UNSET)
		opt->boot = opt->follow ? 0 : -1;
	if (opt->lines == LOGDUMP_LINES_UNSET)
		opt->lines = opt->follow ? FOLLOW_LINES : -1;
}

int logdump_options_parse(struct logdump_options *opt, int argc, char **argv)
{
	char letters[2 * LOGDUMP_OPTION_COUNT_MAX + 2];
	struct option longs[LOGDUMP_OPTION_COUNT_MAX + 1];
	int c, err;

	*opt = (struct logdump_options){ .boot = LOGDUMP_BOOT_UNSET,
					 .format = &out_short,
					 .level_max = 7,
					 .lines = LOGDUMP_LINES_UNSET,
					 .ctf_dir = "plog-ctf",
					 .color = LOGDUMP_COLOR_AUTO,
					 .pid = -1,
					 .syslog_addr = "/dev/log",
					 .journal_path = "/run/systemd/journal/socket",
					 .selection = HASH_BASIS };
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
	defaults_fill(opt);
	if (clash(opt)) {
		fprintf(stderr, "logdump: %s\n", clash(opt));
		return LOGDUMP_USAGE;
	}
	return 0;
}

#define LEFT 32 /* columns of the names */

void logdump_options_usage(FILE *f)
{
	size_t i;

	fprintf(f, "Usage: logdump [OPTIONS] [WINDOW]\n"
		   "Recover the log of a boot that ended, the previous one by default.\n"
		   "WINDOW: /dev/plogN, a file, mem:ADDR,SIZE or - ; default $PLOG_WINDOW, "
		   "/dev/plog0,\n"
		   "a file in /dev/shm.\n\n");
	for (i = 0; i < logdump_option_count; i++)
		if (logdump_option_table[i].tool.help)
			tool_option_usage(f, &logdump_option_table[i].tool, LEFT);
	fprintf(f, "\nExit: 0 records printed, 1 nothing recovered, 2 usage, 3 window unreadable "
		   "or not\n"
		   "plog's, 4 output not delivered.\n");
}
