#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# crash_test.sh - every state that a reset may leave in memory, in small scenarios: the
# reader reads it, the next boot attaches to it. PLOG_LONG=1: millions of them.

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
crash=$BUILD/crash/crash

[ -x "$crash" ] || skip "crash states: this compiler cannot instrument the writer"
scratch crash
trap scratch_done EXIT

# A state is known by its name: the same one, in another process.
same_image() {
	"$crash" --replay "$1" --image "$dir/one" >"$dir/said" &&
		"$crash" --replay "$1" --image "$dir/two" >"$dir/said" &&
		[ "$(wc -c <"$dir/one")" -eq 65536 ] && cmp "$dir/one" "$dir/two"
}

check 'a state can be made again: all combinations' same_image 'levels:wb:+9:x1'
check 'a state can be made again: by lot' same_image 'foreign:wc:+300:r7'
check 'a state that is not there is refused' returns 2 "$crash" --replay 'levels:wb:+9:x99999999'
"$crash" ${PLOG_LONG:+--long} || failed=1
