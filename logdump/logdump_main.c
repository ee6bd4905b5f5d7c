// SPDX-License-Identifier: BSD-2-Clause
/* logdump - recover the log of a boot that ended. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "deliver.h"
#include "erase.h"
#include "logdump_keep.h"
#include "logdump_option.h"
#include "logdump_print.h"
#include "out_terminal.h"
#include "pager.h"
#include "report.h"
#include "summary.h"
#include "verify.h"
#include "window.h"

#ifndef PLOG_VERSION
#define PLOG_VERSION "unknown"
#endif

/* A table, or a text of any length, for whoever reads it. */
static int page(struct logdump *dump, int (*print)(struct logdump *dump))
{
	/* Whoever leaves a pager early has not seen all of it. */
	if (!dump->opt.no_pager && !dump->opt.ack)
		pager_begin();
	return pager_end(print(dump));
}

static int records(struct logdump *dump)
{
	const struct logdump_options *opt = &dump->opt;

	if (opt->syslog || opt->journal)
		return logdump_deliver_records(dump);
	if (opt->format == &out_ctf)
		return logdump_print_records(dump);
	if (opt->format->binary && out_terminal()) {
		fprintf(stderr,
			"logdump: -o %s has bytes that a terminal may obey; send it to a file or "
			"a pipe\n",
			opt->format->name);
		return LOGDUMP_USAGE;
	}
	if (opt->format == &out_export)
		logdump_export_begin(dump);
	if (opt->follow)
		return logdump_follow(dump);
	return page(dump, logdump_print_records);
}

/* Saved first: what is on disk is safe from whatever delivery meets. */
static int records_keep(struct logdump *dump)
{
	const struct logdump_options *opt = &dump->opt;
	int code = opt->save ? logdump_save(dump) : LOGDUMP_PRINTED;

	if (!code && (!opt->save || opt->syslog || opt->journal))
		code = records(dump);
	if (opt->ack)
		code = logdump_ack(dump, code);
	if (!code && opt->erase)
		code = erase_window("logdump", dump->window, opt->force);
	return code;
}

static int run(struct logdump *dump)
{
	const struct logdump_options *opt = &dump->opt;
	int code = logdump_keep_check(opt);

	if (code)
		return code;
	if (opt->erase && !opt->ack && !opt->save && !opt->syslog && !opt->journal)
		return erase_window("logdump", dump->window, opt->force);
	if (dump->opt.verify)
		return pager_end(logdump_verify(dump));
	dump->opened = logdump_window_open(dump);
	code = logdump_archives_join(dump);
	if (code)
		return code;
	if (dump->opt.list_windows)
		return page(dump, logdump_print_windows);
	if (dump->opt.list_boots)
		return page(dump, logdump_print_boots);
	if (dump->opt.summary)
		return logdump_summary(dump);
	if (dump->opt.report)
		return logdump_report(dump);
	if (dump->opt.stats)
		return page(dump, logdump_print_stats);
	return records_keep(dump);
}

/* What is asked of the tool, not of a window. Returns -1 for nothing. */
static int about(const struct logdump_options *opt)
{
	if (opt->help)
		logdump_options_usage(stdout);
	else if (opt->completion)
		logdump_completion_print(stdout);
	else if (opt->version)
		printf("logdump (plog) %s\n", PLOG_VERSION);
	else
		return -1;
	return logdump_stdout_check(LOGDUMP_PRINTED);
}

int main(int argc, char **argv)
{
	static struct logdump dump;
	char name[256];
	int code = logdump_options_parse(&dump.opt, argc, argv);

	if (code)
		return code;
	/* A closed pipe is an exit code, not a death. */
	signal(SIGPIPE, SIG_IGN);
	code = about(&dump.opt);
	if (code >= 0)
		return code;
	out_terminal_begin(dump.opt.color);
	/* Times were read by now; those that are given are in the local zone. */
	if (dump.opt.utc)
		setenv("TZ", "UTC0", 1);
	tzset();
	dump.window = plog_window_spec(dump.opt.window, name, sizeof(name));
	code = run(&dump);
	plog_reader_close(dump.reader);
	source_close(&dump.source);
	boot_list_free(&dump.list);
	return code;
}
