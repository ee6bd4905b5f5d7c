#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# killstep_test.sh - a writer that is killed or interrupted at any instruction leaves
# no hole, no phantom, and no lane or dictionary that is stuck; killstep.c says how.
#
# PLOG_LONG=1 takes each instruction outside of the restartable sequences, too.

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
killstep=$BUILD/guest/killstep
unset PLOG_WINDOW PLOG_LEVEL PLOG_LANES

[ -x "$killstep" ] || skip "killstep: $killstep is not built"
scratch killstep
# shellcheck disable=SC2317 # called by the trap
finish() {
	if [ -e "$dir/w" ]; then
		key=$(stat -c %D "$dir/w")-$(printf '%x' "$(stat -c %i "$dir/w")")
		rm -f "/dev/shm/plog-ctl-$key"
	fi
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

"$killstep" --window "$dir/w" ${PLOG_LONG:+--all} >"$dir/out" 2>&1
code=$?
grep -v '^killstep: ' "$dir/out"
sed -n 's/^killstep: /# /p' "$dir/out"
if [ "$code" -eq 77 ]; then
	skip "killstep: $(sed -n 's/^killstep: //p' "$dir/out" | tail -n 1)"
fi
check "killed or interrupted at any instruction: nothing lost, nothing made up" [ "$code" -eq 0 ]
exit "$failed"
