// SPDX-License-Identifier: BSD-2-Clause
// spdlog: text into a ring in memory, at once or by a thread of its own.
#include <cstdio>
#include <cstring>
#include <memory>

#include <spdlog/async.h>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/spdlog.h>

#include "bench.h"

namespace {

constexpr size_t items = 65536; // what it keeps is counted in records
std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> sink;
std::shared_ptr<spdlog::logger> logger;

void loop_reference(bench_thread *t, uint64_t n)
{
	for (; n; n--, t->i++)
		logger->info("request {} from {} took {} us", (int)t->i, BENCH_FROM,
			     BENCH_US(t->i));
}

int spdlog_open(const char *variant, unsigned int)
{
	sink = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(items);
	if (!strcmp(variant, "async")) {
		spdlog::init_thread_pool(8192, 1);
		logger = std::make_shared<spdlog::async_logger>(
			"bench", sink, spdlog::thread_pool(),
			spdlog::async_overflow_policy::overrun_oldest);
	} else {
		logger = std::make_shared<spdlog::logger>("bench", sink);
	}
	return 0;
}

bool spdlog_check(const char *, uint64_t written)
{
	size_t found = sink->last_raw().size();

	if (!found)
		fprintf(stderr, "bench: spdlog: wrote %llu records, found none\n",
			(unsigned long long)written);
	return found;
}

void spdlog_close()
{
	logger.reset();
	spdlog::shutdown();
}

const bench_variant variants[] = {
	{ "ring", loop_reference },
	{ "async", loop_reference },
	{ nullptr, nullptr },
};

} // namespace

const struct bench_subject bench_subject = { variants, spdlog_open, nullptr, spdlog_check, spdlog_close };
