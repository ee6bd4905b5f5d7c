// SPDX-License-Identifier: BSD-2-Clause
/*
 * threads - everything that threads do to a control plane at once, to be run under
 * ThreadSanitizer:
 *
 *	threads SECONDS FOLDER
 *
 * In each round some threads log through many sites; beside them one changes levels,
 * one opens and closes windows, one plays the module's sweep, and some die while they
 * hold a lane: with the lock only, with an intent, with a lease and a head. The rounds
 * that have the library open its windows itself make files in FOLDER, each of which is
 * mapped once in a round: the tool takes two mappings for two memories. What each
 * round has to have done is counted, and none may be missing at the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sanitizer/tsan_interface.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PLOG_TAG "tsan"
#include "clock.h"
#include "gate.h"
#include "lock.h"
#include "open.h"
#include "plog.h"
#include "plog_reader.h"

#define LOGGERS 6
#define OPENINGS 5 /* a slot of an instance comes round after fifteen */
#define SIZE (64u << 10)
#define SECOND 100000u /* of the windows' clock, so that notes of life are frequent */

static struct {
	u64 calls, records, laps, deaths, taken_over, kicks, notes, openings, dropped;
} count;
static u64 calls;
static u64 stop;
static const char *folder;
/* The window of the round */
static struct plog_map window;

static void fail(const char *what)
{
	printf("not ok %s\n", what);
	exit(1);
}

static void *shared_pages(u64 size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		fail("memory");
	return p;
}

static void window_make(struct plog_map *map, bool device)
{
	struct plog_attach arg = { .clock = PLOG_CLOCK_MONOTONIC,
				   .counter_hz = SECOND,
				   .kernel = "6.1.0-test",
				   .machine = "test",
				   .cpu_lanes = 2,
				   .shared_lanes = 2,
				   .protect = 50 };
	static u8 uuid;

	memset(map, 0, sizeof(*map));
	memset(arg.boot_id, 7, sizeof(arg.boot_id));
	memset(arg.random, ++uuid | 1, sizeof(arg.random));
	arg.flush = device ? PLOG_FLUSH_LADDER : PLOG_FLUSH_EAGER;
	plog_clock_instant(arg.clock, &arg.now);
	/* No device: the first kick tells, and the descriptor is given up. */
	map->fd = device ? open("/dev/null", O_RDWR | O_CLOEXEC) : -1;
	map->control_fd = -1;
	map->kind = device ? PLOG_MAP_DEVICE : PLOG_MAP_NONE;
	map->size = SIZE;
	map->base = shared_pages(SIZE);
	map->control_size = plog_control_bytes(SIZE);
	map->control = shared_pages(map->control_size);
	map->flush = arg.flush;
	if (plog_attach(&map->win, map->base, SIZE, map->control, &arg, &map->report))
		fail("attach");
}

/* --- those who log --- */

static void vlog(int level, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	plog_vlog(level, "other", format, ap);
	va_end(ap);
}

static void sites_log(u32 who, u32 n)
{
	plog_info("logger %u counts %u", who, n);
	plog(n % 7 ? PLOG_DEBUG : PLOG_ERR, "logger %u says %s", who, n % 2 ? "odd" : "even");
	switch (n % 8) {
	case 0:
		plog_notice("%d of %d", (int)n, -1);
		break;
	case 1:
		plog_warning("half of it is %f", n / 2.0);
		break;
	case 2:
		plog_crit("%p", (void *)&calls);
		break;
	case 3:
		plog_err("%5.1s|%-8s|", "cut", "wide");
		break;
	case 4:
		vlog(PLOG_INFO, "a site of its own: %u", n);
		break;
	case 5:
		plog_hexdump(PLOG_INFO, "bytes", &n, sizeof(n));
		break;
	default:
		plog_debug("%llu", (unsigned long long)n << 32);
		break;
	}
	__atomic_fetch_add(&calls, 3, __ATOMIC_RELAXED);
}

static void *logger_run(void *arg)
{
	u32 who = (u32)(uintptr_t)arg, n;

	for (n = 0; !plog_load(&stop); n++)
		sites_log(who, n);
	return NULL;
}

/* --- those who die --- */

/* What the kernel does at a thread's death orders it before the next holder. */
__attribute__((noreturn)) static void die(struct plog_lane *lane)
{
	__tsan_release(&lane->lock.word);
	pthread_exit(NULL);
}

static bool publish_not(u32 lane, u64 *cursor, u64 expect, u64 next)
{
	(void)cursor, (void)expect, (void)next;
	die(plog_window_lane(&window.win, lane));
}

static void *victim_run(void *arg)
{
	struct plog_lease ask = { .publish = publish_not };
	u32 step = (u32)(uintptr_t)arg;
	struct plog_lane *lane;
	int ret;

	ask.lane = window.win.cpu_lanes + step % window.win.shared_lanes;
	lane = plog_window_lane(&window.win, ask.lane);
	while ((ret = plog_lock_try(&lane->lock)) < 0)
		if (plog_load(&stop))
			return NULL;
	count.deaths++;
	count.taken_over += ret > 0;
	ask.cursor = plog_load_acquire(&lane->cursor);
	if (step % 3 == 0)
		die(lane);
	if (step % 3 == 1) {
		if (plog_load(&lane->pending) == PLOG_CURSOR_GEN(ask.cursor))
			plog_store_release(
				&lane->pending,
				__atomic_fetch_add(&window.win.ctl->next_gen, 1, __ATOMIC_SEQ_CST));
		die(lane);
	}
	plog_clock_instant(window.win.clock, &ask.now);
	if (plog_lease(&window.win, &ask))
		fail("a lease finds a chunk");
	plog_lock_release(&lane->lock);
	return NULL;
}

/* One victim at a time: they count without a lock. */
static void victim_die(uintptr_t n)
{
	pthread_t id;

	if (pthread_create(&id, NULL, victim_run, (void *)n))
		fail("a thread");
	pthread_join(id, NULL);
}

static void *deaths_run(void *unused)
{
	const struct timespec pause = { .tv_nsec = 200000 };
	uintptr_t n;

	(void)unused;
	for (n = 0; !plog_load(&stop); n++) {
		victim_die(n);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

/*
 * While others log, one of them mostly comes before the next victim. When nobody does,
 * each victim on a lane but the first finds what the one before it left.
 */
static void deaths_alone(void)
{
	uintptr_t n;

	for (n = 0; n < 3 * 2 * window.win.shared_lanes; n++)
		victim_die(n);
}

/* --- those who change things --- */

static void *levels_run(void *unused)
{
	const struct timespec pause = { .tv_nsec = 50000 };
	u32 n;

	(void)unused;
	for (n = 0; !plog_load(&stop); n++) {
		plog_level_set(n % 4 ? PLOG_DEBUG : PLOG_INFO);
		if (n % 3 == 0)
			plog_gate_set_tag(window.win.ctl, n % 2 ? "other" : "tsan",
					  n % 6 ? PLOG_DEBUG : -1);
		nanosleep(&pause, NULL);
	}
	plog_level_set(PLOG_DEBUG);
	plog_gate_set_tag(window.win.ctl, "tsan", -1);
	plog_gate_set_tag(window.win.ctl, "other", -1);
	return NULL;
}

/* As the module's: it looks at cursors and lease words, and goes to sleep. */
static void *sweep_run(void *unused)
{
	struct plog_control *ctl = window.win.ctl;
	u64 moved = 0, alive = 0;
	u32 i;

	(void)unused;
	while (!plog_load(&stop)) {
		plog_store(&ctl->sweeping, 1);
		for (i = 0; i < window.win.lanes; i++)
			moved += plog_load_acquire(&plog_window_lane(&window.win, i)->cursor);
		for (i = 0; i < window.win.geo.chunk_count; i++)
			moved += plog_load(&plog_window_slot(&window.win, i)->lease);
		plog_store(&ctl->sweeping, 0);
		count.notes += alive != plog_load(&ctl->alive_at);
		alive = plog_load(&ctl->alive_at);
		usleep(100);
	}
	return moved ? NULL : (void *)"not ok the sweep saw nothing";
}

static const char *file_name(char *room, u32 i)
{
	snprintf(room, 300, "%s/w%u", folder, i);
	return room;
}

/* @arg: the library opens a file; else a window in memory. Each time another one. */
static void *opener_run(void *arg)
{
	struct plog_map fresh;
	char line[600], room[300];
	u32 i;

	for (i = 0; i < OPENINGS && !plog_load(&stop); i++) {
		usleep(20000);
		plog_close();
		usleep(2000);
		if (!arg)
			window_make(&fresh, i % 2);
		if (arg ? plog_open(file_name(room, i)) : plog_instance_use(&fresh, "memory"))
			fail("a window opens again");
		plog_sync();
		plog_status(line, sizeof(line));
		count.openings++;
	}
	return NULL;
}

/* --- rounds --- */

static void threads_run(void *(*const other[])(void *), u32 others, void *arg)
{
	pthread_t id[LOGGERS + 4];
	void *said;
	u32 i;

	plog_store(&stop, 0);
	for (i = 0; i < LOGGERS + others; i++)
		if (pthread_create(&id[i], NULL, i < LOGGERS ? logger_run : other[i - LOGGERS],
				   i < LOGGERS ? (void *)(uintptr_t)i : arg))
			fail("a thread");
	usleep(150000);
	plog_store(&stop, 1);
	for (i = 0; i < LOGGERS + others; i++) {
		pthread_join(id[i], &said);
		if (said)
			fail(said);
	}
	plog_close();
}

static void read_back(void)
{
	const struct plog_reader_boot *boots;
	struct plog_reader_record rec;
	struct plog_reader *reader;
	u64 n = 0;

	if (plog_reader_open_memory(&reader, window.base, window.size))
		fail("the window is one");
	if (!plog_reader_boots(reader, &boots) || boots[0].damaged)
		fail("nothing in the window is damaged");
	while (plog_reader_next(reader, &rec))
		n++;
	plog_reader_close(reader);
	if (!n)
		fail("records are found");
	count.records += n;
}

static void lanes_check(void)
{
	u32 i;

	for (i = 0; i < window.win.lanes; i++) {
		struct plog_lock *lock = &plog_window_lane(&window.win, i)->lock;

		if (plog_lock_try(lock) < 0)
			fail("each lane can be taken");
		plog_lock_release(lock);
	}
}

/* The windows of earlier rounds are unmapped by the library when their slot comes round. */
static void memory_round(bool device)
{
	static void *(*const other[])(void *) = { deaths_run, levels_run, sweep_run };
	const struct plog_control *ctl;
	const struct plog_instance *in;
	u64 first;

	window_make(&window, device);
	ctl = window.win.ctl;
	first = ctl->next_gen;
	if (plog_instance_use(&window, "memory"))
		fail("the window is used");
	in = plog_instance_get();
	threads_run(other, 3, NULL);
	deaths_alone();
	count.kicks += device && plog_load(&in->map.fd) < 0;
	count.laps += (ctl->next_gen - first) / window.win.geo.chunk_count;
	count.dropped += ctl->dropped_busy;
	if (ctl->dropped_full)
		fail("a lease finds a chunk");
	lanes_check();
	read_back();
}

static void openings_round(bool own)
{
	static void *(*const other[])(void *) = { opener_run, levels_run };

	char room[300];

	if (own ? plog_open(file_name(room, OPENINGS)) : plog_instance_use(&window, "memory"))
		fail("the window is used");
	threads_run(other, 2, own ? (void *)(uintptr_t)1 : NULL);
}

/* Nobody has opened the window yet, and all come at once. */
static void first_call(void)
{
	struct plog_map map;
	char room[300];
	u32 i;

	for (i = 0; i <= OPENINGS + 1; i++) {
		if (plog_map_init(&map, file_name(room, i), 4 * SIZE, true))
			fail(map.why);
		plog_map_close(&map);
	}
	setenv("PLOG_WINDOW", room, 1);
	threads_run(NULL, 0, NULL);
}

/* A busy machine takes more rounds. */
static bool enough(void)
{
	return count.calls && count.laps > 3 && count.deaths && count.taken_over && count.kicks &&
	       count.notes && count.openings;
}

int main(int argc, char **argv)
{
	time_t end;

	if (argc != 3)
		return 2;
	folder = argv[2];
	end = time(NULL) + atoi(argv[1]);
	first_call();
	do {
		memory_round(false);
		memory_round(true);
		openings_round(true);
		window_make(&window, false);
		openings_round(false);
		count.calls = calls;
	} while (time(NULL) < end || (!enough() && time(NULL) < end + 60));
	printf("# %llu calls, %llu dropped, %llu records left, %llu laps, %llu deaths, %llu taken "
	       "over, %llu kicks, %llu notes of life, %llu openings\n",
	       (unsigned long long)count.calls, (unsigned long long)count.dropped,
	       (unsigned long long)count.records, (unsigned long long)count.laps,
	       (unsigned long long)count.deaths, (unsigned long long)count.taken_over,
	       (unsigned long long)count.kicks, (unsigned long long)count.notes,
	       (unsigned long long)count.openings);
	return !enough();
}
