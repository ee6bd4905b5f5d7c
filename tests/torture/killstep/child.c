// SPDX-License-Identifier: BSD-2-Clause
/* Children of killstep: what they do, and how they are led to an instruction. */
#include <stdio.h>

#include "killstep.h"
#include "plog.h"
#include "rseq.h"

#if defined(__x86_64__) && defined(PLOG_RSEQ)

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "thread.h"

/* The linker knows where a section with such a name begins. */
extern const struct sequence __start___rseq_cs[], __stop___rseq_cs[];

volatile u32 *done;
static u32 handler_id;

const struct sequence *sequence_of(u64 ip)
{
	const struct sequence *s;

	for (s = __start___rseq_cs; s < __stop___rseq_cs; s++)
		if (ip - s->start <= s->length) /* and the one behind the commit */
			return s;
	return NULL;
}

bool child_prepare(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	done = p;
	return p != MAP_FAILED;
}

/* --- in the child --- */

static void area_take_away(void)
{
	struct plog_rseq *rs = plog_thread.rseq;

	if (rs == PLOG_RSEQ_NONE || syscall(SYS_rseq, rs, sizeof(*rs), 1, PLOG_RSEQ_SIG))
		_exit(4);
	rs->cpu_id_start = cpu;
	rs->cpu_id = cpu;
}

static void on_signal(int number)
{
	(void)number;
	say(handler_id, 0);
	done[1] = 1;
}

/* In its parent's shared lane, and with its parent's context unless that is to be new. */
static void child_run(const struct trial *t, u32 id, u32 handled)
{
	u32 lane = plog_thread.lane, ctx = plog_thread.ctx;
	u64 where = plog_thread.where, last = plog_thread.last;

	handler_id = handled;
	if (t->what != FRESH) {
		plog_thread_short_lived = true; /* no entry in the dictionary */
		plog_thread_ctx(plog_instance_current);
		plog_thread.ctx = ctx;
		plog_thread.where = t->what == COLD ? PLOG_NOWHERE : where;
		plog_thread.last = last;
	}
	plog_thread.lane = lane;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGUSR1, on_signal);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(5);
	if (t->way == BARE)
		area_take_away();
	if (t->way == SHARED)
		plog_thread.rseq = PLOG_RSEQ_NONE;
	__asm__ volatile("int3" ::: "memory");
	if (t->what == FRESH)
		say_fresh(id);
	else
		say(id, 0);
	*done = 1;
	__asm__ volatile("int3" ::: "memory");
	_exit(0);
}

/* --- in the parent --- */

u64 child_ip(pid_t pid)
{
	return (u64)ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user, regs.rip), NULL);
}

static bool stopped(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP;
}

pid_t child_start(const struct trial *t, u32 id, u32 handled)
{
	pid_t pid;

	done[0] = done[1] = 0;
	fflush(stdout);
	pid = fork();
	if (!pid)
		child_run(t, id, handled);
	if (pid < 0 || !stopped(pid)) {
		fprintf(stderr, "killstep: children cannot be traced here (ptrace)\n");
		exit(77);
	}
	return pid;
}

bool child_step(pid_t pid)
{
	return !ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) && stopped(pid) && !*done;
}

/* To a breakpoint, which is gone then. */
static bool run_to(pid_t pid, u64 ip, int number)
{
	u64 at = ip & ~7ULL, shift = (ip & 7) * 8;
	u64 word = (u64)ptrace(PTRACE_PEEKTEXT, pid, at, NULL);
	struct user_regs_struct regs;

	ptrace(PTRACE_POKETEXT, pid, at, (word & ~(0xffULL << shift)) | 0xccULL << shift);
	if (ptrace(PTRACE_CONT, pid, NULL, (long)number) || !stopped(pid) || *done)
		return false;
	ptrace(PTRACE_GETREGS, pid, NULL, &regs);
	if (regs.rip != ip + 1)
		return false;
	ptrace(PTRACE_POKETEXT, pid, at, word);
	regs.rip = ip;
	ptrace(PTRACE_SETREGS, pid, NULL, &regs);
	return true;
}

void child_cpu(pid_t pid, u32 number)
{
	ptrace(PTRACE_POKEDATA, pid, &plog_thread.rseq->cpu_id_start, number | (u64)number << 32);
}

bool child_move(pid_t pid, const struct trial *t)
{
	u32 i;

	if (t->place && child_ip(pid) != t->place && !run_to(pid, t->place, 0))
		return false;
	for (i = 0; i < t->steps; i++)
		if (!child_step(pid))
			return false;
	return true;
}

/* The handler passes there itself: only after its end it is the interrupted call. */
void child_interrupt(pid_t pid)
{
	u64 ip = child_ip(pid);
	int number = SIGUSR1;

	while (run_to(pid, ip, number) && !done[1]) {
		number = 0;
		if (!child_step(pid))
			break;
	}
}

bool child_finish(pid_t pid, int number)
{
	return !ptrace(PTRACE_CONT, pid, NULL, (long)number) && stopped(pid) && *done;
}

void child_kill(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) == pid && !WIFSIGNALED(status))
		;
}

#endif
