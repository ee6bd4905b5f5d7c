/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows: from a window spec to mapped memory.
 *
 *   /dev/plogN     device       window and control plane by mmap
 *   PATH           file         tmpfs, plain, DAX, saved image; control plane beside it in /dev/shm
 *   mem:ADDR,SIZE  /dev/mem     physical memory; control plane in /dev/shm
 *
 * One sibling file per kind (window_device.c, window_file.c, window_mem.c).
 */
#ifndef PLOG_LIBLOG_WINDOW_H
#define PLOG_LIBLOG_WINDOW_H

#include "core/core.h"

enum plog_map_kind {
	PLOG_MAP_NONE = 0,
	PLOG_MAP_DEVICE,
	PLOG_MAP_FILE,
	PLOG_MAP_MEM,
};

/**
 * enum plog_amend - what a window is opened for, besides logging to it
 * @PLOG_AMEND_NOT:	nothing
 * @PLOG_AMEND_MARK:	to mark what earlier boots left; opens no boot in it
 * @PLOG_AMEND_ERASE:	to erase it
 */
enum plog_amend {
	PLOG_AMEND_NOT = 0,
	PLOG_AMEND_MARK,
	PLOG_AMEND_ERASE,
};

/**
 * struct plog_map - an open window
 * @kind:	what it is
 * @base:	first byte of the window; not page aligned for mem: at odd addresses
 * @size:	bytes
 * @win:	joined window (only after plog_map_write())
 * @report:	what the attach found when it was this process that attached
 * @attached:	this process made the control plane
 * @amend:	what plog_map_amend() was asked for
 * @alone:	likewise: nobody else has the window, nor can have it before it is closed
 * @fd:		window, -1 when not needed any more; keep it open: it holds the lock
 *		that says the window is in use. A device's becomes -1 when somebody else
 *		closed it
 * @control_fd:	control plane of a file or mem window, -1 otherwise; likewise
 * @mapping:	what to unmap
 * @mapping_size: and how much
 * @control:	mapped control plane, NULL when reading
 * @control_size: bytes
 * @flush:	enum plog_flush for its records
 * @why:	one line: what failed and what to do; empty when nothing did
 */
struct plog_map {
	enum plog_map_kind kind;
	u8 *base;
	u64 size;
	struct plog_window win;
	struct plog_report report;
	bool attached;
	enum plog_amend amend;
	bool alone;
	int fd;
	int control_fd;
	void *mapping;
	size_t mapping_size;
	void *control;
	u32 control_size;
	u32 flush;
	char why[256];
};

/**
 * plog_window_spec() - which window: the given one, $PLOG_WINDOW, /dev/plog0, or
 * the user's file in /dev/shm
 * @given: from the command line or the caller, may be NULL
 * @buf: room for the file's name
 * @n: its size
 *
 * Return: the spec. It is the /dev/shm file exactly when it starts with /dev/shm/plog-.
 */
const char *plog_window_spec(const char *given, char *buf, size_t n);

/**
 * plog_map_read() - map a window, or take a snapshot of a live one, to read it
 * @map: filled in; base and size are plain memory that nobody changes
 * @spec: window spec
 *
 * A device and a live file are copied, so that writers may go on. "-" is
 * standard input. Return: 0 or negative errno with map->why set.
 */
int plog_map_read(struct plog_map *map, const char *spec);

/**
 * plog_map_write() - open a window for writing; attach to it if nobody has yet
 * @map: filled in
 * @spec: window spec
 * @create: bytes of a file window to make when there is none, 0 to refuse
 *
 * Allocates from nothing but mmap(2). A file that somebody truncates later makes
 * its writers die by SIGBUS, as with every mapped file.
 *
 * Return: 0 or negative errno with map->why set.
 */
int plog_map_write(struct plog_map *map, const char *spec, u64 create);

/**
 * plog_map_amend() - open a window to change what earlier boots left in it
 * @map: filled in
 * @spec: window spec
 * @what: to mark it: @map->win has no control plane (ctl NULL) when nobody has made
 *	  one since the machine started; then only the boot table may be changed
 *
 * Whoever finds nobody else in a window without a module keeps it to himself: others
 * wait, for seconds. Return: 0 or negative errno with map->why set.
 */
int plog_map_amend(struct plog_map *map, const char *spec, enum plog_amend what);

/**
 * plog_map_harvest() - a boot's log was delivered
 * @map: from plog_map_amend()
 * @uuid: of the window that it was read from
 * @boot: boot counter
 *
 * Waits for others who change the tables. When it returns 0 the mark is where the
 * window survives. Return: 0; -EBUSY for the running boot, and when somebody is in the
 * way; -ESTALE when this is another window by now; -ENOENT when the boot table has
 * lost the boot: it was given free, but there is no mark; each with map->why set.
 */
int plog_map_harvest(struct plog_map *map, const u8 uuid[16], u32 boot);

/**
 * plog_map_erase() - erase what earlier boots left; when alone and @all, everything
 * @map: from plog_map_amend(); of no use afterwards but to close it
 * @all: the running boot's records, too, if nobody else has the window
 * @chunks: receives how many were zeroed
 *
 * Return: 0 or negative errno with map->why set.
 */
int plog_map_erase(struct plog_map *map, bool all, u32 *chunks);

/**
 * plog_map_init() - make and format a file window
 * @map: receives why
 * @path: file, made or overwritten
 * @size: bytes
 * @force: also when there is something in the file that is not plog's
 */
int plog_map_init(struct plog_map *map, const char *path, u64 size, bool force);

/**
 * plog_map_sync() - everything logged so far is where it survives
 *
 * Device: sweep and fence (fsync). File: msync. mem: fence.
 */
int plog_map_sync(struct plog_map *map);

/**
 * plog_map_kick() - wake the sweep of a device window; nothing for other kinds
 *
 * Does nothing for good once the descriptor turns out to be lost.
 */
void plog_map_kick(struct plog_map *map);

void plog_map_close(struct plog_map *map);

/**
 * plog_size_parse() - "8M", "0x100000", "65536", "64K", "1G"
 *
 * Return: 0, or -EINVAL.
 */
int plog_size_parse(const char *text, u64 *value);

#endif
