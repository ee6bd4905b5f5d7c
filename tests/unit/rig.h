/* SPDX-License-Identifier: BSD-2-Clause */
/* A window in plain memory, attached as often as a test likes. */
#ifndef PLOG_TEST_RIG_H
#define PLOG_TEST_RIG_H

#include "core/core.h"

struct rig {
	u8 *base;
	u64 size;
	void *control;
	u32 control_size;
	struct plog_window win;
	struct plog_report report;
	struct plog_attach arg;
};

/* A blank window of @size bytes, not attached yet. */
void rig_make(struct rig *rig, u64 size);
void rig_free(struct rig *rig);

/* A reset, and the next boot: the control plane is lost, @boot becomes the boot_id. */
int rig_boot(struct rig *rig, u8 boot);

/* The lane's next chunk. */
int rig_lease(struct rig *rig, u32 lane);

/* A text record on a lane, as the writer does it; leases when it has to. Advances the clock. */
int rig_log(struct rig *rig, u32 lane, const char *text);

/* Calls @fn for every valid record of a chunk with a valid head. */
void rig_each(const struct rig *rig,
	      void (*fn)(void *arg, const struct plog_chunk *head, const char *text, u32 len),
	      void *arg);

#endif
