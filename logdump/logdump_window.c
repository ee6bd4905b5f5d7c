// SPDX-License-Identifier: BSD-2-Clause
/* Which window, which of its boots; and if none, why. */
#include <inttypes.h>
#include <string.h>

#include "found.h"
#include "logdump_print.h"

/* Empty memory was no window and is none now; the rest is for whoever looks into it. */
static int condition_code(enum plog_condition condition)
{
	switch (condition) {
	case PLOG_CONDITION_GOOD:
	case PLOG_CONDITION_DAMAGED:
		return LOGDUMP_PRINTED;
	case PLOG_CONDITION_ZERO:
	case PLOG_CONDITION_ONES:
		return LOGDUMP_NOTHING;
	default:
		return LOGDUMP_UNREADABLE;
	}
}

const char *logdump_window_cut(const struct logdump *run)
{
	static char text[80];
	struct plog_reader_window win;

	plog_reader_window(run->reader, &win);
	text[0] = 0;
	/* Of an archive that was said when it was opened. */
	if (win.avail < win.size && !run->source.why[0])
		snprintf(text, sizeof(text), "cut: %" PRIu64 " of %" PRIu64 " bytes are there",
			 win.avail, win.size);
	return text;
}

/* Nothing to show of a window without a superblock: the line that says so is the last. */
static bool nothing_left(const struct logdump *run)
{
	uint32_t i;

	if (plog_reader_condition(run->reader) != PLOG_CONDITION_DAMAGED || run->opt.stats)
		return false;
	for (i = 0; i < run->boot_count; i++)
		if (run->opt.list_boots || run->boots[i].records || run->boots[i].repaired)
			return false;
	return true;
}

/* Opens the reader. Returns an exit code; what went wrong besides is still to be said. */
static int reader_open(struct logdump *run, int *err)
{
	enum plog_condition condition;

	*err = source_open_nth(&run->source, &run->reader, run->window, run->opt.nth);
	if (*err)
		return LOGDUMP_UNREADABLE;
	plog_reader_damaged(run->reader, run->opt.damaged);
	condition = plog_reader_condition(run->reader);
	run->boot_count = plog_reader_boots(run->reader, &run->boots);
	run->opt.boots = run->boots;
	return nothing_left(run) ? LOGDUMP_NOTHING : condition_code(condition);
}

static void open_explain(const struct logdump *run, int err, int code)
{
	const char *why = run->source.why;

	if (err && !why[0])
		fprintf(stderr, "logdump: %s: %s\n", run->window, strerror(-err));
	else if (why[0]) /* names the window itself */
		fprintf(stderr, "logdump: %s\n", why);
	if (err)
		return;
	why = plog_reader_why(run->reader);
	if (why[0])
		fprintf(stderr, "logdump: %s: %s%s\n", run->window,
			code == LOGDUMP_NOTHING ? "nothing recovered: " : "", why);
}

/* Who did not say which window may not know that there are others. */
static void several_tell(const struct logdump *run)
{
	const struct dump *dump = &run->source.dump;

	if (dump->windows > 1 && !run->opt.nth && !run->opt.list_windows)
		fprintf(stderr,
			"logdump: %s: %u windows; this is the first, --list-windows shows all\n",
			run->window, dump->windows);
}

int logdump_window_open(struct logdump *run)
{
	int err, code = reader_open(run, &err);

	open_explain(run, err, code);
	several_tell(run);
	if (code == LOGDUMP_PRINTED && !strncmp(run->window, "/dev/shm/plog-", 14))
		fprintf(stderr, "logdump: %s survives the process, not the machine\n", run->window);
	return code;
}

int logdump_window_again(struct logdump *run)
{
	int err, code;

	plog_reader_close(run->reader);
	source_close(&run->source);
	code = reader_open(run, &err);
	if (code)
		open_explain(run, err, code);
	return code;
}

static uint32_t boot_at(const struct logdump *run, int index)
{
	uint32_t i;

	if (index > 0)
		return (uint32_t)index <= run->boot_count ? (uint32_t)index - 1 : run->boot_count;
	for (i = 0; i < run->boot_count; i++)
		if (run->boots[i].index == index)
			break;
	return i;
}

static void none_explain(const struct logdump *run)
{
	uint32_t now = boot_at(run, 0);
	uint64_t records =
		now < run->boot_count ? run->boots[now].records + run->boots[now].repaired : 0;

	if (run->opt.boot_kind == LOGDUMP_BOOT_ID) {
		fprintf(stderr, "logdump: no boot %s in %s; see logdump --list-boots\n",
			run->opt.boot_id, run->window);
	} else if (!run->boot_count) {
		fprintf(stderr, "logdump: nothing recovered: no boot in %s\n", run->window);
	} else if (run->opt.boot == -1 && now < run->boot_count) {
		fprintf(stderr,
			"logdump: no earlier boot in %s%s; `logdump -b 0` has %" PRIu64
			" record%s of the running one\n",
			run->window, found_why(run->window), records, records == 1 ? "" : "s");
	} else if (!run->opt.boot) {
		fprintf(stderr,
			"logdump: the running boot has logged nothing to %s; `logdump -b -1` has "
			"the "
			"one before\n",
			run->window);
	} else {
		fprintf(stderr, "logdump: no boot %d in %s; see logdump --list-boots\n",
			run->opt.boot, run->window);
	}
}

bool logdump_id_matches(const char *begin, const struct plog_reader_boot *boot)
{
	char id[33];

	if (!boot->ident)
		return false;
	out_id_hex(id, boot->boot_id);
	return !strncmp(id, begin, strlen(begin));
}

int logdump_boot_by_id(const char *begin, const struct plog_reader_boot *boots, uint32_t count,
		       uint32_t *at)
{
	uint32_t found = count, i;
	char one[33], other[33];

	for (i = count; i--;) {
		if (!logdump_id_matches(begin, &boots[i]))
			continue;
		if (found == count) {
			found = i;
		} else if (memcmp(boots[i].boot_id, boots[found].boot_id, 16)) {
			out_id_hex(one, boots[i].boot_id);
			out_id_hex(other, boots[found].boot_id);
			fprintf(stderr,
				"logdump: -b %s: more than one boot, %s and %s; give more "
				"digits\n",
				begin, one, other);
			return LOGDUMP_USAGE;
		}
	}
	*at = found;
	return LOGDUMP_PRINTED;
}

int logdump_boots_select(const struct logdump *run, uint32_t *first, uint32_t *count)
{
	int code;

	*first = run->boot_count;
	*count = 1;
	if (run->opt.boot_kind == LOGDUMP_BOOT_ALL && run->boot_count) {
		*first = 0;
		*count = run->boot_count;
	} else if (run->opt.boot_kind == LOGDUMP_BOOT_ID) {
		code = logdump_boot_by_id(run->opt.boot_id, run->boots, run->boot_count, first);
		if (code)
			return code;
	}
	/* No boot's id, but perhaps a number after all. */
	if (run->opt.boot_kind == LOGDUMP_BOOT_INDEX ||
	    (run->opt.boot_kind == LOGDUMP_BOOT_ID && *first == run->boot_count && run->opt.boot))
		*first = boot_at(run, run->opt.boot);
	if (*first < run->boot_count)
		return LOGDUMP_PRINTED;
	none_explain(run);
	return LOGDUMP_NOTHING;
}
