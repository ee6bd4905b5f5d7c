// SPDX-License-Identifier: BSD-2-Clause
/*
 * The library's whole way, from a call with any format and any arguments through
 * a window to the message that is read back: printf's text, or its beginning
 * where it was too long for a record. %n writes nothing.
 */
#include <errno.h>
#include <sys/mman.h>

#include "clock.h"
#include "encode.h"
#include "plog_reader.h"
#include "valist.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral"

#define SIZE (64u << 10)
#define AGAIN 40 /* calls until the window is made anew, before its dictionary is full */

/*
 * Arguments of a format that is not stored raw: its types are not known, so each
 * is a pointer to zeros, whose low half is a small number.
 */
#define SAFE_AT ((void *)0x200000000000)
#define SAFE_SIZE 4096u

static u8 *base, *control, *safe;
static struct plog_map window;
static char wanted[70000];

static void *pages(void *at, size_t n)
{
	void *p = mmap(at, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	FUZZ_CHECK(p != MAP_FAILED && (!at || p == at));
	return p;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	base = pages(NULL, SIZE);
	control = pages(NULL, plog_control_bytes(SIZE));
	safe = pages(SAFE_AT, SAFE_SIZE);
	return 0;
}

static void window_make(void)
{
	struct plog_attach arg = { .clock = PLOG_CLOCK_MONOTONIC,
				   .counter_hz = 1000000000,
				   .kernel = "test",
				   .machine = "test",
				   .shared_lanes = 1 };

	memset(base, 0, SIZE);
	memset(control, 0, plog_control_bytes(SIZE));
	memset(arg.boot_id, 7, sizeof(arg.boot_id));
	memset(arg.random, 1, sizeof(arg.random));
	plog_clock_instant(arg.clock, &arg.now);
	memset(&window, 0, sizeof(window));
	window.fd = -1;
	window.control_fd = -1;
	window.base = base;
	window.size = SIZE;
	window.control_size = plog_control_bytes(SIZE);
	/* No mapping of its own: the library would give it back some windows later. */
	FUZZ_CHECK(!plog_attach(&window.win, base, SIZE, control, &arg, &window.report));
	FUZZ_CHECK(!plog_instance_use(&window, "memory"));
}

/*
 * Widths and precisions by the million would only take the C library's time, and
 * mixed with "%1$d" other conversions have no arguments of their own.
 */
static bool is_sane(const char *format)
{
	const char *f = format;
	size_t n;

	if (strchr(format, '$'))
		return false;
	for (; *f; f += n ? n : 1) {
		n = strspn(f, "0123456789");
		if (n > 3)
			return false;
	}
	return true;
}

static void last_check(const char *format, int want)
{
	struct plog_reader_record rec;
	struct plog_reader *reader;
	u32 n = 0;
	size_t len;

	FUZZ_CHECK(!plog_reader_open_memory(&reader, base, SIZE));
	while (plog_reader_next(reader, &rec)) {
		FUZZ_CHECK(rec.verdict == PLOG_VERDICT_INTACT);
		n++;
	}
	FUZZ_CHECK(n == 1 && rec.level == 5 && rec.line == 77);
	FUZZ_CHECK(rec.tag.len == 3 && !memcmp(rec.tag.text, "tag", 3));
	while (want && (wanted[want - 1] == '\n' || wanted[want - 1] == '\r'))
		want--;
	len = rec.msg.len;
	if (!rec.cut && (len != (size_t)want || memcmp(rec.msg.text, wanted, len)))
		fprintf(fuzz_err, "format '%s'\nmade   '%.*s'\nprintf '%.*s'\n", format, (int)len,
			rec.msg.text, want, wanted);
	FUZZ_CHECK(rec.cut || (len == (size_t)want && !memcmp(rec.msg.text, wanted, len)));
	/* Cut only where it is long, or holds what is. */
	FUZZ_CHECK(!rec.cut || want > 3000 || rec.msg.len > 1000);
	plog_reader_close(reader);
}

/* The window has one record at a time: the chunks' heads go, the dictionary stays. */
static void records_drop(void)
{
	const struct plog_geometry *geo = &window.win.geo;
	u32 i;

	for (i = 0; i < geo->chunk_count; i++)
		memset(base + plog_chunk_offset(geo, i) + 64, 0, geo->chunk_size - 64);
}

static void call(const char *format, struct input *in)
{
	static struct valist v, pointers;
	struct plog_site site = { .format = format,
				  .tag = "tag",
				  .file = "file.c",
				  .line = 77,
				  .func = "func",
				  .level = 5 };
	u64 plan = plog_args_plan(format);
	struct valist *list = plan == PLOG_PLAN_TEXT ? &pointers : &v;
	va_list ap;
	int want, i;

	while (pointers.words < VALIST_WORDS)
		valist_add(&pointers, (uintptr_t)safe + 64);
	if (plan != PLOG_PLAN_TEXT)
		valist_make(&v, in, plan, format);
	VALIST_BEGIN(ap, list);
	errno = EAGAIN;
	plog_encode_vprintf(plog_instance_current, &site, 5, 0, format, ap);
	for (i = 0; i < (int)SAFE_SIZE; i++)
		FUZZ_CHECK(!safe[i]);
	VALIST_BEGIN(ap, list);
	errno = EAGAIN;
	if (plan != PLOG_PLAN_TEXT && plog_args_writes(format))
		return;
	want = plog_args_writes(format) ? -1 : vsnprintf(wanted, sizeof(wanted), format, ap);
	if (want < 0)
		want = snprintf(wanted, sizeof(wanted), "%s", format);
	if ((size_t)want >= sizeof(wanted))
		want = sizeof(wanted) - 1;
	last_check(format, want);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static u32 calls;
	struct input in = { .p = data, .n = size };
	uint64_t begin = fuzz_now();
	char format[2048];
	size_t len, i;

	if (calls++ % AGAIN == 0)
		window_make();
	len = input_byte(&in);
	if (len == 0xff)
		len = input_byte(&in) * 8u;
	for (i = 0; i < len && in.n; i++)
		format[i] = (char)input_byte(&in);
	format[i] = 0;
	if (!is_sane(format))
		return 0;
	records_drop();
	call(format, &in);
	input_free(&in);
	fuzz_slow_note(fuzz_now() - begin, size);
	return 0;
}
