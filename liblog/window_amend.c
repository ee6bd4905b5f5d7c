// SPDX-License-Identifier: BSD-2-Clause
/* Changing what earlier boots left, beside writers who go on logging. */
#include <errno.h>
#include <time.h>

#include "core/barrier.h"
#include "core/control.h"
#include "lock.h"
#include "window_kind.h"

#define LOCK_TRIES 5000 /* of 1 ms: whoever has it inserts an entry, or erases */

/*
 * The lock of the dictionary is that of the boot table, too: one marks or erases at a
 * time. Writers find it taken, and go on without.
 */
static int tables_lock(struct plog_map *map)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int i;

	if (!map->win.ctl)
		return 0;
	for (i = 0; i < LOCK_TRIES; i++) {
		if (plog_lock_try(&map->win.ctl->dict_lock) >= 0)
			return 0;
		nanosleep(&pause, NULL);
	}
	return plog_map_fail(map, EBUSY,
			     "somebody has held the window's tables locked for seconds");
}

static void tables_unlock(struct plog_map *map)
{
	if (map->win.ctl)
		plog_lock_release(&map->win.ctl->dict_lock);
}

/* Was it formatted since? Its boots would have the same numbers. */
static int window_same(struct plog_map *map, const u8 uuid[16])
{
	struct plog_window found = { .base = map->base };
	struct plog_super_id id;
	u64 made;

	if (!plog_super_find(&found, &id, map->size, &made) &&
	    !memcmp(id.uuid, uuid, sizeof(id.uuid)))
		return 0;
	return plog_map_fail(map, ESTALE,
			     "the window is another one than was read; nothing is "
			     "marked in it");
}

int plog_map_harvest(struct plog_map *map, const u8 uuid[16], u32 boot)
{
	int rc = tables_lock(map), err;

	if (rc)
		return rc;
	rc = window_same(map, uuid);
	if (!rc) {
		rc = plog_harvest(&map->win, boot);
		if (rc == -EBUSY)
			plog_map_fail(map, EBUSY, "boot %u runs", boot);
		else if (rc == -ENOENT)
			plog_map_fail(map, ENOENT,
				      "the boot table has lost boot %u, so it cannot "
				      "be marked",
				      boot);
	}
	tables_unlock(map);
	err = plog_map_sync(map);
	if (!rc && err)
		return plog_map_fail(map, -err, "the mark cannot be written: %s", strerror(-err));
	return rc;
}

int plog_map_erase(struct plog_map *map, bool all, u32 *chunks)
{
	int rc = tables_lock(map);

	if (rc)
		return rc;
	if (all && map->alone) {
		*chunks = map->win.geo.chunk_count;
		plog_wipe(&map->win);
		/* Whoever finds it has a window to make. */
		plog_store(&map->win.ctl->magic, 0);
	} else {
		*chunks = plog_erase(&map->win);
	}
	tables_unlock(map);
	rc = plog_map_sync(map);
	if (rc)
		return plog_map_fail(map, -rc, "what was erased cannot be written: %s",
				     strerror(-rc));
	return 0;
}
