// SPDX-License-Identifier: BSD-2-Clause
/*
 * boards DIR FIRST COUNT RECORDS - images of the windows of COUNT boards, each after a
 * crash: DIR/NUMBER.img. Board NUMBER crashed in one of KINDS ways, in which addresses,
 * process ids and times differ from board to board.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../golden/maker.h"

#define SIZE (2u << 20)
#define KERNEL ((u32)PLOG_SOURCE_KERNEL << PLOG_ATTR_SOURCE_SHIFT)

static struct maker_ctx swapper = { 0, 0, "swapper/0", "", 0 };

static void kernel_says(struct maker *m, u32 level, const char *format, u32 value)
{
	static struct maker_site site = { .format = "", .tag = "" };
	char text[200];
	int n = snprintf(text, sizeof(text), format, value);

	maker_wait(m, 1000);
	maker_bytes(m, 1, level | KERNEL | (level <= 4 ? PLOG_ATTR_CLOSED : 0), &site, &swapper,
		    text, (u32)n);
}

/* Programs: an ordinary one, and one whose texts are hard to carry. */
static void programs_say(struct maker *m, u32 board, u32 records)
{
	struct maker_ctx pump = { 100 + board, 100 + board, "pumpd", "/usr/sbin/pumpd", 0 };
	struct maker_ctx odd = { 7, 8, "odd", "", 0 };
	struct maker_site site = {
		"board %u record %u of %u", "pump", "pump.c", "turn", 41, 6, 0, 0
	};
	struct maker_site hard = { "%s", "od]d \"\\", "odd.c", "say", 7, 4, 0, 0 };
	static const char *const text[] = { "Druck f\xc3\xa4llt um 3 \xe2\x82\xac",
					    "two\nlines \x1b[31m \xff \\ \" ]" };
	u32 i;

	maker_ctx(m, &pump);
	maker_ctx(m, &odd);
	maker_site(m, &site);
	maker_site(m, &hard);
	for (i = 0; i < records; i++) {
		maker_wait(m, 100000);
		if (i % 50 == 49)
			maker_log(m, 2, 4 | PLOG_ATTR_CLOSED, &hard, &odd, text[i / 50 % 2]);
		else
			maker_log(m, i % 3, 6, &site, &pump, board, i, records);
	}
}

static void oops(struct maker *m, u32 board)
{
	kernel_says(m, 1, "BUG: kernel NULL pointer dereference, address: %08x", 64 * board);
	kernel_says(m, 4, "CPU: 0 PID: %u Comm: pumpd Not tainted 6.1.0-13-amd64", 100 + board);
	kernel_says(m, 4, "RIP: 0010:valve_irq+0x%x/0x90 [valve]", 16 + board % 8);
	kernel_says(m, 0, "Kernel panic - not syncing: Fatal exception in interrupt", 0);
	maker_end(m, PLOG_BOOT_PANIC, "Fatal exception in interrupt");
}

static void hung(struct maker *m, u32 board)
{
	char reason[80];

	kernel_says(m, 3, "INFO: task pumpd:%u blocked for more than 120 seconds.", 100 + board);
	kernel_says(m, 0, "Kernel panic - not syncing: hung_task: blocked tasks", 0);
	snprintf(reason, sizeof(reason), "hung_task: blocked tasks");
	maker_end(m, PLOG_BOOT_PANIC, reason);
}

static void lockup(struct maker *m, u32 board)
{
	char reason[80];

	kernel_says(m, 0, "watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [pumpd:%u]",
		    100 + board);
	kernel_says(m, 4, "RIP: 0010:spi_wait+0x%x/0x40", board % 32);
	kernel_says(m, 0, "Kernel panic - not syncing: softlockup: hung tasks", 0);
	snprintf(reason, sizeof(reason), "softlockup: hung tasks, CPU#%u", board % 4);
	maker_end(m, PLOG_BOOT_PANIC, reason);
}

/* Without a word. */
static void reset(struct maker *m, u32 board)
{
	(void)board;
	maker_end(m, PLOG_BOOT_RUNNING, "");
}

static void board_make(struct maker *m, u32 board, u32 records)
{
	static void (*const kind[])(struct maker * m, u32 board) = { oops, hung, lockup, reset };

	maker_init(m, SIZE, board * 2654435761u + 1);
	m->machine = board;
	maker_boot(m, PLOG_CLOCK_MONOTONIC, 1000000000,
		   1700000000ULL * MAKER_SECOND + board * MAKER_SECOND);
	programs_say(m, board, records);
	kind[board % 4](m, board);
}

static void save(const struct maker *m, const char *dir, u32 board)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%u.img", dir, board);
	f = fopen(path, "wb");
	if (!f || fwrite(m->base, 1, m->size, f) != m->size || fclose(f)) {
		perror(path);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	u32 first, count, records, i;

	if (argc != 5)
		return fputs("usage: boards DIR FIRST COUNT RECORDS\n", stderr), 2;
	first = (u32)atoi(argv[2]);
	count = (u32)atoi(argv[3]);
	records = (u32)atoi(argv[4]);
	for (i = first; i < first + count; i++) {
		struct maker m;

		board_make(&m, i, records);
		save(&m, argv[1], i);
		maker_free(&m);
	}
	return 0;
}
