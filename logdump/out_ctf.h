/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of -o ctf: what its two files share. */
#ifndef LOGDUMP_OUT_CTF_H
#define LOGDUMP_OUT_CTF_H

#include "out.h"

#define OUT_CTF_MAGIC 0xC1FC1FC1u

/**
 * out_ctf_uuid() - the trace's UUID: the boot's id, or what stands for it
 */
void out_ctf_uuid(uint8_t uuid[16], const struct plog_reader_boot *boot);

/**
 * out_ctf_metadata() - the description of a trace of one boot, in TSDL
 * @f: where to
 * @boot: the boot
 * @offset: CLOCK_REALTIME minus CLOCK_MONOTONIC, ns; 0 when nobody knows
 */
void out_ctf_metadata(FILE *f, const struct plog_reader_boot *boot, int64_t offset);

#endif
