// SPDX-License-Identifier: BSD-2-Clause
/* Names of things in the output. */
#include <string.h>

#include "out.h"

struct plog_text out_identifier(const struct plog_reader_record *rec)
{
	if (rec->tag.text)
		return rec->tag;
	if (rec->comm.text && strcmp(rec->source, "kernel"))
		return rec->comm;
	if (!strcmp(rec->source, "kernel"))
		return (struct plog_text){ "kernel", 6 };
	return (struct plog_text){ "unknown", 7 };
}

const char *out_level_name(uint8_t level)
{
	static const char *const name[] = { "emerg",   "alert",  "crit", "err",
					    "warning", "notice", "info", "debug" };

	return name[level & 7];
}

void out_id_hex(char hex[33], const uint8_t id[16])
{
	int i;

	for (i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", id[i]);
}

const char *out_verdict_name(uint8_t verdict)
{
	static const char *const name[] = { "intact", "repaired", "damaged" };

	return name[verdict <= PLOG_VERDICT_DAMAGED ? verdict : PLOG_VERDICT_DAMAGED];
}
