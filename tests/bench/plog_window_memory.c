// SPDX-License-Identifier: BSD-2-Clause
/*
 * A window in this process's own memory, which is cleaned as a device's would be:
 * files are not, so what cleaning costs could not be seen with them. By the
 * library's internal interface, as the unit tests do it.
 *
 * BENCH_FLUSH: none, ladder, eager. The sweep is said to be awake, as on a board
 * that logs; nothing sweeps.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>

#include "open.h"
#include "plog_calls.h"
#include "window_kind.h"

static struct plog_map map;

static void *shared_pages(u64 size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static int flush_parse(u32 *flush)
{
	static const char *const names[] = {
		[PLOG_FLUSH_NONE] = "none",
		[PLOG_FLUSH_LADDER] = "ladder",
		[PLOG_FLUSH_EAGER] = "eager",
	};
	const char *name = getenv("BENCH_FLUSH");

	for (*flush = 0; *flush < sizeof(names) / sizeof(names[0]); ++*flush)
		if (!strcmp(names[*flush], name ? name : "ladder"))
			return 0;
	fprintf(stderr, "bench: BENCH_FLUSH=%s: none, ladder or eager\n", name);
	return 1;
}

int plog_calls_window(void)
{
	struct plog_attach arg;
	struct utsname room;
	u32 flush;
	int ret;

	if (flush_parse(&flush))
		return 1;
	map.fd = -1;
	map.control_fd = -1;
	map.size = BENCH_RING;
	map.control_size = plog_control_bytes(map.size);
	map.base = shared_pages(map.size);
	map.control = shared_pages(map.control_size);
	if (!map.base || !map.control || plog_machine_describe(&map, &arg, &room)) {
		fprintf(stderr, "bench: no window in memory: %s\n", map.why);
		return 1;
	}
	arg.flush = map.flush = flush;
	ret = plog_attach(&map.win, map.base, map.size, map.control, &arg, &map.report);
	if (!ret)
		ret = plog_instance_use(&map, "memory");
	if (ret) {
		fprintf(stderr, "bench: no window in memory: %s\n", strerror(-ret));
		return 1;
	}
	map.win.ctl->sweeping = 1;
	return 0;
}

struct plog_reader *plog_calls_reader(void)
{
	struct plog_reader *reader = NULL;

	if (plog_reader_open_memory(&reader, map.base, map.size))
		fprintf(stderr, "bench: plog: no memory for a reader\n");
	return reader;
}
