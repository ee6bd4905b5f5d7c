// SPDX-License-Identifier: BSD-2-Clause
/*
 * scan_speed FILE - how fast a saved window is recovered: found, scanned and
 * repaired (the snapshot is in memory already), then merged and decoded. CPU time.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "plog_reader.h"

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static uint64_t records_read(struct plog_reader *reader)
{
	struct plog_reader_record rec;
	uint64_t n = 0;

	while (plog_reader_next(reader, &rec))
		n++;
	return n;
}

static int measure(const void *window, size_t size)
{
	struct plog_reader *reader;
	uint64_t start = cpu_ns(), scanned, merged, n;

	if (plog_reader_open_memory(&reader, window, size)) {
		fprintf(stderr, "scan_speed: no memory\n");
		return 1;
	}
	scanned = cpu_ns();
	n = records_read(reader);
	merged = cpu_ns();
	plog_reader_close(reader);
	printf("bytes %zu\nrecords %llu\nscan_ms %.3f\nmerge_ms %.3f\n", size,
	       (unsigned long long)n, (double)(scanned - start) / 1e6,
	       (double)(merged - scanned) / 1e6);
	return n ? 0 : 1;
}

int main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
	struct stat st;
	void *window;

	if (fd < 0 || fstat(fd, &st)) {
		fprintf(stderr, "usage: scan_speed FILE\n");
		return 2;
	}
	window = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (window == MAP_FAILED) {
		perror("scan_speed: mmap");
		return 1;
	}
	return measure(window, (size_t)st.st_size);
}
