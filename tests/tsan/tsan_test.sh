#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# tsan_test.sh - many threads on one control plane, under ThreadSanitizer.
#
# `threads` runs twice: on shared lanes only, where all that is stored is checked, and
# on the lanes of CPUs, where the restartable sequence is taken at its word (see
# rseq_seen.h) and three functions are left out, for the reason in cpus.supp. What is
# seen is one process: TSan knows nothing of other processes' stores, of two mappings
# of one window, or of what the kernel does to a dead holder's lock (the test tells
# it), and it reports only what happens in a run.
#
# PLOG_LONG=1 runs longer, and the tests of locks and leases under the tool as well.

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
tsan=$BUILD/tsan
seconds=3
[ -z "${PLOG_LONG:-}" ] || seconds=60

[ -x "$tsan/threads" ] || skip "tsan: $tsan/threads is not built"
scratch tsan
finish() {
	for window in "$dir"/w*; do
		[ -e "$window" ] || continue
		key=$(stat -c %D "$window")-$(printf '%x' "$(stat -c %i "$window")")
		rm -f "/dev/shm/plog-ctl-$key"
	done
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

# clean LANES PROGRAM...: no report, and the program says that it did its work
clean() {
	lanes=$1
	shift
	status=0
	PLOG_LANES=$lanes \
		TSAN_OPTIONS="suppressions=$root/tests/tsan/$lanes.supp exitcode=66 history_size=7" \
		nice timeout 600 "$@" >"$dir/out" 2>&1 || status=$?
	grep '^# ' "$dir/out"
	[ "$status" -eq 0 ] && ! grep -q 'WARNING: ThreadSanitizer' "$dir/out" && return
	echo "# returned $status"
	grep -E '^SUMMARY|^not ok' "$dir/out" | sort | uniq -c | sed 's/^/# /'
	cp "$dir/out" "$dir/failed"
	return 1
}

# The tool itself: a kernel that places memory where it does not expect it stops it.
must "the tool runs here" clean shared "$tsan/unit/test_lease"
check "shared lanes: no data race" clean shared "$tsan/threads" "$seconds" "$dir"
check "lanes of CPUs: no data race" clean cpus "$tsan/threads" "$seconds" "$dir"
if [ -n "${PLOG_LONG:-}" ]; then
	check "locks and robust lists: no data race" clean cpus "$tsan/unit/test_lock"
fi
exit $failed
