// SPDX-License-Identifier: BSD-2-Clause
/*
 * A message for a daemon anywhere (RFC 5424):
 *
 *   <PRI>1 TIME HOSTNAME APP-NAME PROCID MSGID [STRUCTURED-DATA] MESSAGE
 *
 * The time is the record's, to the microsecond, which is all that the format takes.
 * MSGID is the record's source. A message that is not ASCII begins with the mark
 * that says it is UTF-8; after the escapes there is nothing else.
 */
#include <inttypes.h>

#include "deliver_line.h"
#include "out.h"

#define FACILITY_KERNEL 0
#define FACILITY_USER (1 << 3)
#define APP_NAME_MAX 48

static void time_put(FILE *f, const struct plog_reader_record *rec)
{
	char text[OUT_TIME];

	/* The year has four digits. */
	if (rec->real == PLOG_READER_UNKNOWN || rec->real < 0) {
		fputc('-', f);
		return;
	}
	out_time_rfc3339(text, rec->real / 1000 * 1000);
	fprintf(f, "%.26sZ", text);
}

/* Printable ASCII without spaces; the whole name is in the structured data. */
static void app_name_put(FILE *f, struct plog_text name)
{
	size_t i;

	for (i = 0; i < name.len && i < APP_NAME_MAX; i++)
		fputc(name.text[i] > ' ' && name.text[i] <= '~' ? name.text[i] : '_', f);
	if (!name.len)
		fputc('-', f);
}

void syslog_5424_put(FILE *f, const struct plog_reader_record *rec,
		     const struct deliver_about *about)
{
	int facility = rec->source[0] == 'k' ? FACILITY_KERNEL : FACILITY_USER;
	const char *host = about->origin->hostname;

	fprintf(f, "<%d>1 ", facility | rec->level);
	time_put(f, rec);
	fprintf(f, " %s ", *host ? host : "-");
	app_name_put(f, out_identifier(rec));
	if (rec->pid > 0)
		fprintf(f, " %" PRId64, rec->pid);
	else
		fputs(" -", f);
	fprintf(f, " %s ", rec->source);
	syslog_sd_put(f, rec, about);
	if (!rec->msg.len)
		return;
	fputs(out_text_ascii(rec->msg) ? " " : " \xef\xbb\xbf", f);
	out_text(f, rec->msg);
}
