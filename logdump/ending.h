/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOGDUMP_ENDING_H
#define LOGDUMP_ENDING_H

#include "plog_reader.h"

/**
 * ending_name() - how a boot ended, in words: "Kernel panic"
 */
const char *ending_name(const struct plog_reader_boot *boot);

/**
 * ending_reason() - what is known of why; what its being unknown means, else
 */
struct plog_text ending_reason(const struct plog_reader_boot *boot);

/**
 * ending_class() - "bad" for a crash, "good" for an orderly end or none, else "unsure"
 */
const char *ending_class(const struct plog_reader_boot *boot);

#endif
