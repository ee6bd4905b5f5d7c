// SPDX-License-Identifier: BSD-2-Clause
/* Many writers at once: threads, processes, signal handlers, and SIGKILL. */
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PLOG_TAG "writers"
#include "store.h"
#include "lock.h"

#define THREADS	8
#define RECORDS	2000

static struct store store;

/* What came back of each writer: its next number. */
struct tally {
	u32 next[64];
	u32 records;
	u64 since;	/* before that, some may have been overwritten */
	bool watched[64];
	bool from_start;
	bool gaps;
};

/* Keeps the window for whoever has to find out. */
static void order_broken(u32 w, u32 n, u32 expected)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/tmp/plog-writers-%d.img", getpid());
	file = fopen(path, "w");
	if (file && store.map.base)
		fwrite(store.map.base, 1, store.map.size, file);
	if (file)
		fclose(file);
	ck_abort_msg("writer %u: %u where %u was expected; window: %s", w, n, expected, path);
}

static void tally_add(void *arg, const struct plog_reader_record *rec)
{
	struct tally *t = arg;
	char text[64];
	u32 w, n;

	snprintf(text, sizeof(text), "%.*s", (int)rec->msg.len, rec->msg.text);
	ck_assert_int_eq(sscanf(text, "w=%u n=%u", &w, &n), 2);
	ck_assert_uint_lt(w, 64);
	if (n < t->next[w] || (n > t->next[w] && !t->gaps && (t->from_start || t->watched[w])))
		order_broken(w, n, t->next[w]);
	t->watched[w] = rec->mono > t->since;
	t->next[w] = n + 1;
	t->records++;
}

static void *numbers_log(void *arg)
{
	u32 w = (u32)(uintptr_t)arg, n;

	for (n = 0; n < RECORDS; n++)
		plog(n % 16 ? PLOG_INFO : PLOG_WARNING, "w=%u n=%u", w, n);
	return NULL;
}

static void threads_run(u32 first, u32 n)
{
	pthread_t id[THREADS];
	u32 i;

	for (i = 0; i < n; i++)
		ck_assert(!pthread_create(&id[i], NULL, numbers_log,
					  (void *)(uintptr_t)(first + i)));
	for (i = 0; i < n; i++)
		pthread_join(id[i], NULL);
}

START_TEST(threads_keep_their_order)
{
	struct tally t = { .from_start = true };
	u32 i;

	store_open(&store, 8 << 20, 16, PLOG_FLUSH_EAGER);
	threads_run(0, THREADS);
	store_each(&store, tally_add, &t);
	ck_assert_uint_eq(store_dropped(&store), 0);
	for (i = 0; i < THREADS; i++)
		ck_assert_uint_eq(t.next[i], RECORDS);
}
END_TEST

/* More threads than lanes: some may be dropped, each of them is counted. */
START_TEST(what_is_dropped_is_counted)
{
	struct tally t = { .from_start = true, .gaps = true };

	store_open(&store, 8 << 20, 2, PLOG_FLUSH_NONE);
	threads_run(0, THREADS);
	store_each(&store, tally_add, &t);
	ck_assert_uint_eq(t.records + store_dropped(&store), THREADS * RECORDS);
}
END_TEST

static void children_wait(void)
{
	int status;

	while (wait(&status) > 0)
		ck_assert(WIFEXITED(status) && !WEXITSTATUS(status));
}

static void whose(void *arg, const struct plog_reader_record *rec)
{
	u32 *pids = arg, w;
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)rec->msg.len, rec->msg.text);
	ck_assert_int_eq(sscanf(text, "w=%u", &w), 1);
	ck_assert_int_eq(rec->pid, pids[w / 2]);
}

START_TEST(processes_share_a_window)
{
	struct tally t = { .from_start = true };
	u32 i, pids[4];

	store_open(&store, 8 << 20, 16, PLOG_FLUSH_NONE);
	for (i = 0; i < 4; i++) {
		pid_t pid = fork();

		if (!pid) {
			threads_run(2 * i, 2);
			_exit(0);
		}
		pids[i] = (u32)pid;
	}
	children_wait();
	store_each(&store, tally_add, &t);
	ck_assert_uint_eq(t.records, 8 * RECORDS);
	store_each(&store, whose, pids);
}
END_TEST

/* fork() and a bare system call that runs no handlers */
START_TEST(a_child_is_somebody_else)
{
	struct plog_reader_record rec;
	int bare;

	store_open(&store, 1 << 20, 4, PLOG_FLUSH_NONE);
	plog_info("parent");
	for (bare = 0; bare < 2; bare++) {
#ifdef SYS_fork
		pid_t pid = bare ? (pid_t)syscall(SYS_fork) : fork();
#else
		pid_t pid = fork();
#endif

		if (!pid) {
			plog_info("child");
			_exit(0);
		}
		children_wait();
		rec = store_last(&store);
		ck_assert(store_says(&rec.msg, "child"));
		ck_assert_int_eq(rec.pid, pid);
		ck_assert_int_eq(rec.tid, pid);
	}
	plog_info("parent");
	ck_assert_int_eq(store_last(&store).pid, getpid());
}
END_TEST

static volatile u32 ticks;

static void tick(int sig)
{
	int err = errno;

	(void)sig;
	errno = EDOM;
	plog_info("w=1 n=%u", ticks++);
	if (errno != EDOM)
		abort();
	errno = err;
}

START_TEST(a_handler_may_interrupt_a_writer)
{
	struct itimerval timer = { { 0, 100 }, { 0, 100 } };
	struct tally t = { .from_start = true };
	u32 n = 0;

	store_open(&store, 16 << 20, 4, PLOG_FLUSH_NONE);
	signal(SIGALRM, tick);
	setitimer(ITIMER_REAL, &timer, NULL);
	for (n = 0; n < 100000 || (ticks < 50 && n < 200000); n++)
		plog_info("w=0 n=%u", n);
	timer = (struct itimerval){ 0 };
	setitimer(ITIMER_REAL, &timer, NULL);
	store_each(&store, tally_add, &t);
	ck_assert_uint_eq(store_dropped(&store), 0);
	ck_assert_uint_eq(t.next[0], n);
	ck_assert_uint_eq(t.next[1], ticks);
	ck_assert_uint_gt(ticks, 10);
}
END_TEST

/* The last call that returned: its number, and an instant before its time stamp. */
struct progress {
	u64 begun;
	u32 done;
};

static u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000000000u + (u64)ts.tv_nsec;
}

static void victim_run(u32 w, volatile struct progress *progress)
{
	u64 begun;
	u32 n;

	for (n = 0;; n++) {
		begun = now();
		plog(n % 5 ? PLOG_INFO : PLOG_ERR, "w=%u n=%u", w, n);
		/* In this order: killed in between, it asks for too little. */
		progress->done = n;
		progress->begun = begun;
		progress->done = n + 1;
	}
}

static void lanes_check(void)
{
	const struct plog_window *win = &store.map.win;
	u32 i;

	for (i = 0; i < win->shared_lanes; i++) {
		struct plog_lock *lock = &plog_window_lane(win, win->cpu_lanes + i)->lock;

		ck_assert_int_ge(plog_lock_try(lock), 0);
		plog_lock_release(lock);
	}
	ck_assert_int_ge(plog_lock_try(&win->ctl->dict_lock), 0);
	plog_lock_release(&win->ctl->dict_lock);
}

struct storm {
	struct tally t;
	u32 repaired[4]; /* behind the number of a victim's repaired record */
};

static void storm_add(void *arg, const struct plog_reader_record *rec)
{
	struct storm *storm = arg;
	struct tally before = storm->t;
	u32 i;

	tally_add(&storm->t, rec);
	for (i = 0; i < 4 && rec->verdict == PLOG_VERDICT_REPAIRED; i++)
		if (storm->t.next[i] != before.next[i])
			storm->repaired[i] = storm->t.next[i];
}

/*
 * Of each victim all that its log calls returned from is there, in order, as far
 * as it was not overwritten; and whatever it held is free again.
 */
static void storm_round(struct progress *progress, unsigned int *seed)
{
	struct timespec pause = { .tv_nsec = rand_r(seed) % 1500000 };
	struct storm storm = { 0 };
	pid_t pids[4];
	u32 i;

	for (i = 0; i < 4; i++) {
		progress[i] = (struct progress){ 0 };
		pids[i] = fork();
		if (!pids[i])
			victim_run(i, progress + i);
	}
	nanosleep(&pause, NULL);
	for (i = 0; i < 4; i++)
		kill(pids[i], SIGKILL);
	for (i = 0; i < 4; i++)
		waitpid(pids[i], NULL, 0);
	lanes_check();
	storm.t.since = store_complete_since(&store);
	store_each(&store, storm_add, &storm);
	ck_assert_uint_eq(store_dropped(&store), 0);
	for (i = 0; i < 4; i++) {
		if (progress[i].begun > storm.t.since)
			ck_assert_uint_ge(storm.t.next[i], progress[i].done);
		/* The call that it was in, at most; and no other one is repaired. */
		ck_assert_uint_le(storm.t.next[i], progress[i].done + 1);
		if (storm.repaired[i])
			ck_assert_uint_eq(storm.repaired[i], progress[i].done + 1);
	}
}

START_TEST(a_killed_writer_takes_nothing_along)
{
	struct progress *progress = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int rounds = getenv("PLOG_LONG") ? 3000 : 150;
	unsigned int seed = (unsigned int)getpid();
	int i;

	for (i = 0; i < rounds; i++) {
		/* A small window, so that leases are killed as well. */
		store_open(&store, 256 << 10, 8, PLOG_FLUSH_EAGER);
		store.killed = true;
		storm_round(progress, &seed);
		munmap(store.map.base, store.map.size);
	}
}
END_TEST

START_TEST(without_a_window_a_call_costs_little)
{
	struct timespec from, to;
	char why[300];
	double ns;
	int i;

	setenv("PLOG_WINDOW", "/nonexistent/window", 1);
	errno = ERANGE;
	plog_info("nowhere");
	ck_assert_int_eq(errno, ERANGE);
	ck_assert_int_lt(plog_status(why, sizeof(why)), 0);
	ck_assert_ptr_nonnull(strstr(why, "/nonexistent"));
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (i = 0; i < 100000; i++)
		plog_info("nowhere %d", i);
	clock_gettime(CLOCK_MONOTONIC, &to);
	ns = ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / i;
	ck_assert_msg(ns < 2000, "%.0f ns for a record that is not written", ns);
	ck_assert_int_lt(plog_open("/nonexistent/other"), 0);
	ck_assert_int_lt(plog_sync(), 0);
}
END_TEST

/* A file window, and its control plane, which outlives it. */
static void window_forget(const char *path)
{
	char control[96];
	struct stat st;

	if (!stat(path, &st)) {
		snprintf(control, sizeof(control), "/dev/shm/plog-ctl-%llx-%llx",
			 (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
		unlink(control);
	}
	unlink(path);
}

/* Threads that start together, on a file window that nobody has opened yet. */
START_TEST(the_first_calls_all_get_in)
{
	struct tally t = { .from_start = true, .gaps = true };
	const struct plog_control *ctl;
	struct plog_reader_record rec;
	struct plog_reader *reader;
	char path[64], line[600];
	struct plog_map map;

	snprintf(path, sizeof(path), "/dev/shm/plog-test-%d.window", getpid());
	ck_assert_int_eq(plog_map_init(&map, path, 8 << 20, true), 0);
	plog_map_close(&map);
	setenv("PLOG_WINDOW", path, 1);
	threads_run(0, THREADS);
	ck_assert_msg(!plog_status(line, sizeof(line)), "%s", line);
	ck_assert_int_eq(plog_sync(), 0);
	ck_assert_int_eq(plog_reader_open(&reader, path), 0);
	while (plog_reader_next(reader, &rec))
		tally_add(&t, &rec);
	plog_reader_close(reader);
	/* A window of this machine may have fewer lanes than there are threads. */
	ctl = plog_instance_get()->map.win.ctl;
	ck_assert_uint_eq(t.records + ctl->dropped_busy, THREADS * RECORDS);
	plog_close();
	window_forget(path);
}
END_TEST

static void cpus_setup(void)
{
	store_cpu_lanes = 2;
}

/* The same over shared lanes, and over the lanes of CPUs. */
static TCase *many(const char *name)
{
	TCase *t = tcase_create(name);

	tcase_set_timeout(t, 600);
	tcase_add_test(t, threads_keep_their_order);
	tcase_add_test(t, processes_share_a_window);
	tcase_add_test(t, a_child_is_somebody_else);
	tcase_add_test(t, a_handler_may_interrupt_a_writer);
	tcase_add_test(t, a_killed_writer_takes_nothing_along);
	return t;
}

int main(void)
{
	Suite *s = suite_create("writers");
	TCase *shared = many("shared lanes"), *cpus = many("lanes of CPUs");
	SRunner *r;
	int failed;

	tcase_add_test(shared, what_is_dropped_is_counted);
	tcase_add_test(shared, without_a_window_a_call_costs_little);
	tcase_add_test(shared, the_first_calls_all_get_in);
	tcase_add_checked_fixture(cpus, cpus_setup, NULL);
	suite_add_tcase(s, shared);
	suite_add_tcase(s, cpus);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
