// SPDX-License-Identifier: BSD-2-Clause
/* What plogctl qualify prints: one result, and the matrix of all. */
#include <inttypes.h>
#include <string.h>

#include "qualify.h"

static const char *const class_name[QUALIFY_CLASSES] = {
	"cleaned, fenced",
	"cleaned",
	"not cleaned",
};

/* Never 100 % for less than all. */
static void percent(char *buf, size_t n, u64 part, u64 whole)
{
	unsigned int tenths = whole ? (unsigned int)((double)part * 1000 / (double)whole) : 0;

	if (tenths > 1000 || (tenths == 1000 && part < whole))
		tenths = part < whole ? 999 : 1000;
	if (!whole)
		snprintf(buf, n, "-");
	else if (tenths % 10)
		snprintf(buf, n, "%u.%u %%", tenths / 10, tenths % 10);
	else
		snprintf(buf, n, "%u %%", tenths / 10);
}

static void rate(char *buf, size_t n, u64 wrong, u64 bits)
{
	if (!bits)
		snprintf(buf, n, "-");
	else if (!wrong)
		snprintf(buf, n, "0");
	else
		snprintf(buf, n, "1 in %" PRIu64, bits / wrong);
}

void qualify_print(FILE *f, const struct qualify_result *r)
{
	char line[4096], share[32];
	struct why_text text = { line, sizeof(line), 0 };
	u32 i;

	fprintf(f, "reset      %s%s%s\n", r->label,
		r->verdict[0] && strcmp(r->verdict, r->label) ? "; the boot table says " : "",
		r->verdict[0] && strcmp(r->verdict, r->label) ? r->verdict : "");
	for (i = 0; i < QUALIFY_CLASSES; i++) {
		percent(share, sizeof(share), r->count[i].kept, r->count[i].lines);
		fprintf(f,
			"%-10s %-16s %7s of %" PRIu64 " lines; %" PRIu64 " stale, %" PRIu64
			" lost\n",
			i ? "" : "lines", class_name[i], share, r->count[i].lines,
			r->count[i].stale, r->count[i].lost);
	}
	rate(share, sizeof(share), r->bits.ones_lost + r->bits.zeros_lost,
	     r->bits.ones + r->bits.zeros);
	fprintf(f, "bits       %s wrong\n", share);
	fprintf(f,
		"pages      %" PRIu64 " kept, %" PRIu64 " lost, %" PRIu64 " in use by plog "
		"again\n",
		r->pages.good, r->pages.bad, r->reused);
	line[0] = 0;
	qualify_explain(r, &text);
	fputs(line, f);
}

/**
 * struct sum - all results of a kind of reset
 */
struct sum {
	u32 times;
	struct qualify_count count[QUALIFY_CLASSES];
	u64 bits;
	u64 wrong;
	u64 pages;
	u64 lost;
	u32 causes;
};

static void sum_add(struct sum *sum, const struct qualify_row *row)
{
	u32 i;

	sum->times++;
	for (i = 0; i < QUALIFY_CLASSES; i++) {
		sum->count[i].lines += row->count[i].lines;
		sum->count[i].kept += row->count[i].kept;
	}
	sum->bits += row->bits;
	sum->wrong += row->wrong;
	sum->pages += row->pages;
	sum->lost += row->pages_lost;
	sum->causes |= row->causes;
}

static void causes_print(FILE *f, u32 causes)
{
	const char *comma = "";
	u32 bit;

	if (!causes)
		fputs("kept", f);
	for (bit = 0; bit < QUALIFY_CAUSES; bit++) {
		if (!(causes & 1u << bit))
			continue;
		fprintf(f, "%s%s", comma, qualify_cause_name(bit));
		comma = ", ";
	}
	fputc('\n', f);
}

static void sum_print(FILE *f, const char *label, u32 cache, const struct sum *sum)
{
	static const char *const caches[] = { "wb", "wc", "uc" };
	char share[QUALIFY_CLASSES][32], bits[32];
	u32 i;

	for (i = 0; i < QUALIFY_CLASSES; i++)
		percent(share[i], sizeof(share[i]), sum->count[i].kept, sum->count[i].lines);
	rate(bits, sizeof(bits), sum->wrong, sum->bits);
	fprintf(f, "%-12s %-5s %5u %15s %8s %11s %14s %6" PRIu64 "/%-6" PRIu64 " ", label,
		cache < 3 ? caches[cache] : "?", sum->times, share[QUALIFY_FENCED],
		share[QUALIFY_CLEANED], share[QUALIFY_DIRTY], bits, sum->lost, sum->pages);
	causes_print(f, sum->causes);
}

static bool same(const struct qualify_row *a, const struct qualify_row *b)
{
	return a->cache == b->cache && !strcmp(a->label, b->label);
}

void qualify_matrix(FILE *f, const struct qualify_state *state)
{
	u32 i, k;

	fprintf(f, "%-12s %-5s %5s %15s %8s %11s %14s %13s %s\n", "RESET", "CACHE", "TIMES",
		"CLEANED, FENCED", "CLEANED", "NOT CLEANED", "BITS WRONG", "PAGES LOST", "LIKELY");
	for (i = 0; i < state->count; i++) {
		struct sum sum = { .times = 0 };

		for (k = 0; k < i && !same(&state->rows[k], &state->rows[i]); k++)
			;
		if (k < i)
			continue;
		for (; k < state->count; k++)
			if (same(&state->rows[k], &state->rows[i]))
				sum_add(&sum, &state->rows[k]);
		sum_print(f, state->rows[i].label, state->rows[i].cache, &sum);
	}
}
