// SPDX-License-Identifier: BSD-2-Clause
/*
 * A phase: eight processes on a new window, and what befalls them. The gate is
 * opened for a moment, all log as fast as they can, and into that the blows fall;
 * so most of them hit somebody who is in a call, and the window lasts for a while.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "chaos.h"
#include "plog.h"

#define QUOTA 480u      /* calls of a thread while the gate is open */
#define BLOWS 4u        /* at most, while the gate is open */
#define LOOKS 20000u    /* for somebody to hit: some 200 µs */
#define CHECK_EVERY 40u /* volleys, about */
#define LEVEL_EVERY 150u
#define STEPS_MIN 3u /* calls that each thread has to get through at the end */
#define PATIENCE_NS 20000000000ULL

struct place {
	pid_t pid;
	u32 life;
	u64 stopped_until;
};

struct phase {
	struct chaos *c;
	struct plog_window *win;
	pid_t group; /* its leader does nothing */
	struct place place[PROCESSES];
};

static u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000000000u + (u64)ts.tv_nsec;
}

static void pause_us(u32 us)
{
	const struct timespec ts = { .tv_nsec = (long)us * 1000 };

	nanosleep(&ts, NULL);
}

static void gate_turn(struct board *board)
{
	__atomic_fetch_add(&board->gate, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &board->gate, FUTEX_WAKE, 1000, NULL, NULL, 0);
}

/* --- processes --- */

static void exec_writer(struct chaos *c, u32 place, u32 life)
{
	char fd[16], at[16], where[16], seed[24];

	snprintf(fd, sizeof(fd), "%d", c->board_fd);
	snprintf(at, sizeof(at), "%u", life);
	snprintf(where, sizeof(where), "%u", place);
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)c->seed);
	execl("/proc/self/exe", "chaos", "--writer", c->window, fd, at, seed, where, (char *)NULL);
	_exit(1);
}

/* Some go on with our window, some open it themselves, some are new programs. */
static void writer_start(struct phase *p, u32 at)
{
	struct chaos *c = p->c;
	u32 life = __atomic_fetch_add(&c->board->lives, 1, __ATOMIC_SEQ_CST);
	u32 how = draw(&c->seed, 64);
	pid_t pid;

	if (life >= LIVES)
		exit(3);
	if (!how)
		c->board->execs++;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setpgid(0, p->group);
		if (!how)
			exec_writer(c, at, life);
		writer_run(c, at, life, how < 5);
		_exit(1);
	}
	if (pid < 0) {
		perror("chaos: fork");
		exit(3);
	}
	setpgid(pid, p->group);
	p->place[at] = (struct place){ .pid = pid, .life = life };
}

/* Children of writers that died become ours. */
static void reap_orphans(struct phase *p)
{
	int status;
	pid_t pid;
	u32 i;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < PROCESSES; i++)
			if (p->place[i].pid == pid) {
				complain(p->c, "a writer died by itself, status %x", status);
				p->place[i].pid = 0;
			}
}

static void place_reap(struct phase *p, u32 at)
{
	struct place *place = &p->place[at];
	const struct life *life = &p->c->board->life[place->life];
	u32 in = 0, i;
	int status;

	if (waitpid(place->pid, &status, 0) != place->pid || !WIFSIGNALED(status) ||
	    WTERMSIG(status) != SIGKILL)
		complain(p->c, "a writer that was killed ended with status %x", status);
	for (i = 0; i < THREADS * 2; i++)
		in += life->stream[i].begun != life->stream[i].finished;
	p->c->count.caught += in > 0;
	place->pid = 0;
}

/* --- blows --- */

/* 0 while that thread is not there yet. */
static u32 tid_of(const struct phase *p, u32 at)
{
	u64 *seed = &p->c->seed;

	return plog_load(&p->c->board->life[p->place[at].life].tid[draw(seed, THREADS)]);
}

static void affinity_blow(struct phase *p, u32 at)
{
	u32 cpus = (u32)sysconf(_SC_NPROCESSORS_ONLN), i;
	u32 tid = tid_of(p, at);
	cpu_set_t set;

	if (!tid)
		return;
	CPU_ZERO(&set);
	CPU_SET(draw(&p->c->seed, cpus), &set);
	for (i = 0; i < cpus; i++)
		if (!draw(&p->c->seed, 3))
			CPU_SET(i, &set);
	sched_setaffinity((pid_t)tid, sizeof(set), &set);
	p->c->count.moves++;
}

static const struct stream *stream_of(const struct phase *p, u32 i)
{
	return &p->c->board->life[p->place[i / THREADS].life].stream[i % THREADS];
}

/*
 * Whom to hit: somebody; or somebody who is logging at this instant; or who has just
 * begun his first call, which takes longest and inserts into the dictionary.
 */
static u32 aim(struct phase *p)
{
	u32 how = draw(&p->c->seed, 4), at = draw(&p->c->seed, PROCESSES), was[PROCESSES * THREADS];
	u32 i, looks;

	if (!how)
		return at;
	for (i = 0; i < PROCESSES * THREADS; i++)
		was[i] = plog_load(&stream_of(p, i)->begun);
	for (looks = 0; looks < LOOKS; looks++) {
		for (i = 0; i < PROCESSES * THREADS; i++) {
			u32 begun = plog_load(&stream_of(p, i)->begun);

			if (p->place[i / THREADS].pid && begun != was[i] &&
			    (how != 1 || begun == 1))
				return i / THREADS;
			was[i] = begun;
		}
	}
	return at;
}

static void blow(struct phase *p, u32 at)
{
	struct place *place = &p->place[at];
	struct chaos *c = p->c;
	u32 what = draw(&c->seed, 100);

	if (!place->pid)
		return;
	if (what < 55) {
		kill(place->pid, SIGKILL);
		place_reap(p, at);
		c->count.kills++;
	} else if (what < 65) {
		kill(place->pid, SIGSTOP);
		place->stopped_until = now() + draw(&c->seed, 8000000);
		c->count.stops++;
	} else if (what < 75) {
		affinity_blow(p, at);
	} else if (what < 92) {
		u32 tid = tid_of(p, at);

		if (tid)
			c->count.signals += !syscall(SYS_tgkill, place->pid, tid, SIGUSR1);
	} else {
		plog_store(&c->board->fork[at], 1);
	}
}

static void thaw(struct phase *p)
{
	u32 i;

	kill(-p->group, SIGCONT);
	for (i = 0; i < PROCESSES; i++)
		p->place[i].stopped_until = 0;
}

/* All run meanwhile: somebody who was stopped may be just opening the window. */
static void level_change(struct phase *p)
{
	static const char *const levels[] = { "info", "debug", "chaos=debug", "chaos=" };
	const char *level = levels[draw(&p->c->seed, 4)];
	pid_t pid;
	int status;

	if (!p->c->plogctl)
		return;
	thaw(p);
	pid = fork();
	if (!pid) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(1);
		execl(p->c->plogctl, "plogctl", "level", "-w", p->c->window, level, (char *)NULL);
		_exit(1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		complain(p->c, "plogctl level %s failed", level);
	p->c->count.levels++;
}

static void places_fill(struct phase *p)
{
	u64 at = now();
	u32 i;

	reap_orphans(p);
	for (i = 0; i < PROCESSES; i++) {
		struct place *place = &p->place[i];

		if (!place->pid)
			writer_start(p, i);
		if (place->stopped_until && place->stopped_until <= at) {
			kill(place->pid, SIGCONT);
			place->stopped_until = 0;
		}
	}
}

/* Half of the time those who come new do so while the others log. */
static void volley(struct phase *p)
{
	u64 *seed = &p->c->seed;
	bool closed = draw(seed, 2);
	u32 n = 1 + draw(seed, BLOWS);

	gate_turn(p->c->board);
	if (!draw(seed, 4))
		pause_us(draw(seed, 300));
	while (n--) {
		blow(p, aim(p));
		if (!draw(seed, 4))
			pause_us(draw(seed, 60));
	}
	if (closed)
		gate_turn(p->c->board);
	places_fill(p);
	if (!closed)
		gate_turn(p->c->board);
}

/* --- all stopped --- */

/* Is it one of the group, and does it run? */
static bool runs(pid_t pid, pid_t group)
{
	char path[40], text[512];
	int fd, parent, its;
	char *at, state;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = 0;
	at = strrchr(text, ')');
	if (!at || sscanf(at + 2, "%c %d %d", &state, &parent, &its) != 3 || its != group)
		return false;
	return !strchr("TtZX", state);
}

static void freeze(struct phase *p)
{
	u32 first, i;
	bool again;

	kill(-p->group, SIGSTOP);
	do {
		u32 lives = plog_load(&p->c->board->lives);

		again = false;
		for (i = 0; i < PROCESSES; i++)
			again |= runs(p->place[i].pid, p->group);
		if (lives > LIVES)
			lives = LIVES;
		first = lives > 100 ? lives - 100 : 0;
		for (i = first; i < lives; i++)
			if (p->c->board->life[i].pid)
				again |= runs((pid_t)p->c->board->life[i].pid, p->group);
		again |= lives < LIVES && lives != plog_load(&p->c->board->lives);
	} while (again);
}

/* --- the end --- */

/* After the chaos each thread has to get through some calls. */
static void progress_check(struct phase *p)
{
	struct board *board = p->c->board;
	u32 from[PROCESSES][THREADS], i, t, left;
	u64 end = now() + PATIENCE_NS;

	board->quota = STEPS_MIN + 1;
	thaw(p);
	for (i = 0; i < PROCESSES * THREADS; i++)
		from[i / THREADS][i % THREADS] = plog_load(
			&board->life[p->place[i / THREADS].life].stream[i % THREADS].finished);
	do {
		gate_turn(board);
		pause_us(300);
		if (plog_load(&board->gate) & 1)
			gate_turn(board);
		left = 0;
		for (i = 0; i < PROCESSES; i++)
			for (t = 0; t < THREADS; t++)
				left += plog_load(
						&board->life[p->place[i].life].stream[t].finished) <
					from[i][t] + STEPS_MIN;
	} while (left && now() < end);
	if (left)
		complain(p->c, "%u threads do not get on", left);
}

static void all_kill(struct phase *p)
{
	kill(-p->group, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	memset(p->place, 0, sizeof(p->place));
}

/* --- a phase --- */

static void control_remove(const char *window)
{
	char path[100];
	struct stat st;

	if (stat(window, &st))
		return;
	snprintf(path, sizeof(path), "/dev/shm/plog-ctl-%llx-%llx", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	unlink(path);
	/* The library keeps the last windows mapped: give their memory back. */
	if (truncate(window, 0))
		perror("chaos: truncate");
	unlink(window);
}

static void phase_begin(struct phase *p)
{
	struct chaos *c = p->c;
	struct plog_map map;
	u32 i;

	control_remove(c->window);
	memset(c->board, 0, sizeof(*c->board));
	c->board->wide = c->wide;
	c->board->quota = QUOTA;
	if (plog_map_init(&map, c->window, c->size, true)) {
		fprintf(stderr, "chaos: %s\n", map.why);
		exit(3);
	}
	plog_map_close(&map);
	if (plog_open(c->window)) {
		fprintf(stderr, "chaos: %s: cannot be opened\n", c->window);
		exit(3);
	}
	p->win = &plog_instance_current->map.win;
	p->group = fork();
	if (!p->group) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	setpgid(p->group, p->group);
	for (i = 0; i < PROCESSES; i++)
		writer_start(p, i);
}

/* Room for what may be written until the next look, and at the end. */
static bool nearly_full(const struct phase *p, u64 first)
{
	u64 used = plog_load(&p->win->ctl->next_gen) - first;

	return p->c->wide && used > p->win->geo.chunk_count * 2 / 3;
}

void phase_run(struct chaos *c, u64 kills)
{
	struct phase p = { .c = c };
	u64 first, end = c->count.kills + kills, handled;
	u32 n = 0;

	phase_begin(&p);
	first = plog_load(&p.win->ctl->next_gen);
	do {
		volley(&p);
		if (draw(&c->seed, LEVEL_EVERY) == 0)
			level_change(&p);
		if (draw(&c->seed, CHECK_EVERY) == 0) {
			freeze(&p);
			verify(c, p.win);
			thaw(&p);
		}
		n = plog_load(&c->board->lives);
	} while (c->count.kills < end && !nearly_full(&p, first) && n < LIVES - 200 &&
		 c->failures < 20);
	progress_check(&p);
	handled = plog_load(&c->board->handled);
	all_kill(&p);
	verify_rest(c, p.win);
	verify(c, p.win);
	if (plog_load(&c->board->troubles) || (c->count.signals && n > 1000 && !handled))
		complain(c, "%u writers were in trouble", c->board->troubles);
	c->count.dropped += p.win->ctl->dropped_busy + p.win->ctl->dropped_full;
	c->count.phases++;
	if (!c->failures) /* else somebody may want to look at it */
		control_remove(c->window);
}
