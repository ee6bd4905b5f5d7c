// SPDX-License-Identifier: BSD-2-Clause
/*
 * The control plane of a window that no module looks after: a file in /dev/shm.
 *
 * All writers of a window must use the same one, although two of them may see
 * different /dev/shm (containers) and any of them may be killed. Three locks,
 * which the kernel drops with the process:
 *
 *	gate	flock on the control file, held for the moment of opening
 *	window	flock on the window's file, shared, as long as somebody writes it
 *	user	OFD read lock on the control file, as long as somebody uses it
 *
 * Behind the gate:
 *
 *	window lock	control file	somebody	so
 *	to be had	good		uses it		-> join
 *	alone					no one	-> join, if no newer chunk shows
 *						   that others wrote meanwhile
 *	alone		none, bad	no one		-> make it
 *	taken		good		uses it		-> join
 *	taken		good		no one		-> they use another one: refuse
 *	taken		none, bad	any		-> likewise
 *
 * By induction all who hold the window lock use one control plane. A window
 * without a file (mem:) has no window lock; there the user locks say as much, in
 * one /dev/shm. The descriptor of the window is the higher one and is closed
 * last (also at exit, which closes in ascending order): a window that is locked
 * by nobody has no users.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "core/barrier.h"
#include "core/control.h"
#include "core/salvage.h"
#include "window_kind.h"

#define SHM "/dev/shm"
#define PAUSE_NS 10000000L
#define GATE_TRIES 500	/* 5 s: somebody may be scanning a large window */
#define WINDOW_TRIES 20 /* 0.2 s: somebody may be looking whether he is alone */

struct enter {
	struct plog_map *map;
	const struct plog_control_arg *arg;
	char path[80];
	bool alone;
	bool used;
	bool good;
	int join;
};

static void pause_once(void)
{
	const struct timespec ts = { .tv_nsec = PAUSE_NS };

	nanosleep(&ts, NULL);
}

static void control_path(char *path, size_t n, const struct plog_control_arg *arg)
{
	snprintf(path, n, SHM "/plog-ctl-%s", arg->key);
}

void plog_control_forget(const struct plog_control_arg *arg)
{
	char path[80];

	control_path(path, sizeof(path), arg);
	unlink(path);
}

static int shm_error(struct enter *e, int err)
{
	struct plog_map *map = e->map;
	struct stat st;

	if (stat(SHM, &st))
		return plog_map_fail(map, err, "%s: its control plane lives in " SHM ", which is "
				     "missing: mount -t tmpfs tmpfs " SHM, e->arg->spec);
	return plog_map_fail(map, err, "%s: cannot open its control plane %s: %s", e->arg->spec,
			     e->path, strerror(err));
}

/*
 * /dev/shm is open to all, and the name can be guessed. Trusted is what belongs
 * to root, to us, to the window's owner, or to somebody who may write the window
 * anyway: a file of its group was made by a member of it.
 */
static bool control_trusted(const struct stat *st, const struct stat *who)
{
	if (!S_ISREG(st->st_mode))
		return false;
	if (st->st_uid == 0 || st->st_uid == geteuid() || st->st_uid == who->st_uid)
		return true;
	return who->st_mode & S_IWOTH || (who->st_mode & S_IWGRP && st->st_gid == who->st_gid);
}

static int control_create(struct enter *e)
{
	const struct stat *who = &e->arg->who;
	int fd = open(e->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return errno == EEXIST ? -EAGAIN : shm_error(e, errno);
	/* The group first: a mode for the window's group is nothing for ours. */
	if (fchown(fd, (uid_t)-1, who->st_gid) == 0 || who->st_gid == getegid())
		(void)fchmod(fd, who->st_mode & 0666);
	else
		(void)fchmod(fd, who->st_mode & 0606);
	e->map->control_fd = fd;
	return 0;
}

/* Is the open file still the one of that name? Else somebody has removed it. */
static int control_same(struct enter *e)
{
	struct stat st, now;

	if (fstat(e->map->control_fd, &st))
		return shm_error(e, errno);
	if (!control_trusted(&st, &e->arg->who))
		return plog_map_fail(e->map, EPERM, "%s: its control plane %s belongs to user %u, "
				     "who may not write the window; remove it", e->arg->spec,
				     e->path, (unsigned int)st.st_uid);
	if (stat(e->path, &now) || now.st_ino != st.st_ino || now.st_dev != st.st_dev)
		return -EAGAIN;
	return 0;
}

/* Opened and behind the gate; -EAGAIN: not yet. */
static int gate_enter(struct enter *e)
{
	int fd = open(e->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	int rc;

	e->map->control_fd = fd;
	if (fd < 0 && errno != ENOENT)
		return shm_error(e, errno);
	if (fd < 0) {
		rc = control_create(e);
		if (rc)
			return rc;
	}
	if (flock(e->map->control_fd, LOCK_EX | LOCK_NB))
		return errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : shm_error(e, errno);
	return control_same(e);
}

static void gate_leave(struct enter *e)
{
	struct plog_map *map = e->map;

	if (map->control)
		munmap(map->control, map->control_size);
	map->control = NULL;
	map->attached = map->alone = false;
	if (map->control_fd >= 0)
		close(map->control_fd);
	map->control_fd = -1;
	if (map->fd >= 0)
		flock(map->fd, LOCK_UN);
}

static bool control_used(const struct plog_map *map)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };

	/* Who cannot ask takes the careful answer. */
	return fcntl(map->control_fd, F_OFD_GETLK, &lock) || lock.l_type != F_UNLCK;
}

static int control_use(struct plog_map *map)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_len = 1 };

	return fcntl(map->control_fd, F_OFD_SETLK, &lock) ? -EAGAIN : 0;
}

static bool window_lock(const struct plog_map *map, int how)
{
	return map->fd < 0 || !flock(map->fd, how | LOCK_NB);
}

/* The descriptor of the window above that of the control plane: see the top. */
static void fds_order(struct plog_map *map)
{
	int fd;

	if (map->fd < 0 || map->fd > map->control_fd)
		return;
	fd = fcntl(map->fd, F_DUPFD_CLOEXEC, map->control_fd + 1);
	if (fd < 0)
		return;
	close(map->fd);
	map->fd = fd;
}

static int control_map(struct plog_map *map, u32 size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, map->control_fd, 0);

	if (p == MAP_FAILED)
		return -errno;
	map->control = p;
	map->control_size = size;
	return 0;
}

/* Did others lease chunks with a control plane that this one knows nothing of? */
static bool control_stale(const struct plog_map *map)
{
	const struct plog_window *win = &map->win;
	u64 next = plog_load(&win->ctl->next_gen);
	u32 i;

	for (i = 0; i < win->geo.chunk_count; i++) {
		const volatile u64 *from = (const void *)plog_window_chunk(win, i);
		union {
			u64 word[sizeof(struct plog_chunk) / 8];
			struct plog_chunk chunk;
		} head;
		u32 w;

		for (w = 0; w < sizeof(head) / 8; w++)
			head.word[w] = from[w];
		if (plog_chunk_check(&head.chunk, &win->geo, win->salt, i) &&
		    plog_get64(head.chunk.gen) >= next)
			return true;
	}
	return false;
}

/* Of this boot, of this window (the join compares them), of this version, and whole? */
static bool control_good(struct enter *e, const u8 boot_id[16])
{
	struct plog_map *map = e->map;
	u32 size = plog_control_bytes(map->size);
	struct stat st;

	e->join = -EAGAIN;
	if (fstat(map->control_fd, &st) || st.st_size != (off_t)size || control_map(map, size))
		return false;
	e->join = plog_window_join(&map->win, map->base, map->size, map->control, size);
	return !e->join && !memcmp(map->win.ctl->boot_id, boot_id, 16);
}

static int window_check(const struct enter *e)
{
	struct plog_window probe = { .base = e->map->base };
	struct plog_super_id id;
	u64 made = 0;
	int err;

	if (e->arg->adopt || e->arg->format)
		return 0;
	err = plog_super_find(&probe, &id, e->map->size, &made);
	if (made > e->map->size)
		return plog_map_fail(e->map, EINVAL, "%s: truncated: it has %llu bytes, its "
				     "superblock says %llu", e->arg->spec,
				     (unsigned long long)e->map->size, (unsigned long long)made);
	if (!err || err == -EPROTONOSUPPORT || plog_salvage_salt(probe.base, &probe.geo) ||
	    plog_salvage_blank(probe.base, e->map->size))
		return 0;
	return plog_map_fail(e->map, EINVAL, "%s is not a plog window; plogctl init --force "
			     "--size SIZE makes it one and loses what is in it", e->arg->spec);
}

static int attach_error(struct enter *e, int err)
{
	if (err == ERANGE)
		return plog_map_fail(e->map, err, "%s: a window has %u bytes at least, this has %llu",
				     e->arg->spec, PLOG_WINDOW_MIN,
				     (unsigned long long)e->map->size);
	if (err == EPROTONOSUPPORT)
		return plog_map_fail(e->map, err, "%s: written by a newer plog, whose format this "
				     "one does not know (it knows major version %u)",
				     e->arg->spec, PLOG_FORMAT_MAJOR);
	return plog_map_fail(e->map, err, "%s: cannot attach: %s", e->arg->spec, strerror(err));
}

static int control_room(struct enter *e, u32 size)
{
	struct plog_map *map = e->map;
	int rc;

	if (map->control)
		munmap(map->control, map->control_size);
	map->control = NULL;
	/* To nothing first: a file that grows again is zero. */
	rc = ftruncate(map->control_fd, 0) ? -errno : plog_file_reserve(map->control_fd, size, true);
	if (!rc)
		rc = control_map(map, size);
	if (rc)
		return plog_map_fail(map, -rc, "%s: no room for its control plane, %u bytes in " SHM
				     ": %s", e->arg->spec, size, strerror(-rc));
	return 0;
}

/* Alone with the window and the file. */
static int control_make(struct enter *e)
{
	struct plog_map *map = e->map;
	u32 size = plog_control_bytes(map->size);
	struct plog_attach attach;
	struct utsname names;
	int rc;

	if (!size)
		return attach_error(e, ERANGE);
	rc = window_check(e);
	if (!rc)
		rc = plog_machine_describe(map, &attach, &names);
	if (!rc)
		rc = control_room(e, size);
	if (rc)
		return rc;
	attach.phys_addr = e->arg->phys_addr;
	attach.flush = map->flush;
	attach.format = e->arg->format;
	rc = plog_attach(&map->win, map->base, map->size, map->control, &attach, &map->report);
	if (rc)
		return attach_error(e, -rc);
	map->attached = true;
	return 0;
}

/*
 * Without a boot of ours in it: the control plane is of no use, and the window as its
 * superblock says. Which boot is the running one is for the boot table to say.
 */
static int window_alone(struct enter *e, const u8 boot_id[16])
{
	struct plog_map *map = e->map;
	struct plog_window *win = &map->win;
	struct plog_super_id id;
	struct plog_boot boot;
	u64 made;
	u32 slot;

	if (map->control)
		munmap(map->control, map->control_size);
	map->control = NULL;
	memset(win, 0, sizeof(*win));
	win->base = map->base;
	if (plog_super_find(win, &id, map->size, &made))
		return plog_map_fail(map, EINVAL, "%s: no superblock of a window in it; the next "
				     "writer makes them good, where it is one: plog -w %s TEXT",
				     e->arg->spec, e->arg->spec);
	for (slot = 0; slot < win->geo.boot_slots; slot++)
		if (!plog_boot_read(win->base, &win->geo, win->salt, slot, &boot) &&
		    !memcmp(boot.ident.boot_id, boot_id, sizeof(boot.ident.boot_id)))
			win->boot = plog_get32(boot.ident.boot);
	return 0;
}

/* Alone: both locks are kept as they are, so that nobody joins. */
static int amend_enter(struct enter *e, bool make, const u8 boot_id[16])
{
	e->map->alone = true;
	if (!make)
		return 0;
	return e->map->amend == PLOG_AMEND_MARK ? window_alone(e, boot_id) : control_make(e);
}

/* -EAGAIN: somebody is in the way who may be gone in a moment. */
static int control_enter(struct enter *e)
{
	struct plog_map *map = e->map;
	u8 boot_id[16];
	bool make;
	int rc = plog_machine_boot_id(map, boot_id);

	if (rc)
		return rc;
	e->alone = window_lock(map, LOCK_EX);
	e->used = control_used(map);
	e->good = control_good(e, boot_id);
	make = e->arg->format || !e->good || (!e->used && e->alone && control_stale(map));
	if (map->amend && e->alone && !e->used)
		return amend_enter(e, make, boot_id);
	if (make && (!e->alone || e->used))
		return -EAGAIN;
	if (!e->alone && !e->used)
		return -EAGAIN;
	if (make) {
		rc = control_make(e);
		if (rc)
			return rc;
	}
	map->flush = plog_load(&map->win.ctl->flush);
	/* Not atomic: a stranger may slip in between, then we have not entered. */
	if (!window_lock(map, LOCK_SH))
		return -EAGAIN;
	return control_use(map);
}

static int busy_error(struct enter *e, bool entered)
{
	const char *spec = e->arg->spec;

	if (!entered)
		return plog_map_fail(e->map, EBUSY, "%s: somebody has held its control plane %s "
				     "locked for seconds", spec, e->path);
	if (e->arg->format)
		return plog_map_fail(e->map, EBUSY, "%s: in use; stop its writers first", spec);
	if (e->used && e->join == -EPROTO)
		return plog_map_fail(e->map, EBUSY, "%s: in use by writers of another plog release",
				     spec);
	if (e->used)
		return plog_map_fail(e->map, EBUSY, "%s: in use, and its superblocks and its control "
				     "plane do not fit together (any more); stop its writers", spec);
	return plog_map_fail(e->map, EBUSY, "%s: in use by writers that have another /dev/shm (a "
			     "container?); share theirs, or use a window of your own", spec);
}

int plog_control_up(struct plog_map *map, const struct plog_control_arg *arg)
{
	struct enter e = { .map = map, .arg = arg };
	int gate = 0, window = 0, rc;

	control_path(e.path, sizeof(e.path), arg);
	for (;;) {
		bool entered = false;

		rc = gate_enter(&e);
		if (!rc) {
			entered = true;
			rc = control_enter(&e);
		}
		if (rc == -EAGAIN && (entered ? ++window : ++gate) >=
				     (entered ? WINDOW_TRIES : GATE_TRIES))
			rc = busy_error(&e, entered);
		if (rc != -EAGAIN)
			break;
		gate_leave(&e);
		pause_once();
	}
	if (rc) {
		gate_leave(&e);
		return rc;
	}
	fds_order(map);
	if (map->alone)
		return 0;
	flock(map->control_fd, LOCK_UN);
	plog_prefault(map->base, (size_t)map->size);
	plog_prefault(map->control, map->control_size);
	return 0;
}
