// SPDX-License-Identifier: BSD-2-Clause
/* What each option does with its operand. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "logdump_option.h"
#include "logdump_print.h"
#include "origin.h"
#include "syslog_addr.h"

static const char *const level_name[] = { "emerg",   "alert",  "crit", "err",
					  "warning", "notice", "info", "debug" };

static bool number_parse(const char *text, long *value)
{
	char *end;

	errno = 0;
	*value = strtol(text, &end, 10);
	return end != text && !*end && !errno && *value >= INT_MIN && *value <= INT_MAX;
}

#define ID_MIN 4 /* digits of a boot_id */
#define ID_MAX 32

/* The beginning of a boot_id, or all of it, with the kernel's dashes or without. */
static bool id_parse(const char *text, char id[ID_MAX + 1])
{
	size_t n = 0;

	if (*text == '-') /* a number */
		return false;
	for (; *text; text++) {
		if (*text == '-')
			continue;
		if (!isxdigit((unsigned char)*text) || n == ID_MAX)
			return false;
		id[n++] = (char)tolower((unsigned char)*text);
	}
	id[n] = 0;
	return n >= ID_MIN;
}

bool logdump_set_boot(struct logdump_options *opt, const char *arg)
{
	long n = 0;
	bool number = number_parse(arg, &n);

	if (!strcmp(arg, "all"))
		opt->boot_kind = LOGDUMP_BOOT_ALL;
	else if (id_parse(arg, opt->boot_id))
		opt->boot_kind = LOGDUMP_BOOT_ID;
	else if (number)
		opt->boot_kind = LOGDUMP_BOOT_INDEX;
	else
		return false;
	opt->boot = number ? (int)n : 0;
	return true;
}

bool logdump_set_output(struct logdump_options *opt, const char *arg)
{
	size_t n = strcspn(arg, "=");
	const char *dir = arg[n] ? arg + n + 1 : NULL;
	char name[32] = "";

	if (n < sizeof(name))
		memcpy(name, arg, n);
	opt->format = out_format_find(name);
	if (dir)
		opt->ctf_dir = dir;
	return opt->format && (!dir || (opt->format == &out_ctf && *dir));
}

static int level_parse(const char *text, size_t n)
{
	static const struct {
		const char *name;
		int level;
	} also[] = { { "panic", 0 }, { "error", 3 }, { "warn", 4 } };
	size_t i;

	if (n == 1 && text[0] >= '0' && text[0] <= '7')
		return text[0] - '0';
	for (i = 0; i < 8; i++)
		if (strlen(level_name[i]) == n && !memcmp(level_name[i], text, n))
			return (int)i;
	for (i = 0; i < sizeof(also) / sizeof(also[0]); i++)
		if (strlen(also[i].name) == n && !memcmp(also[i].name, text, n))
			return also[i].level;
	return -1;
}

/* As journalctl: one level means it and what is worse, two a range in any order. */
bool logdump_set_priority(struct logdump_options *opt, const char *arg)
{
	const char *dots = strstr(arg, "..");
	int from = 0, to;

	if (dots)
		from = level_parse(arg, (size_t)(dots - arg));
	to = dots ? level_parse(dots + 2, strlen(dots + 2)) : level_parse(arg, strlen(arg));
	if (from < 0 || to < 0)
		return false;
	opt->level_min = from < to ? from : to;
	opt->level_max = from < to ? to : from;
	return true;
}

bool logdump_set_tag(struct logdump_options *opt, const char *arg)
{
	if (opt->tag_count == LOGDUMP_TAGS_MAX)
		return false;
	opt->tags[opt->tag_count++] = arg;
	return true;
}

bool logdump_set_pid(struct logdump_options *opt, const char *arg)
{
	return number_parse(arg, &opt->pid) && opt->pid >= 0;
}

bool logdump_set_lines(struct logdump_options *opt, const char *arg)
{
	if (!strcmp(arg, "all")) {
		opt->lines = -1;
		return true;
	}
	return number_parse(arg, &opt->lines) && opt->lines >= 0;
}

bool logdump_set_report(struct logdump_options *opt, const char *arg)
{
	opt->report = arg;
	return *arg;
}

bool logdump_set_syslog(struct logdump_options *opt, const char *arg)
{
	struct syslog_addr addr;

	opt->syslog = true;
	if (arg)
		opt->syslog_addr = arg;
	return syslog_addr_parse(&addr, opt->syslog_addr);
}

bool logdump_set_journal(struct logdump_options *opt, const char *arg)
{
	opt->journal = true;
	if (arg)
		opt->journal_path = arg;
	return opt->journal_path[0] == '/' && strlen(opt->journal_path) <= SYSLOG_PATH_MAX;
}

bool logdump_set_machine_id(struct logdump_options *opt, const char *arg)
{
	char id[33];

	opt->machine_id = arg;
	return origin_id_parse(id, arg);
}

bool logdump_set_hostname(struct logdump_options *opt, const char *arg)
{
	opt->hostname = arg;
	return origin_host_valid(arg);
}

bool logdump_set_window(struct logdump_options *opt, const char *arg)
{
	long n;

	if (!number_parse(arg, &n) || n < 1)
		return false;
	opt->nth = (unsigned int)n;
	return true;
}

static bool when_set(struct logdump_when *when, const char *arg)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return logdump_when_parse(when, arg, (int64_t)now.tv_sec * 1000000000 + now.tv_nsec);
}

bool logdump_set_since(struct logdump_options *opt, const char *arg)
{
	return when_set(&opt->since, arg);
}

bool logdump_set_until(struct logdump_options *opt, const char *arg)
{
	return when_set(&opt->until, arg);
}

bool logdump_set_grep(struct logdump_options *opt, const char *arg)
{
	regex_t regex;
	int err = logdump_grep_compile(&regex, arg);

	if (err)
		regerror(err, &regex, opt->why, sizeof(opt->why));
	else
		regfree(&regex);
	opt->grep = arg;
	return !err;
}

const char *logdump_value_color(size_t i)
{
	static const char *const name[] = { "auto", "never", "always" };

	return i < 3 ? name[i] : NULL;
}

/* Without a word, as dmesg(1). */
bool logdump_set_color(struct logdump_options *opt, const char *arg)
{
	size_t i;

	for (i = 0; arg && i < 3 && strcmp(logdump_value_color(i), arg) != 0; i++)
		;
	opt->color = arg ? LOGDUMP_COLOR_AUTO + (int)i : LOGDUMP_COLOR_AUTO;
	return !arg || i < 3;
}

bool logdump_set_archive(struct logdump_options *opt, const char *arg)
{
	opt->archive = arg;
	return *arg;
}

bool logdump_set_save(struct logdump_options *opt, const char *arg)
{
	opt->save = arg;
	return *arg;
}

const char *logdump_value_boot(size_t i)
{
	static const char *const words[] = { "0", "-1", "all" };

	return i < sizeof(words) / sizeof(words[0]) ? words[i] : NULL;
}

const char *logdump_value_lines(size_t i)
{
	return i ? NULL : "all";
}

const char *logdump_value_when(size_t i)
{
	static const char *const words[] = { "now", "today", "yesterday", "-1h", "end-1min" };

	return i < sizeof(words) / sizeof(words[0]) ? words[i] : NULL;
}
