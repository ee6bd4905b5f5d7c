// SPDX-License-Identifier: BSD-2-Clause
/*
 * The journal's export format, for systemd-journal-remote: entries keep their times
 * and the id of the boot that they are of, which no other way into the journal does.
 */
#include <inttypes.h>
#include <string.h>

#include "journal_fields.h"
#include "out.h"

static struct {
	const struct origin *origin;
	const struct out_crash *crash;
	uint32_t count;
} about;

void out_export_about(const struct origin *origin, const struct out_crash *crash, uint32_t count)
{
	about.origin = origin;
	about.crash = crash;
	about.count = count;
}

static const char *crash_of(const struct plog_reader_boot *boot)
{
	uint32_t i;

	for (i = 0; i < about.count; i++)
		if (about.crash[i].boot == boot->boot)
			return about.crash[i].hex;
	return "";
}

/*
 * Microseconds since 1970. The journal takes no entry without a time: where nobody
 * knows it, that of a machine whose clock began when it booted.
 */
static int64_t real_us(const struct plog_reader_record *rec)
{
	if (rec->real != PLOG_READER_UNKNOWN && rec->real >= 1000)
		return rec->real / 1000;
	return (int64_t)(rec->mono / 1000) + 1;
}

/* A boot whose id is lost has one that is nobody else's: "plog" and its number. */
static void boot_id(char hex[33], const struct plog_reader_boot *boot)
{
	if (boot->ident)
		out_id_hex(hex, boot->boot_id);
	else
		snprintf(hex, 33, "706c6f67%024" PRIx32, boot->boot);
}

/* What the journal takes on trust, from a sender that it trusts. */
static void trusted_put(struct out_line *line, const struct plog_reader_record *rec,
			const struct plog_reader_boot *boot)
{
	uint64_t real = (uint64_t)real_us(rec), mono = rec->mono / 1000;
	bool kernel = !strcmp(rec->source, "kernel");
	char id[33], *to;
	int n;

	boot_id(id, boot);
	OUT_LINE_CONST(line, "__CURSOR=i=");
	to = out_line_piece(line);
	n = snprintf(to, OUT_LINE_PIECE,
		     "%" PRIx64 ";b=%s;m=%" PRIx64 ";t=%" PRIx64 "\n"
		     "__REALTIME_TIMESTAMP=%" PRIu64 "\n__MONOTONIC_TIMESTAMP=%" PRIu64 "\n"
		     "_BOOT_ID=%s\n_TRANSPORT=%s\n",
		     rec->seq, id, mono, real, real, mono, id, kernel ? "kernel" : "journal");
	if (rec->pid > 0)
		n += snprintf(to + n, OUT_LINE_PIECE - (size_t)n, "_PID=%" PRId64 "\n", rec->pid);
	out_line_filled(line, to + n);
	/* A thread's name is printable, or it is left to PLOG_COMM. */
	if (!kernel && rec->comm.len && out_text_plain(rec->comm)) {
		OUT_LINE_CONST(line, "_COMM=");
		out_line_bytes(line, rec->comm);
		out_line_byte(line, '\n');
	}
}

static void origin_put(struct out_line *line, const struct origin *origin)
{
	if (*origin->machine_id) {
		OUT_LINE_CONST(line, "_MACHINE_ID=");
		out_line_put(line, origin->machine_id, 32);
		out_line_byte(line, '\n');
	}
	if (*origin->hostname) {
		OUT_LINE_CONST(line, "_HOSTNAME=");
		out_line_put(line, origin->hostname, strlen(origin->hostname));
		out_line_byte(line, '\n');
	}
}

static void export_record(FILE *f, const struct plog_reader_record *rec,
			  const struct plog_reader_boot *boot)
{
	struct out_line line;

	out_line_begin(&line, f);
	trusted_put(&line, rec, boot);
	if (about.origin)
		origin_put(&line, about.origin);
	journal_fields_binary(&line, rec, boot, crash_of(boot));
	out_line_byte(&line, '\n');
	out_line_end(&line);
}

const struct out_format out_export = {
	.name = "export",
	.binary = true,
	.record = export_record,
	.boots = out_boots_table,
};
