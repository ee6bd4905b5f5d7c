// SPDX-License-Identifier: BSD-2-Clause
/* Superblocks: any good copy is enough. */
#include "scan.h"

static void layout_take(struct scan_layout *lay, const struct plog_super *super)
{
	u32 i;

	memset(lay, 0, sizeof(*lay));
	lay->size = plog_get64(super->window_size);
	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		lay->super_off[i] = plog_get64(super->super_off[i]);
	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		lay->boot_off[i] = plog_get64(super->boot_off[i]);
		lay->dict_off[i] = plog_get64(super->dict_off[i]);
		lay->chunk_off[i] = plog_get64(super->chunk_off[i]);
	}
	lay->chunk_size = plog_get32(super->chunk_size);
	lay->chunk_count = plog_get32(super->chunk_count);
	lay->chunk_split = plog_get32(super->chunk_split);
	lay->boot_slots = plog_get32(super->boot_slots);
	lay->dict_size = plog_get32(super->dict_size);
}

int plog_scan_super(struct scan_window *win, u32 *copy, const u8 *p)
{
	struct plog_super super;

	memcpy(&super, p, sizeof(super));
	if (!scan_near(plog_get64(super.magic), PLOG_MAGIC_SUPER_KEY))
		return -ENOENT;
	/* The CRC was made over the right word: flips there need not cost the copy. */
	super.magic = plog_set64(PLOG_MAGIC_SUPER_KEY ^ PLOG_MAGIC_MASK);
	if (plog_crc32c(0xffffffff, &super, offsetof(struct plog_super, crc)) !=
	    plog_get32(super.crc))
		return -ENOENT;
	if (plog_get16(super.major) > PLOG_FORMAT_MAJOR)
		return -EPROTONOSUPPORT;
	*copy = plog_get32(super.copy);
	layout_take(&win->layout, &super);
	win->salt = plog_get32(super.salt);
	if (!plog_get16(super.major) || plog_get32(super.size) != sizeof(super) || !win->salt ||
	    *copy >= PLOG_SUPER_COPIES || !plog_scan_layout_check(&win->layout))
		return -ENOENT;
	memcpy(win->uuid, super.uuid, sizeof(win->uuid));
	win->phys_addr = plog_get64(super.phys_addr);
	win->created = plog_get64(super.created);
	return 0;
}
