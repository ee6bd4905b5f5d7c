// SPDX-License-Identifier: BSD-2-Clause
/* Found text in a page: as people see it elsewhere, and never markup. */
#include <stdlib.h>

#include "out.h"
#include "out_html.h"

static void char_put(FILE *f, char c)
{
	switch (c) {
	case '&':
		fputs("&amp;", f);
		break;
	case '<':
		fputs("&lt;", f);
		break;
	case '>':
		fputs("&gt;", f);
		break;
	case '"':
		fputs("&quot;", f);
		break;
	case '\'':
		fputs("&#39;", f);
		break;
	default:
		putc(c, f);
	}
}

void out_html_text(FILE *f, struct plog_text text)
{
	char *shown = NULL;
	size_t n = 0, i;
	FILE *mem = open_memstream(&shown, &n);

	if (!mem)
		return;
	out_text(mem, text);
	fclose(mem);
	for (i = 0; i < n; i++)
		char_put(f, shown[i]);
	free(shown);
}
