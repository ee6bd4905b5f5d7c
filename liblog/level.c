// SPDX-License-Identifier: BSD-2-Clause
/* Severities by name, and which of them this process logs. */
#include <errno.h>
#include <strings.h>

#include "gate.h"

static const struct {
	const char *name;
	int level;
} names[] = {
	{ "emerg", PLOG_EMERG },
	{ "alert", PLOG_ALERT },
	{ "crit", PLOG_CRIT },
	{ "err", PLOG_ERR },
	{ "warning", PLOG_WARNING },
	{ "notice", PLOG_NOTICE },
	{ "info", PLOG_INFO },
	{ "debug", PLOG_DEBUG },
	{ "panic", PLOG_EMERG },
	{ "error", PLOG_ERR },
	{ "warn", PLOG_WARNING },
};

int plog_level_parse(const char *text)
{
	size_t i;

	if (text[0] >= '0' && text[0] <= '7' && !text[1])
		return text[0] - '0';
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcasecmp(text, names[i].name))
			return names[i].level;
	return -EINVAL;
}

int plog_level_set(int level)
{
	int before = plog_load(&plog_level_max);

	if (level < -1)
		level = -1;
	plog_store(&plog_level_max, level > PLOG_DEBUG ? PLOG_DEBUG : level);
	plog_gate_turn(NULL);
	return before;
}
