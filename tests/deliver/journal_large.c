// SPDX-License-Identifier: BSD-2-Clause
/*
 * journal_large SOCKET - an entry of 300,000 bytes between two small ones, through
 * logdump's own carrier: larger than any record, and than a datagram may be.
 */
#include <stdio.h>
#include <string.h>

#include "carrier.h"

#define LARGE 300000

int main(int argc, char **argv)
{
	struct syslog_addr addr = { .text = argc == 2 ? argv[1] : "" };
	struct carrier carrier;
	struct batch batch;
	int i, n, err = batch_open(&batch);

	for (i = 0; i < 3 && !err; i++) {
		fprintf(batch.f, "PLOG_SEQ=%d\nMESSAGE=", i);
		for (n = i == 1 ? LARGE : 10; n; n--)
			fputc('x', batch.f);
		fputc('\n', batch.f);
		err = batch_add(&batch, SIZE_MAX);
	}
	carrier_open(&carrier, &carrier_journal, &addr);
	if (!err)
		err = carrier_deliver(&carrier, &batch);
	if (err)
		fprintf(stderr, "journal_large: %s: %s\n", addr.text, carrier_why(&carrier, err));
	carrier_close(&carrier);
	batch_close(&batch);
	return err ? 4 : 0;
}
