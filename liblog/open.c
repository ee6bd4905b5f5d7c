// SPDX-License-Identifier: BSD-2-Clause
/*
 * Opening, once.
 *
 *	closed ──first call──▶ opening ──▶ open          (plog_instance_current)
 *	   ▲                      └──▶ failed, tried again a second later, or later
 *	   │                           still: at most 1% of the time goes into it
 *	   └── plog_close()
 *
 * One thread opens; the others wait for it, for 100 ms at most: a burst of
 * threads that start together loses nothing, and a stuck disk stops nobody. A
 * signal handler that interrupts the opener cannot wait for it: its record is
 * counted as dropped. The path calls nothing that allocates (open, mmap and
 * their like are safe in handlers), what needs the allocator or the environment
 * was done in the constructor.
 *
 * Windows are never unmapped under a writer: who is in the middle of a call may
 * go on using the window that it found. A slot is used again fifteen windows later.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alive.h"
#include "gate.h"
#include "lane.h"
#include "lock.h"
#include "open.h"
#include "plog.h"
#include "thread.h"

#define INSTANCES	16
#define DEFAULT_SIZE	(4u << 20)	/* of the file in /dev/shm */
#define RETRY_NS	1000000000ULL
#define RETRY_SHARE	100		/* a try that takes long is made seldom */
#define PATIENCE_NS	100000000ULL

int plog_level_max = PLOG_DEBUG;
struct plog_instance *plog_instance_current;

static struct plog_instance instances[INSTANCES];
static u32 opened;		/* windows so far */
static u64 opener;		/* thread that is opening, 0: nobody */
static u64 opener_since;	/* and since when, 0: it has just begun */
static u64 retry_at;		/* do not try to open before that, ns */
static u64 closed;		/* plog_close() was called */
static u64 early;		/* records lost while somebody was opening */

/* Below: only the opener's */
static char wanted[PLOG_SPEC_MAX];	/* what plog_open() asked for, "" for the default */
static char why[sizeof(((struct plog_map *)0)->why)];
static int failure;		/* errno of the last try, negative */
static char executable[256];

static u64 coarse_now(void)
{
	struct timespec ts;

#ifdef CLOCK_MONOTONIC_COARSE
	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
#else
	clock_gettime(CLOCK_MONOTONIC, &ts);
#endif
	return (u64)ts.tv_sec * 1000000000u + (u64)ts.tv_nsec;
}

static bool retry_due(void)
{
	u64 at = plog_load(&retry_at);

	return !at || coarse_now() >= at;
}

static bool opener_take(void)
{
	const struct timespec pause = { .tv_nsec = 100000 };
	u64 me = plog_thread_id();

	/* LMM(opener_take:A) pairs with LMM(opener_release:A): why, wanted, failure */
	while (!plog_cas64(&opener, 0, me)) {
		u64 since = plog_load(&opener_since);

		if (plog_load(&opener) == me)
			return false;
		if (since && coarse_now() - since > PATIENCE_NS)
			return false;
		nanosleep(&pause, NULL);
	}
	plog_store(&opener_since, coarse_now());
	return true;
}

static void opener_release(void)
{
	plog_store(&opener_since, 0);
	plog_store_release(&opener, 0); /* LMM(opener_release:A) */
}

static void executable_read(void)
{
	ssize_t n = readlink("/proc/self/exe", executable, sizeof(executable) - 1);

	executable[n > 0 ? n : 0] = 0;
}

const char *plog_instance_executable(void)
{
	return executable;
}

/* The opener's, down to instance_make(). A slot that comes round is unmapped now. */
static struct plog_instance *instance_slot(const char *spec)
{
	struct plog_instance *in = &instances[opened % INSTANCES];

	if (in->number)
		plog_map_close(&in->map);
	in->number = 0;
	snprintf(in->name, sizeof(in->name), "%s", spec);
	return in;
}

static void instance_publish(struct plog_instance *in)
{
	if (!executable[0])
		executable_read();
	plog_alive_prepare(in);
	plog_lane_prepare(in);
	in->number = ++opened;
	plog_count(&in->map.win.ctl->dropped_busy, plog_load(&early));
	plog_store(&early, 0);
	plog_store(&retry_at, 0);
	/* LMM(instance_publish:A): the window before the pointer that leads to it */
	plog_store_release(&plog_instance_current, in);
	plog_gate_turn(&in->map.win.ctl->level);
}

static int instance_make(const char *spec)
{
	char room[PLOG_SPEC_MAX];
	const char *path = plog_window_spec(spec, room, sizeof(room));
	bool own = !strncmp(path, "/dev/shm/plog-", 14);
	struct plog_instance *in = instance_slot(path);
	u64 begin, end;

	begin = coarse_now();
	failure = plog_map_write(&in->map, path, own ? DEFAULT_SIZE : 0);
	if (failure) {
		memcpy(why, in->map.why, sizeof(why));
		end = coarse_now();
		plog_store(&retry_at, end + RETRY_NS + RETRY_SHARE * (end - begin));
		return failure;
	}
	instance_publish(in);
	return 0;
}

int plog_instance_use(const struct plog_map *map, const char *name)
{
	struct plog_instance *in;

	if (!opener_take())
		return -EBUSY;
	in = instance_slot(name);
	in->map = *map;
	plog_store(&closed, 0);
	instance_publish(in);
	opener_release();
	return 0;
}

struct plog_instance *plog_instance_open(void)
{
	struct plog_instance *in;
	int cancel;

	if (plog_load(&closed) || !retry_due())
		return NULL;
	/* A thread that is cancelled inside would leave the others waiting. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	if (opener_take()) {
		if (!plog_load(&plog_instance_current) && !plog_load(&closed) && retry_due())
			instance_make(wanted[0] ? wanted : NULL);
		if (plog_load(&closed))
			plog_store_release(&plog_instance_current, NULL);
		opener_release();
		in = plog_load_acquire(&plog_instance_current);
	} else {
		in = plog_load_acquire(&plog_instance_current);
		if (!in)
			plog_count(&early, 1);
	}
	pthread_setcancelstate(cancel, NULL);
	return in;
}

static int open_locked(const char *spec)
{
	if (!spec && plog_load(&plog_instance_current))
		return 0;
	if (spec && strlen(spec) >= sizeof(wanted))
		return -ENAMETOOLONG;
	snprintf(wanted, sizeof(wanted), "%s", spec ? spec : "");
	plog_store(&closed, 0);
	return instance_make(spec);
}

int plog_open(const char *spec)
{
	int err = errno, cancel, ret = -EBUSY;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	if (opener_take()) {
		ret = open_locked(spec);
		opener_release();
	}
	pthread_setcancelstate(cancel, NULL);
	errno = err;
	return ret;
}

void plog_close(void)
{
	plog_store(&closed, 1);
	plog_store_release(&plog_instance_current, NULL);
	plog_gate_turn(NULL);
}

int plog_sync(void)
{
	struct plog_instance *in = plog_load_acquire(&plog_instance_current);
	int err = errno, ret = in ? plog_map_sync(&in->map) : -ENODEV;

	errno = err;
	return ret;
}

static const char *kind_note(const struct plog_instance *in)
{
	if (in->map.kind == PLOG_MAP_DEVICE)
		return "device: survives a reset of the machine";
	if (in->map.kind == PLOG_MAP_MEM)
		return "physical memory: survives a reset of the machine";
	if (!strncmp(in->name, "/dev/shm/", 9))
		return "file in /dev/shm: survives the process, not the machine";
	return "file: survives the process";
}

static int status_locked(const struct plog_instance *in, char *buf, size_t n)
{
	if (in) {
		snprintf(buf, n, "logging to %s (%s)", in->name, kind_note(in));
		return 0;
	}
	if (plog_load(&closed)) {
		snprintf(buf, n, "not logging: plog_close() was called");
		return -ESHUTDOWN;
	}
	snprintf(buf, n, "not logging: %s", why[0] ? why : strerror(-failure));
	return failure ? failure : -EAGAIN;
}

int plog_status(char *buf, size_t n)
{
	int err = errno, cancel, ret = -EBUSY;
	const struct plog_instance *in = plog_instance_get();

	if (n)
		buf[0] = 0;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	if (opener_take()) {
		ret = status_locked(in, buf, n);
		opener_release();
	} else {
		snprintf(buf, n, "not logging: another thread is opening the window");
	}
	pthread_setcancelstate(cancel, NULL);
	errno = err;
	return ret;
}

/* The other threads, and with them an opener, are not in the child. */
static void forked(void)
{
	plog_lock_forked();
	plog_thread_forked();
	plog_store(&opener_since, 0);
	plog_store(&opener, 0);
}

__attribute__((constructor)) static void prepare(void)
{
	const char *level = getenv("PLOG_LEVEL");
	int value = level ? plog_level_parse(level) : -1;

	if (value >= 0)
		plog_store(&plog_level_max, value);
	pthread_atfork(NULL, NULL, forked);
}
