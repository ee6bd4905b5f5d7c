// SPDX-License-Identifier: BSD-2-Clause
/*
 * --follow: the running boot, again and again.
 *
 * Nobody tells a reader that somebody stored to a window, so it is looked at anew,
 * as a whole, a few times a second. Records of a chunk are only ever appended, and
 * a chunk that is used again has another generation: the place behind the last
 * record that was taken of each chunk says, exactly, which ones are new.
 *
 * A look is a copy that is not made in an instant: it may have a record and not the
 * one before it, which was being written when the copy came by. Where there is such a
 * hole, what is behind it waits for the next look; a hole that is still there then is
 * damage. Nor may it have a record and not the one that its writer made before it, on
 * another CPU and so in another chunk: what is younger than the look waits, too.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "logdump_print.h"
#include "logdump_sink.h"
#include "reader.h"

#define SHORTEST_NS 100000000ULL /* between two looks */
#define SHARE 10                 /* a look takes at most a tenth of the time */

/**
 * struct mark - how far a chunk was taken
 * @gen:	its generation then
 * @end:	behind the last record that was taken
 * @hole:	the look in which what is there was made to wait, 0 none
 */
struct mark {
	uint64_t gen;
	uint64_t hole;
	uint32_t end;
};

/**
 * struct follow - one following
 * @dump:	the run
 * @sink:	where to
 * @marks:	a chunk each, NULL before the first look
 * @chunks:	how many
 * @uuid:	of the window: another one is another window
 * @look:	number of this look
 * @begin:	CLOCK_MONOTONIC ns, just before it
 * @looked:	CLOCK_MONOTONIC ns, just before the last look; 0 none
 * @skip:	records at the beginning that are not wanted
 * @put:	records put out
 * @err:	why putting out failed
 */
struct follow {
	struct logdump *dump;
	struct logdump_sink *sink;
	struct mark *marks;
	uint32_t chunks;
	uint8_t uuid[16];
	uint64_t look;
	uint64_t begin;
	uint64_t looked;
	uint64_t skip;
	uint64_t put;
	int err;
};

static volatile sig_atomic_t ended;

static void end_note(int signal)
{
	(void)signal;
	ended = 1;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* Marks of another window are none. */
static int marks_ready(struct follow *f)
{
	struct plog_reader_window win;

	plog_reader_window(f->dump->reader, &win);
	if (f->marks && f->chunks == win.chunks && !memcmp(f->uuid, win.uuid, sizeof(win.uuid)))
		return 0;
	free(f->marks);
	f->chunks = win.chunks;
	memcpy(f->uuid, win.uuid, sizeof(f->uuid));
	f->marks = calloc(win.chunks, sizeof(*f->marks));
	return f->marks ? 0 : -ENOMEM;
}

/* Is this record new, and its turn? Moves the mark. */
static bool mark_take(struct follow *f, const struct plog_reader_record *rec)
{
	uint32_t index = (uint32_t)((rec->seq >> 16) % f->chunks), off = rec->seq & 0xffff;
	const struct reader_chunk *chunk = &f->dump->reader->chunks[index];
	struct mark *mark = &f->marks[index];
	struct scan_record place;
	uint8_t verdict;

	if (mark->gen != rec->seq >> 16)
		*mark = (struct mark){ .gen = rec->seq >> 16, .end = sizeof(struct plog_chunk) };
	if (off < mark->end)
		return false;
	if ((off > mark->end || rec->mono > f->begin) && (!mark->hole || mark->hole == f->look)) {
		mark->hole = f->look;
		return false;
	}
	if (!plog_reader_peek(f->dump->reader, chunk, off, &place, &verdict))
		return false;
	mark->end = off + place.stride;
	mark->hole = 0;
	return true;
}

static void behind_tell(const struct follow *f, const struct plog_reader_boot *boot)
{
	char time[OUT_TIME] = "an unknown time";

	if (!f->looked || boot->complete_mono <= (int64_t)f->looked)
		return;
	if (boot->complete_since != PLOG_READER_UNKNOWN)
		out_time_local(time, "%b %d %H:%M:%S", boot->complete_since, true);
	fprintf(stderr, "logdump: fell behind: records up to %s were overwritten unread\n", time);
}

/* How many records of the beginning are before the last ones that are wanted. */
static void beginning_count(struct follow *f, uint32_t at)
{
	struct logdump *dump = f->dump;
	struct plog_reader_record rec;
	uint64_t n = 0;

	f->skip = 0;
	if (dump->opt.lines < 0)
		return;
	plog_reader_select(dump->reader, at, 1);
	while (plog_reader_next(dump->reader, &rec))
		n += logdump_filter_match(&dump->opt, &rec);
	if (n > (uint64_t)dump->opt.lines)
		f->skip = n - (uint64_t)dump->opt.lines;
}

static void boot_take(struct follow *f, uint32_t at, bool first)
{
	struct logdump *dump = f->dump;
	struct plog_reader_record rec;

	if (first)
		beginning_count(f, at);
	behind_tell(f, &dump->boots[at]);
	plog_reader_select(dump->reader, at, 1);
	while (!f->err && plog_reader_next(dump->reader, &rec)) {
		if (!mark_take(f, &rec) || !logdump_filter_match(&dump->opt, &rec))
			continue;
		if (f->skip) {
			f->skip--;
			continue;
		}
		f->err = f->sink->put(f->sink, &rec, &dump->boots[rec.boot_at]);
		f->put += !f->err;
	}
	if (!f->err)
		f->err = f->sink->finish(f->sink);
}

/* The running boot appears with its first record. */
static uint32_t running_at(const struct logdump *dump)
{
	uint32_t i;

	for (i = 0; i < dump->boot_count && dump->boots[i].index; i++)
		;
	return i;
}

/* One look. Returns an exit code when there is nothing to look at, else 0. */
static int look(struct follow *f, bool first)
{
	uint32_t at;
	int code;

	f->begin = now();
	code = logdump_window_again(f->dump);
	if (code)
		return code;
	f->look++;
	f->err = marks_ready(f);
	at = running_at(f->dump);
	if (!f->err && at < f->dump->boot_count)
		boot_take(f, at, first);
	f->looked = f->begin;
	return 0;
}

/* Signals come only in here: none between the last question and the sleep. */
static void wait_next(uint64_t cost, const sigset_t *open)
{
	uint64_t ns = cost * SHARE > SHORTEST_NS ? cost * SHARE : SHORTEST_NS;
	struct timespec pause = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };
	struct pollfd out = { .fd = STDOUT_FILENO };

	/* A reader of our pipe that went, a terminal that is gone: nobody is told by a write. */
	if (ppoll(&out, 1, &pause, open) > 0 && out.revents & (POLLERR | POLLHUP | POLLNVAL))
		ended = 1;
}

static void signals_catch(sigset_t *before)
{
	static const int which[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = end_note };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(which) / sizeof(which[0]); i++) {
		sigaction(which[i], &action, NULL);
		sigaddset(&set, which[i]);
	}
	sigprocmask(SIG_BLOCK, &set, before);
}

static void loop(struct follow *f, int *code)
{
	sigset_t before, blocked;
	bool first = true;
	uint64_t begin;

	signals_catch(&before);
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	while (!ended && !f->err && !*code) {
		begin = now();
		/* A consumer that stalls must not keep us from being ended. */
		sigprocmask(SIG_SETMASK, &before, NULL);
		*code = look(f, first);
		sigprocmask(SIG_SETMASK, &blocked, NULL);
		first = false;
		if (!ended && !f->err && !*code)
			wait_next(now() - begin, &before);
	}
}

int logdump_follow(struct logdump *dump)
{
	struct follow f = { .dump = dump };
	int code = LOGDUMP_PRINTED;

	f.sink = logdump_sink_stdout(dump->opt.format, false);
	loop(&f, &code);
	free(f.marks);
	if (code)
		return code;
	if (f.err && !(ended && f.err == -EINTR)) {
		if (f.err != -EPIPE)
			fprintf(stderr, "logdump: %s: %s\n", f.sink->name, strerror(-f.err));
		return LOGDUMP_UNDELIVERED;
	}
	return f.put ? LOGDUMP_PRINTED : LOGDUMP_NOTHING;
}
