// SPDX-License-Identifier: BSD-2-Clause
/* Why nothing survived, or less than was written: the lines that say so. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "why.h"

void plog_why_put(struct why_text *text, const char *fmt, ...)
{
	va_list args;
	int n;

	if (text->len >= text->size)
		return;
	va_start(args, fmt);
	n = vsnprintf(text->buf + text->len, text->size - text->len, fmt, args);
	va_end(args);
	text->len += n > 0 ? (size_t)n : 0;
}

static u32 boots_real(const struct plog_reader *reader)
{
	u32 i, n = 0;

	for (i = 0; i < reader->boot_count; i++)
		n += reader->boots[i].scan.known || reader->boots[i].scan.state;
	return n;
}

/* No record is left, and no page says why. */
static void unwritten_put(struct why_text *text, const struct plog_reader *reader,
			  const struct why *why)
{
	u32 boots = boots_real(reader);

	if (why->records || why->pages.bad || why->heads_lost)
		return;
	if (reader->heads_good)
		plog_why_put(text, "empty: %u chunks were leased, and there is no record in them\n",
			     reader->heads_good);
	else if (boots)
		plog_why_put(text, "never written: %u boot%s used it, and none has logged\n", boots,
			     boots == 1 ? " has" : "s have");
	else
		plog_why_put(text, "never written: it was formatted, and no boot has used it\n");
}

static void cut_put(struct why_text *text, const struct plog_reader *reader, const struct why *why)
{
	const struct scan_window *win = &reader->win;
	u64 offset = (u64)(win->base - reader->mem), missing = win->layout.size - win->avail;

	if (!missing)
		return;
	plog_why_put(text,
		     "cut: %" PRIu64 " of %" PRIu64 " bytes are there, %" PRIu64
		     " are missing, and with them %u of %u chunks\n",
		     win->avail, win->layout.size, missing, why->states[PLOG_CHUNK_UNREAD],
		     win->layout.chunk_count);
	if (offset)
		plog_why_put(text,
			     "moved: it starts 0x%" PRIx64 " bytes into the memory and ends "
			     "behind it\n",
			     offset);
}

/* Where the boots saw the window, and where it was made. */
static void moved_put(struct why_text *text, const struct plog_reader *reader)
{
	u64 made = reader->win.phys_addr, seen;
	u32 i;

	for (i = reader->boot_count; i--;) {
		if (!reader->boots[i].scan.known)
			continue;
		seen = plog_get64(reader->boots[i].scan.entry.ident.phys_addr);
		if (made && seen && made != seen)
			plog_why_put(text,
				     "moved: it was made for address 0x%" PRIx64 ", and the "
				     "newest boot found it at 0x%" PRIx64 "\n",
				     made, seen);
		return;
	}
}

static void damage_put(struct why_text *text, const struct plog_reader *reader,
		       const struct why *why)
{
	u64 stretches = why->stretches;

	if (stretches)
		plog_why_put(text,
			     "damaged: %" PRIu64 " stretch%s between records, in %u chunk%s\n",
			     stretches, stretches == 1 ? "" : "es", why->torn,
			     why->torn == 1 ? "" : "s");
	if (why->dict_gone)
		plog_why_put(text,
			     "lost: the dictionary; records that need it show numbers instead "
			     "of names\n");
	if (reader->bits.flipped || why->bits.ones_lost || why->bits.zeros_lost) {
		plog_why_put(text, "bit errors: ");
		plog_why_say_rate(text, &why->bits, reader->bits.flipped, reader->bits.checked,
				  stretches);
		plog_why_put(text, "\n");
	}
}

/* Of a window that begins before the memory, a wrong layout was deduced. */
static bool front_put(struct why_text *text, const struct plog_reader *reader)
{
	struct why_none none;

	if (reader->found != SCAN_NO_SUPER)
		return false;
	plog_why_hidden(&none, reader->mem, reader->mem_size);
	none.swapped = 0;
	return plog_why_say_hidden(text, &none);
}

static void window_put(struct why_text *text, const struct plog_reader *reader,
		       const struct why *why)
{
	if (front_put(text, reader))
		return;
	if (reader->found == SCAN_NO_SUPER)
		plog_why_put(text, "no superblock is left; layout and salt were deduced from the "
				   "size and the chunks\n");
	unwritten_put(text, reader, why);
	plog_why_say_pages(text, &why->pages);
	damage_put(text, reader, why);
	cut_put(text, reader, why);
	moved_put(text, reader);
}

static void reader_put(struct why_text *text, const struct plog_reader *reader)
{
	struct why why;

	switch (reader->found) {
	case SCAN_WINDOW:
	case SCAN_NO_SUPER:
		if (!plog_why_window(&why, reader))
			window_put(text, reader, &why);
		break;
	case SCAN_EMPTY:
		/* It may not even have been opened. */
		plog_why_put(text, "%s\n",
			     reader->why[0] && !reader->mem ? reader->why
							    : "there are no bytes in it");
		break;
	case SCAN_ZERO:
		plog_why_put(text, "all zeros: never written, or cleared by firmware or a power "
				   "cut\n");
		break;
	case SCAN_ONES:
		plog_why_put(text, "all bits set: never written, or there is no memory\n");
		break;
	default:
		plog_why_say_none(text, reader);
	}
}

/* Whole lines only; the last one loses its end of line. */
static u32 lines_finish(struct why_text *text)
{
	u32 lines = 0;
	size_t i, end = 0;

	if (!text->size)
		return 0;
	for (i = 0; i < text->len && i < text->size - 1; i++) {
		if (text->buf[i] != '\n')
			continue;
		end = i;
		lines++;
	}
	text->buf[end] = 0;
	return lines;
}

uint32_t plog_reader_diagnose(const struct plog_reader *reader, char *buf, size_t size)
{
	struct why_text text = { .buf = buf, .size = size };

	if (size)
		buf[0] = 0;
	reader_put(&text, reader);
	return lines_finish(&text);
}

/* What is repaired or torn is counted; what was overwritten is worth a line. */
static void good_put(struct why_text *text, const struct plog_reader *reader)
{
	struct why why;

	if (!plog_why_window(&why, reader) && why.pages.bad > why.pages.kind[WHY_WORN])
		plog_why_say_pages(text, &why.pages);
}

void plog_why_line(const struct plog_reader *reader, char *buf, size_t size)
{
	char lines[2048] = "", *end;
	struct why_text text = { .buf = lines, .size = sizeof(lines) };

	if (!size)
		return;
	if (reader->found == SCAN_WINDOW)
		good_put(&text, reader);
	else
		reader_put(&text, reader);
	lines_finish(&text);
	end = strchr(lines, '\n');
	/* Two causes, when one of them is that the superblocks are lost. */
	if (end && reader->found == SCAN_NO_SUPER) {
		*end = ';';
		end = strchr(end, '\n');
	}
	if (end)
		*end = 0;
	snprintf(buf, size, "%s", lines);
}
