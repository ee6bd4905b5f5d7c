// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "syslog_frame.h"

#define EXTRA 24 /* most bytes that a frame adds */

static char *room_make(const struct batch *batch)
{
	size_t bytes = batch->count ? batch->end[batch->count - 1] : 0;

	return malloc(bytes + (size_t)batch->count * EXTRA + 1);
}

char *syslog_frame_counted(const struct batch *batch, size_t *n)
{
	char *bytes = room_make(batch), *to = bytes;
	uint32_t i;

	for (i = 0; bytes && i < batch->count; i++) {
		size_t len;
		const char *text = batch_message(batch, i, &len);

		to += sprintf(to, "%zu ", len);
		memcpy(to, text, len);
		to += len;
	}
	*n = (size_t)(to - bytes);
	return bytes;
}

char *syslog_frame_ended(const struct batch *batch, size_t *n)
{
	char *bytes = room_make(batch), *to = bytes;
	uint32_t i;

	for (i = 0; bytes && i < batch->count; i++) {
		size_t len;
		const char *text = batch_message(batch, i, &len);

		memcpy(to, text, len);
		to += len;
		*to++ = 0;
	}
	*n = (size_t)(to - bytes);
	return bytes;
}
