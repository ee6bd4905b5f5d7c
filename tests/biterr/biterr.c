// SPDX-License-Identifier: BSD-2-Clause
/*
 * Random damage, and what the reader makes of it.
 *
 *	biterr quick|long|brief [SEED]
 *
 * Windows are told by the writer's code, spoiled, read, and held record by record
 * against everything that was ever logged to them. "brief" is for slow builds.
 */
#include <stdio.h>
#include <stdlib.h>

#include "damage.h"
#include "judge.h"

enum effort {
	BRIEF,
	QUICK,
	LONG,
	EFFORTS,
};

/**
 * struct campaign - windows spoiled in one way
 * @windows:	by effort
 * @back:	at least so many of a million records come back equal
 * @older:	at most so many are of an earlier lap, behind a head that is lost
 * @mis:	of 100,000 records at most one may be repaired to what it was not
 */
struct campaign {
	const char *name;
	enum damage_kind kind;
	double p;
	u32 windows[EFFORTS];
	u32 back;
	u32 older;
	bool mis;
};

static const struct campaign campaigns[] = {
	{ "1e-6", DAMAGE_FLIPS, 1e-6, { 2, 12, 500 }, 999900, 1000, true },
	{ "1e-5", DAMAGE_FLIPS, 1e-5, { 2, 12, 500 }, 999900, 1000, true },
	{ "1e-4", DAMAGE_FLIPS, 1e-4, { 6, 40, 10000 }, 999000, 1000, true },
	{ "1e-3", DAMAGE_FLIPS, 1e-3, { 6, 40, 10000 }, 950000, 1000, true },
	{ "3e-3", DAMAGE_FLIPS, 3e-3, { 3, 12, 500 }, 750000, 100000, false },
	{ "1e-2", DAMAGE_FLIPS, 1e-2, { 3, 12, 500 }, 0, 100000, false },
	{ "1 to 0 only, 1e-3", DAMAGE_DECAY_0, 1e-3, { 2, 10, 500 }, 950000, 1000, true },
	{ "0 to 1 only, 1e-3", DAMAGE_DECAY_1, 1e-3, { 2, 10, 500 }, 950000, 1000, true },
	{ "a data line of 64", DAMAGE_DATA_LINE, 0, { 2, 12, 500 }, 0, 100000, false },
	{ "runs of lines", DAMAGE_LINES, 1e-2, { 2, 16, 500 }, 0, 100000, false },
	{ "pages", DAMAGE_PAGES, 0.1, { 2, 16, 500 }, 0, 100000, false },
	{ "superblocks, half of the heads", DAMAGE_META, 0, { 2, 16, 500 }, 999000, 1000, false },
	{ "superblocks, half of the heads, 1e-3",
	  DAMAGE_META_FLIPS,
	  1e-3,
	  { 2, 16, 500 },
	  950000,
	  30000,
	  true },
	{ "superblocks and all heads", DAMAGE_HEADS, 0, { 2, 16, 500 }, 999000, 1000, false },
	{ "superblocks, tables, all heads", DAMAGE_ALL_META, 0, { 2, 16, 500 }, 0, 100000, false },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct truth *truths;
static u32 truth_count;
static struct dice dice;
static int failed;

static double percent(u64 part, u64 whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void verdict(bool good)
{
	fputs(good ? "ok biterr " : "not ok biterr ", stdout);
	if (!good)
		failed = 1;
}

static bool sane(const struct tally *t)
{
	return !t->false_intact && !t->untouched && !t->misplaced && !t->unbalanced;
}

static void insane_show(const struct tally *t)
{
	if (!sane(t))
		printf("# %llu untouched and missing, %llu misplaced, %llu accounts wrong\n",
		       (unsigned long long)t->untouched, (unsigned long long)t->misplaced,
		       (unsigned long long)t->unbalanced);
}

static void campaign_run(const struct campaign *c, enum effort effort)
{
	struct tally t = { 0 };
	u64 back, mis_max;
	u32 i;

	for (i = 0; i < c->windows[effort]; i++) {
		struct truth *truth = &truths[i % truth_count];

		damage(c->kind, c->p, truth_copy(truth), &truth->m.win.geo, &dice);
		judge(truth, &t);
	}
	back = t.intact + t.repaired;
	mis_max = t.records / 100000 ? t.records / 100000 : 1;
	insane_show(&t);
	verdict(sane(&t) && back * 1000000 >= t.records * c->back &&
		t.older * 1000000 <= t.records * c->older && (!c->mis || t.misrepaired <= mis_max));
	printf("%s: %llu windows, %llu records, %.3f %% back (%llu repaired), "
	       "%llu called intact that differ, %llu repaired that differ\n",
	       c->name, (unsigned long long)t.windows, (unsigned long long)t.records,
	       percent(back, t.records), (unsigned long long)t.repaired,
	       (unsigned long long)t.false_intact, (unsigned long long)t.misrepaired);
	if (t.unnamed || t.older || t.moved || t.damaged)
		printf("#   without some names %llu, of an older lap %llu, with a guessed time "
		       "%llu, called damaged %llu\n",
		       (unsigned long long)t.unnamed, (unsigned long long)t.older,
		       (unsigned long long)t.moved, (unsigned long long)t.damaged);
}

/* The parts of a record, by byte. */
static const struct part {
	const char *name;
	u32 from;
	u32 to;
} parts[] = {
	{ "crc", 0, 4 },   { "len", 4, 6 },      { "check", 6, 8 },
	{ "site", 8, 12 }, { "ctx", 12, 15 },    { "attr", 15, 16 },
	{ "dt", 16, 22 },  { "payload", 22, 0 }, { "padding", 0, 0 },
};

#define PARTS COUNT(parts)
#define SHORT 640u /* bytes; up to here two flips are never like two others */
#define ALONE 150u /* and up to here two outside of the head are believed in without more */

static bool part_of(const u8 *rec, u32 which, u32 *from, u32 *to)
{
	u32 len = rec[4] | (u32)rec[5] << 8;

	*from = parts[which].from;
	*to = parts[which].to;
	if (which == PARTS - 2)
		*to = len;
	if (which == PARTS - 1) {
		*from = len;
		*to = (len + 7) & ~7u;
	}
	return *from < *to;
}

/* Another bit of a part each time; false when the record has no such part. */
static bool part_flip(struct truth *t, const struct truth_record *r, u32 which, u32 *flipped)
{
	u64 at = truth_offset(t, r->rec.seq);
	u32 from, to, bit, before = *flipped;

	if (!part_of(t->m.base + at, which, &from, &to))
		return false;
	do
		bit = 8 * from + dice_below(&dice, 8 * (to - from));
	while (bit == before);
	t->damaged[at + bit / 8] ^= (u8)(1u << bit % 8);
	*flipped = bit;
	return true;
}

/* The head's own check sees flips there; the CRC alone has to find the others. */
static bool in_head(u32 part)
{
	return part >= 1 && part <= 6;
}

static const struct truth_record *record_draw(struct truth *t, u32 most)
{
	const struct truth_record *r;

	do
		r = &t->record[dice_below(&dice, t->count)];
	while (!r->last || r->bytes > most);
	return r;
}

/* One or two flips in one record: @b may be PARTS, for none. */
static void flips_run(u32 a, u32 b, u32 times, struct tally *tally)
{
	u32 most = b == PARTS || in_head(a) || in_head(b) ? SHORT : ALONE;
	struct tally before;
	static u32 said;

	while (times) {
		struct truth *t = &truths[dice_below(&dice, truth_count)];
		u32 bit = ~0u;

		truth_copy(t);
		const struct truth_record *r = record_draw(t, most);

		if (!part_flip(t, r, a, &bit) || (b < PARTS && !part_flip(t, r, b, &bit)))
			continue;
		times--;
		before = *tally;
		judge(t, tally);
		if ((tally->missing != before.missing ||
		     tally->misrepaired != before.misrepaired) &&
		    said++ < 20)
			printf("# record %llx of %u bytes: %s and %s: not back\n",
			       (unsigned long long)r->rec.seq, r->bytes, parts[a].name,
			       b < PARTS ? parts[b].name : "no other");
	}
}

static bool flips_good(const struct tally *t)
{
	return sane(t) && !t->missing && !t->misrepaired && t->repaired == t->windows;
}

static void flips_all(enum effort effort)
{
	static const u32 once[EFFORTS] = { 3, 20, 2000 }, twice[EFFORTS] = { 1, 8, 800 };
	struct tally one = { 0 }, two = { 0 };
	u32 a, b;

	for (a = 0; a < PARTS; a++)
		flips_run(a, PARTS, once[effort], &one);
	insane_show(&one);
	verdict(flips_good(&one));
	printf("one flip in each part of a record: %llu times, %llu repaired, %llu lost\n",
	       (unsigned long long)one.windows, (unsigned long long)one.repaired,
	       (unsigned long long)one.missing);
	for (a = 0; a < PARTS; a++)
		for (b = a; b < PARTS; b++)
			flips_run(a, b, twice[effort], &two);
	insane_show(&two);
	verdict(flips_good(&two));
	printf("two flips in each pair of parts: %llu times, %llu repaired, %llu lost\n",
	       (unsigned long long)two.windows, (unsigned long long)two.repaired,
	       (unsigned long long)two.missing);
}

/* An undamaged window gives all back, and the windows are what they are meant to be. */
static void truths_make(enum effort effort, u32 seed)
{
	static const u32 counts[EFFORTS] = { 4, 12, 60 };
	u64 bytes = 0, older = 0;
	struct tally t = { 0 };
	u32 i, k;

	truth_count = counts[effort];
	truths = calloc(truth_count, sizeof(*truths));
	if (!truths)
		abort();
	for (i = 0; i < truth_count; i++) {
		truth_make(&truths[i], i % 4 == 3 ? 256u << 10 : 64u << 10, seed + i);
		truth_copy(&truths[i]);
		judge(&truths[i], &t);
		for (k = 0; k < truths[i].count; k++)
			if (truths[i].record[k].last)
				bytes += truths[i].record[k].bytes;
			else
				older++;
	}
	insane_show(&t);
	verdict(sane(&t) && t.intact == t.records && !t.unnamed && !t.moved && !t.older && older);
	printf("undamaged: %u windows, %llu records of %.0f bytes on average, %llu overwritten\n",
	       truth_count, (unsigned long long)t.records, (double)bytes / (double)t.records,
	       (unsigned long long)older);
}

int main(int argc, char **argv)
{
	static const char *const names[EFFORTS] = { "brief", "quick", "long" };
	u32 effort = 0, seed = argc > 2 ? (u32)strtoul(argv[2], NULL, 0) : 1, i;

	while (argc > 1 && effort < EFFORTS && strcmp(argv[1], names[effort]))
		effort++;
	if (argc < 2 || argc > 3 || effort == EFFORTS)
		return fputs("usage: biterr brief|quick|long [SEED]\n", stderr), 2;
	dice.state = seed;
	truths_make(effort, seed);
	flips_all(effort);
	for (i = 0; i < COUNT(campaigns); i++) {
		campaign_run(&campaigns[i], effort);
		fflush(stdout);
	}
	for (i = 0; i < truth_count; i++)
		truth_free(&truths[i]);
	free(truths);
	return failed;
}
