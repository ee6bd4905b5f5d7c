// SPDX-License-Identifier: BSD-2-Clause
/* Times as text. Records come by the thousand in a second: the last second is kept. */
#include <string.h>
#include <time.h>

#include "out.h"

#define SECOND 1000000000LL

void out_time_rfc3339(char buf[OUT_TIME], int64_t ns)
{
	static int64_t kept = INT64_MIN;
	static char text[32];
	int64_t second = ns / SECOND;
	time_t t = (time_t)second;
	struct tm tm;

	if (second != kept) {
		gmtime_r(&t, &tm);
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
		kept = second;
	}
	snprintf(buf, OUT_TIME, "%s.%09dZ", text, (int)(ns % SECOND));
}

void out_time_local(char buf[OUT_TIME], const char *format, int64_t ns, bool micro)
{
	static int64_t kept = INT64_MIN;
	static const char *kept_format;
	static char text[32];
	int64_t second = ns / SECOND;
	time_t t = (time_t)second;
	struct tm tm;

	if (second != kept || format != kept_format) {
		localtime_r(&t, &tm);
		strftime(text, sizeof(text), format, &tm);
		kept = second;
		kept_format = format;
	}
	if (micro)
		snprintf(buf, OUT_TIME, "%s.%06d", text, (int)(ns % SECOND / 1000));
	else
		snprintf(buf, OUT_TIME, "%s", text);
}
