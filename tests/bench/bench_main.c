// SPDX-License-Identifier: BSD-2-Clause
/*
 * PROGRAM [-t THREADS] [-p PROCESSES] [-d MS] [-l BURSTS [-C]] [-c] VARIANT
 * PROGRAM -n RECORDS VARIANT
 *
 * One measurement of one subject; bench.py makes many, in turns, and a table.
 * Prints "KEY VALUE" lines. Threads are pinned, one CPU after the other.
 *
 *   ns         CPU time of a record. Where each writer has a CPU: the median of
 *              slices of half a ms, so that what else runs spoils some slices and not
 *              the result; with more writers, what the kernel counts of the threads'
 *              time. Some ms are logged first, to warm up and to find out how many
 *              records make MS
 *   wall       wall time * CPUs in use / records
 *   p50 ...    with -l: of single records, in bursts of 20 with pauses of 1 ms, the
 *              caches made cold before each burst with -C; "first": median of the
 *              first record of a burst
 *   records    how many; with -n exactly so many, and nothing is measured
 *   checked    with -c: 1 when the records were found again
 *
 * Processes are started by exec, not by fork alone: some loggers have threads of
 * their own, which a fork would lose.
 *
 * Exit: 0; 1; 2 usage; 77 skipped. stderr says why.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "bench_ticks.h"

#define WORKERS_MAX 64
#define CALIBRATE_NS 4000000u
#define BURST 20
#define PAUSE_US 1000
#define COLD_SIZE (64u << 20)
#define SLICES_A_MS 2
#define SYNC_FD 100 /* of the worker processes */

/* Shared by the workers, be they threads or processes. */
struct sync {
	pthread_barrier_t barrier;
	uint64_t start[WORKERS_MAX];
	uint64_t end[WORKERS_MAX];
	double slice[WORKERS_MAX]; /* ns a record */
	double cpu[WORKERS_MAX];   /* likewise */
};

static struct {
	unsigned int threads, processes, ms, bursts;
	int worker; /* this process is worker number so and so; -1: it is not */
	uint64_t records;
	bool cold, check, exact;
	const struct bench_variant *variant;
} opt = { .threads = 1, .ms = 60, .worker = -1 };

bool bench_alone;
static struct sync *sync_area;
static cpu_set_t cpus;

static int die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* --- statistics --- */

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t quantile(const uint64_t *sorted, uint64_t n, double q)
{
	return sorted[(uint64_t)((double)(n - 1) * q + 0.5)];
}

/* --- CPUs --- */

/* From the last one down: interrupts like the first. */
static void pin(unsigned int index)
{
	unsigned int skip = index % (unsigned int)CPU_COUNT(&cpus);
	cpu_set_t one;
	int cpu;

	for (cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--)
		if (CPU_ISSET(cpu, &cpus) && !skip--)
			break;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static double cpus_used(unsigned int workers)
{
	unsigned int n = (unsigned int)CPU_COUNT(&cpus);

	return workers < n ? workers : n;
}

/* --- throughput --- */

/* At least one in each slice, the same in all. */
static uint64_t records_round(double records)
{
	uint64_t slices = (uint64_t)opt.ms * SLICES_A_MS;

	return ((uint64_t)(records / (double)slices) + 1) * slices;
}

static void thread_begin(struct bench_thread *t)
{
	pin(t->index);
	if (bench_subject.thread)
		bench_subject.thread(t);
}

/* Also the warm-up. The quickest of several: a preemption is not to count. */
static uint64_t calibrate(struct bench_thread *t)
{
	double least = 1e12, total = 0;
	uint64_t n = 64;

	while (total < CALIBRATE_NS) {
		uint64_t from = bench_ns(), took;

		opt.variant->loop(t, n);
		took = bench_ns() - from + 1;
		total += (double)took;
		least = (double)took / (double)n < least ? (double)took / (double)n : least;
		n += n / 2;
	}
	return records_round(opt.ms * 1e6 / least);
}

/* Returns the ns that a record takes in the median slice. */
static double slices_run(struct bench_thread *t, unsigned int slices)
{
	uint64_t *took = calloc(slices, sizeof(*took)), n = opt.records / slices, from, to;
	double ns;
	unsigned int i;

	if (!took)
		die("calloc");
	for (from = bench_ns(), i = 0; i < slices; i++, from = to) {
		opt.variant->loop(t, n);
		to = bench_ns();
		took[i] = to - from;
	}
	qsort(took, slices, sizeof(*took), compare);
	ns = (double)quantile(took, slices, 0.5) / (double)n;
	free(took);
	return ns;
}

static uint64_t thread_cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void worker_run(struct bench_thread *t)
{
	uint64_t cpu;

	opt.variant->loop(t, opt.records / 16 + 1);
	pthread_barrier_wait(&sync_area->barrier);
	cpu = thread_cpu_ns();
	sync_area->start[t->index] = bench_ns();
	sync_area->slice[t->index] = slices_run(t, opt.ms * SLICES_A_MS);
	sync_area->end[t->index] = bench_ns();
	sync_area->cpu[t->index] = (double)(thread_cpu_ns() - cpu) / (double)opt.records;
	/* Nobody looks for records while others still write. */
	pthread_barrier_wait(&sync_area->barrier);
}

static void *worker_main(void *arg)
{
	struct bench_thread *t = arg;

	thread_begin(t);
	worker_run(t);
	return NULL;
}

static void sync_make(unsigned int workers)
{
	pthread_barrierattr_t attr;
	int fd = memfd_create("bench", 0);

	if (fd < 0 || ftruncate(fd, sizeof(*sync_area)) || dup2(fd, SYNC_FD) < 0)
		die("memfd");
	close(fd);
	sync_area = mmap(NULL, sizeof(*sync_area), PROT_READ | PROT_WRITE, MAP_SHARED, SYNC_FD, 0);
	if (sync_area == MAP_FAILED)
		die("mmap");
	pthread_barrierattr_init(&attr);
	pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&sync_area->barrier, &attr, workers);
}

static void sync_report(unsigned int workers)
{
	uint64_t from = UINT64_MAX, to = 0;
	double slice = 0, cpu = 0, wall;
	unsigned int i;

	for (i = 0; i < workers; i++) {
		from = sync_area->start[i] < from ? sync_area->start[i] : from;
		to = sync_area->end[i] > to ? sync_area->end[i] : to;
		slice += sync_area->slice[i] / workers;
		cpu += sync_area->cpu[i] / workers;
	}
	wall = (double)(to - from) * cpus_used(workers) / ((double)opt.records * workers);
	printf("ns %.2f\nwall %.2f\n", workers > cpus_used(workers) ? cpu : slice, wall);
	printf("records %llu\n", (unsigned long long)(opt.records * workers));
}

/* Returns the records written by all. */
static uint64_t threads_run(struct bench_thread *first)
{
	static struct bench_thread t[WORKERS_MAX];
	pthread_t id[WORKERS_MAX];
	uint64_t written;
	unsigned int i;

	opt.records = calibrate(first);
	if (opt.threads > cpus_used(opt.threads))
		opt.records =
			records_round((double)opt.records * cpus_used(opt.threads) / opt.threads);
	sync_make(opt.threads);
	if (opt.threads == 1) {
		worker_run(first);
		written = first->i;
	} else {
		for (i = 0; i < opt.threads; i++) {
			t[i].index = i;
			if (pthread_create(&id[i], NULL, worker_main, &t[i]))
				die("pthread_create");
		}
		for (written = first->i, i = 0; i < opt.threads; i++) {
			pthread_join(id[i], NULL);
			written += t[i].i;
		}
	}
	sync_report(opt.threads);
	return written;
}

/* --- processes --- */

static void process_exec(char **argv, unsigned int worker)
{
	char number[16], ms[16], records[32];
	char *args[10] = { argv[0], "-W", number, "-d", ms, "-N", records };
	int n = 7;

	snprintf(number, sizeof(number), "%u", worker);
	snprintf(ms, sizeof(ms), "%u", opt.ms);
	snprintf(records, sizeof(records), "%llu", (unsigned long long)opt.records);
	if (opt.check)
		args[n++] = "-c";
	args[n] = (char *)(uintptr_t)opt.variant->name;
	execv("/proc/self/exe", args);
	_exit(1);
}

/* Those that ended are still unreaped or gone; a number is not used again so soon. */
static void processes_kill(const pid_t *pid)
{
	unsigned int i;

	for (i = 0; i < opt.processes; i++)
		kill(pid[i], SIGKILL);
}

static int processes_run(struct bench_thread *first, char **argv)
{
	pid_t pid[WORKERS_MAX];
	unsigned int i;

	opt.records = calibrate(first);
	opt.records = records_round((double)opt.records * cpus_used(opt.processes) / opt.processes);
	sync_make(opt.processes);
	fflush(stdout);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	for (i = 0; i < opt.processes; i++) {
		pid[i] = fork();
		if (pid[i] < 0)
			die("fork");
		if (!pid[i])
			process_exec(argv, i);
	}
	for (i = 0; i < opt.processes; i++) {
		int status;

		/* One that failed early never comes to the barrier: the others wait for it. */
		if (wait(&status) < 0 || status) {
			fprintf(stderr, "bench: a worker process failed\n");
			processes_kill(pid);
			return 1;
		}
	}
	sync_report(opt.processes);
	if (opt.check)
		printf("checked 1\n");
	return 0;
}

static void sync_join(void)
{
	sync_area = mmap(NULL, sizeof(*sync_area), PROT_READ | PROT_WRITE, MAP_SHARED, SYNC_FD, 0);
	if (sync_area == MAP_FAILED)
		die("mmap");
}

/* --- latency --- */

/* Walks memory that is larger than the caches, and dirties it. */
static void caches_cool(void)
{
	static volatile char *walk;
	size_t i;

	if (!walk)
		walk = malloc(COLD_SIZE);
	if (!walk)
		die("malloc");
	for (i = 0; i < COLD_SIZE; i += 64)
		walk[i]++;
}

static uint64_t timer_cost(void)
{
	uint64_t least = UINT64_MAX;
	int i;

	for (i = 0; i < 10000; i++) {
		uint64_t from = bench_ticks_fenced(), took = bench_ticks_fenced() - from;

		least = took < least ? took : least;
	}
	return least;
}

static void latency_print(const char *key, uint64_t ticks, double scale)
{
	printf("%s %.1f\n", key, (double)ticks * scale);
}

static void latency_run(struct bench_thread *t)
{
	uint64_t n = (uint64_t)opt.bursts * BURST, at = 0, cost = timer_cost(), ns, ticks;
	uint64_t *took = calloc(n, sizeof(*took)), *first = calloc(opt.bursts, sizeof(*first));
	unsigned int burst, i;
	double scale;

	if (!took || !first)
		die("calloc");
	calibrate(t);
	ns = bench_ns();
	ticks = bench_ticks();
	for (burst = 0; burst < opt.bursts; burst++) {
		usleep(PAUSE_US);
		if (opt.cold)
			caches_cool();
		for (i = 0; i < BURST; i++) {
			uint64_t from = bench_ticks_fenced();

			opt.variant->loop(t, 1);
			took[at] = bench_ticks_fenced() - from;
			took[at] = took[at] > cost ? took[at] - cost : 0;
			at++;
		}
		first[burst] = took[at - BURST];
	}
	scale = (double)(bench_ns() - ns) / (double)(bench_ticks() - ticks);
	qsort(took, n, sizeof(*took), compare);
	qsort(first, opt.bursts, sizeof(*first), compare);
	latency_print("p50", quantile(took, n, 0.5), scale);
	latency_print("p99", quantile(took, n, 0.99), scale);
	latency_print("p99.9", quantile(took, n, 0.999), scale);
	latency_print("first", quantile(first, opt.bursts, 0.5), scale);
	free(took);
	free(first);
}

/* --- the command line --- */

static int usage(void)
{
	const struct bench_variant *v;

	fprintf(stderr, "usage: [-t THREADS] [-p PROCESSES] [-d MS] [-l BURSTS [-C]] [-c] VARIANT\n"
			"       -n RECORDS VARIANT\nvariants:");
	for (v = bench_subject.variants; v->name; v++)
		fprintf(stderr, " %s", v->name);
	fprintf(stderr, "\n");
	return 2;
}

static bool options_parse(int argc, char **argv)
{
	const struct bench_variant *v;
	int c;

	while ((c = getopt(argc, argv, "t:p:d:l:Ccn:W:N:")) != -1) {
		switch (c) {
		case 't':
			opt.threads = (unsigned int)atoi(optarg);
			break;
		case 'p':
			opt.processes = (unsigned int)atoi(optarg);
			break;
		case 'd':
			opt.ms = (unsigned int)atoi(optarg);
			break;
		case 'l':
			opt.bursts = (unsigned int)atoi(optarg);
			break;
		case 'C':
			opt.cold = true;
			break;
		case 'c':
			opt.check = true;
			break;
		case 'n':
			opt.exact = true; /* fall through */
		case 'N':
			opt.records = strtoull(optarg, NULL, 10);
			break;
		case 'W':
			opt.worker = atoi(optarg);
			break;
		default:
			return false;
		}
	}
	if (optind + 1 != argc || !opt.threads || opt.threads > WORKERS_MAX ||
	    opt.processes > WORKERS_MAX || opt.worker >= WORKERS_MAX)
		return false;
	for (v = bench_subject.variants; v->name; v++)
		if (!strcmp(v->name, argv[optind]))
			opt.variant = v;
	return opt.variant != NULL;
}

static int check(uint64_t written)
{
	bool good;

	if (!opt.check || !bench_subject.check)
		return 0;
	good = bench_subject.check(opt.variant->name, written);
	if (opt.worker < 0 && good)
		printf("checked 1\n");
	return good ? 0 : 1;
}

static int measure(char **argv)
{
	struct bench_thread t = { .index = opt.worker > 0 ? (unsigned int)opt.worker : 0 };
	uint64_t written;

	thread_begin(&t);
	if (opt.processes)
		return processes_run(&t, argv);
	if (opt.exact) {
		opt.variant->loop(&t, opt.records);
		printf("records %llu\n", (unsigned long long)t.i);
		written = t.i;
	} else if (opt.worker >= 0) {
		sync_join();
		worker_run(&t);
		written = t.i;
	} else if (opt.bursts) {
		latency_run(&t);
		written = t.i;
	} else {
		written = threads_run(&t);
	}
	return check(written);
}

int main(int argc, char **argv)
{
	int code;

	if (!options_parse(argc, argv))
		return usage();
	sched_getaffinity(0, sizeof(cpus), &cpus);
	bench_alone = opt.worker < 0 && !opt.processes;
	code = bench_subject.open(opt.variant->name, opt.threads);
	if (code)
		return code;
	code = measure(argv);
	if (bench_subject.close)
		bench_subject.close();
	return code;
}
