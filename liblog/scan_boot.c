// SPDX-License-Identifier: BSD-2-Clause
/*
 * The boot table: two copies of each slot, each half of a slot with its own CRC.
 * Where no copy of a half is good, one is made of the two.
 */
#include "scan_fix.h"

#define HALF (sizeof(struct plog_boot) / 2)
#define BODY (HALF - sizeof(plog_le32)) /* a half's CRC is its end */

_Static_assert(sizeof(struct plog_boot_ident) == HALF && sizeof(struct plog_boot_state) == HALF &&
		       offsetof(struct plog_boot_ident, crc) == BODY &&
		       offsetof(struct plog_boot_state, crc) == BODY,
	       "both halves are sealed alike");

static bool half_good(const u8 *half, u32 salt)
{
	return plog_crc32c(salt, half, BODY) == scan_get32(half + BODY);
}

static void ident_take(struct scan_boot *out, const struct plog_boot_ident *ident)
{
	if (!plog_get32(ident->boot))
		return;
	/* Copies differ while a slot is given to a new boot. */
	if (out->known && plog_get32(ident->boot) <= plog_get32(out->entry.ident.boot))
		return;
	out->entry.ident = *ident;
	out->known = true;
}

static void state_take(struct scan_boot *out, const struct plog_boot_state *state)
{
	const struct plog_boot_state *have = &out->entry.state;
	u32 boot = plog_get32(state->boot), old = plog_get32(have->boot);

	if (!boot || (out->known && boot != plog_get32(out->entry.ident.boot)))
		return;
	if (out->state && (boot < old || (boot == old && (int32_t)(plog_get32(state->seq) -
								   plog_get32(have->seq)) <= 0)))
		return;
	out->entry.state = *state;
	out->state = true;
}

/* A half is known by its CRC; one that was corrected also by what has to be zero in it. */
static bool ident_plausible(const u8 *half)
{
	const struct plog_boot_ident *ident = (const struct plog_boot_ident *)half;

	return plog_fix_blank(ident->reserved, sizeof(ident->reserved)) && !ident->flags;
}

static bool state_plausible(const u8 *half)
{
	const struct plog_boot_state *state = (const struct plog_boot_state *)half;

	return plog_fix_blank(state->reserved, sizeof(state->reserved)) && !state->flags &&
	       !state->reserved0;
}

/*
 * One good half of two bad ones, in @half; returns the bits that were wrong, or 0. A half
 * of which only some words reached memory looks like two flips once in some thousands, and
 * then its other copy is blank, or another boot's: it has to be nearly what was found.
 */
static u32 half_mend(u8 *half, const u8 *other, u32 salt, bool (*plausible)(const u8 *half))
{
	const u8 *from[] = { half, other };
	u8 try[HALF];
	u32 i, crc;
	int flips;

	for (i = 0; i < 2; i++) {
		memcpy(try, from[i], HALF);
		if (plog_fix_blank(try, HALF))
			continue;
		crc = scan_get32(try + BODY);
		flips = plog_fix_copies(try, from[!i], BODY, &crc, salt);
		if (flips > 0 && plausible(try) &&
		    (flips < FLIP_MAX || plog_fix_alike(try, from[!i], BODY))) {
			memcpy(half, try, HALF);
			return (u32)flips;
		}
	}
	return 0;
}

/* Both copies of a half as they are, or mended; says which of them may be taken. */
static u32 halves_judge(struct scan_boot *out, u8 *copy[PLOG_TABLE_COPIES], u32 salt,
			bool (*plausible)(const u8 *half))
{
	u32 flips, good = half_good(copy[0], salt) | (u32)half_good(copy[1], salt) << 1;

	if (good)
		return good;
	flips = half_mend(copy[0], copy[1], salt, plausible);
	out->flips += flips;
	return flips != 0;
}

bool plog_scan_boot(struct scan_boot *out, const struct scan_window *win, u32 slot)
{
	u64 off = (u64)slot * sizeof(struct plog_boot);
	struct plog_boot entry[PLOG_TABLE_COPIES] = { { .ident = { .boot = 0 } } };
	u8 *ident[] = { (u8 *)&entry[0].ident, (u8 *)&entry[1].ident };
	u8 *state[] = { (u8 *)&entry[0].state, (u8 *)&entry[1].state };
	const u8 *p;
	u32 i, good;

	plog_flip_init();
	memset(out, 0, sizeof(*out));
	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		p = scan_at(win, win->layout.boot_off[i] + off, sizeof(entry[i]));
		if (p)
			memcpy(&entry[i], p, sizeof(entry[i]));
	}
	good = halves_judge(out, ident, win->salt, ident_plausible);
	for (i = 0; i < PLOG_TABLE_COPIES; i++)
		if (good & 1u << i)
			ident_take(out, &entry[i].ident);
	good = halves_judge(out, state, win->salt, state_plausible);
	for (i = 0; i < PLOG_TABLE_COPIES; i++)
		if (good & 1u << i)
			state_take(out, &entry[i].state);
	out->boot = plog_get32(out->known ? out->entry.ident.boot : out->entry.state.boot);
	return out->known || out->state;
}
