// SPDX-License-Identifier: BSD-2-Clause
/* A delivery as a whole: what, how, where to, and what is said of it. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "deliver.h"
#include "deliver_run.h"

static void destination_set(struct deliver_run *run)
{
	static const struct carrier_kind *const kind[] = { [SYSLOG_SOCKET] = &carrier_socket,
							   [SYSLOG_UDP] = &carrier_udp,
							   [SYSLOG_TCP] = &carrier_tcp };
	const struct logdump_options *opt = &run->dump->opt;

	if (opt->journal) {
		run->addr = (struct syslog_addr){ .text = opt->journal_path };
		run->line = journal_native_put;
		carrier_open(&run->carrier, &carrier_journal, &run->addr);
		return;
	}
	syslog_addr_parse(&run->addr, opt->syslog_addr);
	run->line = run->addr.kind == SYSLOG_SOCKET ? syslog_3164_put : syslog_5424_put;
	carrier_open(&run->carrier, kind[run->addr.kind], &run->addr);
}

/* Counting first costs a second merge; then the last record of a boot is known as such. */
static void records_count(struct deliver_run *run)
{
	struct plog_reader *reader = run->dump->reader;
	const struct logdump_options *opt = &run->dump->opt;
	struct plog_reader_record rec;

	plog_reader_select(reader, run->first, run->count);
	while (plog_reader_next(reader, &rec)) {
		if (!logdump_filter_match(opt, &rec))
			continue;
		run->matched++;
		run->left[rec.boot_at - run->first]++;
	}
	if (opt->lines >= 0 && run->matched > (uint64_t)opt->lines)
		run->skip = run->matched - (uint64_t)opt->lines;
}

static int run_boots(struct deliver_run *run)
{
	uint32_t i;
	int err = 0;

	progress_begin(&run->progress, "delivering", "records", run->matched - run->skip);
	for (i = 0; i < run->count && !err; i++)
		err = deliver_boot_run(run, run->first + i);
	progress_end(&run->progress);
	return err;
}

static int undelivered(const struct deliver_run *run, int err)
{
	uint64_t all = run->matched - run->skip;

	if (err == -EBUSY)
		fprintf(stderr, "logdump: %s: another logdump is delivering this boot there\n",
			run->addr.text);
	else
		fprintf(stderr,
			"logdump: %s: %s; %" PRIu64 " of %" PRIu64
			" records are delivered, the same command goes on from there\n",
			run->addr.text, carrier_why(&run->carrier, err), run->had + run->put, all);
	return LOGDUMP_UNDELIVERED;
}

static int nothing_selected(const struct deliver_run *run)
{
	uint64_t seen = 0;
	uint32_t i;

	for (i = run->first; i < run->first + run->count; i++)
		seen += run->dump->boots[i].records + run->dump->boots[i].repaired;
	if (run->matched) /* none of them was asked for */
		return LOGDUMP_PRINTED;
	if (seen)
		fprintf(stderr, "logdump: none of %" PRIu64 " records matches\n", seen);
	else
		logdump_nothing_explain(run->dump, run->first, run->count);
	return LOGDUMP_NOTHING;
}

static int run_all(struct deliver_run *run)
{
	int err;

	records_count(run);
	if (run->matched == run->skip)
		return nothing_selected(run);
	err = run_boots(run);
	if (err)
		return undelivered(run, err);
	if (!run->put)
		fprintf(stderr,
			"logdump: %s: nothing left to deliver, it has all %" PRIu64
			" records; --redeliver sends them again\n",
			run->addr.text, run->had);
	if (logdump_window_cut(run->dump)[0])
		fprintf(stderr, "logdump: %s: %s\n", run->dump->window,
			logdump_window_cut(run->dump));
	return LOGDUMP_PRINTED;
}

int logdump_deliver_records(struct logdump *dump)
{
	struct deliver_run *run = calloc(1, sizeof(*run));
	int code = LOGDUMP_UNDELIVERED;

	if (!run || batch_open(&run->batch)) {
		fprintf(stderr, "logdump: no memory\n");
		free(run);
		return code;
	}
	run->dump = dump;
	destination_set(run);
	origin_get(&run->origin, dump->opt.machine_id, dump->opt.hostname);
	code = logdump_boots_select(dump, &run->first, &run->count);
	if (!code) {
		run->left = calloc(run->count, sizeof(*run->left));
		code = run->left ? run_all(run) : undelivered(run, -ENOMEM);
	}
	carrier_close(&run->carrier);
	batch_close(&run->batch);
	free(run->left);
	free(run);
	return code;
}
