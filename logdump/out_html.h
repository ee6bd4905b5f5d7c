/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOGDUMP_OUT_HTML_H
#define LOGDUMP_OUT_HTML_H

#include "out.h"

/**
 * out_html_text() - print text into HTML, between tags or in a quoted attribute
 *
 * What out_text() escapes is escaped as there.
 */
void out_html_text(FILE *f, struct plog_text text);

#endif
