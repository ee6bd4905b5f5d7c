/* SPDX-License-Identifier: BSD-2-Clause */
/* A pager between standard output and the terminal, as journalctl(1) starts one. */
#ifndef LOGDUMP_PAGER_H
#define LOGDUMP_PAGER_H

/**
 * pager_begin() - what is printed from here on goes through the pager
 *
 * $PLOG_PAGER, else $PAGER, as the shell understands it; else less, or more. Nothing
 * when standard output is no terminal, or the pager is "" or "cat". Messages go
 * through it, too, where they would be drawn over.
 */
void pager_begin(void);

/**
 * pager_end() - the end of the output; waits until the pager has been left
 * @code: exit code so far
 *
 * Who leaves a pager early has seen enough: that is no failure. Return: exit code.
 */
int pager_end(int code);

#endif
