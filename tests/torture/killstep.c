// SPDX-License-Identifier: BSD-2-Clause
/*
 * killstep - a writer is killed at each instruction of one plog() call; then others
 * log, and a reader must find all that was committed, once, and nothing else.
 *
 *	killstep --window FILE [--all]
 *
 * A child is led through the call under ptrace, by a breakpoint where an
 * instruction is met for the first time and by single steps from there:
 *
 *   bare	with the area taken away from the kernel and its CPU number filled in
 *		by hand: nobody aborts the restartable sequence, and each step of it is
 *		reached, each turn of its copy loop, too
 *   trap	the same places, by breakpoints alone, with the area registered
 *   shared	without an area: the way through a shared lane
 *   step	single steps with the area registered. They abort the sequence: this is
 *		the way through eight tries to the shared lane
 *
 * What it finds: room in the chunk that it wrote to before, or in another one
 * (cold); a lease to be made; a site and a context that are not in the dictionary
 * (fresh); locks that another thread has (held); no lane that is free, so that its
 * record is dropped (busy); a lease that another one was killed in (again).
 *
 * What befalls it: it is killed; or a signal comes, whose handler logs, and it goes
 * on: then both records have to be there, and no lock may be left; or it is killed
 * right behind such a handler; or it is just stopped in a sequence, and starts that
 * over; or it finds itself on another CPU, and must leave the lane of the first one
 * alone.
 *
 * All are on one CPU, and so in one lane. Who was killed before the commit left
 * nothing; behind it, all: the cursors tell. Each step of a sequence is taken, of
 * other instructions a sample that is another one every time; with --all, each
 * instruction at its first turn, and a sample of the later turns.
 *
 * Ends with 77 where that cannot be done: not x86-64, no restartable sequences, or
 * no right to trace.
 */
#include <stdio.h>

#include "killstep/killstep.h"
#include "rseq.h"

#if defined(__x86_64__) && defined(PLOG_RSEQ)

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "thread.h"

#define SAMPLE 24u /* instructions of a way, without --all */
#define TURNS 6u   /* later turns of a way, likewise */
#define TURNS_ALL 200u
#define TURN_STEPS 800u /* single steps for one of them, at most */
#define LANES_MAX 64u   /* of a window of 256 KiB */
#define PATIENCE 60u    /* seconds for a trial */

static struct {
	u64 ip;
	u32 first; /* the newest step before it, or itself, at an instruction that was new */
} trace[STEPS_MAX];
static u32 trace_count;
static bool all;
static struct trial now; /* for who waits too long */
static const char *path;
static struct {
	u32 instructions, kills, breakpoints, signals, committed;
} count;

/* --- trials --- */

static u32 other_cpu(void)
{
	return (cpu + 1) % win->cpu_lanes;
}

static bool holds(const struct trial *t)
{
	return t->what == HELD || t->what == BUSY;
}

static u32 lease_steps; /* behind the intent */
static u64 lease_place; /* and the instruction that is there, when it is known */

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

/* Leads somebody else into a lease, and kills him. Returns whether it is half done now. */
static bool lease_leave_once(const struct trial *t)
{
	struct trial first = { .way = t->way == STEP ? BARE : t->way,
			       .what = LEASE,
			       .place = lease_place };
	u32 id = id_new(UNKNOWN), n;
	u64 *pending = &plog_window_lane(win, t->way == SHARED ? shared_lane() : cpu)->pending;
	u64 was = plog_load(pending), before[LANES_MAX], after[LANES_MAX];
	pid_t pid;

	cursors(before);
	pid = child_start(&first, id, 0);
	if (lease_place)
		child_move(pid, &first);
	for (n = 0; n < STEPS_MAX && !*done && plog_load(pending) == was && child_step(pid); n++)
		;
	for (n = lease_place ? 0 : lease_steps; n && child_step(pid); n--)
		;
	cursors(after);
	id_fate(id, moved(before, after) ? MUST : GONE, 0);
	lease_place = child_ip(pid);
	child_kill(pid);
	return plog_load(pending) != was && !moved(before, after);
}

/* The clock may take him another way: then once more, to another place. */
static void lease_leave(const struct trial *t)
{
	u32 tries;

	for (tries = 0; tries < 5; tries++) {
		fill_up(t->way == SHARED ? shared_lane() : cpu, t->way == SHARED);
		if (lease_leave_once(t))
			return;
		lease_place = 0;
		lease_steps = (u32)rand() % 150;
	}
	complain(t, "no lease is left half done", 0);
}

static void trial_prepare(const struct trial *t)
{
	if (window_wears_out())
		window_make(path);
	check_begin();
	/* The heartbeat comes once a second: else traces have it, and trials do not. */
	if (t->what != AGAIN)
		plog_store(&win->ctl->alive_at, plog_clock_counter(win->clock));
	if (t->what == PLAIN || t->what == COLD || t->what == FRESH) {
		chunk_known();
		return;
	}
	if (t->way != SHARED)
		fill_up(cpu, false);
	if (t->way == SHARED || t->way == STEP || holds(t))
		fill_up(shared_lane(), true);
	if (t->what == AGAIN)
		lease_leave(t);
	if (holds(t))
		holder_start(t);
}

static void drops_check(const struct trial *t, u64 before)
{
	u64 more = plog_load(&win->ctl->dropped_busy) + plog_load(&win->ctl->dropped_full) - before;

	drops += more;
	if (more > (t->what == BUSY) || (t->what == BUSY && *done && !more))
		complain(t, "the count of dropped records is wrong", 0);
}

/* The end of the child that stands at its place; what comes of its record. */
static enum fate trial_end(const struct trial *t, pid_t pid, const u64 *before)
{
	u64 after[LANES_MAX];

	if (t->end == MOVED)
		child_cpu(pid, other_cpu());
	if (t->end == BOTH) {
		child_interrupt(pid);
		if (!done[1])
			complain(t, "no signal came", 0);
		return UNKNOWN; /* two records, and the cursors do not tell whose */
	}
	if (t->end != KILL && !*done && !child_finish(pid, t->end == HANDLER ? SIGUSR1 : 0))
		complain(t, "did not get to its end", 0);
	if (t->end == HANDLER && !done[1])
		complain(t, "no signal came", 0);
	cursors(after);
	if (t->end == MOVED &&
	    (before[cpu] != after[cpu] || before[other_cpu()] == after[other_cpu()]))
		complain(t, "moved to another CPU, and wrote to the lane of the one before", 0);
	if (t->end != KILL)
		return t->what == BUSY ? GONE : MUST;
	if (*done && !moved(before, after) && t->what != BUSY)
		complain(t, "was logged, and no cursor moved", 0);
	return moved(before, after) ? MUST : GONE;
}

/* Returns whether the place was met. */
static bool trial_run(const struct trial *t)
{
	u64 before[LANES_MAX], dropped;
	u32 id, handled;
	enum fate fate;
	bool met;
	pid_t pid;

	now = *t;
	alarm(PATIENCE);
	trial_prepare(t);
	id = id_new(UNKNOWN);
	handled = id_new(t->end == HANDLER || t->end == BOTH ? MUST : GONE);
	dropped = plog_load(&win->ctl->dropped_busy) + plog_load(&win->ctl->dropped_full);
	cursors(before);
	pid = child_start(t, id, handled);
	met = child_move(pid, t);
	if (!met)
		id_fate(handled, GONE, 0);
	if (met || t->end == KILL)
		fate = trial_end(t, pid, before);
	else
		fate = *done && t->what != BUSY ? MUST : UNKNOWN;
	id_fate(id, fate, t->what == FRESH ? pid : 0);
	if (t->end == KILL || t->end == BOTH)
		child_kill(pid);
	drops_check(t, dropped);
	if (holds(t))
		holder_stop();
	others_log(t);
	if (t->end != KILL && t->end != BOTH)
		child_kill(pid);
	check(t);
	count.kills += t->end == KILL || (t->end == BOTH && met);
	count.signals += (t->end == HANDLER || t->end == BOTH) && met;
	count.breakpoints += t->place && met;
	count.committed += t->end == KILL && fate == MUST;
	return met;
}

/* --- which --- */

static const char *const ends[] = { "killed", "a handler logs", "stopped", "moved",
				    "killed behind a handler that logs" };

static u32 trace_find(u64 ip)
{
	static u32 slot[1u << 16]; /* of a step that it was met at, + 1 */
	u32 i = (u32)(ip * 0x9e3779b97f4a7c15ULL >> 48);

	if (!trace_count)
		memset(slot, 0, sizeof(slot));
	for (; slot[i]; i = (i + 1) & 0xffff)
		if (trace[slot[i] - 1].ip == ip)
			return slot[i] - 1;
	slot[i] = trace_count + 1;
	return trace_count;
}

/* Steps through a call, and notes what is met. */
static u32 trace_make(enum way way, enum what what)
{
	struct trial t = { .way = way, .what = what };
	u64 dropped;
	u32 id, fresh = 0;
	pid_t pid;

	now = t;
	alarm(PATIENCE);
	trial_prepare(&t);
	id = id_new(what == BUSY ? GONE : MUST);
	dropped = plog_load(&win->ctl->dropped_busy);
	pid = child_start(&t, id, 0);
	trace_count = 0;
	do {
		u64 ip = child_ip(pid);
		bool is_new = trace_find(ip) == trace_count;

		trace[trace_count].ip = ip;
		trace[trace_count].first = is_new ? trace_count : trace[trace_count - 1].first;
		fresh += is_new;
		trace_count++;
	} while (trace_count < STEPS_MAX && child_step(pid));
	t.step = trace_count;
	if (!*done)
		complain(&t, "comes to no end", id);
	child_kill(pid);
	drops_check(&t, dropped);
	if (holds(&t))
		holder_stop();
	others_log(&t);
	check(&t);
	count.instructions += fresh;
	return fresh;
}

/* The way there: steps alone, or the breakpoint that is next before it. */
static struct trial trial_at(enum way way, enum what what, enum end end, u32 step)
{
	struct trial t = { .way = way, .what = what, .end = end, .step = step };

	if (way == STEP) {
		t.steps = step;
		return t;
	}
	t.place = trace[trace[step].first].ip;
	t.steps = step - trace[step].first;
	return t;
}

/* The step that looks at the CPU's number, in the first sequence of the call. */
static u32 check_at;

static void check_find(void)
{
	u32 i;

	check_at = 0;
	for (i = 0; i < trace_count; i++) {
		const struct sequence *s = sequence_of(trace[i].ip);

		if (s && s->start == trace[i].ip && !check_at)
			check_at = i;
	}
}

static bool wanted(enum way way, enum what what, enum end end, u32 step, u32 stride, u32 at)
{
	bool inside = sequence_of(trace[step].ip) || (step && sequence_of(trace[step - 1].ip));

	if (way == TRAP && trace[step].first != step)
		return false;
	if (end == GO_ON)
		return sequence_of(trace[step].ip);
	if (end == MOVED && (step > check_at || trace[step].first != step))
		return false;
	if (end == MOVED && check_at - step < 8)
		return true;
	if (inside && (way == TRAP || (way == BARE && what == PLAIN)))
		return true;
	return trace[step].first == step && at % stride == stride / 2;
}

/* Each wanted one, and some of the turns that come later. */
static void way_run(enum way way, enum what what, enum end end, u32 fresh)
{
	u32 stride = all ? 1 : fresh / SAMPLE + 1, at = (u32)rand() % stride, step, n = 0, met = 0;
	u32 turns = way == TRAP || end == GO_ON || end == MOVED ? 0 : all ? TURNS_ALL : TURNS, i;
	struct trial t;

	check_find();
	for (step = 0; step < trace_count; step++) {
		at += trace[step].first == step;
		if (!wanted(way, what, end, step, stride, at))
			continue;
		t = trial_at(way, what, end, step);
		met += trial_run(&t);
		n++;
	}
	for (i = 0; i < turns; i++) {
		step = (u32)rand() % trace_count;
		t = trial_at(way, what, end, step);
		if (t.steps > TURN_STEPS || t.steps == 0)
			continue;
		met += trial_run(&t);
		n++;
	}
	if (all)
		printf("# %s%s: %s at %u of %u instructions, in %u steps\n", ways[way], finds[what],
		       ends[end], met, n, trace_count);
	/* What loops until a clock has moved does not go the same way each time. */
	if (met < n / 2)
		complain(&t, "most places were not met", 0);
}

/* Single steps through eight tries: the number of the step is all there is to go by. */
static void steps_run(enum what what)
{
	u32 n = all ? 60 : 6, i;

	trace_make(STEP, what);
	for (i = 0; i < n; i++) {
		struct trial t =
			trial_at(STEP, what, KILL,
				 (u32)((u64)i * trace_count / n + (u32)rand() % (trace_count / n)));

		trial_run(&t);
	}
	if (all)
		printf("# step%s: killed after %u of %u steps\n", finds[what], n, trace_count);
}

static void run(enum what what)
{
	u32 fresh;

	lease_steps = (u32)rand() % 150;
	lease_place = 0;
	fresh = trace_make(BARE, what);
	way_run(BARE, what, KILL, fresh);
	if (win->cpu_lanes > 1 && (what == PLAIN || what == COLD || what == LEASE))
		way_run(BARE, what, MOVED, fresh);
	way_run(TRAP, what, KILL, fresh);
	way_run(TRAP, what, GO_ON, fresh);
	if (what != BUSY)
		way_run(TRAP, what, HANDLER, fresh);
	lease_place = 0;
	fresh = trace_make(SHARED, what);
	way_run(SHARED, what, KILL, fresh);
	if (what != BUSY) {
		way_run(SHARED, what, HANDLER, fresh);
		way_run(SHARED, what, BOTH, fresh);
	}
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

/* Nothing else runs any more that stdio would have to fear. */
static void on_alarm(int number)
{
	(void)number;
	complain(&now, "does not come to its end", (u32)now.end);
	fflush(stdout);
	_exit(1);
}

int main(int argc, char **argv)
{
	int what;

	all = argc == 4 && !strcmp(argv[3], "--all");
	if ((argc != 3 && !all) || strcmp(argv[1], "--window")) {
		fputs("Usage: killstep --window FILE [--all]\n", stderr);
		return 2;
	}
	path = argv[2];
	pin();
	srand((unsigned int)getpid());
	signal(SIGALRM, on_alarm);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!child_prepare() || !holder_prepare())
		return 3;
	window_make(path);
	if (plog_thread.rseq == PLOG_RSEQ_NONE || cpu >= win->cpu_lanes) {
		fputs("killstep: no restartable sequences here\n", stderr);
		return 77;
	}
	for (what = PLAIN; what < FINDS; what++)
		run((enum what)what);
	steps_run(PLAIN);
	if (all)
		steps_run(LEASE);
	window_remove(path);
	printf("# %u instructions, %u kills, %u breakpoints, %u signals\n", count.instructions,
	       count.kills, count.breakpoints, count.signals);
	printf("killstep: %u of those who were killed had committed; %u failures\n",
	       count.committed, failures);
	return failures ? 1 : 0;
}

#else

int main(void)
{
	fputs("killstep: x86-64 only\n", stderr);
	return 77;
}

#endif
