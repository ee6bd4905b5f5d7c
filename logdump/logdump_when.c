// SPDX-License-Identifier: BSD-2-Clause
/*
 * Instants, as systemd.time(7) and journalctl(1) take them. "end" is plog's own: a
 * boot that ended is asked for its last minute more often than for a time of day.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "logdump_when.h"

#define SECOND 1000000000LL
#define TEXT_MAX 64 /* more than any instant has */

/* Takes a word off the end of the text. */
static bool suffix_take(char *text, const char *word)
{
	size_t n = strlen(text), w = strlen(word);

	if (n < w || strcasecmp(text + n - w, word))
		return false;
	text[n - w] = 0;
	return true;
}

/* The middle of it: after a number of seconds. */
static bool fraction_parse(int64_t *ns, const char *text)
{
	int64_t scale = SECOND;

	*ns = 0;
	if (!*text)
		return true;
	if (*text++ != '.' || !*text)
		return false;
	for (; isdigit((unsigned char)*text); text++) {
		scale /= 10;
		*ns += (*text - '0') * scale;
	}
	return !*text;
}

static bool epoch_parse(int64_t *ns, const char *text)
{
	long long second;
	int64_t part;
	char *end;

	second = strtoll(text, &end, 10);
	if (end == text || !fraction_parse(&part, end))
		return false;
	return !__builtin_mul_overflow((int64_t)second, SECOND, ns) &&
	       !__builtin_add_overflow(*ns, part, ns);
}

/* "+02:00", "-0530", "+02": seconds east of Greenwich. */
static bool zone_parse(char *text, long *east)
{
	char *sign = strrchr(text, '+');
	int hour, minute = 0, n = 0, length;

	if (!sign)
		sign = strrchr(text, '-');
	/* The dashes of a date are followed by no time. */
	if (!sign || !strchr(text, ':') || sign < strchr(text, ':'))
		return false;
	length = (int)strlen(sign + 1);
	if (sscanf(sign + 1, "%2d%n", &hour, &n) != 1 || n != 2)
		return false;
	if (length == 5 && sscanf(sign + 3, ":%2d%n", &minute, &n) == 1 && n == 3)
		length = 2;
	else if (length == 4 && sscanf(sign + 3, "%2d%n", &minute, &n) == 1 && n == 2)
		length = 2;
	if (length != 2 || hour > 23 || minute < 0 || minute > 59)
		return false;
	*east = (*sign == '-' ? -1 : 1) * (3600L * hour + 60L * minute);
	*sign = 0;
	return true;
}

static bool time_fill(struct tm *tm, const char *text, int64_t *part)
{
	int n = 0;

	*part = 0;
	tm->tm_sec = 0;
	if (sscanf(text, "%2d:%2d%n", &tm->tm_hour, &tm->tm_min, &n) != 2)
		return false;
	text += n;
	if (*text == ':' && sscanf(text, ":%2d%n", &tm->tm_sec, &n) == 1)
		text += n;
	return tm->tm_hour >= 0 && tm->tm_hour < 24 && tm->tm_min >= 0 && tm->tm_min < 60 &&
	       tm->tm_sec >= 0 && tm->tm_sec < 61 && fraction_parse(part, text);
}

/* A date and what is behind it, or a time of today. */
static bool date_fill(struct tm *tm, const char *text, int64_t *part)
{
	int year, month, day, n = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &n) != 3)
		return time_fill(tm, text, part);
	if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	if (year < 100)
		year += year < 70 ? 2000 : 1900;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	tm->tm_hour = tm->tm_min = tm->tm_sec = 0;
	*part = 0;
	text += n;
	if (!*text)
		return true;
	if (*text != ' ' && *text != 'T')
		return false;
	return time_fill(tm, text + 1 + strspn(text + 1, " "), part);
}

/* Weekdays may stand in front; then they have to be right. Returns -1 without one. */
static int weekday_take(char *text)
{
	static const char *const name[] = { "sunday",   "monday", "tuesday", "wednesday",
					    "thursday", "friday", "saturday" };
	size_t n = strcspn(text, " ,");
	int i;

	for (i = 0; i < 7; i++) {
		if (!text[n] || (n != 3 && n != strlen(name[i])) || strncasecmp(name[i], text, n))
			continue;
		n += strspn(text + n, " ,");
		memmove(text, text + n, strlen(text + n) + 1);
		return i;
	}
	return -1;
}

static bool calendar_parse(int64_t *ns, char *text, int64_t now)
{
	time_t t = (time_t)(now / SECOND);
	int weekday = weekday_take(text), day;
	struct tm tm;
	long east = 0;
	int64_t part;
	bool zone;

	zone = suffix_take(text, " UTC") || suffix_take(text, "Z") || zone_parse(text, &east);
	while (*text && text[strlen(text) - 1] == ' ')
		text[strlen(text) - 1] = 0;
	t += zone ? east : 0;
	if (zone)
		gmtime_r(&t, &tm);
	else
		localtime_r(&t, &tm);
	tm.tm_isdst = -1;
	if (!date_fill(&tm, text, &part))
		return false;
	day = tm.tm_mday;
	t = zone ? timegm(&tm) - east : mktime(&tm);
	if (tm.tm_mday != day || (weekday >= 0 && tm.tm_wday != weekday))
		return false;
	return !__builtin_mul_overflow((int64_t)t, SECOND, ns) &&
	       !__builtin_add_overflow(*ns, part, ns);
}

static bool word_parse(int64_t *ns, const char *text, int64_t now)
{
	static const struct {
		const char *word;
		int days;
	} days[] = { { "yesterday", -1 }, { "today", 0 }, { "tomorrow", 1 } };
	time_t t = (time_t)(now / SECOND);
	struct tm tm;
	size_t i;

	if (!strcmp(text, "now")) {
		*ns = now;
		return true;
	}
	for (i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		if (strcmp(text, days[i].word))
			continue;
		localtime_r(&t, &tm);
		tm.tm_mday += days[i].days;
		tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
		tm.tm_isdst = -1;
		*ns = (int64_t)mktime(&tm) * SECOND;
		return true;
	}
	return false;
}

/* "-5min", "+1h", "5min ago", "1h left", from an instant. */
static bool relative_parse(int64_t *ns, char *text, int64_t from)
{
	bool minus = *text == '-', plus = *text == '+';
	int64_t span;

	if (!minus && !plus) {
		minus = suffix_take(text, " ago");
		plus = !minus && suffix_take(text, " left");
		if (!minus && !plus)
			return false;
	} else {
		text++;
	}
	if (!logdump_when_span(&span, text))
		return false;
	return !(minus ? __builtin_sub_overflow(from, span, ns)
		       : __builtin_add_overflow(from, span, ns));
}

bool logdump_when_parse(struct logdump_when *when, const char *given, int64_t now)
{
	char text[TEXT_MAX];

	*when = (struct logdump_when){ .set = true };
	given += strspn(given, " \t");
	if (!*given || strlen(given) >= sizeof(text))
		return false;
	strcpy(text, given);
	if (!strncmp(text, "end", 3)) {
		when->end = true;
		return !text[3] || relative_parse(&when->ns, text + 3, 0);
	}
	if (*text == '@')
		return epoch_parse(&when->ns, text + 1);
	return word_parse(&when->ns, text, now) || relative_parse(&when->ns, text, now) ||
	       calendar_parse(&when->ns, text, now);
}
