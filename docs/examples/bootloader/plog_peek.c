// SPDX-License-Identifier: BSD-2-Clause
/*
 * What was the board saying when it died? Asked before Linux runs.
 *
 * For U-Boot, barebox, a ROM monitor: freestanding C that needs the format header,
 * this file, and a function that prints a character. It calls nothing else (the
 * compiler may call memcpy and memset, as it may everywhere), allocates nothing,
 * takes 2 KiB of stack, writes nothing to the window and believes nothing in it: each
 * length is checked, each record's checksum has to be right. 64-bit divisions are
 * the compiler's: on 32-bit Arm U-Boot has them in its private libgcc.
 *
 * In U-Boot: these three files into cmd/, `obj-y += plog_peek.o cmd_plog.o`, and
 *
 *	static void put(char c) { putc(c); }
 *	static int do_plog(struct cmd_tbl *cmd, int flag, int argc, char *const argv[])
 *	{
 *		const void *at = map_sysmem(0x58000000, 0x100000);
 *
 *		return plog_peek(at, 0x100000, 32, put) < 0;
 *	}
 *	U_BOOT_CMD(plog, 1, 0, do_plog, "show what Linux said last", "");
 *
 * It shows less than logdump: one window that starts where it is told, nothing
 * repaired, nothing without a superblock; floating point as its bits.
 */
#include "plog_format.h"
#include "plog_peek.h"

#include <stdbool.h>

#define LINES_MAX 64

struct line {
	uint64_t time;
	uint32_t chunk;
	uint32_t at;
};

struct peek {
	const uint8_t *mem;
	uint64_t size;
	const uint8_t *super;
	uint32_t salt;
	uint32_t chunk_size;
	uint32_t chunk_count;
	uint32_t boot;
	uint64_t hz;
	void (*put)(char c);
	uint32_t count;
	uint32_t most;
	struct line line[LINES_MAX];
};

/* A window may be at any address, and is little-endian on every machine. */
static uint64_t get(const void *from, unsigned int bytes)
{
	const uint8_t *p = from;
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | p[bytes];
	return value;
}

#define FIELD(type, base, field) \
	get((base) + offsetof(struct type, field), sizeof(((struct type *)0)->field))

static uint32_t crc32c(uint32_t crc, const uint8_t *p, uint64_t n)
{
	while (n--) {
		crc ^= *p++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return crc;
}

/* --- what is where --- */

static const uint8_t *area(const struct peek *peek, uint64_t at, uint64_t bytes)
{
	return at <= peek->size && bytes <= peek->size - at ? peek->mem + at : NULL;
}

/* No number of it makes what follows take longer than the memory is large. */
static bool super_sane(const struct peek *peek, const uint8_t *p)
{
	uint64_t size = FIELD(plog_super, p, chunk_size), count = FIELD(plog_super, p, chunk_count);

	return size >= PLOG_CHUNK_MIN && size <= PLOG_CHUNK_MAX && !(size & (size - 1)) && count &&
	       count <= peek->size / size && FIELD(plog_super, p, boot_slots) <= 4096 &&
	       FIELD(plog_super, p, dict_size) <= peek->size;
}

static const uint8_t *super_at(const struct peek *peek, uint64_t at)
{
	const uint8_t *p = area(peek, at, sizeof(struct plog_super));

	if (!p || FIELD(plog_super, p, magic) != (PLOG_MAGIC_SUPER_KEY ^ PLOG_MAGIC_MASK) ||
	    FIELD(plog_super, p, crc) != crc32c(0xffffffff, p, offsetof(struct plog_super, crc)) ||
	    FIELD(plog_super, p, major) != PLOG_FORMAT_MAJOR || !super_sane(peek, p))
		return NULL;
	return p;
}

/* The copies are on pages, the first one at the start. */
static bool super_find(struct peek *peek)
{
	uint64_t at = 0;

	while (!peek->super && at < peek->size) {
		peek->super = super_at(peek, at);
		at += PLOG_PAGE;
	}
	if (!peek->super)
		return false;
	peek->salt = (uint32_t)FIELD(plog_super, peek->super, salt);
	peek->chunk_size = (uint32_t)FIELD(plog_super, peek->super, chunk_size);
	peek->chunk_count = (uint32_t)FIELD(plog_super, peek->super, chunk_count);
	return true;
}

/* A chunk with a head that is right, or NULL. */
static const uint8_t *chunk_at(const struct peek *peek, uint32_t index)
{
	uint32_t split = (uint32_t)FIELD(plog_super, peek->super, chunk_split);
	const uint8_t *off = peek->super + offsetof(struct plog_super, chunk_off);
	uint64_t start = index < split ? get(off, 8) : get(off + 8, 8);
	uint64_t nth = index < split ? index : index - split;
	const uint8_t *p;

	if (start > peek->size)
		return NULL;
	p = area(peek, start + nth * peek->chunk_size, peek->chunk_size);
	if (!p || FIELD(plog_chunk, p, magic) != (PLOG_MAGIC_CHUNK_KEY ^ PLOG_MAGIC_MASK) ||
	    FIELD(plog_chunk, p, crc) != crc32c(peek->salt, p, offsetof(struct plog_chunk, crc)) ||
	    FIELD(plog_chunk, p, gen) % peek->chunk_count != index)
		return NULL;
	return p;
}

/* Bytes that a valid record takes with its padding, or 0. */
static uint32_t record_check(const struct peek *peek, const uint8_t *chunk, uint32_t at)
{
	const uint8_t *p = chunk + at;
	uint32_t len = (uint32_t)get(p + 4, 2), padded = (len + 7) & ~7u, v;

	if (len < PLOG_RECORD_HEAD || padded > peek->chunk_size - at)
		return 0;
	v = crc32c(peek->salt, chunk + offsetof(struct plog_chunk, gen), 8) ^ at;
	v = crc32c(crc32c(v, p + 8, 14), p + 4, 2);
	if (((v ^ v >> 16) & 0xffff) != get(p + 6, 2))
		return 0;
	v = crc32c(v, p + PLOG_RECORD_HEAD, padded - PLOG_RECORD_HEAD);
	return v == get(p, 4) ? padded : 0;
}

static unsigned int attributes(const uint8_t *record)
{
	return record[15];
}

/* --- which lines --- */

/* Keeps the newest ones, in order of time. */
static void line_keep(struct peek *peek, struct line line)
{
	uint32_t i = peek->count;

	if (i == peek->most) {
		if (!i || line.time < peek->line[0].time)
			return;
		for (i = 1; i < peek->most; i++)
			peek->line[i - 1] = peek->line[i];
		i--;
	} else {
		peek->count++;
	}
	for (; i && peek->line[i - 1].time > line.time; i--)
		peek->line[i] = peek->line[i - 1];
	peek->line[i] = line;
}

static uint64_t record_time(const struct peek *peek, const uint8_t *chunk, const uint8_t *record)
{
	uint64_t dt = get(record + 16, 6), hz = peek->hz ? peek->hz : 1000000000;

	return FIELD(plog_chunk, chunk, base_mono) + dt / hz * 1000000000 +
	       dt % hz * 1000000000 / hz;
}

static void chunk_read(struct peek *peek, uint32_t index)
{
	const uint8_t *chunk = chunk_at(peek, index);
	uint32_t at = sizeof(struct plog_chunk), taken;

	if (!chunk || FIELD(plog_chunk, chunk, boot) != peek->boot)
		return;
	while (at + PLOG_RECORD_HEAD <= peek->chunk_size) {
		taken = record_check(peek, chunk, at);
		if (taken)
			line_keep(peek,
				  (struct line){ record_time(peek, chunk, chunk + at), index, at });
		if (taken && attributes(chunk + at) & PLOG_ATTR_CLOSED)
			at = (at + taken + PLOG_LINE - 1) & ~(PLOG_LINE - 1);
		else
			at += taken ? taken : PLOG_RECORD_ALIGN;
	}
}

/* The boot that leased a chunk last. */
static void boot_find(struct peek *peek)
{
	uint64_t newest = 0;

	for (uint32_t i = 0; i < peek->chunk_count; i++) {
		const uint8_t *chunk = chunk_at(peek, i);

		if (chunk && FIELD(plog_chunk, chunk, gen) > newest) {
			newest = FIELD(plog_chunk, chunk, gen);
			peek->boot = (uint32_t)FIELD(plog_chunk, chunk, boot);
		}
	}
}

/* How fast its counter counts, from either copy of the boot table. */
static void clock_find(struct peek *peek)
{
	uint32_t slots = (uint32_t)FIELD(plog_super, peek->super, boot_slots);

	for (uint32_t i = 0; i < 2 * slots && !peek->hz; i++) {
		const uint8_t *off = peek->super + offsetof(struct plog_super, boot_off);
		uint64_t start = get(off + (i < slots ? 0 : 8), 8);
		const uint8_t *p;

		if (start > peek->size)
			continue;
		p = area(peek, start + (uint64_t)(i % slots) * sizeof(struct plog_boot), 256);
		if (p && FIELD(plog_boot_ident, p, boot) == peek->boot &&
		    FIELD(plog_boot_ident, p, crc) == crc32c(peek->salt, p, 252))
			peek->hz = FIELD(plog_boot_ident, p, counter_hz);
	}
}

/* --- what they say --- */

static void put_text(const struct peek *peek, const uint8_t *text, uint64_t n)
{
	for (; n--; text++)
		peek->put(*text >= ' ' && *text < 127 ? (char)*text : '?');
}

static void put_number(const struct peek *peek, uint64_t value, unsigned int base, int width,
		       char fill)
{
	char digits[24];
	int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	for (; width > n && width < 64; width--)
		peek->put(fill);
	while (n)
		peek->put(digits[--n]);
}

/* A dictionary entry that is right, of either copy; NULL when it is lost. */
static const uint8_t *entry_find(const struct peek *peek, int type, uint32_t id)
{
	uint64_t size = FIELD(plog_super, peek->super, dict_size);
	const uint8_t *off = peek->super + offsetof(struct plog_super, dict_off);

	for (uint64_t at = 0; id && at < 2 * size; at += PLOG_DICT_SLOT) {
		uint64_t in = at % size, start = get(off + (at < size ? 0 : 8), 8);
		const uint8_t *p =
			start > peek->size ? NULL : area(peek, start + in, PLOG_DICT_SLOT);
		uint64_t len = p ? FIELD(plog_dict, p, len) : 0;

		if (!p || p[6] != type || FIELD(plog_dict, p, id) != id ||
		    len < sizeof(struct plog_dict) || len > PLOG_DICT_MAX || len > size - in ||
		    !area(peek, start + in, len))
			continue;
		if (FIELD(plog_dict, p, crc) ==
		    crc32c(crc32c(peek->salt, p + 4, 12), p + 24, len - 24))
			return p;
	}
	return NULL;
}

struct bytes {
	const uint8_t *p;
	uint64_t n;
};

static uint64_t take(struct bytes *from, unsigned int bytes)
{
	uint64_t value = 0;

	if (from->n < bytes) {
		from->n = 0;
		return 0;
	}
	value = get(from->p, bytes);
	from->p += bytes;
	from->n -= bytes;
	return value;
}

static struct bytes take_bytes(struct bytes *from, uint64_t n)
{
	struct bytes some = { from->p, n > from->n ? from->n : n };

	from->p += some.n;
	from->n -= some.n;
	return some;
}

/* A string argument. */
static struct bytes take_string(struct bytes *from, bool blob)
{
	uint64_t len = blob ? take(from, 2) : take(from, 1);

	if (!blob && len == 0xff)
		len = take(from, 2);
	if (!blob && len == 0xffff)
		return (struct bytes){ (const uint8_t *)"(null)", 6 };
	return take_bytes(from, len);
}

/* A text of a dictionary entry: it ends with a NUL. */
static struct bytes take_text(struct bytes *from)
{
	struct bytes text = { from->p, 0 };

	while (text.n < from->n && text.p[text.n])
		text.n++;
	take_bytes(from, text.n + 1);
	return text;
}

static int64_t extended(uint64_t value, int type)
{
	return type == PLOG_ARG_I32 ? (int32_t)value : (int64_t)value;
}

/* One conversion: @spec is what stands between '%' and @how. */
static void put_argument(const struct peek *peek, struct bytes spec, char how, int type,
			 struct bytes *args)
{
	int width = 0;
	char fill = spec.n && *spec.p == '0' ? '0' : ' ';
	uint64_t value;

	for (; spec.n && *spec.p != '.'; spec.p++, spec.n--)
		if (*spec.p >= '0' && *spec.p <= '9' && width < 64)
			width = width * 10 + *spec.p - '0';
	if (type == PLOG_ARG_STR || type == PLOG_ARG_BLOB) {
		struct bytes text = take_string(args, type == PLOG_ARG_BLOB);

		put_text(peek, text.p, text.n);
		return;
	}
	value = take(args, type == PLOG_ARG_I32 ? 4 : 8);
	if (type == PLOG_ARG_X87 || type == PLOG_ARG_F128)
		take(args, 8);
	if (how == 'c') {
		put_text(peek, (const uint8_t[]){ (uint8_t)value }, 1);
	} else if (how == 'd' || how == 'i') {
		if (extended(value, type) < 0)
			peek->put('-');
		value = extended(value, type) < 0 ? 0 - (uint64_t)extended(value, type) : value;
		put_number(peek, value, 10, width, fill);
	} else if (how == 'u') {
		put_number(peek, value, 10, width, fill);
	} else {
		put_text(peek, (const uint8_t *)"0x", 2);
		put_number(peek, value, 16, 0, '0');
	}
}

/* The format is data: what it asks for is given from the arguments that there are. */
static void put_format(const struct peek *peek, struct bytes format, struct bytes types,
		       struct bytes args)
{
	while (format.n) {
		struct bytes spec;
		uint8_t c = (uint8_t)take(&format, 1);

		if (c != '%' || !format.n) {
			put_text(peek, &c, 1);
			continue;
		}
		spec = format;
		while (format.n && (*format.p == '.' || *format.p == '*' || *format.p == '-' ||
				    *format.p == '+' || *format.p == ' ' || *format.p == '#' ||
				    (*format.p >= '0' && *format.p <= '9') || *format.p == 'l' ||
				    *format.p == 'h' || *format.p == 'z' || *format.p == 'j' ||
				    *format.p == 't' || *format.p == 'L' || *format.p == 'q'))
			if (take(&format, 1) == '*' && types.n)
				take(&args, take(&types, 1) == PLOG_ARG_I32 ? 4 : 0);
		spec.n = (uint64_t)(format.p - spec.p);
		c = (uint8_t)take(&format, 1);
		if (c == '%' || !types.n)
			peek->put('%');
		else
			put_argument(peek, spec, (char)c, (int)take(&types, 1), &args);
	}
}

/* What a record says: of who, and how to print what is left of it. */
struct said {
	uint64_t pid;
	struct bytes name;
	struct bytes types;
	struct bytes format;
	struct bytes rest;
};

static void context_read(const struct peek *peek, uint32_t id, struct said *said)
{
	const uint8_t *entry = entry_find(peek, PLOG_DICT_CTX, id);
	struct bytes body;

	if (!id) {
		said->pid = take(&said->rest, 4);
		take(&said->rest, 4);
		said->name = take_bytes(&said->rest, take(&said->rest, 1));
	} else if (entry) {
		body = (struct bytes){ entry, FIELD(plog_dict, entry, len) };
		take_bytes(&body, sizeof(struct plog_dict));
		said->pid = FIELD(plog_dict, entry, pid);
		said->name = take_text(&body);
	}
}

static void site_read(const struct peek *peek, uint32_t id, struct said *said)
{
	const uint8_t *entry = entry_find(peek, PLOG_DICT_SITE, id);
	struct bytes body, tag = { NULL, 0 };

	if (!id) {
		take(&said->rest, 4);
		tag = take_bytes(&said->rest, take(&said->rest, 1));
		take_bytes(&said->rest, take(&said->rest, 1));
		take_bytes(&said->rest, take(&said->rest, 1));
	} else if (entry) {
		body = (struct bytes){ entry, FIELD(plog_dict, entry, len) };
		take_bytes(&body, sizeof(struct plog_dict));
		said->types = take_bytes(&body, FIELD(plog_dict, entry, pid) & 0xff);
		said->format = take_text(&body);
		tag = take_text(&body);
	}
	if (tag.n)
		said->name = tag;
}

static void put_who(const struct peek *peek, const struct said *said, unsigned int source)
{
	if (source == PLOG_SOURCE_KERNEL) {
		put_text(peek, (const uint8_t *)"kernel: ", 8);
	} else if (said->name.n) {
		put_text(peek, said->name.p, said->name.n);
		peek->put('[');
		put_number(peek, said->pid, 10, 0, ' ');
		put_text(peek, (const uint8_t *)"]: ", 3);
	}
}

static void put_line(const struct peek *peek, struct line line)
{
	const uint8_t *record = chunk_at(peek, line.chunk) + line.at;
	uint32_t site = (uint32_t)get(record + 8, 4);
	struct said said = { 0 };

	said.rest =
		(struct bytes){ record + PLOG_RECORD_HEAD, get(record + 4, 2) - PLOG_RECORD_HEAD };
	context_read(peek, (uint32_t)get(record + 12, 3), &said);
	site_read(peek, site, &said);
	peek->put('[');
	put_number(peek, line.time / 1000000000, 10, 5, ' ');
	peek->put('.');
	put_number(peek, line.time / 1000 % 1000000, 10, 6, '0');
	put_text(peek, (const uint8_t *)"] ", 2);
	put_who(peek, &said, (attributes(record) & PLOG_ATTR_SOURCE) >> PLOG_ATTR_SOURCE_SHIFT);
	if (attributes(record) & PLOG_ATTR_TEXT) {
		put_text(peek, said.rest.p, said.rest.n);
	} else if (said.format.n) {
		put_format(peek, said.format, said.types, said.rest);
	} else {
		put_text(peek, (const uint8_t *)"site ", 5);
		put_number(peek, site, 16, 8, '0');
	}
	peek->put('\n');
}

int plog_peek(const void *window, unsigned long size, unsigned int lines, void (*put)(char c))
{
	struct peek peek = { .mem = window, .size = size, .put = put };

	peek.most = lines < LINES_MAX ? lines : LINES_MAX;
	if (!super_find(&peek))
		return -1;
	boot_find(&peek);
	clock_find(&peek);
	for (uint32_t i = 0; i < peek.chunk_count; i++)
		chunk_read(&peek, i);
	for (uint32_t i = 0; i < peek.count; i++)
		put_line(&peek, peek.line[i]);
	return (int)peek.count;
}
