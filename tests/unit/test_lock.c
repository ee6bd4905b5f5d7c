// SPDX-License-Identifier: BSD-2-Clause
/* The robust lock: who dies, who interrupts, who forks, who else is in the list. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/barrier.h"
#include "lock.h"
#include "lock_frail.h"
#include "lock_robust.h"

#define DIED 0x40000000u

struct shared {
	struct plog_lock lock[8] __attribute__((aligned(64)));
	pthread_mutex_t mutex[2];
	u64 counter;
	u32 go;
};

static struct shared *sh;

static void setup(void)
{
	pthread_mutexattr_t attr;
	int i;

	sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(sh, MAP_FAILED);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	for (i = 0; i < 2; i++)
		pthread_mutex_init(&sh->mutex[i], &attr);
}

static void die(void)
{
	raise(SIGKILL);
}

static void reap(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
}

static void reap_good(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}

static void mutex_was_lost(int i)
{
	ck_assert_int_eq(pthread_mutex_trylock(&sh->mutex[i]), EOWNERDEAD);
	pthread_mutex_consistent(&sh->mutex[i]);
	pthread_mutex_unlock(&sh->mutex[i]);
}

START_TEST(take_and_release)
{
	errno = 77;
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), 0);
	ck_assert_uint_eq(sh->lock[0].word, (u32)syscall(SYS_gettid));
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), -EBUSY);
	plog_lock_release(&sh->lock[0]);
	ck_assert_uint_eq(sh->lock[0].word, 0);
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), 0);
	plog_lock_release(&sh->lock[0]);
	ck_assert_int_eq(errno, 77);
}
END_TEST

START_TEST(nested_any_order)
{
	int i;

	for (i = 0; i < 3; i++)
		ck_assert_int_eq(plog_lock_try(&sh->lock[i]), 0);
	plog_lock_release(&sh->lock[1]);
	plog_lock_release(&sh->lock[0]);
	plog_lock_release(&sh->lock[2]);
	for (i = 0; i < 3; i++)
		ck_assert_uint_eq(sh->lock[i].word, 0);
	/* More than can be nested: busy, and all come back. */
	for (i = 0; i < 8; i++)
		ck_assert_int_eq(plog_lock_try(&sh->lock[i]), 0);
	for (i = 0; i < 8; i++)
		plog_lock_release(&sh->lock[i]);
	for (i = 0; i < 8; i++)
		ck_assert_uint_eq(sh->lock[i].word, 0);
}
END_TEST

START_TEST(holder_killed)
{
	pid_t pid = fork();
	int i;

	if (pid == 0) {
		for (i = 0; i < 4; i++)
			if (plog_lock_try(&sh->lock[i]))
				_exit(1);
		plog_lock_release(&sh->lock[2]);
		die();
	}
	reap(pid);
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), 1);
	ck_assert_int_eq(plog_lock_try(&sh->lock[1]), 1);
	ck_assert_int_eq(plog_lock_try(&sh->lock[2]), 0);
	ck_assert_int_eq(plog_lock_try(&sh->lock[3]), 1);
	for (i = 0; i < 4; i++)
		plog_lock_release(&sh->lock[i]);
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), 0);
	plog_lock_release(&sh->lock[0]);
}
END_TEST

/* bit 0: our lock first; bit 1: ours is released before the death */
START_TEST(beside_a_mutex_killed)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (_i & 1 && plog_lock_try(&sh->lock[0]))
			_exit(1);
		pthread_mutex_lock(&sh->mutex[0]);
		if (!(_i & 1) && plog_lock_try(&sh->lock[0]))
			_exit(1);
		pthread_mutex_lock(&sh->mutex[1]);
		if (_i & 2)
			plog_lock_release(&sh->lock[0]);
		die();
	}
	reap(pid);
	mutex_was_lost(0);
	mutex_was_lost(1);
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), _i & 2 ? 0 : 1);
	plog_lock_release(&sh->lock[0]);
}
END_TEST

/* A mutex that goes while our node is its neighbour, and nothing is lost by it. */
START_TEST(mutex_leaves_first)
{
	pid_t pid = fork();

	if (pid == 0) {
		pthread_mutex_lock(&sh->mutex[0]);
		if (plog_lock_try(&sh->lock[0]))
			_exit(1);
		pthread_mutex_lock(&sh->mutex[1]);
		if (_i == 0)
			pthread_mutex_unlock(&sh->mutex[0]);
		else
			pthread_mutex_unlock(&sh->mutex[1]);
		plog_lock_release(&sh->lock[0]);
		if (plog_lock_try(&sh->lock[1]))
			_exit(1);
		die();
	}
	reap(pid);
	mutex_was_lost(_i == 0 ? 1 : 0);
	ck_assert_int_eq(pthread_mutex_trylock(&sh->mutex[_i]), 0);
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), 0);
	ck_assert_int_eq(plog_lock_try(&sh->lock[1]), 1);
}
END_TEST

static volatile sig_atomic_t handled, handler_failed;

static void on_signal(int sig)
{
	int rc = plog_lock_try(&sh->lock[5]);

	(void)sig;
	if (rc == 0)
		plog_lock_release(&sh->lock[5]);
	else
		handler_failed = 1;
	handled++;
}

static void timer_start(void)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
	struct itimerspec it = { { 0, 20000 }, { 0, 20000 } };
	timer_t timer;

	sigaction(SIGALRM, &sa, NULL);
	ck_assert_int_eq(timer_create(CLOCK_MONOTONIC, &ev, &timer), 0);
	ck_assert_int_eq(timer_settime(timer, 0, &it, NULL), 0);
}

START_TEST(handler_interrupts_everything)
{
	struct timespec t;
	time_t end;

	timer_start();
	clock_gettime(CLOCK_MONOTONIC, &t);
	end = t.tv_sec + 3;
	while (t.tv_sec < end) {
		int i;

		for (i = 0; i < 1000; i++) {
			ck_assert_int_eq(pthread_mutex_lock(&sh->mutex[0]), 0);
			ck_assert_int_eq(plog_lock_try(&sh->lock[0]), 0);
			ck_assert_int_eq(pthread_mutex_lock(&sh->mutex[1]), 0);
			ck_assert_int_eq(pthread_mutex_unlock(&sh->mutex[0]), 0);
			ck_assert_int_eq(plog_lock_try(&sh->lock[1]), 0);
			plog_lock_release(&sh->lock[1]);
			ck_assert_int_eq(pthread_mutex_unlock(&sh->mutex[1]), 0);
			plog_lock_release(&sh->lock[0]);
		}
		clock_gettime(CLOCK_MONOTONIC, &t);
	}
	ck_assert_int_gt(handled, 100);
	ck_assert_int_eq(handler_failed, 0);
}
END_TEST

START_TEST(killed_anywhere)
{
	int round, lost = 0;

	for (round = 0; round < 300; round++) {
		pid_t pid = fork();
		int rc, i;

		if (pid == 0) {
			signal(SIGALRM, on_signal);
			plog_store(&sh->go, 1);
			for (;;) {
				plog_lock_try(&sh->lock[0]);
				pthread_mutex_lock(&sh->mutex[0]);
				plog_lock_try(&sh->lock[1]);
				plog_lock_release(&sh->lock[1]);
				pthread_mutex_unlock(&sh->mutex[0]);
				plog_lock_release(&sh->lock[0]);
			}
		}
		while (!plog_load(&sh->go))
			usleep(10);
		plog_store(&sh->go, 0);
		usleep((useconds_t)(rand() % 500));
		kill(pid, SIGKILL);
		reap(pid);
		for (i = 0; i < 2; i++) {
			rc = plog_lock_try(&sh->lock[i]);
			ck_assert_msg(rc == 0 || rc == 1, "round %d lock %d: %d", round, i, rc);
			lost += rc;
			plog_lock_release(&sh->lock[i]);
		}
		rc = pthread_mutex_trylock(&sh->mutex[0]);
		ck_assert_msg(rc == 0 || rc == EOWNERDEAD, "round %d: mutex %d", round, rc);
		if (rc)
			pthread_mutex_consistent(&sh->mutex[0]);
		pthread_mutex_unlock(&sh->mutex[0]);
	}
	ck_assert_int_gt(lost, 0);
}
END_TEST

static void *hammer(void *arg)
{
	int i, done = 0;

	(void)arg;
	for (i = 0; done < 20000; i++) {
		struct plog_lock *lock = &sh->lock[0];

		if (plog_lock_try(lock) < 0) {
			sched_yield();
			continue;
		}
		/* not atomic: only the lock makes it right */
		*(volatile u64 *)&sh->counter += 1;
		plog_lock_release(lock);
		done++;
	}
	return NULL;
}

START_TEST(many_threads)
{
	pthread_t thread[16];
	int i;

	for (i = 0; i < 16; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, hammer, NULL), 0);
	for (i = 0; i < 16; i++)
		pthread_join(thread[i], NULL);
	ck_assert_uint_eq(sh->counter, 16 * 20000);
}
END_TEST

static void *hold_and_exit(void *arg)
{
	(void)arg;
	return plog_lock_try(&sh->lock[0]) ? (void *)1 : NULL;
}

START_TEST(thread_ends_with_it)
{
	pthread_t thread;
	void *rc;
	int i;

	ck_assert_int_eq(pthread_create(&thread, NULL, hold_and_exit, NULL), 0);
	pthread_join(thread, &rc);
	ck_assert_ptr_null(rc);
	/* join returns a moment before the kernel has walked the list, or after */
	for (i = 0; i < 1000 && sh->lock[0].word != DIED; i++)
		usleep(1000);
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), 1);
	plog_lock_release(&sh->lock[0]);
}
END_TEST

static pid_t bare_fork(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

/* 0: fork, 1: fork and the handler, 2: clone without the C library's knowledge */
START_TEST(child_holds_nothing)
{
	u32 mine = plog_thread_id();
	pid_t pid;

	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), 0);
	pid = _i == 2 ? bare_fork() : fork();
	if (pid == 0) {
		if (_i == 1)
			plog_lock_forked();
		if (plog_thread_id() != (u32)syscall(SYS_gettid) || plog_thread_id() == mine)
			_exit(1);
		/* The parent's: not to be released here. */
		plog_lock_release(&sh->lock[0]);
		if (sh->lock[0].word != mine || plog_lock_try(&sh->lock[0]) != -EBUSY)
			_exit(2);
		if (plog_lock_try(&sh->lock[1]))
			_exit(3);
		plog_lock_release(&sh->lock[1]);
		_exit(0);
	}
	reap_good(pid);
	ck_assert_uint_eq(sh->lock[0].word, mine);
	plog_lock_release(&sh->lock[0]);
	ck_assert_uint_eq(sh->lock[0].word, 0);
}
END_TEST

START_TEST(child_killed)
{
	pid_t pid;

	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), 0);
	pid = _i ? bare_fork() : fork();
	if (pid == 0) {
		if (plog_lock_try(&sh->lock[1]) || plog_lock_try(&sh->lock[2]))
			_exit(1);
		die();
	}
	reap(pid);
	ck_assert_int_eq(plog_lock_try(&sh->lock[1]), 1);
	ck_assert_int_eq(plog_lock_try(&sh->lock[2]), 1);
	ck_assert_uint_eq(sh->lock[0].word, plog_thread_id());
	plog_lock_release(&sh->lock[2]);
	plog_lock_release(&sh->lock[1]);
	plog_lock_release(&sh->lock[0]);
}
END_TEST

/* A list whose nodes find no room in a lock: as good as none. */
static void list_unusable(void)
{
	static struct plog_robust head;

	head = (struct plog_robust){ .list = (uintptr_t)&head, .offset = 4096 };
	if (syscall(SYS_set_robust_list, &head, sizeof(head)))
		_exit(9);
	plog_lock_forked();
}

/* 0: gives it back, 1: killed with it, 2: interrupted with it, and nested */
START_TEST(without_a_list)
{
	pid_t pid = fork();

	if (pid == 0) {
		list_unusable();
		errno = 77;
		if (plog_lock_try(&sh->lock[0]) || plog_lock_try(&sh->lock[0]) != -EBUSY ||
		    plog_lock_try(&sh->lock[1]))
			_exit(1);
		if (errno != 77 || sh->lock[0].word != plog_frail_word(plog_thread_id()))
			_exit(2);
		if (_i == 1)
			die();
		plog_lock_release(&sh->lock[0]);
		if (sh->lock[0].word || plog_lock_try(&sh->lock[0]))
			_exit(3);
		if (_i == 2)
			die();
		plog_lock_release(&sh->lock[0]);
		plog_lock_release(&sh->lock[1]);
		_exit(sh->lock[0].word || sh->lock[1].word ? 4 : 0);
	}
	if (_i == 0)
		reap_good(pid);
	else
		reap(pid);
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), _i ? 1 : 0);
	ck_assert_int_eq(plog_lock_try(&sh->lock[1]), _i ? 1 : 0);
	plog_lock_release(&sh->lock[0]);
	plog_lock_release(&sh->lock[1]);
	ck_assert_uint_eq(sh->lock[0].word, 0);
}
END_TEST

/* Alive, a zombie, gone; and gone in a namespace that is not ours, or not known. */
START_TEST(frail_holder)
{
	pid_t pid = fork();
	siginfo_t info;
	u32 word;

	if (pid == 0) {
		pause();
		_exit(0);
	}
	word = plog_frail_word((u32)pid);
	ck_assert_uint_eq(word & DIED, 0);
	sh->lock[0].word = word;
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), -EBUSY);
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), -EBUSY);
	reap(pid);
	sh->lock[0].word = word ^ 1u << 22;
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), -EBUSY);
	sh->lock[0].word = word & ~(127u << 22);
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), -EBUSY);
	sh->lock[0].word = word;
	ck_assert_int_eq(plog_lock_try(&sh->lock[0]), 1);
	ck_assert_uint_eq(sh->lock[0].word, plog_thread_id());
	plog_lock_release(&sh->lock[0]);
	ck_assert_uint_eq(sh->lock[0].word, 0);
}
END_TEST

/*
 * Of many that find a dead one only one takes it over: hammer() counts. Nobody
 * stays a zombie, for those count as alive.
 */
START_TEST(frail_and_many)
{
	pid_t pid[4];
	int i;

	signal(SIGCHLD, SIG_IGN);
	for (i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			if (i & 1)
				list_unusable();
			hammer(NULL);
			if (i < 2) {
				while (plog_lock_try(&sh->lock[0]) < 0)
					sched_yield();
				die();
			}
			_exit(0);
		}
	}
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	ck_assert_uint_eq(sh->counter, 4 * 20000);
	ck_assert_int_ge(plog_lock_try(&sh->lock[0]), 0);
	plog_lock_release(&sh->lock[0]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lock");
	TCase *tc = tcase_create("lock");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, take_and_release);
	tcase_add_test(tc, nested_any_order);
	tcase_add_test(tc, holder_killed);
	tcase_add_loop_test(tc, beside_a_mutex_killed, 0, 4);
	tcase_add_loop_test(tc, mutex_leaves_first, 0, 2);
	tcase_add_test(tc, handler_interrupts_everything);
	tcase_add_test(tc, killed_anywhere);
	tcase_add_test(tc, many_threads);
	tcase_add_test(tc, thread_ends_with_it);
	tcase_add_loop_test(tc, child_holds_nothing, 0, 3);
	tcase_add_loop_test(tc, child_killed, 0, 2);
	tcase_add_loop_test(tc, without_a_list, 0, 3);
	tcase_add_test(tc, frail_holder);
	tcase_add_test(tc, frail_and_many);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
