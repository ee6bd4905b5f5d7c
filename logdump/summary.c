// SPDX-License-Identifier: BSD-2-Clause
/*
 * --summary, a line for each question: how did it end, when, what was going on, who
 * was talking, what is missing; and the last of the worst that was said.
 */
#include <inttypes.h>
#include <string.h>

#include "ending.h"
#include "out_span.h"
#include "summary.h"
#include "tally.h"

#define DAY_AND_TIME "%Y-%m-%d %H:%M:%S"
#define TALKERS 5
#define WORST 3
#define NAME_WIDTH "%-12s"

static void name_put(FILE *f, const char *name)
{
	fprintf(f, NAME_WIDTH, name);
}

static void ending_print(FILE *f, const struct plog_reader_boot *boot)
{
	char id[33] = "unknown";

	fprintf(f, "%s: ", ending_name(boot));
	out_text(f, ending_reason(boot));
	if (boot->ident)
		out_id_hex(id, boot->boot_id);
	putc('\n', f);
	name_put(f, "boot");
	fprintf(f, "%d, %s", boot->index, id);
	if (boot->kernel.len) {
		fputs(", Linux ", f);
		out_text(f, boot->kernel);
	}
	putc('\n', f);
}

static void alive_print(FILE *f, const struct plog_reader_boot *boot, const struct tally *tally)
{
	char time[OUT_TIME] = "an unknown time", span[OUT_SPAN];

	name_put(f, boot->index ? "last alive" : "alive");
	if (boot->end != PLOG_READER_UNKNOWN)
		out_time_local(time, DAY_AND_TIME " %Z", boot->end, false);
	fputs(time, f);
	if (boot->end_mono != PLOG_READER_UNKNOWN && boot->end_mono >= 0) {
		out_span(span, (uint64_t)boot->end_mono);
		fprintf(f, ", up for %s", span);
	}
	if (tally->matched && tally->end_mono > tally->last_mono) {
		out_span(span, tally->end_mono - tally->last_mono);
		fprintf(f, "; last record %s before", span);
	}
	putc('\n', f);
}

static void talkers_print(FILE *f, const struct tally *tally)
{
	uint32_t i, n = tally->groups < TALKERS ? tally->groups : TALKERS;
	uint64_t shown = 0;

	name_put(f, "talkers");
	for (i = 0; i < n; i++) {
		const struct tally_group *g = &tally->group[i];
		const struct tally_process *p = &tally->process[g->first];

		if (i)
			fputs(", ", f);
		out_text(f, (struct plog_text){ p->name, p->name_len });
		if (g->count > 1)
			fprintf(f, " (%u processes)", g->count);
		else if (p->pid > 0)
			fprintf(f, "[%" PRId64 "]", p->pid);
		fprintf(f, " %" PRIu64, g->records);
		shown += g->records;
	}
	if (tally->matched > shown)
		fprintf(f, ", others %" PRIu64, tally->matched - shown);
	putc('\n', f);
}

static void loss_print(FILE *f, uint64_t n, const char *what, const char **separator)
{
	if (!n)
		return;
	fprintf(f, "%s%" PRIu64 " %s", *separator, n, what);
	*separator = ", ";
}

static void losses_print(FILE *f, const struct plog_reader_boot *b)
{
	const char *separator = "; ";
	char since[OUT_TIME] = "an unknown time";

	name_put(f, "losses");
	if (!b->complete_mono) {
		fputs("complete since its start", f);
	} else {
		if (b->complete_since != PLOG_READER_UNKNOWN)
			out_time_local(since, DAY_AND_TIME, b->complete_since, false);
		fprintf(f, "complete since %s", since);
	}
	loss_print(f, b->dropped, "dropped", &separator);
	loss_print(f, b->damaged, "stretches damaged", &separator);
	loss_print(f, b->unfinished, "unfinished", &separator);
	loss_print(f, b->repaired, "repaired", &separator);
	putc('\n', f);
}

/* The level that the last WORST records of it, and of what is worse, stand for. */
static uint8_t worst_level(const struct tally *tally)
{
	uint64_t n = 0;
	uint8_t level;

	for (level = 0; level < 4; level++) {
		n += tally->levels[level];
		if (n >= WORST)
			break;
	}
	return level;
}

static void worst_print(FILE *f, struct logdump *dump, uint32_t at, const struct tally *tally)
{
	uint8_t level = worst_level(tally), i;
	uint64_t skip = 0;
	struct plog_reader_record rec;

	for (i = 0; i <= level; i++)
		skip += tally->levels[i];
	if (!skip)
		return;
	skip = skip > WORST ? skip - WORST : 0;
	fputs("worst, the last of it\n", f);
	plog_reader_select(dump->reader, at, 1);
	while (plog_reader_next(dump->reader, &rec)) {
		if (rec.level > level || !logdump_filter_match(&dump->opt, &rec))
			continue;
		if (skip) {
			skip--;
			continue;
		}
		fprintf(f, "  %-7s ", out_level_name(rec.level));
		out_short.record(f, &rec, &dump->boots[at]);
	}
}

static uint64_t boot_print(FILE *f, struct logdump *dump, uint32_t at)
{
	static struct tally tally;

	tally_boot(&tally, dump, at);
	ending_print(f, &dump->boots[at]);
	alive_print(f, &dump->boots[at], &tally);
	if (tally.matched) {
		summary_rates(f, &tally);
		talkers_print(f, &tally);
	}
	losses_print(f, &dump->boots[at]);
	worst_print(f, dump, at, &tally);
	return tally.matched;
}

int logdump_summary(struct logdump *dump)
{
	uint32_t first, count, i;
	uint64_t matched = 0;
	int code = logdump_boots_select(dump, &first, &count);

	if (code)
		return code;
	for (i = first; i < first + count; i++) {
		if (i > first)
			putchar('\n');
		matched += boot_print(stdout, dump, i);
	}
	return logdump_stdout_check(matched ? LOGDUMP_PRINTED : LOGDUMP_NOTHING);
}
