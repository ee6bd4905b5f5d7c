// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "out_terminal.h"

bool out_colors;

static bool looked;
static bool terminal;
static unsigned int columns;

static void look(void)
{
	struct winsize size;

	if (looked)
		return;
	looked = true;
	terminal = isatty(STDOUT_FILENO);
	if (terminal && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		columns = size.ws_col;
}

bool out_terminal(void)
{
	look();
	return terminal;
}

unsigned int out_terminal_columns(void)
{
	look();
	return columns;
}

void out_terminal_begin(int color)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	look();
	out_colors = color > 0 ||
		     (color < 0 && terminal && !(no && *no) && term && strcmp(term, "dumb") != 0);
}

const char *out_color_level(uint8_t level)
{
	static const char *const of[8] = { "\033[1;31m", "\033[1;31m", "\033[1;31m", "\033[1;31m",
					   "\033[1;33m", "\033[1m",    "",           "\033[90m" };

	return of[level & 7];
}
