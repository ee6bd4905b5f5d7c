// SPDX-License-Identifier: BSD-2-Clause
/*
 * crash - every state that a reset may leave in memory is read, and attached to.
 *
 *	crash [--long] [--only SCENARIO] [--jobs N]
 *	crash --replay SCENARIO:MODEL:STEP:STATE [--image FILE]
 *
 * Prints a line for each scenario, with a fault the state's name, and in the end "ok" or
 * "not ok". A STEP with a + counts from the first one that is examined. --replay makes one state
 *again, says what is wrong with it, and writes its image. Exit: 0 good, 1 faults, 2 usage.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "oracle.h"

#define TRACES 64u
#define JOBS_MAX 64u
#define MISREPAIRS 50000u /* in one of so many states the CRC may be deceived, no more */

/**
 * struct shared - what the processes that examine have in common
 * @task:	next step to be examined, over all traces
 * @counts:	by trace and process
 * @all:	steps examined in all combinations, by trace
 * @steps:	steps examined, by trace
 * @seen:	hashes of states, an open hash table of @seen_size
 */
struct shared {
	u32 task;
	struct counts counts[TRACES][JOBS_MAX];
	u32 all[TRACES];
	u32 steps[TRACES];
	u64 seen_size;
	u64 *seen;
};

static const struct bounds brief = { .all = 64, .near = 20, .drawn = 12, .steps = 350, .next = 2 };
static const struct bounds thorough = {
	.all = 4096, .near = 500, .drawn = 2000, .steps = 1000, .next = 16
};

static struct trace *traces[TRACES];
static u32 traces_count;
static struct shared *shared;
static const struct bounds *bounds = &brief;
static struct oracle oracle;
static u32 trace_now; /* that is examined */

static void *pages(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		CHECK_FAILED("no memory");
	return p;
}

static void traces_make(const char *only)
{
	for (u32 i = 0; i < TRACES; i++) {
		struct trace *t = pages(sizeof(*t));

		if (!crash_scene(t, i))
			return;
		if (only && strcmp(only, t->name))
			munmap(t, sizeof(*t));
		else
			traces[traces_count++] = t;
	}
	CHECK_FAILED("more than %u scenarios", TRACES);
}

/* One memory, mapped twice: the reader's side cannot be written. */
static void oracle_make(void)
{
	int fd = memfd_create("crash", MFD_CLOEXEC);
	void *w, *r;

	if (fd < 0 || ftruncate(fd, CRASH_SIZE))
		CHECK_FAILED("no memory");
	w = mmap(NULL, CRASH_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	r = mmap(NULL, CRASH_SIZE, PROT_READ, MAP_SHARED, fd, 0);
	if (w == MAP_FAILED || r == MAP_FAILED)
		CHECK_FAILED("no memory");
	close(fd);
	oracle.w.mem = w;
	oracle.w.arg = &oracle;
	oracle.mem = r;
	oracle.copy = pages(CRASH_SIZE);
	oracle.control = pages(plog_control_bytes(CRASH_SIZE));
	oracle.every = bounds->next;
}

static bool seen_add(u64 key)
{
	u64 i = key % shared->seen_size, n;

	key |= 1;
	for (n = 0; n < shared->seen_size; n++, i = (i + 1) % shared->seen_size) {
		u64 old = 0;

		if (__atomic_compare_exchange_n(&shared->seen[i], &old, key, false,
						__ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return true;
		if (old == key)
			return false;
	}
	CHECK_FAILED("more states than the table holds");
}

/* Seen before counts once; behind a call that returned it is examined again: more is promised. */
static void examine(struct walk *w)
{
	u64 key = w->hash ^ (trace_now + 1) * 0x9e3779b97f4a7c15ULL;
	bool fresh = seen_add(key);

	oracle.counts->states += fresh;
	if (!fresh && (w->t->event[w->step].kind == EVENT_STORE ||
		       !seen_add(key * 0xff51afd7ed558ccdULL + w->step)))
		return;
	oracle_check(&oracle);
}

/* Behind each call; and behind each store, or where those are many, some of them. */
static bool step_counts(const struct trace *t, u32 step, u32 thin)
{
	u32 kind = t->event[step].kind;

	return (kind == EVENT_STORE && step % thin == 0) || kind == EVENT_DONE ||
	       kind == EVENT_RESET;
}

static u32 thinning(const struct trace *t)
{
	u32 stores = 0;

	for (u32 step = t->begin; step < t->events; step++)
		stores += t->event[step].kind == EVENT_STORE;
	return stores / bounds->steps + 1;
}

static void died(int sig)
{
	const struct walk *w = &oracle.w;

	printf("not ok %s:%s:%u:%c%llu: signal %d: the reader wrote, or ran away\n", w->t->name,
	       w->t->wc ? "wc" : "wb", w->step, w->class, (unsigned long long)w->number, sig);
	fflush(stdout);
	_exit(1);
}

static void task_run(u32 trace, u32 step, u32 job)
{
	struct walk *w = &oracle.w;

	trace_now = trace;
	oracle.counts = &shared->counts[trace][job];
	walk_to(w, traces[trace], step);
	w->check = examine;
	walk_step(w, bounds);
	__atomic_fetch_add(&shared->steps[trace], 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&shared->all[trace], walk_all(w, bounds), __ATOMIC_RELAXED);
}

static void work(u32 job)
{
	u32 mine = __atomic_fetch_add(&shared->task, 1, __ATOMIC_RELAXED), task = 0;

	signal(SIGSEGV, died);
	signal(SIGBUS, died);
	for (u32 i = 0; i < traces_count; i++) {
		const struct trace *t = traces[i];
		u32 thin = thinning(t);

		for (u32 step = t->begin; step < t->events; step++) {
			if (!step_counts(t, step, thin) || task++ != mine)
				continue;
			task_run(i, step, job);
			mine = __atomic_fetch_add(&shared->task, 1, __ATOMIC_RELAXED);
		}
	}
}

static void counts_add(struct counts *sum, const struct counts *c)
{
	sum->states += c->states;
	sum->checks += c->checks;
	sum->faults += c->faults;
	sum->repaired += c->repaired;
	sum->misrepaired += c->misrepaired;
	sum->headless += c->headless;
	sum->twice += c->twice;
	sum->attached += c->attached;
	sum->logged += c->logged;
}

#define LL(n) ((unsigned long long)(n))

static void trace_report(u32 i, const struct counts *c)
{
	const struct trace *t = traces[i];

	printf("# %-12s %s %6u steps, %u with all combinations: %llu states, %llu checks, %llu "
	       "attaches, %llu faults",
	       t->name, t->wc ? "wc" : "wb", shared->steps[i], shared->all[i], LL(c->states),
	       LL(c->checks), LL(c->attached), LL(c->faults));
	if (c->repaired || c->misrepaired)
		printf(", %llu records repaired, %llu states with one that never was",
		       LL(c->repaired), LL(c->misrepaired));
	if (c->twice)
		printf(", %llu with a record at two places", LL(c->twice));
	putchar('\n');
}

static int report(bool whole)
{
	struct counts sum = { 0 };
	bool good;

	for (u32 i = 0; i < traces_count; i++) {
		struct counts c = { 0 };

		for (u32 j = 0; j < JOBS_MAX; j++)
			counts_add(&c, &shared->counts[i][j]);
		trace_report(i, &c);
		counts_add(&sum, &c);
	}
	printf("# %llu checks, %llu attaches, %llu of them with laps logged after; %llu records "
	       "behind a head that is nearly the next one's\n",
	       LL(sum.checks), LL(sum.attached), LL(sum.logged), LL(sum.headless));
	good = !sum.faults && whole && sum.states;
	printf("%s crash states: %llu states, %u scenarios, %llu faults\n", good ? "ok" : "not ok",
	       LL(sum.states), traces_count, LL(sum.faults));
	whole = sum.misrepaired * MISREPAIRS <= sum.checks;
	printf("%s repair: %llu records, and in %llu of %llu states one that was never logged; at "
	       "most 1 in %u\n",
	       whole ? "ok" : "not ok", LL(sum.repaired), LL(sum.misrepaired), LL(sum.checks),
	       MISREPAIRS);
	return !good || !whole;
}

static int run(u32 jobs)
{
	bool whole = true;

	shared = pages(sizeof(*shared));
	shared->seen_size = bounds == &brief ? 1u << 23 : 1u << 26;
	shared->seen = pages(shared->seen_size * sizeof(u64));
	fflush(NULL);
	for (u32 job = 0; job < jobs; job++) {
		pid_t child = fork();

		if (child < 0)
			CHECK_FAILED("no processes");
		if (!child) {
			oracle_make();
			work(job);
			fflush(NULL);
			_exit(0);
		}
	}
	for (u32 job = 0; job < jobs; job++) {
		int status;

		whole &= wait(&status) > 0 && WIFEXITED(status) && !WEXITSTATUS(status);
	}
	return report(whole);
}

static int replay(const char *id, const char *image)
{
	char name[sizeof(traces[0]->name)], model[3], class;
	struct walk *w = &oracle.w;
	struct counts counts = { 0 };
	char at[10];
	unsigned long long number;
	u32 step, i;
	FILE *f;

	if (sscanf(id, "%15[^:]:%2[^:]:%9[^:]:%c%llu", name, model, at, &class, &number) != 5)
		return 2;
	step = (u32)strtoul(at, NULL, 10);
	traces_make(name);
	for (i = 0; i < traces_count && traces[i]->wc != !strcmp(model, "wc"); i++)
		;
	if (i < traces_count && at[0] == '+')
		step += traces[i]->begin;
	if (i == traces_count || step < traces[i]->begin || step >= traces[i]->events)
		return 2;
	oracle_make();
	oracle.counts = &counts;
	oracle.loud = true;
	oracle.every = 1;
	walk_to(w, traces[i], step);
	if (!walk_make(w, class, number))
		return 2;
	signal(SIGSEGV, died);
	oracle_check(&oracle);
	printf("%s: %u records, %u boots, %s\n", id, oracle.now.records, oracle.now.boots,
	       oracle.faulty ? "faulty" : "good");
	f = image ? fopen(image, "wb") : NULL;
	if (image && (!f || fwrite(oracle.mem, CRASH_SIZE, 1, f) != 1 || fclose(f)))
		CHECK_FAILED("%s: cannot write", image);
	return oracle.faulty;
}

static int usage(void)
{
	fputs("usage: crash [--long] [--only SCENARIO] [--jobs N]\n"
	      "       crash --replay SCENARIO:MODEL:STEP:STATE [--image FILE]\n",
	      stderr);
	return 2;
}

int main(int argc, char **argv)
{
	const char *only = NULL, *id = NULL, *image = NULL;
	u32 jobs = (u32)sysconf(_SC_NPROCESSORS_ONLN);
	int i, ret;

	for (i = 1; i < argc; i++) {
		bool more = i + 1 < argc;

		if (!strcmp(argv[i], "--long"))
			bounds = &thorough;
		else if (more && !strcmp(argv[i], "--only"))
			only = argv[++i];
		else if (more && !strcmp(argv[i], "--jobs"))
			jobs = (u32)atoi(argv[++i]);
		else if (more && !strcmp(argv[i], "--replay"))
			id = argv[++i];
		else if (more && !strcmp(argv[i], "--image"))
			image = argv[++i];
		else
			return usage();
	}
	if (id) {
		ret = replay(id, image);
		return ret == 2 ? usage() : ret;
	}
	traces_make(only);
	if (!traces_count)
		return usage();
	return run(jobs < 1 ? 1 : jobs > JOBS_MAX ? JOBS_MAX : jobs);
}
