// SPDX-License-Identifier: BSD-2-Clause
/*
 * Repair of dictionary entries. Where an entry ends is part of what may be wrong:
 * its length in either copy is tried, and where its texts end.
 */
#include "scan_fix.h"

/* Which boot used it last is rewritten in place and not under the CRC. */
#define FRONT_AT offsetof(struct plog_dict, len)
#define FRONT (offsetof(struct plog_dict, used) - FRONT_AT)
#define BACK_AT offsetof(struct plog_dict, pid)
#define LENGTH_BITS 16

/* The bytes under the CRC, in one piece, for an entry of @len bytes. */
static u32 sealed_get(u8 *out, const u8 *p, u32 len)
{
	out[0] = (u8)len;
	out[1] = (u8)(len >> 8);
	memcpy(out + 2, p + FRONT_AT + 2, FRONT - 2);
	memcpy(out + FRONT, p + BACK_AT, len - BACK_AT);
	return FRONT + len - BACK_AT;
}

static void sealed_put(u8 *entry, const u8 *sealed, u32 len, u32 crc)
{
	plog_le32 le = plog_set32(crc);

	memcpy(entry, &le, sizeof(le));
	memcpy(entry + FRONT_AT, sealed, FRONT);
	memcpy(entry + BACK_AT, sealed + FRONT, len - BACK_AT);
}

static bool type_known(u8 type)
{
	return type == PLOG_DICT_SITE || type == PLOG_DICT_CTX;
}

/* The entry is as long as its texts: what is corrected has to be that, too. */
static bool entry_whole(const u8 *entry, u32 len, u32 salt)
{
	struct scan_dict out;

	return plog_scan_dict(&out, entry, len, salt) && plog_scan_dict_end(entry, len) == len;
}

static u32 entry_fix(u8 *fixed, const u8 *p, const u8 *other, u32 len, u32 salt)
{
	u8 sealed[PLOG_DICT_MAX], sealed_other[PLOG_DICT_MAX];
	u32 n = sealed_get(sealed, p, len), crc = scan_get32(p), i, flips = 0;
	const u8 *second = NULL;

	if (other) {
		sealed_get(sealed_other, other, len);
		second = sealed_other;
	}
	if (plog_fix_copies(sealed, second, n, &crc, salt) < 0)
		return 0;
	memcpy(fixed, p, len);
	sealed_put(fixed, sealed, len, crc);
	if (!entry_whole(fixed, len, salt))
		return 0;
	for (i = 0; i < len; i++)
		flips += (u32)__builtin_popcount(fixed[i] ^ p[i]);
	return flips ? flips : 1;
}

/* What the length may be: as it says, to where the texts end, or but for a bit. */
static u32 lengths_list(u32 *len, const u8 *a, const u8 *b, u64 room)
{
	u32 i, n = 0, said = scan_get16(a + FRONT_AT);

	len[n++] = said;
	len[n++] = plog_scan_dict_end(a, room);
	if (b) {
		len[n++] = scan_get16(b + FRONT_AT);
		len[n++] = plog_scan_dict_end(b, room);
	}
	for (i = 0; i < LENGTH_BITS; i++)
		len[n++] = said ^ 1u << i;
	return n;
}

u32 plog_scan_dict_mend(u8 *fixed, const u8 *a, const u8 *b, u64 room, u32 salt, u64 *budget)
{
	const u8 *from[] = { a, b };
	u32 len[4 + LENGTH_BITS], i, k, n, flips;

	if (room < sizeof(struct plog_dict) || !(type_known(a[6]) || (b && type_known(b[6]))))
		return 0;
	plog_flip_init();
	for (i = 0; i < 2 && from[i]; i++) {
		n = lengths_list(len, from[i], from[!i], room);
		for (k = 0; k < n; k++) {
			if (len[k] < sizeof(struct plog_dict) || len[k] > PLOG_DICT_MAX ||
			    len[k] > room || len[k] > *budget)
				continue;
			*budget -= len[k];
			flips = entry_fix(fixed, from[i], from[!i], len[k], salt);
			if (flips)
				return flips;
		}
	}
	return 0;
}
