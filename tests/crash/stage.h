/* SPDX-License-Identifier: BSD-2-Clause */
/* What scenarios are made of. Each operation is the product's, on the instrumented copy of it. */
#ifndef PLOG_CRASH_STAGE_H
#define PLOG_CRASH_STAGE_H

#include "trace.h"

#define STAGE_LANES 2u
#define SIZE_TINY 6u /* of a message */
#define SIZE_LINE 40u
#define SIZE_LONG 380u

/* Memory of all zeros, or of all the same pattern; nobody has attached. */
void stage_open(struct trace *t, u64 pattern);

/* The next boot attaches. */
void stage_boot(void);

/* The same, and makes a new window whatever is there. */
void stage_format(void);

/* A reset. Caches are written back, or dropped with all that is only in them. */
void stage_reset(bool drop);

/* From here on each step is examined; what was done before is in memory. */
void stage_begin(void);

/* A record of one of the sites, through plog(), on a lane. */
void stage_say(u32 lane, u32 level, u32 site, u32 size);

/* The same record as the one before, on another lane, as by a thread that was moved. */
void stage_say_again(u32 lane);

/*
 * A writer that is killed: at the nth word that it stores to the window, or, @nth 0, when
 * its record is whole and not committed. Another process; what it held, the kernel frees.
 */
void stage_kill(u32 lane, u32 level, u32 site, u32 size, u32 nth);

/* Records until the lane's chunk has no room for one of that size. */
void stage_fill(u32 lane, u32 size);

/* So many chunks, filled with long records, on both lanes. */
void stage_chunks(u32 n);

/* The module's sweep, and a fence behind it. */
void stage_sweep(void);

/* The state of the running boot is rewritten as the module does it. */
void stage_verdict(u8 verdict, const char *reason);

/* A boot's log was delivered. */
void stage_harvest(u32 boot);

/* From the next boot on the writers note themselves that it lives, as without a module. */
void stage_heartbeat(void);

/* Time passes. */
void stage_wait(u64 ns);

/* While the machine is off: so many bytes get another value. */
void stage_damage(u64 off, u32 bytes);

/* The newest chunks of the boot before: from now on they must not be overwritten. */
void stage_keep(u32 chunks);

/* The trace is complete. */
void stage_close(void);

/* Works out from which step on which record must be found. */
void promises_make(struct trace *t);

/* The running boot's counter. */
u32 stage_boot_number(void);

#endif
