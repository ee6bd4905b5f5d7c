// SPDX-License-Identifier: BSD-2-Clause
/* The formats. */
#include <string.h>

#include "out.h"

static const struct out_format *const formats[] = {
	&out_short, &out_short_iso, &out_short_monotonic, &out_cat, &out_json, &out_export,
	&out_ctf,   &out_raw,
};

#define COUNT (sizeof(formats) / sizeof(formats[0]))

const struct out_format *out_format_find(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		if (!strcmp(formats[i]->name, name))
			return formats[i];
	return NULL;
}

const char *out_format_name(size_t i)
{
	return i < COUNT ? formats[i]->name : NULL;
}
