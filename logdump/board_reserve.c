// SPDX-License-Identifier: BSD-2-Clause
/*
 * Reservations on the kernel's command line, and what GRUB is told to put there.
 *
 * /etc/default/grub is a shell script; update-grub copies what the shell made of
 * its values into grub.cfg, whose own shell then reads them once more. So a "$"
 * has to arrive there with a backslash, and to arrive at all it needs three in
 * double quotes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"

uint64_t board_memparse(const char **text)
{
	char *end;
	uint64_t value = strtoull(*text, &end, 0);

	switch (*end) {
	case 't':
	case 'T':
		value <<= 10; /* fall through */
	case 'g':
	case 'G':
		value <<= 10; /* fall through */
	case 'm':
	case 'M':
		value <<= 10; /* fall through */
	case 'k':
	case 'K':
		value <<= 10;
		end++;
	}
	*text = end;
	return value;
}

static bool memmap_parse(const char *text, size_t len, struct board_memmap *m)
{
	const char *at = m->text;

	memset(m, 0, sizeof(*m));
	snprintf(m->text, sizeof(m->text), "%.*s", (int)len, text);
	if (!strcmp(m->text, "exactmap") || !m->text[0])
		return false;
	if (m->text[0] < '0' || m->text[0] > '9')
		return false;
	m->size = board_memparse(&at);
	if (*at) {
		m->mark = *at++;
		m->address = board_memparse(&at);
	}
	return true;
}

unsigned int board_memmaps(const char *cmdline, struct board_memmap *list, unsigned int max)
{
	unsigned int n = 0, nth;
	char value[256];
	size_t at, len;

	for (nth = 0; n < max && board_word(cmdline, "memmap", nth, value, sizeof(value)); nth++) {
		for (at = 0; n < max && value[at]; at += len + (value[at + len] == ',')) {
			len = strcspn(value + at, ",");
			n += memmap_parse(value + at, len, &list[n]);
		}
	}
	return n;
}

/* Is the word that is being written one of memmap=? Variables are fine elsewhere. */
static bool in_memmap(const char *buf, size_t at)
{
	size_t from = at;

	while (from && buf[from - 1] != ' ')
		from--;
	return at - from >= 7 && !strncmp(buf + from, "memmap=", 7);
}

/* What the shell makes of a word; a "$" that would be expanded is lost. */
static size_t unquote(const char *text, char *buf, size_t n, bool *swallowed)
{
	char quote = 0;
	size_t at = 0;

	for (; *text && at + 1 < n; text++) {
		if (quote == '\'' ? *text == '\'' : *text == '"' || (!quote && *text == '\'')) {
			quote = quote ? 0 : *text;
		} else if (*text == '\\' && quote != '\'' && text[1] &&
			   (!quote || strchr("\\$\"`", text[1]))) {
			buf[at++] = *++text;
		} else if (*text == '$' && quote != '\'') {
			*swallowed |= in_memmap(buf, at);
			text += text[1] != 0;
		} else if (!quote && strchr(" \t#", *text)) {
			break;
		} else {
			buf[at++] = *text;
		}
	}
	buf[at] = 0;
	return at;
}

struct grub {
	char *buf;
	size_t room;
	bool *swallowed;
};

static bool grub_line(char *text, void *arg)
{
	struct grub *g = arg;
	size_t len;

	if (!strncmp(text, "GRUB_CMDLINE_LINUX=", 19))
		text += 19;
	else if (!strncmp(text, "GRUB_CMDLINE_LINUX_DEFAULT=", 27))
		text += 27;
	else
		return false;
	len = unquote(text, g->buf, g->room, g->swallowed);
	g->buf += len;
	g->room -= len;
	if (g->room > 1) {
		*g->buf++ = ' ';
		*g->buf = 0;
		g->room--;
	}
	return false;
}

int board_grub_words(const struct board *b, char *buf, size_t n, bool *swallowed)
{
	struct grub g = { buf, n, swallowed };

	buf[0] = 0;
	*swallowed = false;
	if (!board_has(b, "/etc/default/grub"))
		return -ENOENT;
	board_each_line(b, "/etc/default/grub", "", grub_line, &g);
	/* Files that distributions and clouds add. */
	board_each_line(b, "/etc/default/grub.d", ".cfg", grub_line, &g);
	return 0;
}
