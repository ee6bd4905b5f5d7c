/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLOG_LIBLOG_ENCODE_H
#define PLOG_LIBLOG_ENCODE_H

#include <stdarg.h>

#include "open.h"
#include "plog.h"

/**
 * plog_encode_vprintf() - make a record and write it
 * @in: window
 * @site: call site; one without a format goes into the record whole
 * @level: severity, 0 to 7
 * @attr: PLOG_ATTR_TEXT: make text in any case, @format is not the site's;
 *	PLOG_ATTR_CUT: the caller has cut the text already
 * @format: printf format
 * @ap: arguments
 *
 * errno must be the caller's (%m) and is not kept. Any context.
 */
void plog_encode_vprintf(struct plog_instance *in, struct plog_site *site, int level, u32 attr,
			 const char *format, va_list ap);

/**
 * plog_encode_payload() - write a record whose payload was made by the caller
 * @in: window
 * @head: ids and attributes; without a site or a context the record carries them
 * @rec: record with the payload at PLOG_RECORD_HEAD
 * @len: bytes of head and payload, at most PLOG_RECORD_BYTES_
 *
 * For the rare case that something is missing: a record with a site id of 0 is
 * counted as dropped, since nobody could read it. Any context.
 */
void plog_encode_payload(struct plog_instance *in, struct plog_head *head, const u8 *rec,
			 u32 len);

#endif
