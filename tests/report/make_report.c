// SPDX-License-Identifier: BSD-2-Clause
/*
 * make_report FILE - a window for the report's tests: a minute of a boot whose every
 * record is known, ended by a panic; its names and texts are what an attacker would
 * have written to get into the page.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../golden/maker.h"

#define SIZE (256u << 10)
#define SOURCE(source) ((u32)(source) << PLOG_ATTR_SOURCE_SHIFT)
#define EVIL "</script><script>window.pwned=1</script>"

static struct maker_ctx pumpd = { 1234, 1235, "pumpd", "/usr/sbin/pumpd", 0 };
static struct maker_ctx valved = { 77, 77, "valved", "/usr/sbin/valved", 0 };
static struct maker_ctx worker = { 78, 78, "valved", "/usr/sbin/valved", 0 };
static struct maker_ctx kernel = { 0, 0, "", "", 0 };
static struct maker_ctx evil = { 666, 667, "<b onclick=x>", "", 0 };

static struct maker_site cycle = { "cycle %d", "pump", "pump.c", "pump_cycle", 41, 6, 0, 0 };
static struct maker_site slow = { "valve %d slow", "valve", "valve.c", "valve_wait", 7, 4, 0, 0 };
static struct maker_site usb = { "", "", "", "", 0, 3, 0, 0 };
static struct maker_site hostile = {
	"", "\"><img src=x onerror=window.pwned=1>", "<i>.c", "f<u>", 9, 5, 0, 0
};

static const char *const texts[] = {
	EVIL,
	"<!--<script>window.pwned=1",
	"]]>{{data}}{{script}}<img src=x onerror=window.pwned=1>",
	"\"; window.pwned=1; //",
	"'-alert(1)-' \\u003cb\\u003e &lt;b&gt; &amp;",
	"separators \xe2\x80\xa8window.pwned=1\xe2\x80\xa9.",
	"turned \xe2\x80\xae txt \xe2\x81\xa6 x",
	"esc \x1b[31m bell \a nul-less del \x7f c1 \xc2\x9b",
	"not UTF-8 \xff\xfe\xc0\xaf \xed\xa0\x80 cut \xe2\x80",
	"__proto__ constructor hasOwnProperty",
	"javascript:window.pwned=1 data:text/html,<script>window.pwned=1</script>",
};

static void first_boot(struct maker *m)
{
	maker_boot(m, PLOG_CLOCK_MONOTONIC, MAKER_SECOND, 1700000000 * MAKER_SECOND);
	maker_ctx(m, &pumpd);
	maker_site(m, &cycle);
	maker_log(m, 0, 6, &cycle, &pumpd, 0);
	maker_end(m, PLOG_BOOT_REBOOT, "");
}

/* 600 of the pump; 10 of two valve daemons; 3 of the kernel. */
static void minute(struct maker *m)
{
	int i;

	for (i = 0; i < 600; i++) {
		maker_wait(m, 100 * MAKER_MS);
		maker_log(m, 0, 6, &cycle, &pumpd, i);
		if (i >= 400 && i < 500 && i % 10 == 0)
			maker_log(m, 1, 4, &slow, i % 20 ? &worker : &valved, i);
	}
	for (i = 0; i < 3; i++)
		maker_bytes(m, 1, SOURCE(PLOG_SOURCE_KERNEL) | 3, &usb, &kernel,
			    "usb 1-1: device descriptor read/64, error -71", 45);
}

static void hostile_boot(struct maker *m)
{
	size_t i;

	m->arg.kernel = "6.1.0-" EVIL;
	maker_boot(m, PLOG_CLOCK_MONOTONIC, MAKER_SECOND, 1700001000 * MAKER_SECOND);
	maker_ctx(m, &pumpd);
	maker_ctx(m, &valved);
	maker_ctx(m, &worker);
	maker_site(m, &cycle);
	maker_site(m, &slow);
	minute(m);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		maker_wait(m, MAKER_MS);
		maker_bytes(m, 0, 5, &hostile, &evil, texts[i], (u32)strlen(texts[i]));
	}
	maker_wait(m, 2 * MAKER_SECOND);
	maker_end(m, PLOG_BOOT_PANIC, "</title>" EVIL "<img src=x onerror=window.pwned=1>");
}

int main(int argc, char **argv)
{
	struct maker m;
	FILE *f;

	if (argc != 2)
		return fputs("usage: make_report FILE\n", stderr), 2;
	maker_init(&m, SIZE, 300);
	first_boot(&m);
	hostile_boot(&m);
	f = fopen(argv[1], "wb");
	if (!f || fwrite(m.base, 1, SIZE, f) != SIZE || fclose(f)) {
		perror(argv[1]);
		return 2;
	}
	maker_free(&m);
	return 0;
}
