// SPDX-License-Identifier: BSD-2-Clause
/* plogctl status: where records go, what the window holds, or why nothing is written */
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/barrier.h"
#include "plog_reader.h"
#include "plogctl.h"
#include "clock.h"
#include "rseq.h"
#include "window.h"

#define SHM_DEFAULT	"/dev/shm/plog-"

static const char *const levels[] = {
	"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug",
};
static const char *const caches[] = { "write-back", "write-combining", "uncached" };
static const char *const clocks[] = {
	"CLOCK_MONOTONIC", "the CPU's time stamp counter", "the Arm generic timer",
	"the RISC-V timer",
};
static const char *const flushes[] = {
	"none: a file keeps what processes lose, not what the machine loses",
	"by severity: warnings and worse at once, the rest within 1 ms by the module",
	"every record at once",
	"write-combined memory, drained at warnings and worse",
};

static const char *pick(const char *const *names, size_t n, u32 value)
{
	return value < n ? names[value] : "?";
}

#define PICK(names, value) pick(names, sizeof(names) / sizeof((names)[0]), value)

static void line(const char *key, const char *value)
{
	printf("%-10s %s\n", key, value);
}

static bool is_default_file(const char *spec)
{
	return !strncmp(spec, SHM_DEFAULT, strlen(SHM_DEFAULT));
}

static bool is_device(const char *spec)
{
	struct stat st;

	return !stat(spec, &st) && S_ISCHR(st.st_mode);
}

/* To join a file that nobody writes would write to it: who asks must not. */
static bool file_is_live(const char *spec)
{
	int fd = open(spec, O_RDONLY | O_CLOEXEC);
	bool live;

	if (fd < 0)
		return false;
	live = flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
	close(fd);
	return live;
}

static void show_advice(const char *spec)
{
	if (!is_default_file(spec))
		return;
	line("to do", "this window does not survive a reset of the machine: load plog.ko");
	line("", "(plog(4)) for /dev/plog0, or set PLOG_WINDOW");
}

static int show_missing(const char *spec, const char *why)
{
	printf("%-10s %s\n", "window", spec);
	if (is_default_file(spec) && access(spec, F_OK)) {
		line("writing", "not yet: the first plog() of a program makes this file");
		show_advice(spec);
		return PLOGCTL_OK;
	}
	printf("%-10s no: %s\n", "writing", why);
	return PLOGCTL_WINDOW;
}

/* "running" would be read as somebody logging. */
static const char *boot_end(const struct plog_reader_boot *boot)
{
	if (!boot->index)
		return "the machine's running boot";
	return boot->verdict ? boot->verdict : "unknown";
}

static void show_boots(const struct plog_reader *reader)
{
	const struct plog_reader_boot *boots;
	u32 n = plog_reader_boots(reader, &boots), i;

	for (i = n; i-- > 0;)
		printf("%-10s %d: %s, %" PRIu64 " records, %" PRIu64 " repaired, %" PRIu64
		       " damaged, kernel %.*s\n",
		       i == n - 1 ? "boots" : "", boots[i].index, boot_end(&boots[i]),
		       boots[i].records,
		       boots[i].repaired, boots[i].damaged, (int)boots[i].kernel.len,
		       boots[i].kernel.text ? boots[i].kernel.text : "");
	if (!n)
		line("boots", "none");
}

static void show_device(const char *spec)
{
	struct plog_info info;
	int fd = open(spec, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && !ioctl(fd, PLOG_IOC_INFO, &info)) {
		printf("%-10s physical address 0x%" PRIx64 ", %s\n", "memory", info.phys_addr,
		       PICK(caches, info.cache));
		printf("%-10s %u boots, %u chunks, %u damaged; %u protected\n", "attached",
		       info.boots, info.chunks, info.damaged, info.protected_chunks);
	}
	if (fd >= 0)
		close(fd);
}

#define RATE_SECONDS 60
#define SECOND 1000000000ULL

/**
 * struct pace - how fast chunks were begun lately
 * @room:	chunks that the running boot may have
 * @begun:	of these, begun in the last minute
 * @seconds:	in which they were begun
 */
struct pace {
	u32 room;
	u32 begun;
	u32 seconds;
};

static void pace_take(struct pace *pace, const struct plog_window *win)
{
	u64 now = plog_clock_monotonic(), oldest = now;
	u32 i;

	*pace = (struct pace){ .seconds = RATE_SECONDS };
	for (i = 0; i < win->geo.chunk_count; i++) {
		struct plog_chunk head;
		u64 base;

		memcpy(&head, plog_window_chunk(win, i), sizeof(head));
		if (plog_window_slot(win, i)->flags & PLOG_SLOT_PROTECTED)
			continue;
		pace->room++;
		base = plog_get64(head.base_mono);
		if (!plog_chunk_check(&head, &win->geo, win->salt, i) ||
		    plog_get32(head.boot) != win->boot || base + RATE_SECONDS * SECOND < now)
			continue;
		pace->begun++;
		if (base < oldest)
			oldest = base;
	}
	/* All of them: the window went round in less than a minute. */
	if (pace->begun && pace->begun == pace->room)
		pace->seconds = (u32)((now - oldest) / SECOND) + 1;
}

/* At the pace of the last minute, how long until what is written now is overwritten? */
static void show_history(const struct plog_window *win)
{
	struct pace pace;
	u32 rate;

	pace_take(&pace, win);
	rate = pace.begun * (win->geo.chunk_size >> 10) / pace.seconds;
	if (rate)
		printf("%-10s about %u s at the rate of the last minute (%u KiB/s)\n", "history",
		       pace.room * pace.seconds / pace.begun, rate);
	else
		printf("%-10s more than %u min; chunks begun in the last minute: %u of %u\n",
		       "history", pace.room / (pace.begun ? pace.begun : 1), pace.begun, pace.room);
}

static void show_control(const struct plog_map *map)
{
	const struct plog_window *win = &map->win;
	const struct plog_control *ctl = win->ctl;

	bool rseq = win->cpu_lanes && plog_rseq_meet() != PLOG_RSEQ_NONE;

	printf("%-10s %u of CPUs%s, %u shared (by lock%s), %u of the kernel\n", "lanes",
	       win->cpu_lanes, rseq ? " (in use, by restartable sequences)" : "",
	       win->shared_lanes, rseq ? "" : ", in use",
	       win->lanes - win->cpu_lanes - win->shared_lanes);
	printf("%-10s %s\n", "clock", PICK(clocks, win->clock));
	printf("%-10s %s\n", "to memory", PICK(flushes, map->flush));
	if (map->kind == PLOG_MAP_DEVICE && map->flush == PLOG_FLUSH_LADDER)
		line("sweep", plog_load(&ctl->sweeping) ? "awake" : "asleep, nothing to do");
	printf("%-10s %s\n", "level", PICK(levels, plog_load(&ctl->level) & PLOG_LEVEL_BITS));
	show_history(win);
	printf("%-10s %" PRIu64 " with all lanes busy, %" PRIu64 " without a free chunk\n",
	       "dropped", plog_load(&ctl->dropped_busy), plog_load(&ctl->dropped_full));
	printf("%-10s %" PRIu64 " records; %" PRIu64 " entries found the dictionary full\n", "cut",
	       plog_load(&ctl->cut), plog_load(&ctl->dict_full));
}

static int show_live(const char *spec)
{
	struct plog_map map;

	if (strncmp(spec, "mem:", 4) && access(spec, R_OK | W_OK)) {
		printf("%-10s not by this user: %s: %s\n", "writing", spec, strerror(errno));
		return PLOGCTL_WINDOW;
	}
	if (!is_device(spec) && strncmp(spec, "mem:", 4) && !file_is_live(spec)) {
		line("writing", "no process has it open at the moment; the next that logs to it will");
		return PLOGCTL_OK;
	}
	if (plog_map_write(&map, spec, 0)) {
		printf("%-10s no: %s\n", "writing", map.why);
		return PLOGCTL_WINDOW;
	}
	line("writing", "yes");
	if (map.kind == PLOG_MAP_DEVICE)
		show_device(spec);
	show_control(&map);
	plog_map_close(&map);
	return PLOGCTL_OK;
}

static int show_window(struct plog_reader *reader, const char *spec)
{
	struct plog_reader_window win;

	if (plog_reader_condition(reader) > PLOG_CONDITION_DAMAGED)
		return show_missing(spec, plog_reader_why(reader));
	plog_reader_window(reader, &win);
	printf("%-10s %s, %" PRIu64 " KiB, %u chunks of %u KiB, %u of 3 superblocks good\n",
	       "window", spec, win.size >> 10, win.chunks, win.chunk_size >> 10, win.supers);
	show_boots(reader);
	return show_live(spec);
}

int plogctl_status(int argc, char **argv)
{
	struct plog_reader *reader;
	char room[512];
	const char *spec;
	int ret;

	if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
		return PLOGCTL_SYNTAX;
	spec = plog_window_spec(argc == 2 ? argv[1] : NULL, room, sizeof(room));
	ret = plog_reader_open(&reader, spec);
	if (ret == -ENOMEM) {
		fprintf(stderr, "plogctl: no memory to read %s\n", spec);
		return PLOGCTL_WINDOW;
	}
	if (ret) {
		ret = show_missing(spec, plog_reader_why(reader));
	} else {
		ret = show_window(reader, spec);
		if (!ret)
			show_advice(spec);
	}
	plog_reader_close(reader);
	return ret;
}
