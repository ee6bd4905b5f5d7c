// SPDX-License-Identifier: BSD-2-Clause
/* Verdicts for people. */
#include <string.h>

#include "ending.h"

static const struct ending {
	const char *verdict;
	const char *name;
	const char *class;
	const char *reason; /* when none was noted */
} endings[] = {
	{ "panic", "Kernel panic", "bad", "no message was noted" },
	{ "oops", "Kernel oops", "bad",
	  "the kernel went on after it, and did not say how it ended" },
	{ "reset", "Reset", "bad",
	  "without a word: a watchdog, the reset button, an emergency restart or a hang" },
	{ "reboot", "Reboot", "good", "an orderly one" },
	{ "poweroff", "Power-off", "good", "an orderly one" },
	{ "running", "Still running", "good", "this boot has not ended" },
};

static const struct ending unknown = { "", "Unknown end", "unsure", "nothing was noted" };

static const struct ending *ending_find(const struct plog_reader_boot *boot)
{
	size_t i;

	for (i = 0; boot->verdict && i < sizeof(endings) / sizeof(endings[0]); i++)
		if (!strcmp(endings[i].verdict, boot->verdict))
			return &endings[i];
	return &unknown;
}

const char *ending_name(const struct plog_reader_boot *boot)
{
	return ending_find(boot)->name;
}

struct plog_text ending_reason(const struct plog_reader_boot *boot)
{
	const char *text = ending_find(boot)->reason;

	return boot->reason.len ? boot->reason : (struct plog_text){ text, strlen(text) };
}

const char *ending_class(const struct plog_reader_boot *boot)
{
	return ending_find(boot)->class;
}
