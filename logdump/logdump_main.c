// SPDX-License-Identifier: BSD-2-Clause
/* logdump - recover the log of a boot that ended. */
#include <signal.h>
#include <stdio.h>

#include "logdump_option.h"
#include "deliver.h"
#include "logdump_print.h"
#include "report.h"
#include "summary.h"
#include "verify.h"
#include "window.h"

#ifndef PLOG_VERSION
#define PLOG_VERSION "unknown"
#endif

static int run(struct logdump *dump)
{
	int code;

	if (dump->opt.verify)
		return logdump_verify(dump);
	code = logdump_window_open(dump);
	if (code)
		return code;
	if (dump->opt.list_boots)
		return logdump_print_boots(dump);
	if (dump->opt.summary)
		return logdump_summary(dump);
	if (dump->opt.report)
		return logdump_report(dump);
	if (dump->opt.stats)
		return logdump_print_stats(dump);
	if (dump->opt.syslog || dump->opt.journal)
		return logdump_deliver_records(dump);
	return logdump_print_records(dump);
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
	if (dump.opt.help) {
		logdump_options_usage(stdout);
		return logdump_stdout_check(LOGDUMP_PRINTED);
	}
	if (dump.opt.completion) {
		logdump_completion_print(stdout);
		return logdump_stdout_check(LOGDUMP_PRINTED);
	}
	if (dump.opt.version) {
		printf("logdump (plog) %s\n", PLOG_VERSION);
		return logdump_stdout_check(LOGDUMP_PRINTED);
	}
	dump.window = plog_window_spec(dump.opt.window, name, sizeof(name));
	code = run(&dump);
	plog_reader_close(dump.reader);
	source_close(&dump.source);
	return code;
}
