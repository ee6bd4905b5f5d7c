/* SPDX-License-Identifier: BSD-2-Clause */
/* A writer that logs at a rate. */
#ifndef PLOG_BENCH_PACED_H
#define PLOG_BENCH_PACED_H

#define PACED_BATCH 50 /* records that are logged at once */

/* Logs what is due now of so many records a second since FROM; *DONE counts them. */
static inline void paced_log(uint64_t rate, uint64_t from, uint64_t *done)
{
	uint64_t due = (bench_ns() - from) * (rate / 1000) / 1000000;
	unsigned int n;

	for (n = 0; n < PACED_BATCH && *done < due; n++, ++*done)
		plog(PLOG_INFO, BENCH_FORMAT, (int)*done, BENCH_FROM, BENCH_US(*done));
}

#endif
