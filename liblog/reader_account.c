// SPDX-License-Identifier: BSD-2-Clause
/* The boots as they are shown: index, verdict, times, and the account. */
#include "reader.h"

static struct plog_text padded_text(const char *p, size_t n)
{
	return (struct plog_text){ p, strnlen(p, n) };
}

static const char *verdict_text(const struct reader_boot *boot, bool running)
{
	if (!boot->scan.state)
		return running ? "running" : NULL;
	switch (boot->scan.entry.state.verdict) {
	case PLOG_BOOT_RUNNING:
		return running ? "running" : "reset";
	case PLOG_BOOT_PANIC:
		return "panic";
	case PLOG_BOOT_OOPS:
		return "oops";
	case PLOG_BOOT_REBOOT:
		return "reboot";
	case PLOG_BOOT_POWEROFF:
		return "poweroff";
	case PLOG_BOOT_EMERGENCY:
		return "reset";
	default:
		return NULL;
	}
}

static void account_times(struct plog_reader_boot *out, const struct reader_boot *boot)
{
	const struct plog_boot *entry = &boot->scan.entry;
	u64 alive = boot->scan.state ? plog_get64(entry->state.alive.mono) : 0;

	out->start = out->end = out->complete_since = PLOG_READER_UNKNOWN;
	out->start_mono = out->end_mono = PLOG_READER_UNKNOWN;
	if (boot->scan.known) {
		out->start_mono = (int64_t)plog_get64(entry->ident.start.mono);
		out->start = plog_reader_real(boot, (u64)out->start_mono);
	}
	if (boot->written || alive) {
		out->end_mono = (int64_t)(boot->written && boot->last > alive ? boot->last : alive);
		out->end = plog_reader_real(boot, (u64)out->end_mono);
	}
	out->complete_mono = (int64_t)boot->lost_until;
	out->complete_since =
		boot->lost_until ? plog_reader_real(boot, boot->lost_until) : out->start;
}

static void account_boot(struct plog_reader_boot *out, const struct reader_boot *boot,
			 int32_t index)
{
	const struct plog_boot *entry = &boot->scan.entry;

	memset(out, 0, sizeof(*out));
	out->boot = boot->scan.boot;
	out->index = index;
	out->ident = boot->scan.known;
	memcpy(out->boot_id, entry->ident.boot_id, sizeof(out->boot_id));
	out->verdict = verdict_text(boot, index == 0);
	out->reason = padded_text(entry->state.reason, sizeof(entry->state.reason));
	if (!out->reason.len && entry->state.verdict == PLOG_BOOT_EMERGENCY)
		out->reason = padded_text("emergency restart", 64);
	out->kernel = padded_text(entry->ident.kernel, sizeof(entry->ident.kernel));
	out->dropped = plog_get64(entry->state.dropped);
	out->overwritten = plog_get64(entry->state.overwritten);
	out->harvested = entry->state.harvest == PLOG_HARVEST_DONE;
	account_times(out, boot);
}

/* Without a running boot in it, the newest of a window is already the one before. */
static u32 running_at(const struct plog_reader *reader)
{
	u32 i;

	for (i = reader->boot_count; reader->running_known && i--;)
		if (reader->boots[i].scan.known &&
		    !memcmp(reader->boots[i].scan.entry.ident.boot_id, reader->running, 16))
			return i;
	return reader->boot_count;
}

void plog_reader_account(struct plog_reader *reader)
{
	u32 i, running = running_at(reader);

	for (i = 0; i < reader->boot_count; i++)
		account_boot(&reader->list[i], &reader->boots[i], (int32_t)(i - running));
	for (i = 0; i < reader->ordered; i++) {
		const struct reader_chunk *chunk = &reader->chunks[reader->order[i]];
		struct plog_reader_boot *boot = &reader->list[chunk->boot_at];

		boot->records += chunk->walk.records - chunk->walk.repaired;
		boot->repaired += chunk->walk.repaired;
		boot->damaged += chunk->walk.damaged;
		boot->unfinished += chunk->walk.unfinished;
		boot->chunks++;
	}
}
