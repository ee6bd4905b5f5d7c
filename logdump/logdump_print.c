// SPDX-License-Identifier: BSD-2-Clause
/* Records through the filter to an output; boots; statistics. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "logdump_print.h"
#include "logdump_sink.h"

/**
 * struct run - one reading of the selected boots
 * @first:	position of the first boot
 * @count:	boots
 * @seen:	records in them
 * @matched:	records that pass the filter
 * @put:	records put out
 * @sink:	where to
 * @err:	why putting out failed
 */
struct run {
	uint32_t first;
	uint32_t count;
	uint64_t seen;
	uint64_t matched;
	uint64_t put;
	struct logdump_sink *sink;
	int err;
};

static bool record_put(struct logdump *dump, struct run *run, const struct plog_reader_record *rec)
{
	run->err = run->sink->put(run->sink, rec, &dump->boots[rec->boot_at]);
	run->put += !run->err;
	return !run->err;
}

static bool record_next(struct logdump *dump, struct plog_reader_record *rec)
{
	while (plog_reader_next(dump->reader, rec))
		if (logdump_filter_match(&dump->opt, rec))
			return true;
	return false;
}

/* Counting first costs a second merge and no memory. */
static void records_count(struct logdump *dump, struct run *run)
{
	struct plog_reader_record rec;

	plog_reader_select(dump->reader, run->first, run->count);
	while (record_next(dump, &rec))
		run->matched++;
}

static void records_forward(struct logdump *dump, struct run *run)
{
	struct plog_reader_record rec;
	uint64_t skip = 0;

	if (dump->opt.lines >= 0) {
		records_count(dump, run);
		if (run->matched > (uint64_t)dump->opt.lines)
			skip = run->matched - (uint64_t)dump->opt.lines;
	}
	plog_reader_select(dump->reader, run->first, run->count);
	while (record_next(dump, &rec)) {
		if (skip) {
			skip--;
			continue;
		}
		if (!record_put(dump, run, &rec))
			return;
	}
}

/* Sequence numbers are all that must be kept to go back: 8 bytes a record. */
static void records_backward(struct logdump *dump, struct run *run)
{
	struct plog_reader_record rec;
	uint64_t *seqs, n = 0, stop = 0;

	records_count(dump, run);
	seqs = calloc(run->matched + 1, sizeof(*seqs));
	if (!seqs) {
		run->err = -ENOMEM;
		return;
	}
	plog_reader_select(dump->reader, run->first, run->count);
	while (n < run->matched && record_next(dump, &rec))
		seqs[n++] = rec.seq;
	if (dump->opt.lines >= 0 && n > (uint64_t)dump->opt.lines)
		stop = n - (uint64_t)dump->opt.lines;
	while (n-- > stop)
		if (plog_reader_at(dump->reader, seqs[n], &rec) && !record_put(dump, run, &rec))
			break;
	free(seqs);
}

static int undelivered(const struct run *run)
{
	if (run->err != -EPIPE) /* a pipe that has seen enough (head) needs no telling */
		fprintf(stderr, "logdump: %s: %s\n", run->sink ? run->sink->name : "output",
			strerror(-run->err));
	return LOGDUMP_UNDELIVERED;
}

void logdump_nothing_explain(const struct logdump *dump, uint32_t first, uint32_t count)
{
	const struct plog_reader_boot *boot = &dump->boots[first];
	const char *cut = logdump_window_cut(dump);

	if (count > 1)
		fprintf(stderr, "logdump: nothing recovered: %u boots in %s, none with a record\n",
			count, dump->window);
	else
		fprintf(stderr,
			"logdump: nothing recovered of boot %d in %s: %s%s%" PRIu64
			" chunks of it were overwritten, %" PRIu64 " records dropped\n",
			boot->index, dump->window, cut, *cut ? "; " : "", boot->overwritten,
			boot->dropped);
}

int logdump_stdout_check(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	if (errno != EPIPE)
		fprintf(stderr, "logdump: standard output: %s\n", strerror(errno));
	return LOGDUMP_UNDELIVERED;
}

static struct logdump_sink *sink_open(const struct logdump_options *opt, bool many)
{
	if (opt->format == &out_ctf)
		return logdump_sink_ctf(opt->ctf_dir, many);
	return logdump_sink_stdout(opt->format, many);
}

static void records_put(struct logdump *dump, struct run *run)
{
	run->sink = sink_open(&dump->opt, run->count > 1);
	if (!run->sink)
		run->err = -ENOMEM;
	else if (dump->opt.reverse)
		records_backward(dump, run);
	else
		records_forward(dump, run);
	if (!run->err)
		run->err = run->sink->finish(run->sink);
}

int logdump_print_records(struct logdump *dump)
{
	struct run run = { 0 };
	int code = logdump_boots_select(dump, &run.first, &run.count);
	uint32_t i;

	if (code)
		return code;
	for (i = run.first; i < run.first + run.count; i++)
		run.seen += dump->boots[i].records + dump->boots[i].repaired;
	records_put(dump, &run);
	if (run.err)
		code = undelivered(&run);
	if (run.sink)
		run.sink->close(run.sink);
	if (code)
		return code;
	if (run.put && logdump_window_cut(dump)[0])
		fprintf(stderr, "logdump: %s: %s\n", dump->window, logdump_window_cut(dump));
	if (run.put || (run.matched && !dump->opt.lines))
		return LOGDUMP_PRINTED;
	if (run.seen)
		fprintf(stderr, "logdump: none of %" PRIu64 " records matches\n", run.seen);
	else
		logdump_nothing_explain(dump, run.first, run.count);
	return LOGDUMP_NOTHING;
}

/* Only for those who can group by them: it costs a look at all records. */
static struct out_crash *crashes_find(const struct logdump *dump)
{
	struct out_crash *crash = calloc(dump->boot_count, sizeof(*crash));
	uint32_t i;

	for (i = 0; crash && i < dump->boot_count; i++) {
		crash[i].boot = dump->boots[i].boot;
		crash_fingerprint_read(crash[i].hex, dump->reader, i);
	}
	return crash;
}

void logdump_export_begin(struct logdump *dump)
{
	static struct origin origin;
	struct out_crash *crash = dump->opt.follow ? NULL : crashes_find(dump);

	origin_get(&origin, dump->opt.machine_id, dump->opt.hostname);
	out_export_about(&origin, crash, crash ? dump->boot_count : 0);
}

int logdump_print_boots(struct logdump *dump)
{
	struct out_crash *crash;

	if (dump->list.count) {
		dump->opt.format->boots(stdout, dump->list.boots, dump->list.about,
					dump->list.count);
		return logdump_stdout_check(dump->opened == LOGDUMP_UNREADABLE ? dump->opened
									       : LOGDUMP_PRINTED);
	}
	if (!dump->boot_count) {
		fprintf(stderr, "logdump: nothing recovered: no boot in %s\n", dump->window);
		return LOGDUMP_NOTHING;
	}
	crash = dump->opt.format == &out_json ? crashes_find(dump) : NULL;
	dump->opt.format->boots(stdout, dump->boots, crash, dump->boot_count);
	free(crash);
	return logdump_stdout_check(LOGDUMP_PRINTED);
}

int logdump_print_stats(struct logdump *dump)
{
	struct plog_reader_window win;
	uint64_t records = 0, repaired = 0, damaged = 0;
	char uuid[33];
	uint32_t i;

	plog_reader_window(dump->reader, &win);
	out_id_hex(uuid, win.uuid);
	for (i = 0; i < dump->boot_count; i++) {
		records += dump->boots[i].records;
		repaired += dump->boots[i].repaired;
		damaged += dump->boots[i].damaged + dump->boots[i].unfinished;
	}
	printf("window      %s\nuuid        %s\nsize        %" PRIu64 " bytes, %" PRIu64
	       " there, at offset %" PRIu64 "\nsuperblocks %u of 3\n",
	       dump->window, uuid, win.size, win.avail, win.offset + dump->source.offset,
	       win.supers);
	printf("chunks      %u of %u bytes: %u with records or a head, %u of them without a head\n",
	       win.chunks, win.chunk_size, win.chunks_good + win.chunks_headless,
	       win.chunks_headless);
	printf("dictionary  %u entries\nboots       %u\nrecords     %" PRIu64 " intact, %" PRIu64
	       " repaired, %" PRIu64 " stretches damaged\n",
	       win.dict_entries, dump->boot_count, records, repaired, damaged);
	return logdump_stdout_check(LOGDUMP_PRINTED);
}
