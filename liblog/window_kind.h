/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files window_*.c, and for nobody else: what each kind of window
 * brings, and what they share.
 *
 * All return 0 or a negative errno with map->why set; what an error leaves open
 * or mapped is released by plog_map_close(), which the dispatcher calls.
 */
#ifndef PLOG_LIBLOG_WINDOW_KIND_H
#define PLOG_LIBLOG_WINDOW_KIND_H

#include <sys/stat.h>
#include <sys/types.h>

#include "window.h"

/* window_spec.c */

/**
 * plog_map_fail() - say in one line what failed and what to do
 * @err: errno value, positive
 *
 * Return: -@err.
 */
int plog_map_fail(struct plog_map *map, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * plog_map_alloc() - plain memory for a copy of a window
 */
int plog_map_alloc(struct plog_map *map, u64 size, const char *spec);

/**
 * plog_map_slurp() - read a descriptor from where it stands into plog_map_alloc()'s memory
 * @size: how much there should be; less shrinks map->size
 */
int plog_map_slurp(struct plog_map *map, int fd, u64 size, const char *spec);

/**
 * plog_map_shared() - map a window for writing: map->mapping and map->base
 * @flags: instead of MAP_SHARED, when not 0
 *
 * Return: 0 or negative errno; says nothing.
 */
int plog_map_shared(struct plog_map *map, int fd, u64 offset, size_t size, int flags);

/**
 * plog_prefault() - have the pages there before a restartable sequence needs them
 */
void plog_prefault(void *p, size_t n);

/* window_device.c, window_file.c, window_mem.c */

int plog_device_read(struct plog_map *map, const char *spec);
int plog_device_write(struct plog_map *map, const char *spec);
int plog_file_read(struct plog_map *map, const char *spec);
int plog_file_write(struct plog_map *map, const char *spec, u64 create);
int plog_file_init(struct plog_map *map, const char *spec, u64 size, bool force);
int plog_mem_read(struct plog_map *map, const char *spec);
int plog_mem_write(struct plog_map *map, const char *spec);

/* window_create.c */

/**
 * plog_file_create() - make a file of zeros that has all its blocks, whole or not at all
 *
 * Of several callers at once one makes it and all succeed.
 */
int plog_file_create(struct plog_map *map, const char *path, u64 size);

/**
 * plog_file_reserve() - allocate a file's blocks, so that no store dies for want of one
 * @fill: write zeros where the file system cannot do it otherwise; only for a file
 *        that nobody else has
 *
 * Return: 0 or negative errno; says nothing.
 */
int plog_file_reserve(int fd, u64 size, bool fill);

/* window_control.c */

/**
 * struct plog_control_arg - a control plane to share
 * @spec:	the window, for messages
 * @key:	what makes it unique, part of the file's name
 * @who:	the window's owner, group and mode, which the control plane takes over
 * @phys_addr:	physical address of the window, 0 for a file
 * @adopt:	format what is neither plog's nor blank
 * @format:	format in any case
 */
struct plog_control_arg {
	const char *spec;
	char key[48];
	struct stat who;
	u64 phys_addr;
	bool adopt;
	bool format;
};

/**
 * plog_control_up() - join the window's control plane, or make it
 * @map: base, size and flush are filled in; fd is the window's file or -1
 */
int plog_control_up(struct plog_map *map, const struct plog_control_arg *arg);

/**
 * plog_control_forget() - remove the control plane's file; its last user makes way
 */
void plog_control_forget(const struct plog_control_arg *arg);

/* window_machine.c */

/**
 * plog_machine_describe() - what an attach asks of the running system
 * @arg: filled in, but for phys_addr, flush and format
 * @room: memory that @arg points into
 */
struct utsname;
int plog_machine_describe(struct plog_map *map, struct plog_attach *arg, struct utsname *room);

/**
 * plog_machine_boot_id() - the running kernel's boot id
 */
int plog_machine_boot_id(struct plog_map *map, u8 id[16]);

#endif
