// SPDX-License-Identifier: BSD-2-Clause
/*
 * killstep - a writer is killed at each instruction of one plog() call; then others
 * log, and a reader must find all that was committed, once, and nothing else.
 *
 *	killstep --window FILE [--all]
 *
 * A child logs under ptrace and is killed:
 *
 *   bare	after so many single steps, with the area taken away from the kernel and
 *		its CPU number filled in by hand: nobody aborts the restartable sequence,
 *		and each step of it is reached, each turn of its copy loop, too
 *   step	after so many single steps, as it is. They abort the sequence: this is
 *		the way through eight tries to the shared lane
 *   trap	at a breakpoint, planted at each instruction that was met in "bare", but
 *		with the area registered
 *   shared	the same without an area: each instruction on the way through a shared
 *		lane
 *   go on	at a breakpoint in a sequence, but not killed: it is started over
 *
 * Each once with room in the chunk and once with a lease to be made. All are on one
 * CPU, and so in one lane. Who was killed before the commit left nothing; behind it,
 * all: the cursors tell. Each step and instruction of the sequences is taken, of the
 * rest a sample that is another one every time; with --all, each instruction of the
 * rest, too, at its first turn. x86-64; elsewhere it ends with 77.
 */
#include <stdio.h>

#define PLOG_TAG "killstep"
#include "plog.h"
#include "rseq.h"

#if defined(__x86_64__) && defined(PLOG_RSEQ)

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "open.h"
#include "plog_reader.h"
#include "thread.h"

#define IDS_MAX	   1000000u
#define STEPS_MAX  200000u
#define PLACES_MAX 16384u
#define BUDGET	   15000u /* single steps for a sample; some cost 60 µs */
#define BUDGET_ALL 1000000u
#define SAMPLE	   50u /* breakpoints outside of sequences */
#define RECORD	   64u /* about a record's bytes */
#define FILL_MAX   3000u

enum way { BARE, STEP, TRAP, SHARED, GO_ON };
static const char *const ways[] = { "bare", "step", "trap", "shared", "go on" };

struct sequence {
	u32 version;
	u32 flags;
	u64 start;
	u64 length;
	u64 abort;
} __attribute__((aligned(32)));

/* The linker knows where a section with such a name begins. */
extern const struct sequence __start___rseq_cs[], __stop___rseq_cs[];

enum fate { UNKNOWN, MUST, GONE };

static struct plog_window *win;
static u32 cpu;
static u8 fate[IDS_MAX];	/* of the record of each number */
static u64 when[IDS_MAX];	/* before it was logged, CLOCK_MONOTONIC, ns */
static u32 ids = 1;
static u32 checked_from = 1;
static volatile u32 *done;	/* the child came to the end */
static u64 places[PLACES_MAX];	/* instructions that were met, each once */
static u32 places_count;
static u8 inside[STEPS_MAX];	/* was that step in a sequence? */
static bool all;		/* --all */
static u32 trials, committed, hits, failures;
static char filler[FILL_MAX + 1];

static u32 checksum(u32 id)
{
	return id * 2654435761u ^ 0x5bd1e995u;
}

static void say(u32 id, u32 fill)
{
	plog(PLOG_INFO, "kill id=%u x=%08x %s", id, checksum(id), filler + FILL_MAX - fill);
}

static u32 id_new(enum fate f)
{
	struct timespec now;

	if (ids >= IDS_MAX)
		exit(3);
	fate[ids] = (u8)f;
	clock_gettime(CLOCK_MONOTONIC, &now);
	when[ids] = (u64)now.tv_sec * 1000000000u + (u64)now.tv_nsec;
	return ids++;
}

static void complain(const char *where, u32 step, const char *what, u32 id)
{
	if (failures++ < 20)
		printf("# %s, step %u: %s (record %u)\n", where, step, what, id);
}

static const struct sequence *sequence_of(u64 ip)
{
	const struct sequence *s;

	for (s = __start___rseq_cs; s < __stop___rseq_cs; s++)
		if (ip - s->start <= s->length) /* and the one behind the commit */
			return s;
	return NULL;
}

static void place_note(u64 ip)
{
	u32 i;

	for (i = 0; i < places_count; i++)
		if (places[i] == ip)
			return;
	if (places_count < PLACES_MAX)
		places[places_count++] = ip;
}

/* --- the child --- */

static void area_take_away(void)
{
	struct plog_rseq *rs = plog_thread.rseq;

	if (rs == PLOG_RSEQ_NONE || syscall(SYS_rseq, rs, sizeof(*rs), 1, PLOG_RSEQ_SIG))
		_exit(4);
	rs->cpu_id_start = cpu;
	rs->cpu_id = cpu;
}

/* In its parent's shared lane, which is the next one's as well. */
static void child_run(enum way way, u32 id)
{
	u32 lane = plog_thread.lane;

	plog_thread_ctx(plog_instance_current);
	plog_thread.lane = lane;
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	if (way == BARE)
		area_take_away();
	if (way == SHARED)
		plog_thread.rseq = PLOG_RSEQ_NONE;
	__asm__ volatile("int3" ::: "memory");
	say(id, 0);
	*done = 1;
	__asm__ volatile("int3" ::: "memory");
	_exit(0);
}

/* --- the parent --- */

static u64 ip_of(pid_t pid)
{
	return (u64)ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user, regs.rip), NULL);
}

static bool stopped(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFSTOPPED(status) &&
	       WSTOPSIG(status) == SIGTRAP;
}

static pid_t child_start(enum way way, u32 id)
{
	pid_t pid;

	*done = 0;
	fflush(stdout);
	pid = fork();
	if (!pid)
		child_run(way, id);
	if (pid < 0 || !stopped(pid)) {
		printf("# cannot trace a child\n");
		exit(3);
	}
	return pid;
}

static void child_kill(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) == pid && !WIFSIGNALED(status))
		;
}

/* At most @steps; with @note, what is met is noted. Returns how many it took. */
static u32 child_step(pid_t pid, u32 steps, bool note)
{
	u32 i;

	for (i = 0; i < steps; i++) {
		if (note) {
			u64 ip = ip_of(pid);

			inside[i] = sequence_of(ip) != NULL;
			place_note(ip);
		}
		if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) || !stopped(pid) || *done)
			break;
	}
	return i;
}

/* Returns whether the child came there; then it stands in front of it, unless @go_on. */
static bool child_to(pid_t pid, u64 ip, bool go_on)
{
	u64 at = ip & ~7ULL, shift = (ip & 7) * 8;
	u64 word = (u64)ptrace(PTRACE_PEEKTEXT, pid, at, NULL);
	struct user_regs_struct regs;

	ptrace(PTRACE_POKETEXT, pid, at, (word & ~(0xffULL << shift)) | 0xccULL << shift);
	if (ptrace(PTRACE_CONT, pid, NULL, NULL) || !stopped(pid) || *done)
		return false;
	ptrace(PTRACE_GETREGS, pid, NULL, &regs);
	if (regs.rip != ip + 1)
		return false;
	if (go_on) {
		ptrace(PTRACE_POKETEXT, pid, at, word);
		regs.rip = ip;
		ptrace(PTRACE_SETREGS, pid, NULL, &regs);
		ptrace(PTRACE_CONT, pid, NULL, NULL);
		if (!stopped(pid))
			return false;
	}
	return true;
}

static void cursors(u64 *to)
{
	u32 i;

	for (i = 0; i < win->lanes; i++)
		to[i] = plog_load(&plog_window_lane(win, i)->cursor);
}

/* A cursor that moved, and not only to an empty chunk. */
static bool moved(const u64 *from, const u64 *to)
{
	u32 i;

	for (i = 0; i < win->lanes; i++)
		if (from[i] != to[i] && PLOG_CURSOR_OFF(to[i]) != sizeof(struct plog_chunk))
			return true;
	return false;
}

static u32 room(u32 lane)
{
	u64 cursor = plog_load(&plog_window_lane(win, lane)->cursor);

	return cursor ? win->geo.chunk_size - PLOG_CURSOR_OFF(cursor) : 0;
}

/* Until the next record in that lane needs another chunk; the parent writes there now. */
static void fill_up(u32 lane)
{
	u32 left;

	while ((left = room(lane)) >= RECORD)
		say(id_new(MUST), left < 2 * RECORD ? 0 :
			   left - 2 * RECORD > FILL_MAX ? FILL_MAX : left - 2 * RECORD);
}

static void by_shared_lane(void (*fn)(u32 arg), u32 arg)
{
	struct plog_rseq *rs = plog_thread.rseq;

	plog_thread.rseq = PLOG_RSEQ_NONE;
	fn(arg);
	plog_thread.rseq = rs;
}

static void say_one(u32 id)
{
	say(id, 0);
}

static u32 shared_lane(void)
{
	return win->cpu_lanes + plog_thread.lane % win->shared_lanes;
}

static void record_check(const struct plog_reader_record *r, u8 *seen, const char *where, u32 step)
{
	char text[64];
	u32 id, x;

	if (r->msg.len < 12 || memcmp(r->msg.text, "kill id=", 8))
		return;
	snprintf(text, sizeof(text), "%.*s", (int)(r->msg.len < 63 ? r->msg.len : 63), r->msg.text);
	if (sscanf(text, "kill id=%u x=%8x", &id, &x) != 2 || id >= ids || checksum(id) != x) {
		complain(where, step, "a phantom", 0);
		return;
	}
	if (r->verdict != PLOG_VERDICT_INTACT)
		complain(where, step, "not intact", id);
	if (fate[id] == GONE)
		complain(where, step, "was not committed, and is there", id);
	if (id >= checked_from && seen[id - checked_from]++)
		complain(where, step, "is there twice", id);
}

/*
 * All from @checked_from on. A lane that is seldom used has an old chunk, which is
 * overwritten as soon as the lane leaves it: the reader says so by @complete_mono.
 */
static void check(const char *where, u32 step)
{
	const struct plog_reader_boot *boots;
	struct plog_reader *reader;
	struct plog_reader_record r;
	u8 *seen = calloc(ids - checked_from, 1);
	u32 id, n;

	if (!seen || plog_reader_open_memory(&reader, win->base, win->geo.size))
		exit(3);
	n = plog_reader_boots(reader, &boots);
	if (!n || boots[n - 1].damaged || boots[n - 1].repaired || boots[n - 1].dropped)
		complain(where, step, "damage, or dropped records", 0);
	if (!n)
		exit(1);
	while (plog_reader_next(reader, &r))
		record_check(&r, seen, where, step);
	for (id = checked_from; id < ids; id++)
		if (fate[id] == MUST && !seen[id - checked_from] &&
		    (int64_t)when[id] > boots[n - 1].complete_mono)
			complain(where, step, "is missing", id);
	plog_reader_close(reader);
	free(seen);
}

struct trial {
	enum way way;
	bool lease;
	bool note;	/* @places and @inside */
	u32 steps;	/* at most, when there is no place */
	u64 place;	/* breakpoint */
	char where[24];
};

static struct trial trial_of(enum way way, bool lease)
{
	struct trial t = { .way = way, .lease = lease };

	snprintf(t.where, sizeof(t.where), "%s%s", ways[way], lease ? ", lease" : "");
	return t;
}

static void trial_prepare(const struct trial *t)
{
	struct plog_rseq *rs = plog_thread.rseq;

	checked_from = ids > 40 ? ids - 40 : 1;
	if (!t->lease)
		return;
	if (t->way != SHARED)
		fill_up(cpu);
	if (t->way == STEP || t->way == SHARED) {
		plog_thread.rseq = PLOG_RSEQ_NONE;
		fill_up(shared_lane());
		plog_thread.rseq = rs;
	}
}

/* Returns the steps taken. */
static u32 trial_run(const struct trial *t)
{
	u64 before[win->lanes], after[win->lanes];
	u32 steps = 0, id, step = t->place ? (u32)t->place : t->steps, lane = plog_thread.lane;
	pid_t pid;

	trial_prepare(t);
	id = id_new(UNKNOWN);
	cursors(before);
	pid = child_start(t->way, id);
	if (t->place)
		hits += child_to(pid, t->place, t->way == GO_ON);
	else
		steps = child_step(pid, t->steps, t->note);
	cursors(after);
	fate[id] = moved(before, after) ? MUST : GONE;
	if (*done && fate[id] == GONE)
		complain(t->where, step, "was logged, and no cursor moved", id);
	child_kill(pid);
	trials++;
	committed += fate[id] == MUST;
	/* Both lanes have to work, and cover what was not committed. */
	say(id_new(MUST), 0);
	by_shared_lane(say_one, id_new(MUST));
	if (plog_thread.lane != lane)
		complain(t->where, step, "left a lane that is stuck", id);
	check(t->where, step);
	return steps;
}

/* What there is to be met: fills in @places and @inside. */
static u32 trace(enum way way, bool lease)
{
	struct trial t = trial_of(way, lease);
	u32 total;

	places_count = 0;
	t.note = true;
	t.steps = STEPS_MAX;
	total = trial_run(&t);
	if (total >= STEPS_MAX)
		complain(t.where, total, "comes to no end", 0);
	return total;
}

static void steps_run(enum way way, bool lease, u32 total)
{
	struct trial t = trial_of(way, lease);
	u32 budget = all ? BUDGET_ALL : BUDGET, stride = 1, k, n = 0, first;

	while ((u64)total * total / 2 / stride > budget)
		stride++;
	first = (u32)rand() % stride;
	for (k = 0; k <= total; k++) {
		if (k % stride != first && !(way == BARE && (inside[k] || (k && inside[k - 1]))))
			continue;
		t.steps = k;
		trial_run(&t);
		n++;
	}
	printf("# %-13s killed after %u of %u steps\n", t.where, n, total);
}

static void places_run(enum way way, bool lease)
{
	struct trial t = trial_of(way, lease);
	u32 stride = all ? 1 : places_count / SAMPLE + 1, first = (u32)rand() % stride;
	u32 had = hits, i, n = 0;

	for (i = 0; i < places_count; i++) {
		if (!sequence_of(places[i]) && (way == GO_ON || i % stride != first))
			continue;
		t.place = places[i];
		trial_run(&t);
		n++;
	}
	printf("# %-13s stopped at %u of %u instructions\n", t.where, hits - had, n);
	if (hits - had < n / 2)
		complain(t.where, n, "most breakpoints were not met", 0);
}

static void run(bool lease)
{
	steps_run(BARE, lease, trace(BARE, lease));
	places_run(TRAP, lease);
	places_run(GO_ON, lease);
	trace(SHARED, lease);
	places_run(SHARED, lease);
	/* Eight leases in single steps take their time. */
	if (!lease || all)
		steps_run(STEP, lease, trace(STEP, lease));
}

static void pin(void)
{
	cpu_set_t set;

	cpu = (u32)sched_getcpu();
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set)) {
		perror("killstep: sched_setaffinity");
		exit(3);
	}
}

int main(int argc, char **argv)
{
	all = argc == 4 && !strcmp(argv[3], "--all");
	if ((argc != 3 && !all) || strcmp(argv[1], "--window")) {
		fputs("Usage: killstep --window FILE [--all]\n", stderr);
		return 2;
	}
	pin();
	srand((unsigned int)getpid());
	memset(filler, 'f', FILL_MAX);
	plog_thread_short_lived = true; /* no entry in the dictionary for each child */
	done = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (done == MAP_FAILED || plog_open(argv[2])) {
		fprintf(stderr, "killstep: %s: cannot be opened\n", argv[2]);
		return 3;
	}
	win = &plog_instance_current->map.win;
	say(id_new(MUST), 0);
	by_shared_lane(say_one, id_new(MUST));
	if (plog_thread.rseq == PLOG_RSEQ_NONE || cpu >= win->cpu_lanes)
		return 77;
	run(false);
	run(true);
	printf("killstep: %u children, %u of them had committed; %u failures\n", trials, committed,
	       failures);
	return failures ? 1 : 0;
}

#else

int main(void)
{
	fputs("killstep: x86-64 only\n", stderr);
	return 77;
}

#endif
