#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# include_law.sh - does every file include only what is below it?
#
#   0  format       plog_format.h, plog_control.h
#      contract     plog.h, plog_args.h, plog_reader.h: may be included by all of user space
#   1  port         core/port.h, core/barrier.h, crc32c, flush, compat.h
#   2  core         kmod/core; clock
#   3  window       window*, lock
#   4  writer       the rest of liblog
#      reader       reader*, scan*, why*; neither of the two includes the other
#   5  module       the rest of kmod
#      tools        logdump
#
# Prints a line for each include that breaks it. Exit: 0 none, 1 some.

set -eu
cd "$(dirname "$0")/.."

find kmod liblog logdump preload -name '*.[ch]' | sort | xargs awk '
function room(path,    name) {
	name = path
	sub(/.*\//, "", name)
	if (name ~ /^plog_(format|control)\.h$/) return "0 format"
	if (name ~ /^plog(_args|_reader)?\.h$/) return "0 contract"
	if (name ~ /^(port|barrier|compat)\.h$|^crc32c|^flush|^port_kernel/) return "1 port"
	if (path ~ /core\// || name ~ /^clock\./) return "2 core"
	if (name ~ /^(window|lock)/ && path !~ /logdump/) return "3 window"
	if (path ~ /^kmod\//) return "5 module"
	if (path ~ /^(logdump|preload)\//) return "5 tools"
	if (name ~ /^(reader|scan|why)/) return "4 reader"
	return "4 writer"
}

# A name in an include to a path: beside the includer, else in one of the -I folders.
function resolve(from, name,    dir, tried, i, n, dirs, line) {
	dir = from
	sub(/\/[^\/]*$/, "", dir)
	n = split(dir " kmod liblog logdump kmod/core", dirs, " ")
	for (i = 1; i <= n; i++) {
		tried = dirs[i] "/" name
		while (sub(/[^\/]+\/\.\.\//, "", tried)) ;
		if ((getline line < tried) >= 0) {
			close(tried)
			return tried
		}
	}
	return ""
}

/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
	name = $0
	sub(/^[^<"]*[<"]/, "", name)
	sub(/[>"].*/, "", name)
	# <plog.h> is one of ours, <linux/...> and <asm/...> are not
	if ($0 ~ /</ && name !~ /^plog/) next
	path = resolve(FILENAME, name)
	if (path == "") next
	split(room(FILENAME), up, " ")
	split(room(path), down, " ")
	if (down[1] > up[1])
		why = "above it"
	else if (up[1] == 4 && down[1] == 4 && up[2] != down[2])
		why = "its counterpart"
	else if (up[2] == "module" && path ~ /^(liblog|logdump)\// ||
		 FILENAME ~ /^kmod\// && path !~ /^kmod\//)
		why = "outside the module"
	else
		next
	printf "%s:%d: %s includes %s (%s), which is %s\n", FILENAME, FNR, up[2], path, down[2], why
	bad = 1
}
END { exit bad }'
