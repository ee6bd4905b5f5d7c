// SPDX-License-Identifier: BSD-2-Clause
/* plog - write records from a shell, like logger(1) */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plog.h"
#include "plog_exec.h"
#include "thread.h"
#include "tool_option.h"

#define COMPLETION 1 /* no letter that anybody types */

enum { EXIT_USAGE = 2, EXIT_WINDOW = 3, EXIT_NOT_RUN = 126, EXIT_NOT_FOUND = 127 };

static const struct tool_option options[] = {
	{ .letter = 't',
	  .name = "tag",
	  .operand = TOOL_OPERAND_NEEDED,
	  .arg = "TAG",
	  .help = "tag of the records (plog)" },
	{ .letter = 'p',
	  .name = "priority",
	  .operand = TOOL_OPERAND_NEEDED,
	  .arg = "LEVEL",
	  .help = "level (notice): 0 to 7 or, behind a facility if need be, as in\n"
		  "user.notice, one of:",
	  .value = tool_option_level },
	{ .letter = 'x',
	  .name = "exec",
	  .arg = "",
	  .help = "become COMMAND, with its output and errors going to the log",
	  .complete = TOOL_COMPLETE_COMMAND },
	{ .letter = 'w',
	  .name = "window",
	  .operand = TOOL_OPERAND_NEEDED,
	  .arg = "WINDOW",
	  .help = "device, file or mem:ADDR,SIZE ($PLOG_WINDOW, else /dev/plog0,\n"
		  "else a file in /dev/shm)",
	  .complete = TOOL_COMPLETE_FILE },
	{ .letter = 'h', .name = "help", .arg = "", .help = "this text" },
	{ .letter = 'V', .name = "version", .arg = "", .help = "the version" },
	{ .letter = COMPLETION, .name = "completion", .arg = "", .help = NULL },
	TOOL_OPTION_END,
};

static void usage_print(void)
{
	const struct tool_option *row;

	puts("Usage: plog [OPTIONS] [MESSAGE...]\n"
	     "       plog [OPTIONS] --exec COMMAND [ARGUMENTS...]\n"
	     "Write MESSAGE, or each line of standard input, or of what COMMAND prints, to the "
	     "log\n"
	     "that survives a crash.\n");
	for (row = options; row->name; row++)
		if (row->help)
			tool_option_usage(stdout, row, 24);
	puts("\nExit code: 0 written, 2 usage, 3 no usable window or input; with --exec that of "
	     "COMMAND,\n126 it cannot be run, 127 there is none.");
}

static void completion_print(void)
{
	const struct tool_option *row;

	for (row = options; row->name; row++)
		tool_option_completion(stdout, row);
}

static const char *tag;
static int level = PLOG_NOTICE;

PLOG_PRINTF_(2, 3) static void record(int of, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	plog_vlog(of, tag, format, ap);
	va_end(ap);
}

static int words_log(char **words, int n)
{
	size_t room = 1, at = 0, len;
	char *line;
	int i;

	for (i = 0; i < n; i++)
		room += strlen(words[i]) + 1;
	line = malloc(room);
	if (!line) {
		fprintf(stderr, "plog: no memory for a message of %zu bytes\n", room);
		return EXIT_WINDOW;
	}
	for (i = 0; i < n; i++) {
		len = strlen(words[i]);
		memcpy(line + at, words[i], len);
		at += len;
		line[at++] = ' ';
	}
	line[at - 1] = 0;
	record(level, "%s", line);
	free(line);
	return 0;
}

/* A line may say its level, as "<3>disk is full": sd-daemon(3). */
static void line_log(const char *line)
{
	if (line[0] == '<' && line[1] >= '0' && line[1] <= '7' && line[2] == '>')
		record(line[1] - '0', "%s", line + 3);
	else
		record(level, "%s", line);
}

static int input_log(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) >= 0) {
		ssize_t i;

		/* Text ends at a NUL: what is behind one would be lost. */
		for (i = 0; i < n; i++)
			if (!line[i])
				line[i] = ' ';
		line_log(line);
	}
	free(line);
	if (ferror(stdin)) {
		fprintf(stderr, "plog: standard input: %s\n", strerror(errno));
		return EXIT_WINDOW;
	}
	return 0;
}

static int priority_parse(const char *text)
{
	const char *dot = strrchr(text, '.');

	return plog_level_parse(dot ? dot + 1 : text);
}

static int window_open(const char *spec)
{
	char why[600];

	/* One context for each invocation would fill the dictionary. */
	plog_thread_short_lived = true;
	if (!plog_open(spec))
		return 0;
	plog_status(why, sizeof(why));
	fprintf(stderr, "plog: %s\n", why);
	return EXIT_WINDOW;
}

static int usage_error(int c, const char *word)
{
	fprintf(stderr, "plog: %s: %s; see plog --help\n", word,
		c == ':' ? "an argument is missing" : "no such option");
	return EXIT_USAGE;
}

/* In the command's process this returns only when there is no such command. */
static int exec_and_log(char **command)
{
	int err;

	if (*command && !strcmp(*command, "--"))
		command++;
	if (!*command || **command == '-') {
		fputs("plog: --exec: the command stands behind it, and options before it; "
		      "see plog --help\n",
		      stderr);
		return EXIT_USAGE;
	}
	if (!tag)
		tag = *command;
	err = plog_exec(command);
	if (err == 0)
		return input_log();
	fprintf(stderr, "plog: --exec %s: %s\n", *command, strerror(-err));
	return err == -ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN;
}

int main(int argc, char **argv)
{
	const char *spec = NULL;
	bool exec = false;
	int c;

	/* What is behind --exec is the command's. */
	while (!exec && (c = tool_option_next(options, argc, argv)) != -1) {
		switch (c) {
		case 't':
			tag = optarg;
			break;
		case 'p':
			level = priority_parse(optarg);
			if (level < 0) {
				fprintf(stderr,
					"plog: -p %s: not a level; take emerg alert crit "
					"err warning notice info debug, or 0 to 7\n",
					optarg);
				return EXIT_USAGE;
			}
			break;
		case 'x':
			exec = true;
			break;
		case 'w':
			spec = optarg;
			break;
		case 'h':
			usage_print();
			return 0;
		case COMPLETION:
			completion_print();
			return 0;
		case 'V':
			puts("plog " PLOG_VERSION);
			return 0;
		default:
			return usage_error(c, argv[optind - 1]);
		}
	}
	c = window_open(spec);
	if (c)
		return c;
	if (exec)
		return exec_and_log(argv + optind);
	return optind < argc ? words_log(argv + optind, argc - optind) : input_log();
}
