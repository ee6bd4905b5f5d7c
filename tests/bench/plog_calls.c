// SPDX-License-Identifier: BSD-2-Clause
/* plog(), called in every way that costs differently. */
#define PLOG_TAG "bench"
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "plog.h"
#include "plog_calls.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char text[4096];

/* --- the reference record, at each severity that is treated differently --- */

static void loop_reference(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		plog(PLOG_INFO, BENCH_FORMAT, (int)t->i, BENCH_FROM, BENCH_US(t->i));
}

static void loop_warning(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		plog(PLOG_WARNING, BENCH_FORMAT, (int)t->i, BENCH_FROM, BENCH_US(t->i));
}

static void loop_crit(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		plog(PLOG_CRIT, BENCH_FORMAT, (int)t->i, BENCH_FROM, BENCH_US(t->i));
}

/* plog_calls_open() sets the level to PLOG_INFO for it. */
static void loop_disabled(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		plog(PLOG_DEBUG, BENCH_FORMAT, (int)t->i, BENCH_FROM, BENCH_US(t->i));
}

/* --- an application's own locked instructions, right behind the record --- */

static void mutex_use(void)
{
	pthread_mutex_lock(&mutex);
	pthread_mutex_unlock(&mutex);
}

static void loop_mutex(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		mutex_use();
}

static void loop_reference_mutex(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++) {
		plog(PLOG_INFO, BENCH_FORMAT, (int)t->i, BENCH_FROM, BENCH_US(t->i));
		mutex_use();
	}
}

static void loop_warning_mutex(struct bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++) {
		plog(PLOG_WARNING, BENCH_FORMAT, (int)t->i, BENCH_FROM, BENCH_US(t->i));
		mutex_use();
	}
}

/* --- text that only the run knows --- */

/* %.*s would be another conversion: the text is really that long. */
static void text_log(struct bench_thread *t, uint64_t n, size_t len)
{
	const char *s = text + sizeof(text) - 1 - len;

	for (; n; n--, t->i++)
		plog(PLOG_INFO, "%s", s);
}

static void loop_text16(struct bench_thread *t, uint64_t n)
{
	text_log(t, n, 16);
}

static void loop_text100(struct bench_thread *t, uint64_t n)
{
	text_log(t, n, 100);
}

static void loop_text400(struct bench_thread *t, uint64_t n)
{
	text_log(t, n, 400);
}

static void loop_text1000(struct bench_thread *t, uint64_t n)
{
	text_log(t, n, 1000);
}

static void loop_text3000(struct bench_thread *t, uint64_t n)
{
	text_log(t, n, 3000);
}

__attribute__((noinline, format(printf, 1, 2))) static void wrapper(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	plog_vlog(PLOG_INFO, PLOG_TAG, format, ap);
	va_end(ap);
}

static void loop_vlog100(struct bench_thread *t, uint64_t n)
{
	const char *s = text + sizeof(text) - 1 - 100;

	for (; n; n--, t->i++)
		wrapper("%s", s);
}

/* --- the subject --- */

static int plog_calls_open(const char *variant, unsigned int threads)
{
	int code = plog_calls_window();

	(void)threads;
	memset(text, 'x', sizeof(text) - 1);
	if (code)
		return code;
	if (!strcmp(variant, "disabled"))
		plog_level_set(PLOG_INFO);
	return 0;
}

static bool boot_check(const struct plog_reader_boot *boot)
{
	if (boot->damaged || boot->repaired) {
		fprintf(stderr, "bench: plog: %llu stretches damaged, %llu records repaired\n",
			(unsigned long long)boot->damaged, (unsigned long long)boot->repaired);
		return false;
	}
	return true;
}

/* Records of this process that a reader finds. */
static uint64_t mine(struct plog_reader *reader)
{
	struct plog_reader_record rec;
	uint64_t n = 0;

	while (plog_reader_next(reader, &rec))
		n += rec.pid == getpid();
	return n;
}

static bool wanted(const char *variant, uint64_t found, uint64_t written, bool wrapped)
{
	if (!strcmp(variant, "disabled") || !strcmp(variant, "mutex"))
		return !found;
	if (!wrapped)
		return found == written;
	/* Other processes may have overwritten what this one wrote. */
	return found || !bench_alone;
}

/* All that fitted is there, whole; what did not was overwritten, not dropped. */
static bool plog_calls_check(const char *variant, uint64_t written)
{
	struct plog_reader *reader = plog_calls_reader();
	const struct plog_reader_boot *boots;
	uint64_t found;
	uint32_t n;
	bool good;

	if (!reader)
		return false;
	n = plog_reader_boots(reader, &boots);
	good = n && boot_check(&boots[n - 1]);
	plog_reader_select(reader, n ? n - 1 : 0, 1);
	found = mine(reader);
	if (good && !wanted(variant, found, written, boots[n - 1].complete_mono)) {
		fprintf(stderr, "bench: plog: wrote %llu records, found %llu\n",
			(unsigned long long)written, (unsigned long long)found);
		good = false;
	}
	/* More threads than lanes may lose records: said, not wrong. */
	if (good && boots[n - 1].dropped)
		printf("dropped %llu\n", (unsigned long long)boots[n - 1].dropped);
	plog_reader_close(reader);
	return good;
}

static const struct bench_variant variants[] = {
	{ "reference", loop_reference },
	{ "warning", loop_warning },
	{ "crit", loop_crit },
	{ "disabled", loop_disabled },
	{ "mutex", loop_mutex },
	{ "reference-mutex", loop_reference_mutex },
	{ "warning-mutex", loop_warning_mutex },
	{ "text16", loop_text16 },
	{ "text100", loop_text100 },
	{ "text400", loop_text400 },
	{ "text1000", loop_text1000 },
	{ "text3000", loop_text3000 },
	{ "vlog100", loop_vlog100 },
	{ "sites1", loop_sites1 },
	{ "sites100", loop_sites100 },
	{ "sites1000", loop_sites1000 },
	{ 0 },
};

const struct bench_subject bench_subject = {
	.variants = variants,
	.open = plog_calls_open,
	.check = plog_calls_check,
};
