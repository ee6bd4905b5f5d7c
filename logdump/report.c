// SPDX-License-Identifier: BSD-2-Clause
/* --report: which boot, into which file. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

#define PATH_ROOM 4096

/**
 * struct target - where the page goes
 * @path:	as it was given
 * @temp:	beside it, until it is complete; "": written in place
 * @f:		stream
 */
struct target {
	const char *path;
	char temp[PATH_ROOM];
	FILE *f;
};

/* A file is replaced whole; a device, a pipe or standard output is written to. */
static int target_open(struct target *t)
{
	mode_t mask = umask(0);
	struct stat st;
	int fd;

	umask(mask);
	if (!strcmp(t->path, "-")) {
		t->path = "standard output";
		t->f = stdout;
		return 0;
	}
	if (!stat(t->path, &st) && !S_ISREG(st.st_mode)) {
		t->f = fopen(t->path, "w");
		return t->f ? 0 : -errno;
	}
	if (snprintf(t->temp, sizeof(t->temp), "%s.XXXXXX", t->path) >= PATH_ROOM)
		return -ENAMETOOLONG;
	fd = mkostemp(t->temp, 0);
	if (fd < 0) {
		t->temp[0] = 0;
		return -errno;
	}
	t->f = fdopen(fd, "w");
	if (!t->f || fchmod(fd, 0666 & ~mask))
		return -errno;
	return 0;
}

/* Out of the page cache, too: it may be all that is left of a crash. */
static int target_finish(struct target *t)
{
	if (fflush(t->f) || ferror(t->f))
		return errno ? -errno : -EIO;
	if (!t->temp[0])
		return 0;
	if (fsync(fileno(t->f)) || rename(t->temp, t->path))
		return -errno;
	t->temp[0] = 0;
	return 0;
}

static void target_close(struct target *t)
{
	if (t->f && t->f != stdout)
		fclose(t->f);
	if (t->temp[0])
		unlink(t->temp);
}

static int page_write(struct report *report)
{
	static struct target target;
	int err;

	target.path = report->dump->opt.report;
	err = target_open(&target);
	errno = 0;
	if (!err) {
		report_page(target.f, report);
		err = target_finish(&target);
	}
	target_close(&target);
	if (!err)
		return LOGDUMP_PRINTED;
	if (err != -EPIPE)
		fprintf(stderr, "logdump: %s: %s; no report was written\n", target.path,
			strerror(-err));
	return LOGDUMP_UNDELIVERED;
}

static int boot_select(struct report *report)
{
	uint32_t count;
	int code;

	if (report->dump->opt.boot_kind == LOGDUMP_BOOT_ALL) {
		fputs("logdump: a report is of one boot: give -b a number or an id, not 'all'\n",
		      stderr);
		return LOGDUMP_USAGE;
	}
	code = logdump_boots_select(report->dump, &report->at, &count);
	if (!code)
		report->boot = &report->dump->boots[report->at];
	return code;
}

int logdump_report(struct logdump *dump)
{
	static struct report report;
	int64_t wanted = dump->opt.lines < 0 ? REPORT_LINES : dump->opt.lines;
	int code;

	report.dump = dump;
	code = boot_select(&report);
	if (code)
		return code;
	if (verify_look(&report.verify, dump)) {
		fprintf(stderr, "logdump: %s: no memory for its map\n", dump->window);
		return LOGDUMP_UNREADABLE;
	}
	tally_boot(&report.tally, dump, report.at);
	report.lines =
		report.tally.matched < (uint64_t)wanted ? report.tally.matched : (uint64_t)wanted;
	code = page_write(&report);
	free(report.verify.map);
	if (code || report.tally.matched)
		return code;
	fprintf(stderr,
		"logdump: nothing recovered of boot %d in %s, or nothing that matches; %s says "
		"what there is to say\n",
		report.boot->index, dump->window, dump->opt.report);
	return LOGDUMP_NOTHING;
}
