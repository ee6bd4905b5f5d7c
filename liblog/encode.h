/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLOG_LIBLOG_ENCODE_H
#define PLOG_LIBLOG_ENCODE_H

#include <stdarg.h>

#include "open.h"
#include "plog.h"

/**
 * plog_encode_vprintf() - make a text record and write it
 * @in: window
 * @site: call site; one without a format goes into the record whole
 * @level: severity, 0 to 7
 * @attr: PLOG_ATTR_CUT when the caller has cut the text already, else 0
 * @format: printf format
 * @ap: arguments
 *
 * errno must be the caller's (%m) and is not kept. Any context.
 */
void plog_encode_vprintf(struct plog_instance *in, struct plog_site *site, int level, u32 attr,
			 const char *format, va_list ap);

#endif
