// SPDX-License-Identifier: BSD-2-Clause
/* plogctl status: finds out. It writes nothing to a window that nobody uses. */
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/barrier.h"
#include "rseq.h"
#include "status.h"
#include "window.h"

#define SHM_DEFAULT "/dev/shm/plog-"

bool status_default_file(const char *spec)
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

static void control_gather(struct status *s, const struct plog_map *map)
{
	const struct plog_control *ctl = map->win.ctl;

	s->live = true;
	s->win = map->win;
	s->rseq = map->win.cpu_lanes && plog_rseq_meet() != PLOG_RSEQ_NONE;
	s->flush = map->flush;
	s->device = map->kind == PLOG_MAP_DEVICE && !ioctl(map->fd, PLOG_IOC_INFO, &s->info);
	s->sweeping = plog_load(&ctl->sweeping);
	s->level = plog_load(&ctl->level) & PLOG_LEVEL_BITS;
	status_rate_take(&s->rate, &map->win);
	s->dropped_busy = plog_load(&ctl->dropped_busy);
	s->dropped_full = plog_load(&ctl->dropped_full);
	s->cut = plog_load(&ctl->cut);
	s->dict_full = plog_load(&ctl->dict_full);
	s->win.base = NULL;
	s->win.ctl = NULL;
}

static void live_gather(struct status *s)
{
	bool mem = !strncmp(s->spec, "mem:", 4);
	struct plog_map map;

	if (!mem && access(s->spec, R_OK | W_OK)) {
		s->writing = STATUS_NO;
		snprintf(s->why, sizeof(s->why), "not by this user: %s: %s%s", s->spec,
			 strerror(errno), is_device(s->spec) ? "; add the user to group plog" : "");
		return;
	}
	if (!mem && !is_device(s->spec) && !file_is_live(s->spec)) {
		s->writing = STATUS_IDLE;
		return;
	}
	if (plog_map_write(&map, s->spec, 0)) {
		s->writing = STATUS_NO;
		snprintf(s->why, sizeof(s->why), "%s", map.why);
		return;
	}
	control_gather(s, &map);
	plog_map_close(&map);
}

void status_gather(struct plog_reader *reader, bool opened, const char *spec, struct status *s)
{
	memset(s, 0, sizeof(*s));
	s->spec = spec;
	s->found = opened && plog_reader_condition(reader) <= PLOG_CONDITION_DAMAGED;
	if (s->found) {
		plog_reader_window(reader, &s->window);
		s->count = plog_reader_boots(reader, &s->boots);
		live_gather(s);
	} else if (status_default_file(spec) && access(spec, F_OK)) {
		s->writing = STATUS_NOT_YET;
	} else {
		s->writing = STATUS_NO;
		snprintf(s->why, sizeof(s->why), "%s", plog_reader_why(reader));
	}
	status_judge(s, opened ? reader : NULL);
}
