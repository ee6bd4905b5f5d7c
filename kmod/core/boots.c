// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The boot table: two copies of every entry, ident and state with a CRC each. */
#include "core.h"

#define IDENT_CRC_BYTES offsetof(struct plog_boot_ident, crc)
#define STATE_CRC_BYTES offsetof(struct plog_boot_state, crc)

void plog_anchor_set(struct plog_anchor *to, const struct plog_instant *from)
{
	to->counter = plog_set64(from->counter);
	to->mono = plog_set64(from->mono);
	to->boottime = plog_set64(from->boottime);
	to->real = plog_set64(from->real);
}

static u64 slot_offset(const struct plog_geometry *geo, u32 slot, u32 copy)
{
	return geo->boot_off[copy] + (u64)slot * sizeof(struct plog_boot);
}

static bool ident_valid(const struct plog_boot_ident *ident, u32 salt)
{
	return plog_get32(ident->boot) &&
	       plog_crc32c(salt, ident, IDENT_CRC_BYTES) == plog_get32(ident->crc);
}

static bool state_valid(const struct plog_boot_state *state, u32 salt)
{
	return plog_get32(state->boot) &&
	       plog_crc32c(salt, state, STATE_CRC_BYTES) == plog_get32(state->crc);
}

int plog_boot_read(const u8 *base, const struct plog_geometry *geo, u32 salt, u32 slot,
		   struct plog_boot *boot)
{
	const struct plog_boot *copy[PLOG_TABLE_COPIES];
	bool found = false;
	u32 i;

	memset(boot, 0, sizeof(*boot));
	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		copy[i] = (const void *)(base + slot_offset(geo, slot, i));
		/* A reset between the two copies leaves two idents: the newer one counts. */
		if (ident_valid(&copy[i]->ident, salt) &&
		    plog_get32(copy[i]->ident.boot) > plog_get32(boot->ident.boot))
			boot->ident = copy[i]->ident;
	}
	if (!boot->ident.boot)
		return -ENOENT;
	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		const struct plog_boot_state *state = &copy[i]->state;

		if (state->boot != boot->ident.boot || !state_valid(state, salt))
			continue;
		if (!found || plog_get32(state->seq) > plog_get32(boot->state.seq))
			boot->state = *state;
		found = true;
	}
	boot->state.boot = boot->ident.boot;
	return 0;
}

void plog_boot_put_ident(u8 *base, const struct plog_geometry *geo, u32 salt, u32 slot,
			 struct plog_boot_ident *ident)
{
	u32 i;

	ident->crc = plog_set32(plog_crc32c(salt, ident, IDENT_CRC_BYTES));
	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		struct plog_boot *boot = (void *)(base + slot_offset(geo, slot, i));

		plog_put(&boot->ident, ident, sizeof(*ident));
		plog_clean(&boot->ident, sizeof(*ident));
		plog_fence();
	}
}

void plog_boot_mend_state(u8 *base, const struct plog_geometry *geo, u32 slot,
			  const struct plog_boot_state *state)
{
	u32 i;

	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		struct plog_boot *boot = (void *)(base + slot_offset(geo, slot, i));

		plog_put(&boot->state, state, sizeof(*state));
		plog_clean(&boot->state, sizeof(*state));
		plog_fence(); /* PMO(boot_put_state:A): this copy is whole before the other tears */
	}
}

void plog_boot_put_state(u8 *base, const struct plog_geometry *geo, u32 salt, u32 slot,
			 struct plog_boot_state *state)
{
	state->seq = plog_set32(plog_get32(state->seq) + 1);
	state->crc = plog_set32(plog_crc32c(salt, state, STATE_CRC_BYTES));
	plog_boot_mend_state(base, geo, slot, state);
}

/* A look before the CRCs: an attach asks for the boot of each chunk. */
static bool slot_names(const u8 *base, const struct plog_geometry *geo, u32 slot, u32 boot)
{
	const struct plog_boot *copy;
	u32 i;

	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		copy = (const void *)(base + slot_offset(geo, slot, i));
		if (plog_get32(copy->ident.boot) == boot)
			return true;
	}
	return false;
}

int plog_boot_find(const u8 *base, const struct plog_geometry *geo, u32 salt, u32 boot,
		   struct plog_boot *out)
{
	u32 slot;

	for (slot = 0; slot < geo->boot_slots; slot++)
		if (slot_names(base, geo, slot, boot) &&
		    !plog_boot_read(base, geo, salt, slot, out) &&
		    plog_get32(out->ident.boot) == boot)
			return (int)slot;
	return -ENOENT;
}
