/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages that are delivered together. Until the receiver is known to have all of
 * them they are kept here, to be sent once more.
 */
#ifndef LOGDUMP_BATCH_H
#define LOGDUMP_BATCH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define BATCH_MESSAGES 1024 /* most of them */
#define BATCH_CUT " [cut]"  /* behind a message that was too long */

/**
 * struct batch - some messages
 * @f:		what is written here becomes the next message
 * @bytes:	all of them
 * @size:	how many bytes, after a flush of @f
 * @end:	where each message ends
 * @count:	how many messages
 */
struct batch {
	FILE *f;
	char *bytes;
	size_t size;
	size_t end[BATCH_MESSAGES];
	uint32_t count;
};

/**
 * batch_open() - an empty batch
 *
 * Return: 0 or -ENOMEM.
 */
int batch_open(struct batch *batch);

void batch_close(struct batch *batch);

/**
 * batch_clear() - forget the messages
 */
void batch_clear(struct batch *batch);

/**
 * batch_add() - what was written to @f since the last time is a message
 * @batch: with less than BATCH_MESSAGES messages
 * @limit: most bytes of it; it is cut, at the end of a character, and marked
 *
 * Return: 0 or -ENOMEM.
 */
int batch_add(struct batch *batch, size_t limit);

/**
 * batch_message() - the i-th message
 * @n: receives its length
 */
const char *batch_message(const struct batch *batch, uint32_t i, size_t *n);

/**
 * batch_cut() - how much of a text may stay
 * @text: UTF-8
 * @n: bytes at most, less than it has
 *
 * Return: @n, or less, so that no character is split.
 */
size_t batch_cut(const char *text, size_t n);

#endif
