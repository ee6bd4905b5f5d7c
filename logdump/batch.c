// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"

int batch_open(struct batch *batch)
{
	memset(batch, 0, sizeof(*batch));
	batch->f = open_memstream(&batch->bytes, &batch->size);
	return batch->f ? 0 : -ENOMEM;
}

void batch_close(struct batch *batch)
{
	if (batch->f)
		fclose(batch->f);
	free(batch->bytes);
	memset(batch, 0, sizeof(*batch));
}

void batch_clear(struct batch *batch)
{
	rewind(batch->f);
	batch->count = 0;
}

size_t batch_cut(const char *text, size_t n)
{
	while (n && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

int batch_add(struct batch *batch, size_t limit)
{
	size_t from = batch->count ? batch->end[batch->count - 1] : 0, end;

	if (fflush(batch->f) || ferror(batch->f))
		return -ENOMEM;
	end = (size_t)ftell(batch->f);
	if (end - from > limit) {
		end = from + batch_cut(batch->bytes + from, limit - strlen(BATCH_CUT));
		if (fseek(batch->f, (long)end, SEEK_SET) || fputs(BATCH_CUT, batch->f) == EOF ||
		    fflush(batch->f))
			return -ENOMEM;
		end += strlen(BATCH_CUT);
	}
	batch->end[batch->count++] = end;
	return 0;
}

const char *batch_message(const struct batch *batch, uint32_t i, size_t *n)
{
	size_t from = i ? batch->end[i - 1] : 0;

	*n = batch->end[i] - from;
	return batch->bytes + from;
}
