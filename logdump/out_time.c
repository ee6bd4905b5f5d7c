// SPDX-License-Identifier: BSD-2-Clause
/* Times as text. Records come by the thousand in a second: the last second is kept. */
#include <string.h>
#include <time.h>

#include "out.h"
#include "out_line.h"
#include "reader_digits.h"

#define SECOND 1000000000LL
#define KEPT 2 /* formats of local times that a line may have */

/**
 * struct second - a second's text
 * @format:	for strftime(), NULL while there is none
 * @at:		seconds since 1970
 * @len:	bytes of @text
 */
struct second {
	const char *format;
	int64_t at;
	size_t len;
	char text[32];
};

static void second_make(struct second *second, const char *format, int64_t at, bool local)
{
	time_t t = (time_t)at;
	struct tm tm;

	if (local)
		localtime_r(&t, &tm);
	else
		gmtime_r(&t, &tm);
	second->len = strftime(second->text, sizeof(second->text), format, &tm);
	second->format = format;
	second->at = at;
}

static const struct second *second_local(const char *format, int64_t at)
{
	static struct second kept[KEPT];
	static unsigned int turn;
	unsigned int i;

	for (i = 0; i < KEPT; i++)
		if (kept[i].format == format && kept[i].at == at)
			return &kept[i];
	i = turn++ % KEPT;
	second_make(&kept[i], format, at, true);
	return &kept[i];
}

static const struct second *second_utc(int64_t at)
{
	static struct second kept;

	if (!kept.format || kept.at != at)
		second_make(&kept, "%Y-%m-%dT%H:%M:%S", at, false);
	return &kept;
}

/* Any time's text is shorter than OUT_TIME. */
static char *second_put(char *to, const struct second *second)
{
	memcpy(to, second->text, sizeof(second->text)); /* all of it: a few stores, no call */
	return to + second->len;
}

char *out_rfc3339(char *to, int64_t ns)
{
	int64_t at = ns / SECOND;
	uint32_t rest = (uint32_t)(ns - at * SECOND);

	to = second_put(to, second_utc(at));
	*to++ = '.';
	*to++ = (char)('0' + rest / 100000000);
	reader_eight(to, rest % 100000000);
	to[8] = 'Z';
	return to + 9;
}

char *out_local(char *to, const char *format, int64_t ns, bool micro)
{
	int64_t at = ns / SECOND;
	uint32_t rest = (uint32_t)(ns - at * SECOND);
	char eight[8];

	to = second_put(to, second_local(format, at));
	if (!micro)
		return to;
	reader_eight(eight, rest / 1000);
	*to = '.';
	memcpy(to + 1, eight + 2, 6);
	return to + 7;
}

void out_time_rfc3339(char buf[OUT_TIME], int64_t ns)
{
	*out_rfc3339(buf, ns) = 0;
}

void out_time_local(char buf[OUT_TIME], const char *format, int64_t ns, bool micro)
{
	*out_local(buf, format, ns, micro) = 0;
}
