// SPDX-License-Identifier: BSD-2-Clause
/*
 * Reads a window: how each boot ended, and what was wrong in it.
 *
 *   cc reader.c $(pkg-config --cflags --libs plog) && ./a.out [WINDOW]
 */
#include <plog_reader.h>

#include <inttypes.h>
#include <stdio.h>

/* Any byte may be in a text: terminals are not to obey it. */
static void print_text(struct plog_text text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.text[i];

		if (c < 32 || c == 127)
			printf("\\x%02x", c);
		else
			putchar(c);
	}
}

static void print_record(const struct plog_reader_record *rec)
{
	printf("%6" PRIu64 ".%06" PRIu64 " ", rec->mono / 1000000000, rec->mono / 1000 % 1000000);
	print_text(rec->tag.text ? rec->tag : rec->comm);
	if (rec->pid != PLOG_READER_UNKNOWN)
		printf("[%" PRId64 "]", rec->pid);
	printf(": ");
	print_text(rec->msg);
	puts(rec->verdict == PLOG_VERDICT_REPAIRED ? " [repaired]" : "");
}

static void print_boot(struct plog_reader *reader, uint32_t at, const struct plog_reader_boot *boot)
{
	struct plog_reader_record rec;

	printf("boot %" PRId32 ": %s, %" PRIu64 " records, %" PRIu64 " damaged stretches",
	       boot->index, boot->verdict ? boot->verdict : "unknown",
	       boot->records + boot->repaired, boot->damaged);
	if (boot->reason.len) {
		printf(": ");
		print_text(boot->reason);
	}
	putchar('\n');
	plog_reader_select(reader, at, 1);
	while (plog_reader_next(reader, &rec))
		if (rec.level <= 4)
			print_record(&rec);
}

int main(int argc, char **argv)
{
	const struct plog_reader_boot *boots;
	struct plog_reader *reader;
	int ret = plog_reader_open(&reader, argc > 1 ? argv[1] : NULL);
	uint32_t n = ret ? 0 : plog_reader_boots(reader, &boots);

	for (uint32_t i = 0; i < n; i++)
		print_boot(reader, i, &boots[i]);
	if (reader && *plog_reader_why(reader))
		fprintf(stderr, "%s\n", plog_reader_why(reader));
	plog_reader_close(reader);
	return n == 0;
}
