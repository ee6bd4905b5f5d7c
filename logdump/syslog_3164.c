// SPDX-License-Identifier: BSD-2-Clause
/*
 * A line for the daemon of this machine, as syslog(3) makes them (RFC 3164):
 *
 *   <PRI>Mmm dd hh:mm:ss tag[pid]: 2024-01-31T12:00:00.000000001Z [7da42896 1245184] message
 *
 * The time stands in the message too, because daemons replace the one in front by
 * their own. The brackets have the beginning of the boot's id and the sequence number:
 * a record that was delivered twice is recognised by them.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "deliver_line.h"
#include "out.h"

#define FACILITY_USER (1 << 3)

/* Daemons take a tag to end at the first of these, and lose the process id then. */
static void tag_put(FILE *f, struct plog_text tag)
{
	size_t i;

	for (i = 0; i < tag.len; i++)
		fputc(tag.text[i] > ' ' && tag.text[i] <= '~' && !strchr(":[]", tag.text[i])
			      ? tag.text[i]
			      : '_',
		      f);
}

static void head_put(FILE *f, const struct plog_reader_record *rec)
{
	int64_t real = rec->real;
	char text[OUT_TIME];

	if (real == PLOG_READER_UNKNOWN)
		real = (int64_t)time(NULL) * 1000000000;
	out_time_local(text, "%b %e %H:%M:%S", real, false);
	fprintf(f, "<%d>%s ", FACILITY_USER | rec->level, text);
	tag_put(f, out_identifier(rec));
	if (rec->pid > 0)
		fprintf(f, "[%" PRId64 "]", rec->pid);
	fputs(": ", f);
}

static void time_put(FILE *f, const struct plog_reader_record *rec)
{
	char text[OUT_TIME];

	if (rec->real == PLOG_READER_UNKNOWN) {
		fprintf(f, "[%" PRIu64 ".%09u] ", rec->mono / 1000000000,
			(unsigned)(rec->mono % 1000000000));
	} else {
		out_time_rfc3339(text, rec->real);
		fprintf(f, "%s ", text);
	}
}

void syslog_3164_put(FILE *f, const struct plog_reader_record *rec,
		     const struct deliver_about *about)
{
	char id[33] = "-";

	if (about->boot->ident)
		out_id_hex(id, about->boot->boot_id);
	head_put(f, rec);
	time_put(f, rec);
	fprintf(f, "[%.8s %" PRIu64 "] ", id, rec->seq);
	out_text(f, rec->msg);
	if (rec->cut)
		fputs(" [cut]", f);
	if (rec->verdict != PLOG_VERDICT_INTACT)
		fprintf(f, " [%s]", out_verdict_name(rec->verdict));
}
