// SPDX-License-Identifier: BSD-2-Clause
/* Superblocks: any good copy is enough, and three bad ones mostly are, too. */
#include "scan_fix.h"

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

#define SUPER_BODY offsetof(struct plog_super, crc)

/* Each copy names itself: what it would be as copy @n. */
static void super_as(struct plog_super *out, const u8 *p, u32 n)
{
	memcpy(out, p, sizeof(*out));
	out->magic = plog_set64(PLOG_MAGIC_SUPER_KEY ^ PLOG_MAGIC_MASK);
	out->copy = plog_set32(n);
}

static void super_vote(struct plog_super *out, const u8 *const p[PLOG_SUPER_COPIES], u32 n)
{
	struct plog_super in[PLOG_SUPER_COPIES];
	const u8 *a = (u8 *)&in[0], *b = (u8 *)&in[1], *c = (u8 *)&in[2];
	u32 i;

	for (i = 0; i < PLOG_SUPER_COPIES; i++)
		super_as(&in[i], p[i], n);
	for (i = 0; i < SUPER_BODY; i++)
		((u8 *)out)[i] = (u8)((a[i] & b[i]) | (a[i] & c[i]) | (b[i] & c[i]));
	out->crc = in[n].crc;
}

/* The flips of @super, sealed again; of three good copies none gets here. */
static int super_take(struct scan_window *win, u32 *copy, struct plog_super *super, const u8 *was)
{
	const u8 *now = (const u8 *)super;
	u32 i, flips = 0;
	int err;

	super->crc = plog_set32(plog_crc32c(0xffffffff, super, SUPER_BODY));
	if (!plog_fix_blank(super->reserved, sizeof(super->reserved)))
		return -ENOENT;
	err = plog_scan_super(win, copy, now);
	for (i = 0; i < sizeof(*super); i++)
		flips += (u32)__builtin_popcount(now[i] ^ was[i]);
	if (!err)
		win->super_flips = flips;
	return err;
}

int plog_scan_super_mend(struct scan_window *win, u32 *copy, const u8 *p[PLOG_SUPER_COPIES])
{
	struct plog_super super, other;
	u32 i, k, crc, n = PLOG_SUPER_COPIES;

	plog_flip_init();
	for (i = 0; i < n; i++) {
		if (!p[i] || !scan_near(scan_get64(p[i]), PLOG_MAGIC_SUPER_KEY))
			continue;
		super_as(&super, p[i], i);
		crc = plog_get32(super.crc);
		if (plog_fix((u8 *)&super, SUPER_BODY, &crc, 0xffffffff, FLIP_MAX) >= 0 &&
		    !super_take(win, copy, &super, p[i]))
			return 0;
		for (k = 0; k < n; k++) {
			if (k == i || !p[k])
				continue;
			super_as(&super, p[i], i);
			super_as(&other, p[k], i);
			if (plog_fix_merge((u8 *)&super, (u8 *)&other, SUPER_BODY,
					   plog_get32(super.crc), 0xffffffff) >= 0 &&
			    !super_take(win, copy, &super, p[i]))
				return 0;
		}
	}
	for (i = 0; p[0] && p[1] && p[2] && i < n; i++) {
		super_vote(&super, p, i);
		crc = plog_get32(super.crc);
		if (plog_fix((u8 *)&super, SUPER_BODY, &crc, 0xffffffff, FLIP_MAX) >= 0 &&
		    !super_take(win, copy, &super, p[i]))
			return 0;
	}
	return -ENOENT;
}
