/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What comes as text: numbers of bytes, and what stands in front of a line. */
#ifndef PLOG_PURE_TEXT_H
#define PLOG_PURE_TEXT_H

#include "../core/port.h"

/**
 * plog_text_bytes() - a number of bytes, such as 0x100000, 1024K or 1M
 * @text: all of it; decimal, or hexadecimal behind 0x; K, M or G may follow
 * @value: filled in
 *
 * Return: 0; -EINVAL when it is none; -ERANGE when it needs more than 64 bits.
 */
int plog_text_bytes(const char *text, u64 *value);

/**
 * plog_text_level() - skip "<6>" in front of a line
 * @line: NUL-terminated
 * @most: greatest number that counts; another is text
 * @level: the severity that it says, of whatever facility; else left alone
 *
 * Return: what is behind it.
 */
const char *plog_text_level(const char *line, u32 most, u32 *level);

/**
 * plog_text_time() - skip "[   12.345678] " in front of a line of the kernel's
 * @line: NUL-terminated
 * @ns: the time that it says; else left alone
 *
 * Return: what is behind it.
 */
const char *plog_text_time(const char *line, u64 *ns);

/**
 * plog_text_word() - is the word among those of a line, which blanks separate?
 * @line: NUL-terminated; blanks are spaces and newlines
 * @word: NUL-terminated; one of no letters, or with a blank in it, is never there
 */
bool plog_text_word(const char *line, const char *word);

#endif
