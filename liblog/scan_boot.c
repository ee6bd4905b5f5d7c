// SPDX-License-Identifier: BSD-2-Clause
/* The boot table: two copies of each slot, each half of a slot with its own CRC. */
#include "scan.h"

static void ident_take(struct scan_boot *out, const struct plog_boot_ident *ident, u32 salt)
{
	if (plog_crc32c(salt, ident, offsetof(struct plog_boot_ident, crc)) !=
		    plog_get32(ident->crc) ||
	    !plog_get32(ident->boot))
		return;
	/* Copies differ while a slot is given to a new boot. */
	if (out->known && plog_get32(ident->boot) <= plog_get32(out->entry.ident.boot))
		return;
	out->entry.ident = *ident;
	out->known = true;
}

static void state_take(struct scan_boot *out, const struct plog_boot_state *state, u32 salt)
{
	const struct plog_boot_state *have = &out->entry.state;
	u32 boot = plog_get32(state->boot), old = plog_get32(have->boot);

	if (plog_crc32c(salt, state, offsetof(struct plog_boot_state, crc)) !=
		    plog_get32(state->crc) ||
	    !boot)
		return;
	if (out->known && boot != plog_get32(out->entry.ident.boot))
		return;
	if (out->state && (boot < old || (boot == old && (int32_t)(plog_get32(state->seq) -
								   plog_get32(have->seq)) <= 0)))
		return;
	out->entry.state = *state;
	out->state = true;
}

bool plog_scan_boot(struct scan_boot *out, const struct scan_window *win, u32 slot)
{
	u64 off = (u64)slot * sizeof(struct plog_boot);
	struct plog_boot entry[PLOG_TABLE_COPIES];
	const u8 *p;
	u32 i;

	memset(out, 0, sizeof(*out));
	memset(entry, 0, sizeof(entry));
	for (i = 0; i < PLOG_TABLE_COPIES; i++) {
		p = scan_at(win, win->layout.boot_off[i] + off, sizeof(entry[i]));
		if (p)
			memcpy(&entry[i], p, sizeof(entry[i]));
		ident_take(out, &entry[i].ident, win->salt);
	}
	for (i = 0; i < PLOG_TABLE_COPIES; i++)
		state_take(out, &entry[i].state, win->salt);
	out->boot = plog_get32(out->known ? out->entry.ident.boot : out->entry.state.boot);
	return out->known || out->state;
}
