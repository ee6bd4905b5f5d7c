// SPDX-License-Identifier: BSD-2-Clause
/* The records of one boot, batch by batch. */
#include <errno.h>
#include <string.h>

#include "deliver_run.h"

/* That nothing is kept is no reason not to deliver. */
static void unkept_say(struct deliver_run *run, const char *what, const char *why)
{
	if (run->unkept)
		return;
	run->unkept = true;
	progress_end(&run->progress);
	fprintf(stderr,
		"logdump: %s: %s; what is delivered is not noted, another run would begin anew\n",
		what, why);
}

static void file_unkept_say(struct deliver_run *run, int err)
{
	const struct delivered *delivered = &run->delivered;

	unkept_say(run, delivered->path[0] ? delivered->path : delivered->dir, strerror(-err));
}

static int file_open(struct deliver_run *run, const struct plog_reader_boot *boot)
{
	struct delivered_key key = { .to = run->addr.text, .selection = run->dump->opt.selection };
	struct plog_reader_window win;

	plog_reader_window(run->dump->reader, &win);
	memcpy(key.window, win.uuid, sizeof(key.window));
	memcpy(key.boot_id, boot->boot_id, sizeof(key.boot_id));
	return delivered_open(&run->delivered, &key, run->dump->opt.redeliver);
}

static int delivered_begin(struct deliver_run *run, const struct plog_reader_boot *boot)
{
	int err;

	if (!boot->ident) { /* two such boots could not be told apart */
		memset(&run->delivered, 0, sizeof(run->delivered));
		run->delivered.lock = -1;
		unkept_say(run, run->dump->window, "the id of a boot is lost");
		return 0;
	}
	err = file_open(run, boot);
	if (err == -EBUSY || err == -ENOMEM)
		return err;
	if (err == -EBADMSG)
		fprintf(stderr, "logdump: %s: damaged; delivering from the beginning\n",
			run->delivered.path);
	else if (err)
		file_unkept_say(run, err);
	return 0;
}

/* Sends what is in the batch, and notes it. */
static int batch_deliver(struct deliver_run *run)
{
	int err = run->batch.count ? carrier_deliver(&run->carrier, &run->batch) : 0;

	if (err || !run->batch.count)
		return err;
	run->put += run->batch.count;
	batch_clear(&run->batch);
	err = delivered_save(&run->delivered);
	if (err)
		file_unkept_say(run, err);
	progress_step(&run->progress, run->had + run->put);
	return 0;
}

static bool batch_full(const struct deliver_run *run)
{
	const struct carrier_kind *kind = run->carrier.kind;
	const struct batch *batch = &run->batch;

	return batch->count &&
	       (batch->count >= kind->messages || batch->end[batch->count - 1] >= kind->bytes);
}

static int record_take(struct deliver_run *run, const struct plog_reader_record *rec)
{
	int err = batch_full(run) ? batch_deliver(run) : 0;

	if (err)
		return err;
	run->line(run->batch.f, rec, &run->about);
	err = batch_add(&run->batch, run->carrier.kind->limit);
	return err ? err : delivered_add(&run->delivered, rec->seq);
}

static int records_take(struct deliver_run *run, uint32_t boot_at)
{
	uint64_t *left = &run->left[boot_at - run->first];
	struct plog_reader *reader = run->dump->reader;
	struct plog_reader_record rec;
	int err = 0;

	plog_reader_select(reader, boot_at, 1);
	while (!err && plog_reader_next(reader, &rec)) {
		if (!logdump_filter_match(&run->dump->opt, &rec))
			continue;
		run->about.last = !--*left;
		if (run->skip) {
			run->skip--;
			run->matched--;
		} else if (delivered_has(&run->delivered, rec.seq)) {
			run->had++;
		} else {
			err = record_take(run, &rec);
		}
	}
	return err ? err : batch_deliver(run);
}

int deliver_boot_run(struct deliver_run *run, uint32_t boot_at)
{
	const struct plog_reader_boot *boot = &run->dump->boots[boot_at];
	int err = delivered_begin(run, boot);

	if (!err) {
		run->about.boot = boot;
		run->about.origin = &run->origin;
		crash_fingerprint_read(run->about.crash, run->dump->reader, boot_at);
		err = records_take(run, boot_at);
	}
	delivered_close(&run->delivered);
	return err;
}
