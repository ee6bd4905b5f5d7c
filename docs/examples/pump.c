// SPDX-License-Identifier: BSD-2-Clause
/*
 * A pump controller that notices trouble coming, a moment too late.
 *
 *   cc pump.c -lplog && ./a.out [SECONDS]
 *
 * `make demo` runs it in a virtual machine whose kernel then panics.
 */
#define PLOG_TAG "pump"
#include <plog.h>

#include <stdlib.h>
#include <time.h>

static void pause_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) * 100 : 300;
	int pressure = 2200;

	plog_notice("started, limit %d mbar", 9000);
	for (int i = 0; i < rounds; i++) {
		pressure += (i * 7919) % 43 - 4;
		plog_info("cycle %d: pressure %d mbar, valve %s", i, pressure,
			  pressure > 5000 ? "open" : "closed");
		if (i % 100 == 99)
			plog_warning("pressure rising: %d mbar after %d cycles", pressure, i + 1);
		pause_ms(10);
	}
	plog_crit("pressure %d mbar beyond the limit, valve does not answer", pressure);
	return 0;
}
