// SPDX-License-Identifier: BSD-2-Clause
/* Records a second as a row of bars: blocks where the terminal can, else letters. */
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>

#include "out_span.h"
#include "summary.h"
#include "tally.h"

#define BARS 40 /* each of TALLY_BUCKETS / BARS buckets */
#define STEPS 8

static const char *const block[STEPS + 1] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char *const letter[STEPS + 1] = { " ", ".", ":", "-", "=", "+", "*", "%", "#" };

static bool utf8(void)
{
	setlocale(LC_CTYPE, "");
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static uint64_t bar_sum(const struct tally_span *span, uint32_t bar)
{
	uint32_t i, level, each = TALLY_BUCKETS / BARS;
	uint64_t sum = 0;

	for (i = bar * each; i < (bar + 1) * each; i++)
		for (level = 0; level < TALLY_LEVELS; level++)
			sum += span->levels[i][level];
	return sum;
}

/* A minute where there is one, as far as it is not mostly empty. */
static const struct tally_span *span_pick(const struct tally *tally)
{
	return &tally->span[tally->spans > 1 ? 1 : 0];
}

void summary_rates(FILE *f, const struct tally *tally)
{
	const struct tally_span *span = span_pick(tally);
	const char *const *bars = utf8() ? block : letter;
	uint64_t sum[BARS], most = 0, all = 0, ns;
	char text[OUT_SPAN];
	uint32_t i;

	for (i = 0; i < BARS; i++) {
		sum[i] = bar_sum(span, i);
		all += sum[i];
		if (sum[i] > most)
			most = sum[i];
	}
	fputs("rates       ", f);
	for (i = 0; i < BARS; i++)
		fputs(bars[sum[i] ? 1 + sum[i] * (STEPS - 1) / most : 0], f);
	ns = span->bucket * TALLY_BUCKETS;
	out_span(text, ns);
	fprintf(f, "  %" PRIu64 " of %" PRIu64 " records in the last %s", all, tally->matched,
		text);
	ns /= BARS;
	if (ns)
		fprintf(f, ", at most %.0f/s", (double)most * 1e9 / (double)ns);
	putc('\n', f);
}
