// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>

#include "marks.h"

#define ROOM_FIRST 256

/* Where it is, or would be. Generations follow each other: that spreads them by itself. */
static struct mark *place_of(const struct marks *marks, uint64_t gen)
{
	size_t i = gen & (marks->room - 1);

	while (marks->place[i].offset && marks->place[i].gen != gen)
		i = (i + 1) & (marks->room - 1);
	return &marks->place[i];
}

uint32_t marks_get(const struct marks *marks, uint64_t gen)
{
	return marks->room ? place_of(marks, gen)->offset : 0;
}

static int grow(struct marks *marks)
{
	size_t room = marks->room ? 2 * marks->room : ROOM_FIRST, i;
	struct marks wider = { calloc(room, sizeof(struct mark)), room, marks->count };

	if (!wider.place)
		return -ENOMEM;
	for (i = 0; i < marks->room; i++)
		if (marks->place[i].offset)
			*place_of(&wider, marks->place[i].gen) = marks->place[i];
	free(marks->place);
	*marks = wider;
	return 0;
}

int marks_set(struct marks *marks, uint64_t gen, uint32_t offset)
{
	int err = 2 * (marks->count + 1) > marks->room ? grow(marks) : 0;
	struct mark *place;

	if (err)
		return err;
	place = place_of(marks, gen);
	marks->count += !place->offset;
	*place = (struct mark){ gen, offset };
	return 0;
}

void marks_free(struct marks *marks)
{
	free(marks->place);
	*marks = (struct marks){ NULL, 0, 0 };
}
