// SPDX-License-Identifier: BSD-2-Clause
/* What writers do between two blows: log, and note what they log. */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PLOG_TAG "chaos"
#include "chaos.h"
#include "plog.h"

static struct chaos *chaos;
static struct life *life;
static u32 life_index;

static char letters[FILL_MAX + 1];
static __thread u32 thread;

/* Cheap, so that a writer is in plog() for most of its time. */
u32 chaos_sum(u32 index, u32 stream, u32 n)
{
	u32 x = (index * PROCESSES + stream) * 0x9e3779b1u ^ n * 0x85ebca6bu;

	x = (x ^ x >> 15) * 0x2c1b3c6du;
	return x ^ x >> 13;
}

/* Mostly short; one in 32 is longer, one in 512 much longer. */
const char *chaos_filler(u32 sum)
{
	u32 n = sum % 40;

	if (!(sum >> 8 & 31))
		n = sum >> 13 & 15 ? sum % 700 : sum % FILL_MAX;
	return letters + FILL_MAX - n;
}

void chaos_prepare(void)
{
	u32 i;

	for (i = 0; i < FILL_MAX; i++)
		letters[i] = (char)('a' + i % 26);
}

static u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000000000u + (u64)ts.tv_nsec;
}

static void say(u32 stream)
{
	struct stream *s = &life->stream[stream];
	u32 n = s->begun + 1, sum = chaos_sum(life_index, stream, n);
	const char *fill = chaos_filler(sum);
	int level = stream >= DEBUGS ? PLOG_DEBUG : sum % 16 ? PLOG_INFO : PLOG_WARNING;

	if (!chaos->board->wide)
		plog_store(&s->at[n % RING], now());
	plog_store_release(&s->begun, n);
	plog(level, CHAOS_FORMAT, life_index, stream, n, sum, fill);
	plog_store_release(&s->finished, n);
}

static void on_signal(int number)
{
	int err = errno;

	(void)number;
	say(THREADS + thread);
	__atomic_fetch_add(&chaos->board->handled, 1, __ATOMIC_RELAXED);
	errno = err;
}

static void trouble(const char *what)
{
	__atomic_fetch_add(&chaos->board->troubles, 1, __ATOMIC_RELAXED);
	fprintf(stderr, "# a writer: %s\n", what);
}

static u32 life_new(struct board *board)
{
	return __atomic_fetch_add(&board->lives, 1, __ATOMIC_SEQ_CST);
}

static void life_prepare(u32 index, u32 place)
{
	life_index = index;
	life = &chaos->board->life[index];
	life->place = place;
	plog_store(&life->pid, (u32)getpid());
}

/* From here on signals come. */
static void life_begin(void)
{
	plog_store(&life->tid[thread], (u32)syscall(SYS_gettid));
}

static void exec_child(u32 index)
{
	char fd[16], at[16], seed[24];

	snprintf(fd, sizeof(fd), "%d", chaos->board_fd);
	snprintf(at, sizeof(at), "%u", index);
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)chaos->seed);
	__atomic_fetch_add(&chaos->board->execs, 1, __ATOMIC_RELAXED);
	execl("/proc/self/exe", "chaos", "--child", chaos->window, fd, at, seed, (char *)NULL);
	trouble("exec failed");
	_exit(1);
}

void writer_child(struct chaos *c, u32 index)
{
	u64 seed = c->seed ^ (index + 1) * 0x9e3779b97f4a7c15ULL;
	u32 n = 1 + draw(&seed, 60), end = draw(&seed, 4);

	chaos = c;
	life_prepare(index, NO_PLACE);
	life_begin();
	while (n--)
		say(0);
	if (end == 0)
		kill(getpid(), SIGKILL);
	if (end == 1 && c->board_fd >= 0) {
		u32 next = life_new(c->board);

		if (next < LIVES)
			exec_child(next);
	}
	_exit(0);
}

/* By fork(), or by a system call that runs no atfork handlers. */
static pid_t child_make(u32 index)
{
	pid_t pid = index & 1 ? fork() : (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGUSR1, SIG_IGN);
		writer_child(chaos, index);
	}
	return pid;
}

static void fork_if_told(u32 place, pid_t *child)
{
	u32 index;

	if (*child > 0 && waitpid(*child, NULL, WNOHANG) == 0)
		return;
	*child = 0;
	if (!plog_load(&chaos->board->fork[place]))
		return;
	plog_store(&chaos->board->fork[place], 0);
	index = life_new(chaos->board);
	if (index >= LIVES)
		return;
	__atomic_fetch_add(&chaos->board->forks, 1, __ATOMIC_RELAXED);
	*child = child_make(index);
}

static void gate_wait(u32 seen)
{
	const struct timespec most = { .tv_nsec = 5000000 };

	syscall(SYS_futex, &chaos->board->gate, FUTEX_WAIT, seen, &most, NULL, 0);
}

static void log_on(u32 place)
{
	u64 seed = chaos->seed ^ (life_index * THREADS + thread + 1) * 0x9e3779b97f4a7c15ULL;
	pid_t child = 0;
	u32 did = 0;

	for (;;) {
		u32 gate = plog_load(&chaos->board->gate), quota;

		if (!thread)
			fork_if_told(place, &child);
		if (!(gate & 1) || gate == did) {
			gate_wait(gate);
			continue;
		}
		for (quota = 1 + draw(&seed, plog_load(&chaos->board->quota)); quota; quota--) {
			say(thread);
			if (quota % 16 == 0)
				say(DEBUGS + thread);
			if (plog_load(&chaos->board->gate) != gate)
				break;
		}
		did = gate;
	}
}

static void *second(void *arg)
{
	thread = 1;
	plog_store(&life->tid[1], (u32)syscall(SYS_gettid));
	log_on(*(u32 *)arg);
	return NULL;
}

void writer_run(struct chaos *c, u32 place, u32 index, bool own)
{
	struct sigaction act = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	pthread_t id;

	chaos = c;
	/* A handler that comes before may not log, and nobody counts it. */
	if (own) {
		plog_close();
		if (plog_open(c->window)) {
			trouble("cannot open the window");
			_exit(1);
		}
	}
	life_prepare(index, place);
	sigaction(SIGUSR1, &act, NULL);
	life_begin();
	if (pthread_create(&id, NULL, second, &place)) {
		trouble("no thread");
		_exit(1);
	}
	log_on(place);
}
