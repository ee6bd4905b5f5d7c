// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The superblock: what the window is. */
#include "core.h"
#include "control.h"

#define SUPER_CRC_BYTES offsetof(struct plog_super, crc)
#define SUPER_CRC_SEED 0xffffffffu

int plog_super_check(const struct plog_super *super, u64 size, struct plog_geometry *geo)
{
	plog_le64 magic = plog_set64(PLOG_MAGIC_SUPER_KEY ^ PLOG_MAGIC_MASK);
	u32 crc;

	if (size < sizeof(*super) ||
	    !plog_magic_like(plog_get64(super->magic), PLOG_MAGIC_SUPER_KEY))
		return -ENOENT;
	crc = plog_crc32c(SUPER_CRC_SEED, &magic, sizeof(magic));
	crc = plog_crc32c(crc, &super->major, SUPER_CRC_BYTES - sizeof(magic));
	if (crc != plog_get32(super->crc))
		return -EBADMSG;
	if (plog_get16(super->major) != PLOG_FORMAT_MAJOR)
		return -EPROTONOSUPPORT;
	if (!plog_get32(super->salt) || plog_get32(super->size) != sizeof(*super))
		return -EINVAL;
	return plog_geometry_read(geo, super, size);
}

void plog_super_write(u8 *base, const struct plog_geometry *geo, const struct plog_super_id *id,
		      u32 copy)
{
	struct plog_super s;
	u32 i;

	memset(&s, 0, sizeof(s));
	s.magic = plog_set64(PLOG_MAGIC_SUPER_KEY ^ PLOG_MAGIC_MASK);
	s.major = plog_set16(PLOG_FORMAT_MAJOR);
	s.minor = plog_set16(PLOG_FORMAT_MINOR);
	s.size = plog_set32(sizeof(s));
	memcpy(s.uuid, id->uuid, sizeof(s.uuid));
	s.salt = plog_set32(id->salt);
	s.copy = plog_set32(copy);
	s.window_size = plog_set64(geo->size);
	s.phys_addr = plog_set64(id->phys_addr);
	s.created = plog_set64(id->created);
	s.chunk_size = plog_set32(geo->chunk_size);
	s.chunk_count = plog_set32(geo->chunk_count);
	s.chunk_split = plog_set32(geo->chunk_split);
	s.boot_slots = plog_set32(geo->boot_slots);
	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		s.super_off[i] = plog_set64(geo->super_off[i]);
	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		s.boot_off[i] = plog_set64(geo->boot_off[i]);
		s.dict_off[i] = plog_set64(geo->dict_off[i]);
	}
	for (i = 0; i < 2; i++)
		s.chunk_off[i] = plog_set64(geo->chunk_off[i]);
	s.dict_size = plog_set32(geo->dict_size);
	s.crc = plog_set32(plog_crc32c(SUPER_CRC_SEED, &s, SUPER_CRC_BYTES));

	plog_put(base + geo->super_off[copy], &s, sizeof(s));
	plog_clean(base + geo->super_off[copy], sizeof(s));
	plog_fence();
}

static int super_read(struct plog_window *win, struct plog_super_id *id, u64 off, u64 size,
		      u64 *made_size)
{
	const struct plog_super *s = (const void *)(win->base + off);
	struct plog_geometry geo;
	u32 copy;
	int err = plog_super_check(s, size, &geo);

	if (err == -EINVAL && plog_get64(s->window_size) > size)
		*made_size = plog_get64(s->window_size);
	if (err)
		return err;
	copy = plog_get32(s->copy);
	if (copy >= PLOG_SUPER_COPIES || geo.super_off[copy] != off)
		return -EINVAL;
	win->geo = geo;
	win->salt = plog_get32(s->salt);
	id->salt = win->salt;
	memcpy(id->uuid, s->uuid, sizeof(id->uuid));
	id->phys_addr = plog_get64(s->phys_addr);
	id->created = plog_get64(s->created);
	return 0;
}

/* Copies of the geometry that this size has by default are looked for in its places. */
int plog_super_find(struct plog_window *win, struct plog_super_id *id, u64 size,
		    u64 *made_size)
{
	struct plog_geometry geo;
	int err = plog_geometry_make(&geo, size), found = -ENOENT;
	u32 copy;

	if (err)
		return err;
	for (copy = 0; copy < PLOG_SUPER_COPIES; copy++) {
		err = super_read(win, id, geo.super_off[copy], size, made_size);
		if (!err || err == -EPROTONOSUPPORT)
			return err;
		if (err != -ENOENT)
			found = err;
	}
	win->geo = geo;
	return found;
}
