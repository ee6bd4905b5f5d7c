/* SPDX-License-Identifier: BSD-2-Clause */
/* Every printer of logdump, and a look at each byte that it prints. */
#ifndef PLOG_FUZZ_OUTPUT_H
#define PLOG_FUZZ_OUTPUT_H

#include <stdbool.h>

#include "plog_reader.h"

void fuzz_output_open(void);

/**
 * fuzz_output_begin() - a new image
 */
void fuzz_output_begin(void);

/**
 * fuzz_output_left() - is there still something to be printed of this image?
 */
bool fuzz_output_left(void);

void fuzz_output_record(const struct plog_reader_record *rec, const struct plog_reader_boot *boot);
void fuzz_output_boots(const struct plog_reader_boot *boots, uint32_t count);

/**
 * fuzz_text_check() - UTF-8 without control characters, but for newlines
 */
void fuzz_text_check(const char *text, size_t n);

/* fuzz_deliver.c */
void fuzz_deliver_open(void);

/**
 * fuzz_deliver_record() - messages for syslog and the journal
 *
 * Return: how many bytes they have.
 */
size_t fuzz_deliver_record(const struct plog_reader_record *rec,
			   const struct plog_reader_boot *boot);

#endif
