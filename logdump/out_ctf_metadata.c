// SPDX-License-Identifier: BSD-2-Clause
/*
 * The metadata of a trace, in the language of CTF 1.8 (the Common Trace Format). Names are
 * those that LTTng uses, which Trace Compass and babeltrace2 know: pid, tid,
 * procname and cpu_id in the context of an event, its loglevels, and the env.
 */
#include <inttypes.h>
#include <string.h>

#include "out_ctf.h"

#ifndef PLOG_VERSION
#define PLOG_VERSION "unknown"
#endif

#define SECOND 1000000000LL

static const struct {
	const char *name;
	int loglevel; /* LTTng's numbers: syslog's, but for debug, which it has eight of */
} level[] = { { "emerg", 0 },   { "alert", 1 },  { "crit", 2 }, { "err", 3 },
	      { "warning", 4 }, { "notice", 5 }, { "info", 6 }, { "debug", 14 } };

static const char packet[] =
	"typealias integer { size = 8; align = 8; signed = false; base = 10; } := uint8_t;\n"
	"typealias integer { size = 32; align = 8; signed = false; base = 10; } := uint32_t;\n"
	"typealias integer { size = 32; align = 8; signed = true; base = 10; } := int32_t;\n"
	"typealias integer { size = 64; align = 8; signed = false; base = 10; } := uint64_t;\n"
	"typealias integer { size = 64; align = 8; signed = true; base = 10; } := int64_t;\n"
	"typealias integer { size = 64; align = 8; signed = false; map = clock.monotonic.value; } "
	":= stamp_t;\n\n";

static const char stream[] = "stream {\n"
			     "\tid = 0;\n"
			     "\tpacket.context := struct {\n"
			     "\t\tstamp_t timestamp_begin;\n"
			     "\t\tstamp_t timestamp_end;\n"
			     "\t\tuint64_t content_size;\n"
			     "\t\tuint64_t packet_size;\n"
			     "\t\tuint64_t packet_seq_num;\n"
			     "\t\tuint64_t events_discarded;\n"
			     "\t};\n"
			     "\tevent.header := struct { uint8_t id; stamp_t timestamp; };\n"
			     "\tevent.context := struct {\n"
			     "\t\tint32_t pid;\n"
			     "\t\tint32_t tid;\n"
			     "\t\tint32_t cpu_id;\n"
			     "\t\tstring procname;\n"
			     "\t};\n"
			     "};\n\n";

static const char event[] =
	"\tfields := struct {\n"
	"\t\tstring tag;\n"
	"\t\tstring msg;\n"
	"\t\tstring file;\n"
	"\t\tint32_t line;\n"
	"\t\tstring func;\n"
	"\t\tenum : uint8_t { app = 0, kernel = 1, msg = 2 } source;\n"
	"\t\tenum : uint8_t { intact = 0, repaired = 1, damaged = 2 } verdict;\n"
	"\t\tuint8_t cut;\n"
	"\t\tuint64_t seq;\n"
	"\t};\n"
	"};\n\n";

void out_ctf_uuid(uint8_t uuid[16], const struct plog_reader_boot *boot)
{
	static const uint8_t lost[16] = "plog";

	memcpy(uuid, boot->ident ? boot->boot_id : lost, 16);
	if (!boot->ident)
		memcpy(uuid + 12, &boot->boot, sizeof(boot->boot));
}

static void uuid_print(FILE *f, const struct plog_reader_boot *boot)
{
	uint8_t uuid[16];
	int i;

	out_ctf_uuid(uuid, boot);
	putc('"', f);
	for (i = 0; i < 16; i++)
		fprintf(f, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid[i]);
	putc('"', f);
}

/*
 * A string of the language. It knows the escapes of C, but readers differ in which:
 * what is not plain goes as its own escape with the backslash doubled.
 */
static void string_print(FILE *f, struct plog_text text)
{
	size_t i;

	putc('"', f);
	for (i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.text[i];

		if (c < 0x20 || c >= 0x7f)
			fprintf(f, "\\\\x%02x", c);
		else if (c == '"' || c == '\\')
			fprintf(f, "\\%c", c);
		else
			putc(c, f);
	}
	putc('"', f);
}

static void env_text(FILE *f, const char *name, struct plog_text text)
{
	if (!text.len)
		return;
	fprintf(f, "\t%s = ", name);
	string_print(f, text);
	fputs(";\n", f);
}

static void env_print(FILE *f, const struct plog_reader_boot *boot)
{
	char id[33];
	uint8_t uuid[16];

	out_ctf_uuid(uuid, boot);
	out_id_hex(id, uuid);
	fputs("env {\n", f);
	env_text(f, "domain", (struct plog_text){ "plog", 4 });
	env_text(f, "tracer_name", (struct plog_text){ "plog", 4 });
	env_text(f, "tracer_version", (struct plog_text){ PLOG_VERSION, strlen(PLOG_VERSION) });
	env_text(f, "kernel_release", boot->kernel);
	env_text(f, "boot_id", (struct plog_text){ id, 32 });
	if (boot->verdict)
		env_text(f, "boot_verdict",
			 (struct plog_text){ boot->verdict, strlen(boot->verdict) });
	env_text(f, "boot_reason", boot->reason);
	fprintf(f,
		"\tboot_index = %d;\n\tchunks_overwritten = %" PRIu64
		";\n\tstretches_damaged = %" PRIu64 ";\n};\n\n",
		boot->index, boot->overwritten, boot->damaged);
}

/* Absolute: traces of several boots have clocks of their own, and are one time line. */
static void clock_print(FILE *f, const struct plog_reader_boot *boot, int64_t offset)
{
	int64_t second = offset / SECOND;

	if (offset % SECOND < 0)
		second--;
	fputs("clock {\n\tname = \"monotonic\";\n\tuuid = ", f);
	uuid_print(f, boot);
	fprintf(f,
		";\n\tdescription = \"CLOCK_MONOTONIC of the boot; the offset makes it "
		"CLOCK_REALTIME%s\";\n"
		"\tfreq = 1000000000;\n\tabsolute = %s;\n\toffset_s = %" PRId64
		";\n\toffset = %" PRId64 ";\n};\n\n",
		offset ? "" : ", which nobody knows here", offset ? "TRUE" : "FALSE", second,
		(int64_t)(offset - second * SECOND));
}

void out_ctf_metadata(FILE *f, const struct plog_reader_boot *boot, int64_t offset)
{
	size_t i;

	fputs("/* CTF 1.8 */\n\n", f);
	fputs(packet, f);
	fputs("trace {\n\tmajor = 1;\n\tminor = 8;\n\tuuid = ", f);
	uuid_print(f, boot);
	fputs(";\n\tbyte_order = le;\n\tpacket.header := struct {\n\t\tuint32_t magic;\n"
	      "\t\tuint8_t uuid[16];\n\t\tuint32_t stream_id;\n\t};\n};\n\n",
	      f);
	env_print(f, boot);
	clock_print(f, boot, offset);
	fputs(stream, f);
	for (i = 0; i < sizeof(level) / sizeof(level[0]); i++)
		fprintf(f,
			"event {\n\tid = %zu;\n\tname = \"plog:%s\";\n\tstream_id = 0;\n"
			"\tloglevel = %d;\n%s",
			i, level[i].name, level[i].loglevel, event);
}
