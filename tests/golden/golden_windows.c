// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>

#include "make_golden.h"

#define SIZE (64u << 10)
#define CLOSED(level) ((level) | ((level) <= 4 ? PLOG_ATTR_CLOSED : 0))
#define SOURCE(source) ((u32)(source) << PLOG_ATTR_SOURCE_SHIFT)

static struct maker_ctx pumpd = { 1234, 1235, "pumpd", "/usr/sbin/pumpd", 0 };
static struct maker_ctx nobody = { 42, 43, "sh", "", 0 };
static struct maker_site here = { "pump %d on", "pump", "pump.c", "pump_on", 41, 6, 0, 0 };
static struct maker_site inlined = { "", "t", "odd.c", "say", 7, 6, 0, 0 };

static void boot(struct maker *m, u32 clock, u64 hz, u64 real)
{
	maker_boot(m, clock, hz, real);
	maker_ctx(m, &pumpd);
	maker_site(m, &here);
}

/* What a writer's end would have noted besides the verdict. */
static void note(struct maker *m, u8 harvest, u64 dropped)
{
	const struct plog_geometry *geo = &m->win.geo;
	struct plog_boot b;
	int slot = plog_boot_find(m->base, geo, m->win.salt, m->win.boot, &b);

	b.state.harvest = harvest;
	b.state.dropped = plog_set64(dropped);
	plog_boot_put_state(m->base, geo, m->win.salt, (u32)slot, &b.state);
}

#define SAY(format_, ...)                                                      \
	do {                                                                   \
		struct maker_site site_ = {                                    \
			format_, "args", "args.c", __func__, __LINE__, 7, 0, 0 \
		};                                                             \
                                                                               \
		maker_site(m, &site_);                                         \
		maker_wait(m, 250000);                                         \
		maker_log(m, 0, 7, &site_, &pumpd, ##__VA_ARGS__);             \
	} while (0)

static void integers(struct maker *m)
{
	SAY("%d %i %u|%5d|%-5d|%05d|%+d|% d", -1, 2, ~0u, 42, 42, 42, 42, 42);
	SAY("%x %X %#x %o %#o %c%%", 0xbeef, 0xbeef, 255, 8, 8, 'c');
	SAY("%hhd %hd %ld %lld %zu %jd %td", 300, 70000, -5L, -6000000000LL, (size_t)7, (intmax_t)8,
	    (ptrdiff_t)-9);
	SAY("%*d|%-*d|%.*d|%.3d", 6, 1, 6, 2, 4, 3, 4);
}

static void others(struct maker *m)
{
	char longer[300];

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = 0;
	SAY("%f %.2f %e %g %G %a", 1.5, -2.345, 12345.678, 1e-7, 1e20, 1.0);
	SAY("%Lf %Lg", 3.25L, -1e30L);
	SAY("%s|%8s|%-8s|%.3s|%.*s|%s", "text", "right", "left", "shortened", 2, "abc",
	    (char *)NULL);
	SAY("%p %p", (void *)0x7f0011223344, (void *)NULL);
	SAY("%s", longer);
	SAY("caf\xc3\xa9 %s\n", "tr\xc3\xa8s");
}

/* Stored by other machines, by later versions, or by nobody sane. */
static void strange(struct maker *m)
{
	static const u8 f128[16] = { [13] = 0x80, [14] = 0xfe, [15] = 0xbf };
	static const u8 blob[] = { 3, 0, 0xc0, 0xff, 0xee };
	static const u8 numbers[] = { 1, 0, 0, 0, 2, 0, 0, 0, 3 };
	struct maker_site s = { "quad %Lg", "raw", "raw.c", "raw", 1, 7, 0, 0 };
	u32 id = maker_site_raw(m, &s, "\x08");

	maker_raw(m, 0, 7, id, pumpd.id, f128, sizeof(f128));
	s.format = "bytes %s";
	maker_raw(m, 0, 7, maker_site_raw(m, &s, "\x07"), pumpd.id, blob, sizeof(blob));
	s.format = "a type of later: %d %d";
	maker_raw(m, 0, 7, maker_site_raw(m, &s, "\x01\x09"), pumpd.id, numbers, 9);
	s.format = "more %d than";
	id = maker_site_raw(m, &s, "\x01");
	maker_raw(m, 0, 7, id, pumpd.id, numbers, 9);
	maker_raw(m, 0, 7, id, pumpd.id, numbers, 3);
	maker_raw(m, 0, 7, 0x1badbeef, pumpd.id, numbers, 9);
	maker_raw(m, 0, 7, 0x1badbeef, 0x5eed, NULL, 0);
	maker_raw(m, 0, 6 | PLOG_ATTR_TEXT, 0x1badbeef, 0x5eed, "whose names are lost", 20);
	maker_raw(m, 0, 6 | PLOG_ATTR_TEXT, 0, 0, "\xff\xff\xff", 3);
	maker_raw(m, 0, 6, 0, 0, numbers, 0);
}

static void odd_bytes(struct maker *m)
{
	static const char *const texts[] = {
		"tab\there, line\nhere\r, escape \x1b[31mred\x1b[0m, bell \a, delete \x7f",
		"latin1 caf\xe9, alone \x80, cut \xe2\x82",
		"overlong \xc0\x80, surrogate \xed\xa0\x80, beyond \xf5\x80\x80\x80 "
		"\xf4\x90\x80\x80",
		"C1 \xc2\x85 \xc2\x9b, bidi \xe2\x80\xae, separator \xe2\x80\xa8, bom \xef\xbb\xbf",
		"quote \" and \\ backslash, \xf0\x9f\x92\xa7 four bytes, \xef\xbf\xbd",
		"",
	};
	struct maker_site site = { "", "ta\xffg\n", "fi\x1ble.c", "fu\"nc", 9, 6, 0, 0 };
	struct maker_ctx ctx = { 1, 2, "co\xc3mm\t", "", 0 };
	u32 i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		maker_wait(m, MAKER_MS);
		maker_bytes(m, 0, 6, &here, &pumpd, texts[i], (u32)strlen(texts[i]));
	}
	maker_bytes(m, 0, 6, &here, &pumpd, "NUL \0 inside", 12);
	maker_bytes(m, 0, 5 | PLOG_ATTR_CUT, &site, &ctx, "names like these", 16);
	site = (struct maker_site){ "", "", "", "", 0, 6, 0, 0 };
	ctx = (struct maker_ctx){ 0, 0, "", "", 0 };
	maker_bytes(m, 0, 5, &site, &ctx, "no names at all", 15);
}

static void sources(struct maker *m)
{
	maker_bytes(m, 0, SOURCE(PLOG_SOURCE_SELF) | 5, &inlined, &nobody, "attached", 8);
	maker_bytes(m, 1, SOURCE(PLOG_SOURCE_KERNEL) | CLOSED(3), &inlined, &nobody,
		    "usb 1-1: device descriptor read/64, error -71", 45);
	maker_bytes(m, 0, SOURCE(PLOG_SOURCE_MSG) | 6, &inlined, &nobody, "from a shell", 12);
	maker_bytes(m, 1, 6, &here, &nobody, "own context", 11);
	maker_bytes(m, 0, 6, &inlined, &pumpd, "own site", 8);
}

static void levels(struct maker *m)
{
	u32 level;

	for (level = 0; level < 8; level++) {
		maker_wait(m, 10 * MAKER_MS);
		/* Two lanes, the same instant. */
		maker_log(m, 0, CLOSED(level), &here, &pumpd, (int)level);
		maker_log(m, 1, CLOSED(level), &here, &pumpd, -(int)level);
	}
}

void golden_clean(struct maker *m)
{
	maker_init(m, SIZE, 100);
	boot(m, PLOG_CLOCK_MONOTONIC, MAKER_SECOND, 1700000000 * MAKER_SECOND);
	levels(m);
	maker_end(m, PLOG_BOOT_PANIC, "sysrq triggered crash");
	boot(m, PLOG_CLOCK_TSC, 2400 * MAKER_MS, 1700001000 * MAKER_SECOND);
	integers(m);
	others(m);
	maker_end(m, PLOG_BOOT_OOPS, "general protection fault: 0000 [#1]");
	boot(m, PLOG_CLOCK_CNTVCT, 50 * MAKER_MS, 1700002000 * MAKER_SECOND);
	odd_bytes(m);
	maker_end(m, PLOG_BOOT_REBOOT, "");
	note(m, 1, 0);
	boot(m, PLOG_CLOCK_RDTIME, 10 * MAKER_MS, 1700003000 * MAKER_SECOND);
	strange(m);
	maker_end(m, PLOG_BOOT_POWEROFF, "");
	boot(m, PLOG_CLOCK_MONOTONIC, MAKER_SECOND, 1000);
	sources(m);
	/* Somebody set the wall clock meanwhile. */
	m->arg.now.real = 1700004000 * MAKER_SECOND;
	maker_wait(m, MAKER_SECOND);
	maker_log(m, 0, 6, &here, &pumpd, 5);
	maker_end(m, PLOG_BOOT_EMERGENCY, "");
	boot(m, PLOG_CLOCK_MONOTONIC, MAKER_SECOND, 1700005000 * MAKER_SECOND);
	maker_log(m, 0, 6, &here, &pumpd, 6);
	maker_end(m, PLOG_BOOT_RUNNING, "");
	note(m, 0, 17);
	boot(m, PLOG_CLOCK_MONOTONIC, MAKER_SECOND, 1700006000 * MAKER_SECOND);
	maker_log(m, 0, 6, &here, &pumpd, 7);
}

static void laps(struct maker *m, u32 leases, const char *what)
{
	u32 until = m->leases + leases, i;
	char text[400];

	for (i = 0; m->leases < until; i++) {
		int n = snprintf(text, sizeof(text), "%s %u ", what, i);
		u32 dots = i * 37 % 330;

		memset(text + n, '.', dots);
		maker_wait(m, 3 * MAKER_MS);
		maker_bytes(m, i % 3 == 0, CLOSED(i % 8), &here, &pumpd, text, (u32)n + dots);
		if (i % 4 == 0)
			maker_log(m, 0, 6, &here, &pumpd, (int)i);
	}
}

void golden_wrapped(struct maker *m)
{
	maker_init(m, SIZE, 200);
	boot(m, PLOG_CLOCK_MONOTONIC, MAKER_SECOND, 1700000000 * MAKER_SECOND);
	laps(m, 25, "first");
	maker_end(m, PLOG_BOOT_PANIC, "watchdog: BUG: soft lockup");
	boot(m, PLOG_CLOCK_TSC, 2400 * MAKER_MS, 1700001000 * MAKER_SECOND);
	laps(m, 4, "second");
	note(m, 0, 3);
	boot(m, PLOG_CLOCK_TSC, 2400 * MAKER_MS, 1700002000 * MAKER_SECOND);
	laps(m, 14, "third");
	maker_end(m, PLOG_BOOT_REBOOT, "");
}
