// SPDX-License-Identifier: BSD-2-Clause
/* Which records are shown. */
#include <string.h>

#include "logdump_print.h"

static bool tag_match(const struct logdump_options *opt, const struct plog_reader_record *rec)
{
	struct plog_text name = out_identifier(rec);
	int i;

	for (i = 0; i < opt->tag_count; i++)
		if (strlen(opt->tags[i]) == name.len && !memcmp(opt->tags[i], name.text, name.len))
			return true;
	return false;
}

bool logdump_filter_match(const struct logdump_options *opt, const struct plog_reader_record *rec)
{
	if (rec->level < opt->level_min || rec->level > opt->level_max)
		return false;
	if (opt->kernel && strcmp(rec->source, "kernel"))
		return false;
	if (opt->pid >= 0 && rec->pid != opt->pid)
		return false;
	return !opt->tag_count || tag_match(opt, rec);
}
