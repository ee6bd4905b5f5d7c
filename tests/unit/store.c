// SPDX-License-Identifier: BSD-2-Clause
#include <check.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "clock.h"
#include "store.h"

u32 store_cpu_lanes;

static void *shared_pages(u64 size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert(p != MAP_FAILED);
	return p;
}

void store_open(struct store *s, u64 size, u32 lanes, u32 flush)
{
	static u8 uuid;

	memset(s, 0, sizeof(*s));
	memset(s->arg.boot_id, 7, sizeof(s->arg.boot_id));
	memset(s->arg.random, ++uuid, sizeof(s->arg.random));
	s->arg.clock = PLOG_CLOCK_MONOTONIC;
	s->arg.counter_hz = 1000000000;
	s->arg.kernel = "6.1.0-test";
	s->arg.machine = "test";
	s->arg.cpu_lanes = store_cpu_lanes;
	s->arg.shared_lanes = lanes;
	s->arg.flush = flush;
	plog_clock_instant(s->arg.clock, &s->arg.now);
	s->map.fd = -1;
	s->map.control_fd = -1;
	s->map.size = size;
	s->map.base = shared_pages(size);
	s->map.control_size = plog_control_bytes(size);
	s->map.control = s->control = shared_pages(s->map.control_size);
	s->map.flush = flush;
	ck_assert_int_eq(plog_attach(&s->map.win, s->map.base, size, s->control, &s->arg,
				     &s->map.report), 0);
	ck_assert_int_eq(plog_instance_use(&s->map, "memory"), 0);
}

u32 store_each(const struct store *s,
	       void (*fn)(void *arg, const struct plog_reader_record *rec), void *arg)
{
	struct plog_reader_record rec;
	const struct plog_reader_boot *boots;
	struct plog_reader *reader;
	u32 n = 0;

	ck_assert_int_eq(plog_reader_open_memory(&reader, s->map.base, s->map.size), 0);
	if (plog_reader_boots(reader, &boots))
		ck_assert_uint_eq(boots[0].damaged, 0);
	while (plog_reader_next(reader, &rec)) {
		ck_assert_int_le(rec.verdict, s->killed ? PLOG_VERDICT_REPAIRED : PLOG_VERDICT_INTACT);
		if (fn)
			fn(arg, &rec);
		n++;
	}
	plog_reader_close(reader);
	return n;
}

u64 store_complete_since(const struct store *s)
{
	const struct plog_reader_boot *boots;
	struct plog_reader *reader;
	u64 since = 0;

	ck_assert_int_eq(plog_reader_open_memory(&reader, s->map.base, s->map.size), 0);
	if (plog_reader_boots(reader, &boots))
		since = (u64)boots[0].complete_mono;
	plog_reader_close(reader);
	return since;
}

static void text_keep(struct plog_text *text)
{
	char *copy = calloc(1, text->len + 1);

	ck_assert_ptr_nonnull(copy);
	if (text->len)
		memcpy(copy, text->text, text->len);
	text->text = copy;
}

static void record_keep(void *arg, const struct plog_reader_record *rec)
{
	struct plog_reader_record *to = arg;

	if (to->seq) {
		free((void *)(uintptr_t)to->tag.text);
		free((void *)(uintptr_t)to->comm.text);
		free((void *)(uintptr_t)to->file.text);
		free((void *)(uintptr_t)to->func.text);
		free((void *)(uintptr_t)to->msg.text);
	}
	*to = *rec;
	text_keep(&to->tag);
	text_keep(&to->comm);
	text_keep(&to->file);
	text_keep(&to->func);
	text_keep(&to->msg);
}

struct plog_reader_record store_last(const struct store *s)
{
	static struct plog_reader_record last;

	ck_assert_uint_gt(store_each(s, record_keep, &last), 0);
	return last;
}

bool store_says(const struct plog_text *text, const char *expected)
{
	return text->len == strlen(expected) && !memcmp(text->text, expected, text->len);
}

u64 store_dropped(const struct store *s)
{
	return s->map.win.ctl->dropped_busy + s->map.win.ctl->dropped_full;
}
