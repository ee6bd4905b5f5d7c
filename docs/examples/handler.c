// SPDX-License-Identifier: BSD-2-Clause
/*
 * A program that logs from its signal handlers: what it was doing when it died.
 *
 *   cc handler.c $(pkg-config --cflags --libs plog) && ./a.out
 *
 * plog() takes no lock, allocates nothing and leaves errno alone, so it may be called
 * where printf(3) and syslog(3) may not. CRIT is in memory when the call returns.
 */
#define PLOG_TAG "handler"
#include <plog.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

static const char *volatile doing = "nothing";

static void on_fault(int number, siginfo_t *info, void *context)
{
	(void)context;
	plog_crit("signal %d at %p while %s", number, info->si_addr, doing);
	/* SA_RESETHAND: the second time it kills, and leaves its core. */
	raise(number);
}

static void on_usr1(int number)
{
	plog_notice("signal %d: still %s", number, doing);
}

static void handlers_set(void)
{
	struct sigaction fault = { .sa_sigaction = on_fault,
				   .sa_flags = SA_SIGINFO | SA_RESETHAND };
	struct sigaction usr1 = { .sa_handler = on_usr1, .sa_flags = SA_RESTART };

	sigaction(SIGSEGV, &fault, NULL);
	sigaction(SIGBUS, &fault, NULL);
	sigaction(SIGABRT, &fault, NULL);
	sigaction(SIGUSR1, &usr1, NULL);
}

int main(void)
{
	int *volatile nowhere = (int *)16;

	/* The first call takes milliseconds: not in a handler, if it can be helped. */
	plog_info("started");
	handlers_set();
	doing = "waiting for the pump";
	raise(SIGUSR1);
	doing = "reading the pressure";
	return *nowhere;
}
