// SPDX-License-Identifier: BSD-2-Clause
/* Which records are shown. */
#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
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

/* How long after an instant a record is; INT64_MIN when its time is unknown. */
static int64_t after(const struct logdump_options *opt, const struct logdump_when *when,
		     const struct plog_reader_record *rec)
{
	int64_t end;

	if (when->end) {
		end = opt->boots[rec->boot_at].end_mono;
		return end == PLOG_READER_UNKNOWN ? INT64_MIN : (int64_t)rec->mono - end - when->ns;
	}
	return rec->real == PLOG_READER_UNKNOWN ? INT64_MIN : rec->real - when->ns;
}

static bool time_match(const struct logdump_options *opt, const struct plog_reader_record *rec)
{
	int64_t distance;

	if (opt->since.set && after(opt, &opt->since, rec) < 0)
		return false;
	if (!opt->until.set)
		return true;
	distance = after(opt, &opt->until, rec);
	return distance <= 0 && distance != INT64_MIN;
}

int logdump_grep_compile(regex_t *regex, const char *pattern)
{
	const char *p = pattern;

	/* As journalctl(1): who types a capital means it. */
	while (*p && !isupper((unsigned char)*p))
		p++;
	return regcomp(regex, pattern, REG_EXTENDED | REG_NOSUB | (*p ? 0 : REG_ICASE));
}

/* A message is no C string: where regexec() cannot be told its end, a copy is. */
static bool text_match(const regex_t *regex, struct plog_text text)
{
#ifdef REG_STARTEND
	regmatch_t whole = { .rm_so = 0, .rm_eo = (regoff_t)text.len };

	return !regexec(regex, text.text, 1, &whole, REG_STARTEND);
#else
	char *copy = strndup(text.text, text.len);
	bool found = copy && !regexec(regex, copy, 0, NULL, 0);

	free(copy);
	return found;
#endif
}

static bool grep_match(const struct logdump_options *opt, const struct plog_reader_record *rec)
{
	static const char *compiled;
	static regex_t regex;

	if (compiled != opt->grep) {
		if (compiled)
			regfree(&regex);
		compiled = NULL;
		if (logdump_grep_compile(&regex, opt->grep))
			return false;
		compiled = opt->grep;
	}
	return text_match(&regex, rec->msg);
}

bool logdump_filter_match(const struct logdump_options *opt, const struct plog_reader_record *rec)
{
	if (rec->level < opt->level_min || rec->level > opt->level_max)
		return false;
	if (opt->kernel && strcmp(rec->source, "kernel"))
		return false;
	if (opt->pid >= 0 && rec->pid != opt->pid)
		return false;
	if (opt->tag_count && !tag_match(opt, rec))
		return false;
	if ((opt->since.set || opt->until.set) && !time_match(opt, rec))
		return false;
	return !opt->grep || grep_match(opt, rec);
}
