/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOGDUMP_PLOG_EXEC_H
#define LOGDUMP_PLOG_EXEC_H

/**
 * plog_exec() - become a command whose output somebody else reads
 * @command: its words, NULL at the end; found by PATH
 *
 * The command takes this process, so that whoever started it finds its process id, its
 * exit code and its signals. Another process, no child of it, has what it prints, on
 * both of its outputs, as standard input.
 *
 * Return: 0 in the process that reads; a negative errno when there is no command.
 */
int plog_exec(char **command);

#endif
