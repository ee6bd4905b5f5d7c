// SPDX-License-Identifier: BSD-2-Clause
/*
 * What plogctl qualify remembers over resets: lines of KEY=VALUE, one for the
 * pattern that is armed, one for each result. The file is on disk before the
 * reset that comes next: written beside, synced, renamed, and its folder synced.
 */
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board.h"
#include "qualify.h"

#define FIRST_LINE "plog-qualify 1"
#define VALUE_MAX 2048
#define CHUNKS_MAX (1u << 28)

static const char *const class_key[QUALIFY_CLASSES] = { "fenced", "cleaned", "dirty" };

static u64 number(const char *line, const char *key)
{
	char value[VALUE_MAX];

	return board_word(line, key, 0, value, sizeof(value)) ? strtoull(value, NULL, 0) : 0;
}

static void label_read(const char *line, char *label)
{
	char value[VALUE_MAX];

	board_word(line, "reset", 0, value, sizeof(value));
	snprintf(label, QUALIFY_LABEL, "%.*s", QUALIFY_LABEL - 1, strcmp(value, "-") ? value : "");
}

static bool boot_id_read(const char *line, u8 *id)
{
	char value[VALUE_MAX];
	unsigned int i, byte;

	board_word(line, "boot", 0, value, sizeof(value));
	for (i = 0; i < 16; i++) {
		if (sscanf(value + 2 * i, "%2x", &byte) != 1)
			return false;
		id[i] = (u8)byte;
	}
	return strlen(value) == 32;
}

static bool spans_read(const char *line, struct qualify_plan *plan)
{
	char value[VALUE_MAX], *at = value;
	u64 last = 0;

	board_word(line, "gens", 0, value, sizeof(value));
	while (plan->count < QUALIFY_SPANS && *at) {
		struct qualify_span *span = &plan->spans[plan->count];
		int used = 0;

		if (sscanf(at, "%" SCNu64 "-%" SCNu64 "%n", &span->first, &span->last, &used) !=
			    2 ||
		    span->first <= last || span->last < span->first || span->last >> 48)
			return false;
		last = span->last;
		plan->count++;
		at += used + (at[used] == ',');
	}
	return plan->count && !*at &&
	       plan->spans[plan->count - 1].last - plan->spans[0].first < 3ULL * CHUNKS_MAX;
}

/* Only what the pattern's pages are computed from; and no page twice. */
static bool geometry_read(const char *line, struct qualify_plan *plan)
{
	struct plog_geometry *geo = &plan->geo;
	char value[VALUE_MAX];

	board_word(line, "chunks", 0, value, sizeof(value));
	if (sscanf(value, "%" SCNu32 ",%" SCNu32 ",%" SCNu32 ",%" SCNu64 ",%" SCNu64,
		   &geo->chunk_size, &geo->chunk_count, &geo->chunk_split, &geo->chunk_off[0],
		   &geo->chunk_off[1]) != 5)
		return false;
	if (geo->chunk_size < PLOG_CHUNK_MIN || geo->chunk_size > PLOG_CHUNK_MAX ||
	    geo->chunk_size & (geo->chunk_size - 1) || !geo->chunk_count ||
	    geo->chunk_count > CHUNKS_MAX || geo->chunk_split > geo->chunk_count ||
	    geo->chunk_off[0] % PLOG_PAGE || geo->chunk_off[1] % PLOG_PAGE)
		return false;
	geo->size = plan->size;
	return spans_read(line, plan) &&
	       qualify_pages(plan) / (geo->chunk_size / PLOG_PAGE) <= geo->chunk_count;
}

static bool armed_read(const char *line, struct qualify_state *state)
{
	struct qualify_plan *plan = &state->plan;

	memset(plan, 0, sizeof(*plan));
	plan->seed = number(line, "seed");
	plan->phys = number(line, "phys");
	plan->size = number(line, "size");
	plan->cache = (u32)number(line, "cache");
	plan->time = number(line, "time");
	label_read(line, plan->label);
	state->armed = boot_id_read(line, plan->boot_id) && geometry_read(line, plan);
	return state->armed;
}

static bool result_read(const char *line, struct qualify_state *state)
{
	struct qualify_row *row = &state->rows[state->count];
	char value[VALUE_MAX];
	u32 i;

	if (state->count == QUALIFY_RESULTS)
		return false;
	memset(row, 0, sizeof(*row));
	label_read(line, row->label);
	row->time = number(line, "time");
	row->cache = (u32)number(line, "cache");
	row->causes = (u32)number(line, "causes");
	row->bits = number(line, "bits");
	row->wrong = number(line, "wrong");
	row->pages = number(line, "pages");
	row->pages_lost = number(line, "lost");
	for (i = 0; i < QUALIFY_CLASSES; i++) {
		struct qualify_count *n = &row->count[i];

		board_word(line, class_key[i], 0, value, sizeof(value));
		if (sscanf(value, "%" SCNu64 ",%" SCNu64 ",%" SCNu64 ",%" SCNu64, &n->lines,
			   &n->kept, &n->stale, &n->lost) != 4)
			return false;
	}
	state->count++;
	return true;
}

/* @at: 0 the first line, 1 others, 2 one that is wrong */
struct loading {
	struct qualify_state *state;
	int at;
};

static bool line_load(char *text, void *arg)
{
	struct loading *l = arg;
	bool good = true;

	if (!l->at)
		good = !strcmp(text, FIRST_LINE);
	else if (!strncmp(text, "armed ", 6))
		good = !l->state->armed && armed_read(text, l->state);
	else if (!strncmp(text, "result ", 7))
		good = result_read(text, l->state);
	else
		good = !*text;
	l->at = good ? 1 : 2;
	return !good;
}

int qualify_state_load(struct qualify_state *state, const char *path)
{
	const struct board here = { "" };
	struct loading l = { state, 0 };

	memset(state, 0, sizeof(*state));
	if (access(path, R_OK))
		return errno == ENOENT ? 0 : -errno;
	board_each_line(&here, path, "", line_load, &l);
	return l.at == 1 ? 0 : -EBADMSG;
}

static void armed_write(FILE *f, const struct qualify_plan *plan)
{
	u32 i;

	fprintf(f,
		"armed time=%" PRIu64 " reset=%s seed=0x%" PRIx64 " phys=0x%" PRIx64
		" size=%" PRIu64 " cache=%u boot=",
		plan->time, plan->label[0] ? plan->label : "-", plan->seed, plan->phys, plan->size,
		plan->cache);
	for (i = 0; i < 16; i++)
		fprintf(f, "%02x", plan->boot_id[i]);
	fprintf(f, " chunks=%u,%u,%u,%" PRIu64 ",%" PRIu64 " gens=", plan->geo.chunk_size,
		plan->geo.chunk_count, plan->geo.chunk_split, plan->geo.chunk_off[0],
		plan->geo.chunk_off[1]);
	for (i = 0; i < plan->count; i++)
		fprintf(f, "%s%" PRIu64 "-%" PRIu64, i ? "," : "", plan->spans[i].first,
			plan->spans[i].last);
	fputc('\n', f);
}

static void row_write(FILE *f, const struct qualify_row *row)
{
	u32 i;

	fprintf(f, "result time=%" PRIu64 " reset=%s cache=%u", row->time,
		row->label[0] ? row->label : "-", row->cache);
	for (i = 0; i < QUALIFY_CLASSES; i++)
		fprintf(f, " %s=%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64, class_key[i],
			row->count[i].lines, row->count[i].kept, row->count[i].stale,
			row->count[i].lost);
	fprintf(f,
		" bits=%" PRIu64 " wrong=%" PRIu64 " pages=%" PRIu64 " lost=%" PRIu64
		" causes=%u\n",
		row->bits, row->wrong, row->pages, row->pages_lost, row->causes);
}

static int folder_make(const char *path)
{
	char folder[BOARD_PATH], *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	for (slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (mkdir(folder, 0755) && errno != EEXIST && access(folder, F_OK))
			return -errno;
		*slash = '/';
	}
	return 0;
}

static int folder_sync(const char *path)
{
	char folder[BOARD_PATH], *slash;
	int fd, err;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = 0;
	fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = fsync(fd) && errno != EINVAL ? -errno : 0;
	close(fd);
	return err;
}

static int file_write(const struct qualify_state *state, const char *path)
{
	FILE *f = fopen(path, "we");
	int err = 0;
	u32 i;

	if (!f)
		return -errno;
	fputs(FIRST_LINE "\n", f);
	for (i = 0; i < state->count; i++)
		row_write(f, &state->rows[i]);
	if (state->armed)
		armed_write(f, &state->plan);
	if (fflush(f) || fsync(fileno(f)))
		err = errno ? -errno : -EIO;
	if (fclose(f) && !err)
		err = -errno;
	return err;
}

int qualify_state_save(const struct qualify_state *state, const char *path)
{
	char beside[BOARD_PATH];
	int err = folder_make(path);

	if (strlen(path) + 5 > sizeof(beside))
		return -ENAMETOOLONG;
	snprintf(beside, sizeof(beside), "%s.new", path);
	if (!err)
		err = file_write(state, beside);
	if (!err && rename(beside, path))
		err = -errno;
	if (!err)
		err = folder_sync(path);
	return err;
}

void qualify_state_add(struct qualify_state *state, const struct qualify_result *r)
{
	struct qualify_row *row;

	if (state->count == QUALIFY_RESULTS)
		memmove(&state->rows[0], &state->rows[1], --state->count * sizeof(*row));
	row = &state->rows[state->count++];
	*row = (struct qualify_row){
		.time = r->time,
		.cache = r->cache,
		.bits = r->bits.ones + r->bits.zeros,
		.wrong = r->bits.ones_lost + r->bits.zeros_lost,
		.pages = r->pages.good + r->pages.bad,
		.pages_lost = r->pages.bad,
		.causes = qualify_causes(r),
	};
	memcpy(row->label, r->label, sizeof(row->label));
	memcpy(row->count, r->count, sizeof(row->count));
}
