// SPDX-License-Identifier: BSD-2-Clause
/*
 * Messages made of raw arguments.
 *
 * Half of the inputs are a hostile site: any types, any format, any bytes for
 * arguments. The other half are a format whose arguments are stored as the writer
 * stores them: the message must be printf's, byte for byte.
 */
#include <errno.h>

#include "fuzz.h"
#include "reader.h"
#include "valist.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static char message[READER_TEXT], small[READER_TEXT], wanted[READER_TEXT + 64];

/* Blocks of their own, without a byte more than they need. */
static uint8_t *block(const void *p, size_t n)
{
	uint8_t *b = malloc(n);

	FUZZ_CHECK(b || !n);
	if (n)
		memcpy(b, p, n);
	return b;
}

/* What did not fit is missing at the end, and is told. */
static void sizes_check(const struct scan_dict *site, const uint8_t *args, size_t n, size_t len)
{
	static const size_t sizes[] = { 0, 1, 7, 8, 9, 63, 200 };
	size_t i, got;
	char *room;
	bool cut;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		cut = false;
		room = malloc(sizes[i]);
		got = plog_format_args(site, 7, args, n, room, sizes[i], &cut);
		FUZZ_CHECK(got <= sizes[i] && got <= len && !memcmp(room, message, got));
		FUZZ_CHECK(cut || got == len);
		free(room);
	}
}

static void hostile(const uint8_t *data, size_t size)
{
	uint32_t nargs, len;
	uint8_t *types, *text, *args;
	struct scan_dict site = { .type = PLOG_DICT_SITE };
	bool cut = false, cut2 = false;
	size_t n, n2;

	if (size < 2)
		return;
	nargs = data[0] % (PLOG_ARGS_MAX + 1);
	len = data[1];
	data += 2;
	size -= 2;
	if (size < nargs + len)
		return;
	types = block(data, nargs);
	/* Mostly types that there are. */
	for (n = 0; n < nargs; n++)
		types[n] = types[n] < 0xe0 ? types[n] % 9 : types[n];
	text = realloc(block(data + nargs, len), len + 1);
	text[len] = 0;
	site.nargs = (uint8_t)nargs;
	site.args = types;
	site.text[0] = (char *)text;
	site.text_len[0] = (uint16_t)strlen((char *)text);
	size -= nargs + len;
	args = block(data + nargs + len, size);
	n = plog_format_args(&site, 7, args, size, message, sizeof(message), &cut);
	FUZZ_CHECK(n <= sizeof(message));
	n2 = plog_format_args(&site, 7, args, size, small, sizeof(small), &cut2);
	FUZZ_CHECK(n2 == n && cut2 == cut && !memcmp(small, message, n));
	sizes_check(&site, args, size, n);
	n = plog_format_args(NULL, 7, args, size, message, sizeof(message), &cut);
	FUZZ_CHECK(n >= 6 && !memcmp(message, "site#7", 6));
	sizes_check(NULL, args, size, n);
	free(types);
	free(text);
	free(args);
}

static void compare(const char *format, uint64_t plan, const uint8_t *args, size_t n, int want)
{
	uint8_t types[PLOG_ARGS_MAX];
	struct scan_dict site = { .type = PLOG_DICT_SITE, .args = types };
	bool cut = false;
	size_t got;

	site.nargs = (uint8_t)plog_args_types(plan, types);
	site.text[0] = format;
	site.text_len[0] = (uint16_t)strlen(format);
	got = plog_format_args(&site, 7, args, n, message, sizeof(message), &cut);
	FUZZ_CHECK(cut == ((size_t)want > sizeof(message)));
	if (cut)
		return;
	while (want && (wanted[want - 1] == '\n' || wanted[want - 1] == '\r'))
		want--;
	if (got != (size_t)want || memcmp(message, wanted, got))
		fprintf(fuzz_err, "format '%s'\nmade   '%.*s'\nprintf '%.*s'\n", format, (int)got,
			message, want, wanted);
	FUZZ_CHECK(got == (size_t)want && !memcmp(message, wanted, got));
}

/* Where the C library does something of its own, which the standard leaves open. */
static bool left_open(const char *format)
{
	const char *f, *end;

	for (f = format; (f = strchr(f, '%')); f = end + 1) {
		end = f + 1 + strspn(f + 1, "-+ #0123456789.*hlLqjzt");
		if (!*end)
			return true;
	}
	return false;
}

static void as_printf(const uint8_t *data, size_t size)
{
	static struct valist v;
	static uint8_t stored[READER_TEXT];
	struct plog_args args = { .err = ENOENT };
	struct input in = { .p = data, .n = size };
	char format[256];
	uint32_t len, i;
	va_list ap;
	int n, want;

	len = input_byte(&in);
	for (i = 0; i < len && in.n; i++)
		format[i] = (char)input_byte(&in);
	format[i] = 0;
	args.plan = plog_args_plan(format);
	args.format = format;
	if (args.plan == PLOG_PLAN_TEXT || left_open(format))
		return;
	valist_make(&v, &in, args.plan, format);
	VALIST_BEGIN(ap, &v);
	n = plog_args_store(&args, stored, 32768, ap);
	if (n >= 0) {
		FUZZ_CHECK(n <= 32768);
		VALIST_BEGIN(ap, &v);
		errno = ENOENT;
		want = vsnprintf(wanted, sizeof(wanted), format, ap);
		if (want >= 0)
			compare(format, args.plan, stored, (size_t)n, want);
	}
	input_free(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t begin = fuzz_now();

	if (!size)
		return 0;
	if (data[0] & 0x80)
		hostile(data + 1, size - 1);
	else
		as_printf(data, size);
	fuzz_slow_note(fuzz_now() - begin, size);
	return 0;
}
