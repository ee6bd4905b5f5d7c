// SPDX-License-Identifier: BSD-2-Clause
/*
 * The reader and all printers on hostile bytes: every boot, every record, at more
 * than one alignment, read twice. What is printed is checked byte by byte.
 */
#include <string.h>

#include <sanitizer/allocator_interface.h>

#include "fuzz.h"
#include "fuzz_output.h"
#include "plog_reader.h"

/* What a reader may take: as much as it is given, and a list of 4096 boots. */
#define MEMORY_FIXED (5u << 20)
#define INPUT_MAX (1u << 18)

static bool counting;
static size_t taken, taken_most;

static void on_malloc(const volatile void *p, size_t n)
{
	(void)p;
	if (!counting)
		return;
	taken += n;
	if (taken > taken_most)
		taken_most = taken;
}

static void on_free(const volatile void *p)
{
	if (counting && p)
		taken -= __sanitizer_get_allocated_size(p);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	setenv("TZ", "UTC", 1);
	__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
	fuzz_output_open();
	return 0;
}

static uint64_t mix(uint64_t h, const void *p, size_t n)
{
	const uint8_t *b = p;

	h ^= n;
	while (n--)
		h = (h ^ *b++) * 0x100000001b3ULL;
	return h;
}

static uint64_t mix_text(uint64_t h, struct plog_text text)
{
	FUZZ_CHECK(text.text || !text.len);
	return mix(h + !text.text, text.text, text.len);
}

static uint64_t mix_record(uint64_t h, const struct plog_reader_record *rec)
{
	const int64_t numbers[] = { rec->boot, rec->boot_at, (int64_t)rec->seq, (int64_t)rec->mono,
				    rec->real, rec->level,   rec->verdict,      rec->cut,
				    rec->pid,  rec->tid,     rec->cpu,          rec->line };

	h = mix(h, numbers, sizeof(numbers));
	h = mix(h, rec->source, strlen(rec->source));
	h = mix_text(h, rec->tag);
	h = mix_text(h, rec->comm);
	h = mix_text(h, rec->file);
	h = mix_text(h, rec->func);
	return mix_text(h, rec->msg);
}

static uint64_t mix_boot(uint64_t h, const struct plog_reader_boot *b)
{
	const int64_t numbers[] = { b->boot,
				    b->index,
				    b->ident,
				    b->start,
				    b->end,
				    b->complete_since,
				    b->start_mono,
				    b->end_mono,
				    b->complete_mono,
				    (int64_t)b->records,
				    (int64_t)b->repaired,
				    (int64_t)b->damaged,
				    (int64_t)b->dropped,
				    (int64_t)b->overwritten,
				    b->chunks,
				    b->harvested };

	h = mix(h, numbers, sizeof(numbers));
	h = mix(h, b->boot_id, 16);
	h = mix(h, b->verdict, b->verdict ? strlen(b->verdict) : 0);
	h = mix_text(h, b->reason);
	return mix_text(h, b->kernel);
}

static void window_check(const struct plog_reader *reader, size_t size)
{
	struct plog_reader_window win;

	plog_reader_window(reader, &win);
	FUZZ_CHECK(win.offset <= size && win.avail <= size - win.offset);
	FUZZ_CHECK(win.avail <= win.size);
	FUZZ_CHECK(win.supers <= 3);
	FUZZ_CHECK((uint64_t)win.chunks_good + win.chunks_headless <= win.chunks);
}

static void record_check(struct plog_reader *reader, const struct plog_reader_record *rec,
			 const struct plog_reader_boot *boots, uint32_t count)
{
	struct plog_reader_record again;
	uint64_t h = mix_record(0, rec);

	FUZZ_CHECK(rec->boot_at < count && boots[rec->boot_at].boot == rec->boot);
	FUZZ_CHECK(rec->level <= 7 && rec->verdict <= PLOG_VERDICT_REPAIRED && rec->msg.text);
	FUZZ_CHECK(rec->real == PLOG_READER_UNKNOWN || rec->real >= 0);
	FUZZ_CHECK(rec->seq % 8 == 0);
	FUZZ_CHECK(plog_reader_at(reader, rec->seq, &again) && mix_record(0, &again) == h);
}

/* All records of all boots; each printed while the output is not too long. */
static uint64_t records_read(struct plog_reader *reader, bool print)
{
	const struct plog_reader_boot *boots;
	uint32_t count = plog_reader_boots(reader, &boots), last = 0;
	struct plog_reader_record rec;
	uint64_t h = 0, n = 0, said = 0;
	uint32_t i;

	for (i = 0; i < count; i++)
		said += boots[i].records + boots[i].repaired;
	plog_reader_select(reader, 0, ~0u);
	while (plog_reader_next(reader, &rec)) {
		h = mix_record(h, &rec);
		FUZZ_CHECK(rec.boot_at >= last);
		last = rec.boot_at;
		if (print && fuzz_output_left()) {
			fuzz_output_record(&rec, &boots[rec.boot_at]);
			record_check(reader, &rec, boots, count);
		}
		n++;
	}
	FUZZ_CHECK(!plog_reader_next(reader, &rec));
	FUZZ_CHECK(n == said);
	return mix(h, &n, sizeof(n));
}

static uint64_t boots_read(struct plog_reader *reader)
{
	const struct plog_reader_boot *boots;
	uint32_t count = plog_reader_boots(reader, &boots), i;
	uint64_t h = count;

	for (i = 0; i < count; i++) {
		h = mix_boot(h, &boots[i]);
		FUZZ_CHECK(!i || boots[i].boot > boots[i - 1].boot);
		FUZZ_CHECK(!i || boots[i].index == boots[i - 1].index + 1);
	}
	return h;
}

/* One boot after the other gives what all of them gave. */
static void select_check(struct plog_reader *reader, uint32_t which)
{
	const struct plog_reader_boot *boots;
	uint32_t count = plog_reader_boots(reader, &boots);
	struct plog_reader_record rec;
	uint64_t n = 0;

	if (!count)
		return;
	which %= count;
	plog_reader_select(reader, which, 1);
	for (; plog_reader_next(reader, &rec); n++)
		FUZZ_CHECK(rec.boot_at == which);
	FUZZ_CHECK(n == boots[which].records + boots[which].repaired);
	plog_reader_select(reader, count, 1);
	FUZZ_CHECK(!plog_reader_next(reader, &rec));
}

/* With the damaged ones among them the others stay the same. */
static void damaged_check(struct plog_reader *reader)
{
	const struct plog_reader_boot *boots;
	uint32_t count = plog_reader_boots(reader, &boots), i;
	struct plog_reader_record rec;
	uint64_t stretches = 0, whole = 0, damaged = 0;

	for (i = 0; i < count; i++) {
		stretches += boots[i].damaged + boots[i].unfinished;
		whole += boots[i].records + boots[i].repaired;
	}
	plog_reader_damaged(reader, true);
	plog_reader_select(reader, 0, ~0u);
	while (plog_reader_next(reader, &rec)) {
		FUZZ_CHECK(rec.boot_at < count && rec.level <= 7 && rec.msg.text);
		if (rec.verdict != PLOG_VERDICT_DAMAGED)
			whole--;
		else
			damaged++;
		mix_record(0, &rec);
		if (rec.verdict == PLOG_VERDICT_DAMAGED && fuzz_output_left())
			fuzz_output_record(&rec, &boots[rec.boot_at]);
	}
	if (whole || damaged != stretches)
		fprintf(fuzz_err, "%lld too few, %llu damaged of %llu\n", (long long)whole,
			(unsigned long long)damaged, (unsigned long long)stretches);
	FUZZ_CHECK(!whole && damaged == stretches);
	plog_reader_damaged(reader, false);
}

#ifdef PLOG_CHUNK_STATES
/* What a reader says of a window as a whole, and of each chunk. */
static void survey_check(struct plog_reader *reader)
{
	static struct plog_reader_chunk map[4096];
	static char text[4096], less[4096];
	const struct plog_reader_boot *boots;
	uint32_t count = plog_reader_boots(reader, &boots), n, i, lines;
	struct plog_reader_survey survey;
	struct plog_reader_window win;

	plog_reader_window(reader, &win);
	lines = plog_reader_diagnose(reader, text, sizeof(text));
	FUZZ_CHECK(memchr(text, 0, sizeof(text)) && (lines || !text[0]));
	fuzz_text_check(text, strlen(text));
	for (i = 1; i < 200; i += 37) {
		plog_reader_diagnose(reader, less, i);
		FUZZ_CHECK(memchr(less, 0, i) && !memcmp(less, text, strlen(less)));
	}
	n = plog_reader_map(reader, map, 4096);
	FUZZ_CHECK(n <= 4096 && n <= win.chunks);
	for (i = 0; i < n; i++) {
		FUZZ_CHECK(map[i].state < PLOG_CHUNK_STATES && map[i].repaired <= map[i].records);
		FUZZ_CHECK(map[i].boot_at < count || map[i].boot_at == ~0u);
		FUZZ_CHECK(map[i].offset < win.avail);
	}
	if (plog_reader_survey(reader, &survey))
		return;
	for (n = i = 0; i < PLOG_CHUNK_STATES; i++)
		n += survey.chunks[i];
	FUZZ_CHECK(n == win.chunks && survey.bits_wrong <= survey.bits_compared);
}
#else
static void survey_check(struct plog_reader *reader)
{
	(void)reader;
}
#endif

static struct plog_reader *open_counted(const uint8_t *mem, size_t size)
{
	struct plog_reader *reader;

	taken = taken_most = 0;
	counting = true;
	FUZZ_CHECK(!plog_reader_open_memory(&reader, mem, size));
	counting = false;
	FUZZ_CHECK(taken_most <= MEMORY_FIXED + size);
	return reader;
}

static uint64_t read_all(const uint8_t *mem, size_t size, bool first)
{
	struct plog_reader *reader = open_counted(mem, size);
	const struct plog_reader_boot *boots;
	struct plog_reader_record rec;
	uint32_t count;
	uint64_t h;

	window_check(reader, size);
	plog_reader_running(reader, first && size >= 0x218 ? mem + 0x208 : NULL);
	count = plog_reader_boots(reader, &boots);
	if (first) {
		fuzz_output_begin();
		fuzz_output_boots(boots, count);
		records_read(reader, true);
		select_check(reader, mem[size / 2]);
		damaged_check(reader);
		survey_check(reader);
		plog_reader_at(reader, size >= 8 ? *(const uint64_t *)mem : 0, &rec);
		plog_reader_running(reader, NULL);
	}
	h = boots_read(reader) ^ records_read(reader, false);
	if (first)
		FUZZ_CHECK(h == (boots_read(reader) ^ records_read(reader, false)));
	h = mix(h, plog_reader_why(reader), strlen(plog_reader_why(reader)));
	plog_reader_close(reader);
	return h;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t h = mix(0, data, size < 4096 ? size : 4096), first, begin = fuzz_now();
	size_t shift = 1 + h % 7;
	uint8_t *copy;

	if (!size || size > INPUT_MAX)
		return 0;
	copy = malloc(size + shift);
	FUZZ_CHECK(copy);
	memcpy(copy, data, size);
	/* Its own block without a byte more: what is read behind it is seen. */
	copy = realloc(copy, size);
	first = read_all(copy, size, true);
	FUZZ_CHECK(!memcmp(copy, data, size));
	if (h % 4 == 0) {
		copy = realloc(copy, size + shift);
		memcpy(copy + shift, data, size);
		FUZZ_CHECK(read_all(copy + shift, size, false) == first);
	}
	free(copy);
	fuzz_slow_note(fuzz_now() - begin, size);
	return 0;
}
