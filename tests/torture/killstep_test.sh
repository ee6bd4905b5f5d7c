#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# killstep_test.sh - a writer that is killed at any instruction leaves no hole, no
# phantom, and no lane that is stuck; killstep.c says how.
#
# PLOG_LONG=1 takes each instruction outside of the restartable sequences, too.

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
killstep=$BUILD/guest/killstep
unset PLOG_WINDOW PLOG_LEVEL PLOG_LANES

[ -x "$killstep" ] && [ -x "$BUILD/plogctl" ] || skip "killstep: $killstep is not built"
scratch killstep
finish() {
	key=$(stat -c %D "$dir/w")-$(printf '%x' "$(stat -c %i "$dir/w")")
	rm -f "/dev/shm/plog-ctl-$key"
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

must "a window" "$BUILD/plogctl" init --size 1M "$dir/w" >/dev/null
"$killstep" --window "$dir/w" ${PLOG_LONG:+--all} >"$dir/out" 2>&1
code=$?
cat "$dir/out"
[ "$code" -ne 77 ] || skip "killstep: no restartable sequences here, or not x86-64"
check "killed at any instruction: nothing lost, nothing made up" [ "$code" -eq 0 ]
exit "$failed"
